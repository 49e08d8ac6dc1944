package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.history.StoredHistory;
import java.util.Set;

/**
 * What a source that shows no `up` of engines was last found to keep instead. It changes when
 * somebody sets the source up anew, and is asked for once an hour.
 */
final class WithoutUp {

  private long atStep = Long.MIN_VALUE / 2;
  private Set<String> stateLabels = Set.of();

  /** Whether it was queried within the hour before a step. */
  boolean isKnownAt(long step) {
    return Math.abs(step - atStep) < StoredHistory.STEPS_PER_HOUR;
  }

  /** Labels of the scraper of Kubernetes' state; none if there is no such state. */
  Set<String> stateLabels() {
    return stateLabels;
  }

  void found(long step, Set<String> labels) {
    atStep = step;
    stateLabels = Set.copyOf(labels);
  }
}
