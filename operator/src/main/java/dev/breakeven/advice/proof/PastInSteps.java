package dev.breakeven.advice.proof;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * What is known of a past as one history, in steps of the window's length: coarser steps of the
 * time before are taken apart into steps with the same rates. Tokens, requests and replicas; what
 * engines show besides is left out.
 */
final class PastInSteps {

  private final List<TrafficHistory> parts;
  private final StepGrid grid;

  private PastInSteps(List<TrafficHistory> parts, StepGrid grid) {
    this.parts = parts;
    this.grid = grid;
  }

  /**
   * The past from a time on, or from its start, if that is later.
   *
   * @param from seconds UTC
   * @param to its end, seconds UTC
   */
  static TrafficHistory of(AdvisorInput.Past past, long from, long to) {
    int stepSeconds = past.traffic().grid().stepSeconds();
    List<TrafficHistory> parts = new ArrayList<>(past.earlier());
    parts.add(past.traffic());
    parts.removeIf(
        part -> part.grid().steps() == 0 || part.grid().stepSeconds() % stepSeconds != 0);
    long first = parts.stream().mapToLong(part -> part.grid().startEpochSecond()).min().orElse(to);
    int steps = (int) ((to - Math.max(first, from)) / stepSeconds);
    return new PastInSteps(parts, new StepGrid(to - (long) steps * stepSeconds, stepSeconds, steps))
        .history();
  }

  private TrafficHistory history() {
    Series none = Series.absent(grid.steps());
    return new TrafficHistory(
        grid,
        joined(TrafficHistory::uncachedInput),
        joined(TrafficHistory::cachedInput),
        joined(TrafficHistory::output),
        joined(TrafficHistory::requests),
        joined(TrafficHistory::burstInput),
        joined(TrafficHistory::burstCachedInput),
        joined(TrafficHistory::burstOutput),
        joined(TrafficHistory::burstRequests),
        joined(TrafficHistory::replicasHeld),
        none,
        none);
  }

  private Series joined(Function<TrafficHistory, Series> series) {
    double[] values = new double[grid.steps()];
    Arrays.fill(values, Double.NaN);
    for (TrafficHistory part : parts) {
      Series theirs = series.apply(part);
      int each = part.grid().stepSeconds() / grid.stepSeconds();
      int first = (int) ((part.grid().startOf(0) - grid.startEpochSecond()) / grid.stepSeconds());
      for (int i = 0; i < theirs.steps(); i++) {
        if (theirs.isMeasured(i)) {
          int at = first + i * each;
          Arrays.fill(
              values,
              Math.min(grid.steps(), Math.max(0, at)),
              Math.min(grid.steps(), Math.max(0, at + each)),
              theirs.measuredAt(i));
        }
      }
    }
    return Series.of(values);
  }
}
