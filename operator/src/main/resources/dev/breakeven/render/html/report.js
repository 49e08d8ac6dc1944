// Draws the three curves of each policy from the page's one block of data. Everything else on the
// page is plain HTML, so it stands without this script.
(() => {
  "use strict";
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const HEIGHT = 300;
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const known = (v) => v !== null && v !== undefined;

  // Three significant digits, as in the page's own text.
  const count = (v) => {
    if (!known(v)) return "–";
    // From 10,000 on in thousands; the space before the letter does not break.
    for (const [from, unit, letter] of [[1e12, 1e12, "T"], [1e9, 1e9, "B"], [1e6, 1e6, "M"], [1e4, 1e3, "k"]]) {
      if (Math.abs(v) >= from) {
        return (v / unit).toLocaleString("en-US", { maximumSignificantDigits: 3 }) + "\u00a0" + letter;
      }
    }
    return v.toLocaleString("en-US", { maximumSignificantDigits: Math.abs(v) >= 1000 ? 4 : 3 });
  };
  // The labels of one axis share their unit.
  const counts = (u, vs) => {
    const most = Math.max(...vs.map(Math.abs));
    const [unit, letter] = most >= 1e12 ? [1e12, "\u00a0T"] : most >= 1e9 ? [1e9, "\u00a0B"] : most >= 1e6 ? [1e6, "\u00a0M"] : most >= 1e4 ? [1e3, "\u00a0k"] : [1, ""];
    return vs.map((v) => (v / unit).toLocaleString("en-US", { maximumSignificantDigits: 4 }) + (v ? letter : ""));
  };
  const percent = (v) => (known(v) ? v.toLocaleString("en-US", { maximumFractionDigits: 1 }) + "\u00a0%" : "–");
  const money = (currency) => {
    const decimals = (v) => (v < 0.1 ? 4 : v < 1 ? 3 : 2);
    return (v) => known(v)
      ? new Intl.NumberFormat("en-US", { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: decimals(Math.abs(v)) }).format(v)
      : "–";
  };
  const shortMoney = (currency) => (v) =>
    new Intl.NumberFormat("en-US", { style: "currency", currency, minimumFractionDigits: 0, maximumFractionDigits: 2 }).format(v);
  const two = (n) => String(n).padStart(2, "0");
  const utc = (t) => {
    const d = new Date(t * 1000);
    return d.getUTCFullYear() + "-" + two(d.getUTCMonth() + 1) + "-" + two(d.getUTCDate()) + " " + two(d.getUTCHours()) + ":" + two(d.getUTCMinutes());
  };

  const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  const tick = (t) => (t % 86400 === 0 ? day.format(t * 1000).replace(",", "") : utc(t).slice(11));

  const axis = (more) => ({
    stroke: css("--soft"),
    font: "12px system-ui, sans-serif",
    labelFont: "12px system-ui, sans-serif",
    labelSize: 18,
    labelGap: 0,
    grid: { stroke: css("--grid"), width: 1 },
    ticks: { stroke: css("--grid"), width: 1 },
    ...more,
  });
  const line = (label, stroke, more) => ({ label, stroke, width: 2, points: { show: false }, ...more });
  // From 0 to a little above the highest figure, whether or not a line is that high.
  const fromZero = (u, min, max) => [0, max > 0 ? max * 1.06 : 1];

  function traffic(p) {
    const t = p.traffic;
    const n = t.output.length;
    const xs = Array.from({ length: n }, (_, i) => t.start + i * t.step);
    const kinds = [t.uncachedInput, t.cachedInput, t.output];
    const stacked = [];
    kinds.forEach((kind, k) => {
      stacked.push(kind.map((v, i) => (known(v) ? v + (k ? stacked[k - 1][i] : 0) : null)));
    });
    const flat = (v) => xs.map(() => v);
    const own = (values) => (u, v, s, i) => (known(i) ? count(values[i]) : "–");
    const stepped = uPlot.paths.stepped({ align: 1 });
    // The top of the stack first, so that each lower kind paints over it.
    const names = ["Uncached input", "Cached input", "Output"];
    const colours = [css("--tokens"), css("--tokens-2"), css("--tokens-3")];
    const series = [{ label: "UTC", value: (u, v) => (known(v) ? utc(v) : "–") }];
    const values = [xs];
    for (let k = 2; k >= 0; k--) {
      if (k === 1 && !t.hasCached) continue;
      series.push(line(names[k], colours[k], { width: 1, fill: colours[k], paths: stepped, value: own(kinds[k]) }));
      values.push(stacked[k]);
    }
    if (known(t.capacity)) {
      series.push(line("Capacity of " + t.capacityName, css("--ink-line"), { value: (u, v) => count(v) }));
      values.push(flat(t.capacity));
    }
    if (t.burst.length) {
      series.push(line("Burst to the API above", css("--api"), { dash: [8, 5], width: 2.5, paths: stepped, value: (u, v) => count(v) }));
      values.push(t.burst.length > 1 ? t.burst : flat(t.burst[0]));
    }
    return {
      options: {
        series,
        tzDate: (ts) => uPlot.tzDate(new Date(ts * 1000), "Etc/UTC"),
        scales: { y: { range: fromZero } },
        axes: [axis({ space: 76, size: 30, values: (u, vs) => vs.map(tick) }), axis({ label: "tokens/s", size: 58, values: counts })],
      },
      values,
    };
  }

  function duration(p) {
    const d = p.duration;
    const flat = (v) => d.load.map(() => v);
    const series = [{ label: "Busiest", value: (u, v) => (known(v) ? percent(v) + " of the time" : "–") }];
    const values = [d.percent];
    const loads = (u, v) => (known(v) ? count(v) + " replicas" : "–");
    // Under the curve, what the baseline carries in one colour and what is above it in another.
    const wash = (u) => {
      const laidOut = known(u.scales.y.max); // the legend asks for a colour before there is a scale
      if (!known(d.baseline) || !laidOut) return css("--ours-wash");
      const top = u.valToPos(u.scales.y.max, "y", true);
      const bottom = u.valToPos(0, "y", true);
      const at = Math.min(1, Math.max(0, (u.valToPos(d.baseline, "y", true) - top) / (bottom - top)));
      const fill = u.ctx.createLinearGradient(0, top, 0, bottom);
      fill.addColorStop(0, css("--api-wash"));
      fill.addColorStop(at, css("--api-wash"));
      fill.addColorStop(at, css("--ours-wash"));
      fill.addColorStop(1, css("--ours-wash"));
      return fill;
    };
    series.push(line("Load", css("--ours"), { fill: wash, value: loads }));
    values.push(d.load);
    if (known(d.baseline)) {
      series.push(line(d.baselineName, css("--api"), { dash: [8, 5], width: 2.5, value: loads }));
      values.push(flat(d.baseline));
      series.push(line(d.aboveName, css("--api-wash"), {
        paths: () => null,
        fill: css("--api-wash"),
        value: (u, v, s, i) => (known(i) ? count(Math.max(0, d.load[i] - d.baseline)) + " replicas" : "–"),
      }));
      values.push(d.load);
    }
    if (known(d.now)) {
      series.push(line(d.nowName, css("--ink-line"), { dash: [2, 3], value: loads }));
      values.push(flat(d.now));
    }
    return {
      options: {
        series,
        scales: { x: { time: false, range: () => [0, 100] }, y: { range: fromZero } },
        axes: [axis({ label: "share of the time", size: 28, values: (u, vs) => vs.map((v) => v + "\u00a0%") }), axis({ label: "replicas' worth of work", size: 50 })],
      },
      values,
    };
  }

  function breakeven(p) {
    const b = p.breakeven;
    const price = money(p.currency);
    const ours = (u) => (b.apiPerMillion * b.breakevenPercent) / u;
    // High enough for the curve, and for this traffic's cost unless that would press the API's price onto the axis.
    const here = (1.2 * b.breakevenPercent) / (b.herePercent || 100);
    const top = b.apiPerMillion * Math.max(3, (2 * b.breakevenPercent) / 100, Math.min(12, here));
    const xs = [];
    for (let u = 0.5; u <= 100; u += 0.5) xs.push(u);
    // The place for a label beside a point where it covers least: the lines, the plot's edge, other labels.
    const place = (u, left, at, width, taken) => {
      const px = devicePixelRatio;
      const api = u.valToPos(b.apiPerMillion, "y", true);
      const covers = (box) => {
        const within = (y) => y > box.top - 2 * px && y < box.bottom + 2 * px;
        const curve = xs.some((x) => {
          const cx = u.valToPos(x, "x", true);
          return cx > box.left - 3 * px && cx < box.right + 3 * px && within(u.valToPos(ours(x), "y", true));
        });
        const other = taken.some((t) => box.left < t.right && t.left < box.right && box.top < t.bottom && t.top < box.bottom);
        const outside = box.left < u.bbox.left || box.right > u.bbox.left + u.bbox.width || box.top < u.bbox.top || box.bottom > u.bbox.top + u.bbox.height;
        return 8 * outside + 6 * other + 2 * within(api) + 2 * curve;
      };
      let best;
      for (const rise of [-10, 20, -28, 38]) {
        // The last two end with the plot: on a phone no other may fit.
        for (const x0 of [left + 10 * px, left - 10 * px - width, left + 50 * px, u.bbox.left + u.bbox.width - width, u.bbox.left]) {
          const y0 = at + rise * px;
          const box = { x0, y0, left: x0, right: x0 + width, top: y0 - 11 * px, bottom: y0 + 3 * px };
          box.cost = covers(box);
          if (!best || box.cost < best.cost) best = box;
        }
      }
      return best;
    };
    const dot = (u, at, colour) => {
      const { ctx } = u;
      const px = devicePixelRatio;
      ctx.setLineDash([]);
      ctx.beginPath();
      ctx.arc(at.left, at.top, 6 * px, 0, 2 * Math.PI);
      ctx.fillStyle = colour;
      ctx.strokeStyle = css("--paper");
      ctx.lineWidth = 2 * px;
      ctx.fill();
      ctx.stroke();
    };
    const label = (u, at, text, taken) => {
      const { ctx } = u;
      const px = devicePixelRatio;
      ctx.textAlign = "left";
      ctx.textBaseline = "alphabetic";
      ctx.font = "600 " + 12.5 * px + "px system-ui, sans-serif";
      const box = place(u, at.left, at.top, ctx.measureText(text).width, taken);
      ctx.lineWidth = 4 * px;
      ctx.lineJoin = "round";
      ctx.strokeText(text, box.x0, box.y0);
      ctx.fillStyle = css("--ink");
      ctx.fillText(text, box.x0, box.y0);
      return box;
    };
    const unreachable = (u) => {
      if (b.reachablePercent >= 100) return;
      const { ctx, bbox } = u;
      const from = u.valToPos(b.reachablePercent, "x", true);
      ctx.save();
      ctx.fillStyle = css("--grid");
      ctx.fillRect(from, bbox.top, bbox.left + bbox.width - from, bbox.height);
      ctx.restore();
    };
    const points = (u) => {
      const marks = [];
      const mark = (percentUsed, cost, colour, text) => {
        const at = { left: u.valToPos(percentUsed, "x", true), top: u.valToPos(Math.min(cost, top), "y", true) };
        marks.push({ at, colour, text });
      };
      if (b.breakevenPercent <= 100) {
        mark(b.breakevenPercent, b.apiPerMillion, css("--api"), "breakeven " + percent(b.breakevenPercent));
      }
      if (b.herePercent > 0) {
        const cost = ours(b.herePercent);
        const above = cost > top ? " ↑" : ""; // off the scale, so the mark stands at its edge
        mark(b.herePercent, cost, css("--ink-line"), b.hereName + " " + percent(b.herePercent) + above);
      }
      u.ctx.save();
      marks.forEach((m) => dot(u, m.at, m.colour));
      const px = 8 * devicePixelRatio;
      const taken = marks.map(({ at }) => ({ left: at.left - px, right: at.left + px, top: at.top - px, bottom: at.top + px }));
      marks.forEach((m) => taken.push(label(u, m.at, m.text, taken)));
      u.ctx.restore();
    };
    return {
      options: {
        series: [
          { label: "Utilisation", value: (u, v) => percent(v) },
          line("Ours, per 1M tokens", css("--ours"), { width: 2.5, value: (u, v) => price(v) }),
          line("API, per 1M tokens", css("--api"), { dash: [8, 5], width: 2.5, value: (u, v) => price(v) }),
        ],
        scales: { x: { time: false, range: () => [0, 100] }, y: { range: () => [0, top] } },
        axes: [
          axis({ label: "utilisation of all GPUs held", size: 28, values: (u, vs) => vs.map((v) => v + "\u00a0%") }),
          axis({ label: "per 1M tokens", size: 62, values: (u, vs) => vs.map(shortMoney(p.currency)) }),
        ],
        hooks: { drawClear: [unreachable], draw: [points] },
      },
      values: [xs, xs.map(ours), xs.map(() => b.apiPerMillion)],
    };
  }

  const builders = { traffic, duration, breakeven };
  const drawn = new Map();

  function draw(place) {
    const old = drawn.get(place);
    if (old) old.destroy();
    const { options, values } = builders[place.dataset.plot](data.policies[Number(place.dataset.policy)]);
    drawn.set(place, new uPlot({
      width: Math.max(200, place.clientWidth),
      height: HEIGHT,
      legend: { live: true, markers: { width: 2, dash: (u, i) => (u.series[i].dash ? "dashed" : "solid") } },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      padding: [12, 22, 0, 0],
      pxAlign: 0,
      ...options,
      hooks: {
        ...options.hooks,
        // Away from any point the legend is only a key.
        setLegend: [(u) => u.root.querySelector(".u-legend").classList.toggle("at-rest", !known(u.cursor.idx))],
      },
    }, values, place));
    const legend = place.querySelector(".u-legend");
    legend.setAttribute("aria-live", "polite");
    legend.classList.toggle("at-rest", !known(drawn.get(place).cursor.idx));
  }

  // Arrow keys walk along the horizontal axis as a pointer would; the legend says the figures.
  function walk(event) {
    const plot = drawn.get(event.currentTarget);
    const xs = plot.data[0];
    const last = xs.length - 1;
    const at = known(plot.cursor.idx) ? plot.cursor.idx : null;
    const far = Math.max(1, Math.round(xs.length / 14));
    const to = {
      ArrowLeft: at === null ? last : at - 1,
      ArrowRight: at === null ? 0 : at + 1,
      PageDown: at === null ? last : at - far,
      PageUp: at === null ? 0 : at + far,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === "Escape") plot.setCursor({ left: -10, top: -10 });
    if (to === undefined) return;
    event.preventDefault();
    const i = Math.min(last, Math.max(0, to));
    plot.setCursor({ left: plot.valToPos(xs[i], "x"), top: 10 });
  }

  const places = [...document.querySelectorAll("[data-plot]")];
  const drawAll = () => places.forEach(draw);
  const fit = () => places.forEach((place) => {
    const plot = drawn.get(place);
    const width = Math.max(200, place.clientWidth);
    if (plot && plot.width !== width) plot.setSize({ width, height: HEIGHT });
  });

  drawAll();
  places.forEach((place) => place.addEventListener("keydown", walk));
  addEventListener("resize", fit);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  // Paper is light and of another width.
  addEventListener("beforeprint", () => { document.body.classList.add("printing"); drawAll(); });
  addEventListener("afterprint", () => { document.body.classList.remove("printing"); drawAll(); });
})();
