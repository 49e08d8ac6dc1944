package dev.breakeven.advice.costing;

import java.util.ArrayList;
import java.util.List;

/**
 * One day of a load, counted back from its last step. Days cut at midnight would change with the
 * clock: seven of them at midnight, six and two parts ten minutes later, over the same traffic.
 *
 * @param from first known step
 * @param to behind the last one
 * @param whole whether every step of the 24 hours is known
 */
public record LoadDay(int from, int to, boolean whole) {

  private static final long SECONDS_PER_DAY = 86_400;

  /** Days of which something is known, oldest first; the oldest may be a part of one. */
  public static List<LoadDay> of(PricedLoad load) {
    int stepsOfDay = (int) Math.round(24 / load.stepHours());
    List<LoadDay> days = new ArrayList<>();
    int from = 0;
    while (from < load.steps()) {
      int to = from + 1;
      while (to < load.steps() && daysBack(load, to) == daysBack(load, from)) {
        to++;
      }
      days.add(new LoadDay(from, to, to - from >= stepsOfDay));
      from = to;
    }
    return days;
  }

  private static long daysBack(PricedLoad load, int step) {
    return (load.startOf(load.steps() - 1) - load.startOf(step)) / SECONDS_PER_DAY;
  }
}
