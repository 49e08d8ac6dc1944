package dev.breakeven.prometheus.target;

import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.traffic.EngineState;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.util.NavigableSet;
import java.util.function.Function;

/** The traffic of a target, made of its stored figures. */
final class ObservedTraffic {

  private final Target target;
  private final EngineProfile profile;
  private final StoredHistory history;
  private final NavigableSet<Long> cachedUnread;

  /**
   * @param cachedUnread steps of which it is not known how many prompt tokens were cached
   */
  ObservedTraffic(
      Target target,
      EngineProfile profile,
      StoredHistory history,
      NavigableSet<Long> cachedUnread) {
    this.target = target;
    this.profile = profile;
    this.history = history;
    this.cachedUnread = cachedUnread;
  }

  /** The steps of the window. */
  TrafficHistory window() {
    return steps(history.endStep() - history.windowSteps(), history.endStep());
  }

  /** Steps before the window that are kept as steps. */
  TrafficHistory beforeWindow() {
    return steps(history.recentFrom(), history.endStep() - history.windowSteps());
  }

  /** The hours before those steps, from the first of which anything is known. */
  TrafficHistory earlier() {
    int hour = StoredHistory.STEPS_PER_HOUR;
    long to = history.recentFrom();
    long from = firstKnownHour(to);
    return traffic(
        new StepGrid(
            from * StoredHistory.STEP_SECONDS,
            hour * StoredHistory.STEP_SECONDS,
            Math.toIntExact((to - from) / hour)),
        figure -> history.hours(figure, from, to));
  }

  private TrafficHistory steps(long from, long to) {
    return traffic(
        new StepGrid(
            from * StoredHistory.STEP_SECONDS,
            StoredHistory.STEP_SECONDS,
            Math.toIntExact(to - from)),
        figure -> history.steps(figure, from, to));
  }

  private TrafficHistory traffic(StepGrid grid, Function<Figure, double[]> figures) {
    double[] input = figures.apply(Figure.INPUT);
    double[] cached = figures.apply(Figure.CACHED);
    double[] uncached = uncached(grid, input, cached);
    Function<Figure, Series> series = figure -> Series.of(figures.apply(figure));
    return new TrafficHistory(
        grid,
        Series.of(uncached),
        Series.of(cached),
        series.apply(Figure.OUTPUT),
        series.apply(Figure.REQUESTS),
        series.apply(Figure.BURST_INPUT),
        series.apply(Figure.BURST_CACHED),
        series.apply(Figure.BURST_OUTPUT),
        series.apply(Figure.BURST_REQUESTS),
        target.workloads().isEmpty()
            ? Series.constant(grid.steps(), 0)
            : series.apply(Figure.REPLICAS),
        series.apply(Figure.WAITING),
        series.apply(Figure.GPU),
        new EngineState(
            series.apply(Figure.RUNNING),
            series.apply(Figure.KV_CACHE_USAGE),
            series.apply(Figure.TIME_TO_FIRST_TOKEN),
            series.apply(Figure.INTER_TOKEN)));
  }

  /** Prompt tokens that were not cached. Limits the cached ones to the prompt tokens. */
  private double[] uncached(StepGrid grid, double[] input, double[] cached) {
    double[] uncached = new double[input.length];
    long first = grid.startEpochSecond() / StoredHistory.STEP_SECONDS;
    int steps = grid.stepSeconds() / StoredHistory.STEP_SECONDS;
    for (int i = 0; i < input.length; i++) {
      if (!cachedUnread.subSet(first + (long) i * steps, first + (i + 1L) * steps).isEmpty()) {
        input[i] = Double.NaN;
      }
      if (profile.inputIncludesCached() && cached[i] > input[i]) {
        cached[i] = input[i]; // a part of the prompts, whatever was counted
      }
      uncached[i] =
          profile.inputIncludesCached() && !Double.isNaN(cached[i])
              ? input[i] - cached[i]
              : input[i];
    }
    return uncached;
  }

  /**
   * The first hour before {@code to} of which any tokens are known; {@code to} if there is none.
   */
  private long firstKnownHour(long to) {
    long from = history.earliestFrom();
    double[] served = history.hours(Figure.OUTPUT, from, to);
    double[] burst = history.hours(Figure.BURST_OUTPUT, from, to);
    int first = 0;
    while (first < served.length && Double.isNaN(served[first]) && Double.isNaN(burst[first])) {
      first++;
    }
    return from + (long) first * StoredHistory.STEPS_PER_HOUR;
  }
}
