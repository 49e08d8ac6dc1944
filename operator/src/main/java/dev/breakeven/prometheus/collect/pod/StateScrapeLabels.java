package dev.breakeven.prometheus.collect.pod;

import dev.breakeven.prometheus.history.StoredHistory;
import java.util.Set;

/**
 * The labels that the scraper of Kubernetes' state sets, in a source that keeps no {@code up} of
 * engines. They change when somebody sets the source up anew, and are asked for once an hour.
 */
public final class StateScrapeLabels {

  private long atStep = Long.MIN_VALUE / 2;
  private Set<String> labels = Set.of();

  /** Whether they were read within the hour before a step. */
  boolean isKnownAt(long step) {
    return Math.abs(step - atStep) < StoredHistory.STEPS_PER_HOUR;
  }

  /** Empty if there is no such state. */
  Set<String> labels() {
    return labels;
  }

  void found(long step, Set<String> found) {
    atStep = step;
    labels = Set.copyOf(found);
  }
}
