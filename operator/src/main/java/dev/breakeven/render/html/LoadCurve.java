package dev.breakeven.render.html;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The load-duration curve of the window, with the fixed baseline that was found on it and what runs
 * now.
 *
 * @param sentence what the curve says
 * @param keys what the lines are
 * @param rows the table behind it
 * @param plot what the script draws
 */
record LoadCurve(String sentence, String keys, List<ShareRow> rows, ObjectNode plot) {

  record ShareRow(String share, String load) {}

  private static final int[] TABLE_PERCENTS = {0, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100};

  /**
   * @param loads replicas' worth of work in each known step, in any order, at least one
   * @param replicasNow that run now
   */
  static LoadCurve of(double[] loads, ReplicaCostModel terms, int replicasNow, Advice advice) {
    double[] falling = loads.clone();
    Arrays.sort(falling);
    for (int i = 0, j = falling.length - 1; i < j; i++, j--) {
      double swap = falling[i];
      falling[i] = falling[j];
      falling[j] = swap;
    }
    Baseline baseline = Baseline.of(advice);
    List<ShareRow> rows = new ArrayList<>();
    for (int percent : TABLE_PERCENTS) {
      rows.add(
          new ShareRow(
              percent == 0 ? "busiest step" : HtmlFormat.percent(percent) + " of the time",
              HtmlFormat.number(at(falling, percent), 2)));
    }
    return new LoadCurve(
        sentence(falling, baseline),
        keys(baseline, replicasNow),
        rows,
        plot(falling, baseline, terms, replicasNow));
  }

  /** The load that at least so many percent of the steps have. */
  private static double at(double[] falling, int percent) {
    int i = (int) Math.ceil(percent / 100.0 * falling.length) - 1;
    return falling[Math.max(0, Math.min(falling.length - 1, i))];
  }

  /**
   * The fixed number of replicas found on this curve.
   *
   * @param found empty where no fixed plan was compared
   */
  private record Baseline(List<Alternative> found) {
    static Baseline of(Advice advice) {
      for (Alternative.Kind kind :
          List.of(Alternative.Kind.BASELINE_BURST, Alternative.Kind.SELF_HOST_PEAK)) {
        for (Alternative a : advice.comparison().alternatives()) {
          if (a.kind() == kind && a.replicas() instanceof ReplicaPlan.Fixed) {
            return new Baseline(List.of(a));
          }
        }
      }
      return new Baseline(List.of());
    }

    boolean bursts() {
      return found.stream().anyMatch(a -> a.kind() == Alternative.Kind.BASELINE_BURST);
    }

    int replicas() {
      return ((ReplicaPlan.Fixed) found.get(0).replicas()).replicas();
    }
  }

  private static String sentence(double[] falling, Baseline baseline) {
    String half =
        "Half of the time the work is at least "
            + HtmlFormat.number(at(falling, 50), 2)
            + " replicas' worth, in the busiest step "
            + HtmlFormat.number(falling[0], 2)
            + ". ";
    if (baseline.found().isEmpty()) {
      return half;
    }
    if (!baseline.bursts()) {
      return half
          + "Nothing may burst, so own GPUs have to carry the peak: "
          + HtmlFormat.replicas(baseline.replicas())
          + ".";
    }
    if (baseline.replicas() == 0) {
      return half
          + "The cheapest fixed baseline is none: so little is steady that the API is cheaper.";
    }
    String share =
        baseline.found().get(0).burst() instanceof BurstPoint.Above above
            ? " and leaves "
                + HtmlFormat.percent(above.sharePercent())
                + " of the tokens to the API"
            : " and leaves nothing to the API";
    return half
        + "The cheapest fixed baseline holds "
        + HtmlFormat.replicas(baseline.replicas())
        + share
        + ".";
  }

  private static String keys(Baseline baseline, int replicasNow) {
    StringBuilder keys = new StringBuilder();
    if (!baseline.found().isEmpty()) {
      keys.append("Dashed line: what the baseline of ")
          .append(HtmlFormat.replicas(baseline.replicas()))
          .append(" may carry, headroom and redundancy kept free; the shaded part above it ")
          .append(baseline.bursts() ? "bursts to the API. " : "would be left over. ");
    }
    if (replicasNow > 0) {
      keys.append("Dotted line: what today's ")
          .append(HtmlFormat.replicas(replicasNow))
          .append(" may carry.");
    }
    return keys.toString().strip();
  }

  private static ObjectNode plot(
      double[] falling, Baseline baseline, ReplicaCostModel terms, int replicasNow) {
    ObjectNode plot = JsonNodeFactory.instance.objectNode();
    ArrayNode percent = plot.putArray("percent");
    ArrayNode load = plot.putArray("load");
    for (int i = 0; i < falling.length; i++) {
      percent.add(TrafficCurve.rounded(100.0 * i / falling.length));
      load.add(TrafficCurve.rounded(falling[i]));
    }
    // The quietest step lasts to the end.
    percent.add(100);
    load.add(TrafficCurve.rounded(falling[falling.length - 1]));
    if (!baseline.found().isEmpty()) {
      plot.put("baseline", terms.usable(baseline.replicas()));
      plot.put("baselineName", "Baseline of " + HtmlFormat.replicas(baseline.replicas()));
      plot.put("aboveName", baseline.bursts() ? "Bursts to the API" : "Left over");
    }
    if (replicasNow > 0) {
      plot.put("now", terms.usable(replicasNow));
      plot.put("nowName", "Today's " + HtmlFormat.replicas(replicasNow));
    }
    return plot;
  }
}
