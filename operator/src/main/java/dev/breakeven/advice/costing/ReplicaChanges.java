package dev.breakeven.advice.costing;

import java.time.Duration;

/**
 * How often the number of replicas changed. What changes more often than a person who follows
 * reviews would change it is scaled by something: an autoscaler, a schedule, a batch job.
 */
public final class ReplicaChanges {

  /** What a person may change besides, in a window: one trial, there and back. */
  private static final int OF_A_TRIAL = 2;

  private ReplicaChanges() {}

  /**
   * Whether something scales the replicas.
   *
   * @param load whose replicas are looked at
   * @param review how often a person looks at the number
   */
  public static boolean areOfAScaler(PricedLoad load, Duration review) {
    double reviews = Math.ceil(load.hours() / (review.toSeconds() / 3600.0));
    return count(load) > reviews + OF_A_TRIAL;
  }

  /** Changes from one whole number to another; where nobody says what ran, it is as before. */
  private static int count(PricedLoad load) {
    int changes = 0;
    double before = Double.NaN;
    for (int i = 0; i < load.steps(); i++) {
      double held = Math.rint(load.heldAt(i, before));
      if (!Double.isNaN(before) && held != before) {
        changes++;
      }
      before = held;
    }
    return changes;
  }
}
