package dev.breakeven.figures.promises;

import dev.breakeven.advice.review.AllReviews;
import dev.breakeven.advice.review.ReviewBounds;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Numbers set by hand: {@code TRAFFIC.csv SCENARIO.json REVIEW_DAYS none|own no-burst|burst
 * OUT.csv}.
 */
final class FixedDecisions {

  private static final long DAY = 86_400;
  private static final int FROM_DAY = 7;

  private FixedDecisions() {}

  public static void main(String[] args) throws Exception {
    Scenario scenario = Scenario.read(Path.of(args[1]));
    long review = Long.parseLong(args[2]) * DAY;
    boolean own = args[3].equals("own");
    boolean mayBurst = !args[4].equals("no-burst");
    ReviewBounds bounds = new ReviewBounds(0, Scenario.MOST_REPLICAS, mayBurst);
    try (PrintWriter out = new PrintWriter(args[5], StandardCharsets.UTF_8)) {
      out.println("workload,t_s,replicas");
      for (Trace trace : Trace.read(Path.of(args[0]))) {
        PricedTrace past = new PricedTrace(trace, scenario);
        long first = trace.start() + FROM_DAY * DAY;
        long end = trace.start() + (long) trace.steps() * trace.stepSeconds() / DAY * DAY;
        int ran = own ? past.between(trace.start(), first).cheapest(1, Scenario.MOST_REPLICAS) : 0;
        for (var reviewed : AllReviews.over(past, first, end, review, bounds, ran)) {
          out.printf(
              "%s,%d,%d%n",
              trace.workload(), reviewed.epochSecond(), reviewed.decision().replicas());
        }
      }
    }
  }
}
