package dev.breakeven.advice;

import java.time.Duration;

/**
 * How a policy wants to be advised.
 *
 * @param window the past that the verdict is made from
 * @param hold shortest time a replica is kept once added
 * @param lead time from deciding on a replica to its serving
 * @param minSavingPercent saving below which a change is not worth it, percent of the present cost
 * @param minCoveragePercent of the window's steps that must be known for a verdict
 * @param scaling who changes the number of replicas
 * @param review how long a number that is set by hand stays
 */
public record Planning(
    Duration window,
    Duration hold,
    Duration lead,
    double minSavingPercent,
    double minCoveragePercent,
    Scaling scaling,
    Duration review) {

  /** How long a number that is set by hand stays where nothing is said. */
  public static final Duration DEFAULT_REVIEW = Duration.ofDays(7);

  /** A week, an hour, ten minutes, 5 %, 80 %; the load is followed. */
  public static final Planning DEFAULT =
      new Planning(Duration.ofDays(7), Duration.ofHours(1), Duration.ofMinutes(10), 5, 80);

  /** Planning without a review, for a load that is followed. */
  public Planning(
      Duration window,
      Duration hold,
      Duration lead,
      double minSavingPercent,
      double minCoveragePercent) {
    this(
        window,
        hold,
        lead,
        minSavingPercent,
        minCoveragePercent,
        Scaling.AUTOMATIC,
        DEFAULT_REVIEW);
  }

  /** A copy with another hold. */
  public Planning withHold(Duration other) {
    return new Planning(window, other, lead, minSavingPercent, minCoveragePercent, scaling, review);
  }

  /** Steps of that many seconds that an added replica is kept, at least 1. */
  public int holdSteps(int stepSeconds) {
    return Math.max(1, wholeSteps(hold, stepSeconds));
  }

  /** Steps of that many seconds from paying for a replica to its serving. */
  public int leadSteps(int stepSeconds) {
    return wholeSteps(lead, stepSeconds);
  }

  /** Steps of that many seconds in the window, at least 1. */
  public int windowSteps(int stepSeconds) {
    return Math.max(1, wholeSteps(window, stepSeconds));
  }

  /** A part of a step counts as a whole one: to serve or give up earlier would break the terms. */
  private static int wholeSteps(Duration duration, int stepSeconds) {
    return (int) -Math.floorDiv(-duration.toSeconds(), (long) stepSeconds);
  }
}
