package dev.breakeven.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Finding;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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

  static Section<TrafficCurve> of(TrafficHistory traffic, Advice advice) {
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
    return Section.of(
        new TrafficCurve(
            "The model was asked for "
                + Shown.count(sum / known)
                + " tokens/s on average and "
                + Shown.count(peak)
                + " tokens/s in the busiest "
                + Shown.duration(Duration.ofSeconds(grid.stepSeconds()))
                + ". "
                + burst(advice.recommendation().burst()),
            Shown.duration(Duration.ofSeconds(grid.stepSeconds())),
            Shown.duration(Duration.ofSeconds((long) stepsInBucket * grid.stepSeconds())),
            keys(advice),
            rows(traffic, stepsInBucket),
            plot(traffic, advice)));
  }

  private static String burst(BurstPoint burst) {
    return burst instanceof BurstPoint.Above above
        ? "The advice sends what is above "
            + Shown.count(above.tokensPerSecond())
            + " tokens/s to the API: "
            + Shown.percent(above.sharePercent())
            + " of the tokens."
        : "The advice sends nothing above a threshold to the API.";
  }

  private static String keys(Advice advice) {
    StringBuilder keys = new StringBuilder();
    if (advice.breakeven() instanceof Finding.Found<Breakeven> b) {
      keys.append("Solid line: what ")
          .append(Shown.replicas(b.value().replicas()))
          .append(" may carry, headroom and redundancy kept free. ");
    }
    if (advice.recommendation().burst() instanceof BurstPoint.Above) {
      keys.append("Dashed line: above it, traffic goes to the API.");
    }
    return keys.toString().strip();
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
              Shown.minute(Instant.ofEpochSecond(traffic.grid().startOf(from))),
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
        Shown.count(mean.uncachedInput()),
        Shown.count(mean.cachedInput()),
        Shown.count(mean.output()),
        Shown.count(mean.total()),
        Shown.count(highest));
  }

  private static ObjectNode plot(TrafficHistory traffic, Advice advice) {
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
    if (advice.breakeven() instanceof Finding.Found<Breakeven> b) {
      plot.put("capacity", rounded(b.value().capacityTokensPerSecond()));
      plot.put("capacityName", Shown.replicas(b.value().replicas()));
    }
    if (advice.recommendation().burst() instanceof BurstPoint.Above above) {
      plot.put("burst", rounded(above.tokensPerSecond()));
    }
    return plot;
  }

  /** Four digits are all that a plot can show, and keep the page small. */
  static BigDecimal rounded(double v) {
    return new BigDecimal(v).round(new MathContext(4));
  }
}
