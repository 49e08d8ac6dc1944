package dev.breakeven.figures.promises;

import dev.breakeven.advice.interval.SavingInterval;
import dev.breakeven.advice.interval.SavingStatement;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Promises of the best own number against the API, whichever is cheaper over the week before, and
 * what then happened; money a day: {@code TRAFFIC.csv OUT.csv SCENARIO.json...}.
 */
final class FixedIntervals {

  private static final long DAY = 86_400;

  private FixedIntervals() {}

  public static void main(String[] args) throws Exception {
    List<Trace> traces = Trace.read(Path.of(args[0]));
    try (PrintWriter out = new PrintWriter(args[1], StandardCharsets.UTF_8)) {
      out.println("workload,t_s,low,high,predicted,realised,bill");
      for (Trace trace : traces) {
        for (int i = 2; i < args.length; i++) {
          PricedTrace past = new PricedTrace(trace, Scenario.read(Path.of(args[i])));
          int days = (int) ((long) trace.steps() * trace.stepSeconds() / DAY);
          for (int day = 7; day + 7 <= days; day += day % 7 == 0 ? 3 : 4) {
            row(past, day, out);
          }
        }
      }
    }
  }

  private static void row(PricedTrace past, int day, PrintWriter out) {
    PricedTrace.Span week = days(past, day - 7, day);
    PricedTrace.Span recent = days(past, day - 3, day);
    PricedTrace.Span next = days(past, day, day + 7);
    if (week.holding(0) <= 0) {
      return;
    }
    int own = week.cheapest(1, Scenario.MOST_REPLICAS);
    boolean isOwnBetter = week.total(own, 1) < week.total(0, 1);
    int advised = isOwnBetter ? own : 0;
    int present = isOwnBetter ? 0 : own;
    List<Double> savingByDay = new ArrayList<>();
    List<Double> dailyLoad = new ArrayList<>();
    for (int d = 0; d < day; d++) {
      if (d >= day - 7) {
        savingByDay.add(saving(days(past, d, d + 1), present, advised, 1, 1));
      }
      dailyLoad.add(past.meanLoad(at(past, d), at(past, d + 1)));
    }
    SavingInterval.Basis basis =
        new SavingInterval.Basis(
            scale -> saving(week, present, advised, scale, 7),
            scale -> saving(recent, present, advised, scale, 3),
            savingByDay,
            week.total(present, 1) / 7,
            dailyLoad,
            day,
            List.of());
    if (SavingInterval.of(basis) instanceof SavingStatement.Stated stated) {
      out.printf(
          "%s,%d,%.5f,%.5f,%.5f,%.5f,%.5f%n",
          past.trace.workload(),
          day * DAY,
          stated.low(),
          stated.high(),
          stated.expected(),
          saving(next, present, advised, 1, 7),
          basis.bill());
    }
  }

  private static double saving(
      PricedTrace.Span span, int present, int advised, double scale, int days) {
    return (span.total(present, scale) - span.total(advised, scale)) / days;
  }

  private static long at(PricedTrace past, int day) {
    return past.trace.start() + day * DAY;
  }

  private static PricedTrace.Span days(PricedTrace past, int from, int to) {
    return past.span(past.indexOf(at(past, from)), past.indexOf(at(past, to)));
  }
}
