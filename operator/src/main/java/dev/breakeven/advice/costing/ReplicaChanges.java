package dev.breakeven.advice.costing;

import java.time.Duration;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How often the number of replicas changed. What changes more often than a person who follows
 * reviews would change it is scaled by something: an autoscaler, a schedule, a batch job.
 */
public final class ReplicaChanges {

  /** What a person may change besides, in a window: one trial, there and back. */
  private static final int OF_A_TRIAL = 2;

  private ReplicaChanges() {}

  /** Part of a bill by which two must differ for a change to show in it. */
  private static final double SHOWN_FROM = 0.02;

  /**
   * Whether something scales the replicas.
   *
   * @param load whose replicas are looked at
   * @param review how often a person looks at the number
   */
  public static boolean areOfAScaler(PricedLoad load, Duration review) {
    return areOfAScaler(
        IntStream.range(0, load.steps()).mapToDouble(i -> load.heldAt(i, Double.NaN)),
        load.hours(),
        review);
  }

  /**
   * The same.
   *
   * @param held replicas in each known step; NaN where nobody says, which is as before
   * @param hours of these steps
   */
  public static boolean areOfAScaler(DoubleStream held, double hours, Duration review) {
    double reviews = Math.ceil(hours / (review.toSeconds() / 3600.0));
    return count(held) > reviews + OF_A_TRIAL;
  }

  /** Whether a bill shows them; a rollout changes the number too, for so short that none does. */
  public static boolean areShownBy(double asItRan, double goingOn) {
    return Math.abs(asItRan - goingOn) > SHOWN_FROM * Math.max(asItRan, goingOn);
  }

  /** Changes from one whole number to another. */
  private static int count(DoubleStream held) {
    int changes = 0;
    double before = Double.NaN;
    for (double replicas : held.filter(h -> !Double.isNaN(h)).map(Math::rint).toArray()) {
      if (!Double.isNaN(before) && replicas != before) {
        changes++;
      }
      before = replicas;
    }
    return changes;
  }
}
