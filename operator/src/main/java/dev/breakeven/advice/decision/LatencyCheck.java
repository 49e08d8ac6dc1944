package dev.breakeven.advice.decision;

import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.TrafficHistory;
import java.util.OptionalDouble;

/** Whether the latency that a policy wants was kept by what ran. */
final class LatencyCheck {

  /** Part of the steps from which on a target is not met: more than an hour a day. */
  static final double MISSED_FROM_SHARE = 0.05;

  private LatencyCheck() {}

  /**
   * The part of the steps with a measured latency that missed the target; 0 without a target, empty
   * where there is one and nothing was measured.
   */
  static OptionalDouble missedShare(TrafficHistory history, LatencyTarget target) {
    if (!target.isSet()) {
      return OptionalDouble.of(0);
    }
    Series first = history.engines().timeToFirstTokenSeconds();
    Series between = history.engines().interTokenSeconds();
    int measured = 0;
    int missed = 0;
    for (int i = 0; i < history.grid().steps(); i++) {
      if (first.isMeasured(i) || between.isMeasured(i)) {
        measured++;
        missed +=
            first.at(i, 0) > target.timeToFirstTokenSeconds()
                    || between.at(i, 0) > target.interTokenLatencySeconds()
                ? 1
                : 0;
      }
    }
    return measured == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) missed / measured);
  }
}
