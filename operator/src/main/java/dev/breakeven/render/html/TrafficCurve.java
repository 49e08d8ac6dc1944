package dev.breakeven.render.html;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.WorkloadAllocation;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tokens asked for over time, by kind, with what the replicas carry and where traffic bursts.
 *
 * @param sentence what the plot says
 * @param step length of a step
 * @param bucket length of time that a row of the table covers
 * @param keys what the lines are
 * @param rows the table behind it
 * @param plot what the script draws
 */
record TrafficCurve(
    String sentence,
    String step,
    String bucket,
    String keys,
    List<BucketRow> rows,
    ObjectNode plot) {

  record BucketRow(String from, List<String> cells) {}

  /** A table of more rows than a week has hours is read by nobody. */
  private static final int MOST_ROWS = 168;

  /**
   * @param advised the alternative that the advice follows, if it follows one
   */
  static Section<TrafficCurve> of(
      TrafficHistory traffic, AdvisorInput input, Advice advice, Optional<Alternative> advised) {
    StepGrid grid = traffic.grid();
    double peak = 0;
    double sum = 0;
    int known = 0;
    for (int i = 0; i < grid.steps(); i++) {
      if (traffic.isKnown(i)) {
        double tokens = traffic.demandAt(i).total();
        peak = Math.max(peak, tokens);
        sum += tokens;
        known++;
      }
    }
    if (known == 0) {
      return Section.absent("No step of the window is known, so there is no traffic to draw.");
    }
    int stepsInBucket = stepsInBucket(grid);
    double[] burst = burstLine(grid, input, advice, advised);
    return Section.of(
        new TrafficCurve(
            "The model was asked for "
                + HtmlFormat.count(sum / known)
                + " tokens/s on average and "
                + HtmlFormat.count(peak)
                + " tokens/s in the busiest "
                + HtmlFormat.duration(Duration.ofSeconds(grid.stepSeconds()))
                + ". "
                + burst(advice.recommendation().burst(), advised),
            HtmlFormat.duration(Duration.ofSeconds(grid.stepSeconds())),
            HtmlFormat.duration(Duration.ofSeconds((long) stepsInBucket * grid.stepSeconds())),
            keys(advice, burst),
            rows(traffic, stepsInBucket),
            plot(traffic, advice, burst)));
  }

  private static String burst(BurstPoint burst, Optional<Alternative> advised) {
    if (!(burst instanceof BurstPoint.Above above)) {
      return "The advice sends none of it to the API.";
    }
    if (Wording.isEverything(burst)) {
      return "The advice sends all of it to the API.";
    }
    boolean fixed = advised.stream().allMatch(a -> a.replicas() instanceof ReplicaPlan.Fixed);
    return "The advice sends what is above "
        + HtmlFormat.count(above.tokensPerSecond())
        + " tokens/s "
        + (fixed ? "" : "(at the replicas it holds next) ")
        + "to the API, "
        + HtmlFormat.percent(above.sharePercent())
        + " of the tokens over the window.";
  }

  private static String keys(Advice advice, double[] burst) {
    StringBuilder keys = new StringBuilder();
    if (advice.costs().breakeven() instanceof Estimate.Found<Breakeven> b) {
      keys.append("Solid line: what ")
          .append(HtmlFormat.replicas(b.value().replicas()))
          .append(" may carry, headroom and redundancy kept free. ");
    }
    if (burst.length == 1) {
      keys.append("Dashed line: above it, traffic goes to the API. ");
    } else if (burst.length > 1) {
      keys.append(
          "Dashed line: above it, traffic goes to the API; it moves with the replicas advised for"
              + " the hour of the week. ");
    }
    return keys.toString().strip();
  }

  /**
   * Where traffic goes over to the API, tokens/s: one figure, or one for each step where the
   * advised replicas follow the hour of the week, or none.
   */
  private static double[] burstLine(
      StepGrid grid, AdvisorInput input, Advice advice, Optional<Alternative> advised) {
    BurstPoint burst = advice.recommendation().burst();
    if (!(burst instanceof BurstPoint.Above above) || Wording.isEverything(burst)) {
      return new double[0];
    }
    if (advised.isPresent()
        && advised.get().replicas() instanceof ReplicaPlan.ByHourOfWeek week
        && advice.costs().breakeven() instanceof Estimate.Found<Breakeven> b
        && input.selfHost().gpu() instanceof GpuPricing.Priced priced) {
      ReplicaCostModel terms = WorkloadAllocation.terms(input, priced, advice.basis().capacity());
      double load = terms.usable(b.value().replicas());
      if (load > 0) {
        double tokensPerLoad = b.value().capacityTokensPerSecond() / load;
        return IntStream.range(0, grid.steps())
            .mapToDouble(
                i -> terms.usable(week.replicas().get(hourOfWeek(grid.startOf(i)))) * tokensPerLoad)
            .toArray();
      }
    }
    return new double[] {above.tokensPerSecond()};
  }

  /** Hours since Monday 00:00 UTC. */
  static int hourOfWeek(long epochSecond) {
    ZonedDateTime at = Instant.ofEpochSecond(epochSecond).atZone(ZoneOffset.UTC);
    return (at.getDayOfWeek().getValue() - 1) * 24 + at.getHour();
  }

  private static int stepsInBucket(StepGrid grid) {
    int stepsInHour = Math.max(1, 3600 / grid.stepSeconds());
    int hours = 1;
    while ((double) grid.steps() / (stepsInHour * hours) > MOST_ROWS) {
      hours++;
    }
    return stepsInHour * hours;
  }

  private static List<BucketRow> rows(TrafficHistory traffic, int stepsInBucket) {
    List<BucketRow> rows = new ArrayList<>();
    for (int from = 0; from < traffic.grid().steps(); from += stepsInBucket) {
      int to = Math.min(traffic.grid().steps(), from + stepsInBucket);
      rows.add(
          new BucketRow(
              HtmlFormat.minute(Instant.ofEpochSecond(traffic.grid().startOf(from))),
              cells(traffic, from, to)));
    }
    return rows;
  }

  private static List<String> cells(TrafficHistory traffic, int from, int to) {
    TokenRates sum = TokenRates.ZERO;
    double highest = 0;
    int known = 0;
    for (int i = from; i < to; i++) {
      if (traffic.isKnown(i)) {
        TokenRates demand = traffic.demandAt(i);
        sum = sum.plus(demand);
        highest = Math.max(highest, demand.total());
        known++;
      }
    }
    if (known == 0) {
      String none = "not known";
      return List.of(none, none, none, none, none);
    }
    TokenRates mean = sum.times(1.0 / known);
    return List.of(
        HtmlFormat.count(mean.uncachedInput()),
        HtmlFormat.count(mean.cachedInput()),
        HtmlFormat.count(mean.output()),
        HtmlFormat.count(mean.total()),
        HtmlFormat.count(highest));
  }

  private static ObjectNode plot(TrafficHistory traffic, Advice advice, double[] burst) {
    ObjectNode plot = JsonNodeFactory.instance.objectNode();
    plot.put("start", traffic.grid().startEpochSecond());
    plot.put("step", traffic.grid().stepSeconds());
    ArrayNode uncachedInput = plot.putArray("uncachedInput");
    ArrayNode cachedInput = plot.putArray("cachedInput");
    ArrayNode output = plot.putArray("output");
    boolean hasCached = false;
    for (int i = 0; i < traffic.grid().steps(); i++) {
      if (traffic.isKnown(i)) {
        TokenRates demand = traffic.demandAt(i);
        uncachedInput.add(rounded(demand.uncachedInput()));
        cachedInput.add(rounded(demand.cachedInput()));
        output.add(rounded(demand.output()));
        hasCached |= demand.cachedInput() > 0;
      } else {
        uncachedInput.addNull();
        cachedInput.addNull();
        output.addNull();
      }
    }
    plot.put("hasCached", hasCached);
    if (advice.costs().breakeven() instanceof Estimate.Found<Breakeven> b) {
      plot.put("capacity", rounded(b.value().capacityTokensPerSecond()));
      plot.put("capacityName", HtmlFormat.replicas(b.value().replicas()));
    }
    ArrayNode line = plot.putArray("burst");
    for (double tokensPerSecond : burst) {
      line.add(rounded(tokensPerSecond));
    }
    return plot;
  }

  /** Four digits are all that a plot can show, and keep the page small. */
  static BigDecimal rounded(double v) {
    return new BigDecimal(v).round(new MathContext(4));
  }
}
