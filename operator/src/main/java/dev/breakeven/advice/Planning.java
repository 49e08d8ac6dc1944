package dev.breakeven.advice;

import java.time.Duration;

/**
 * How a policy wants to be advised.
 *
 * @param window the past that the verdict is made from
 * @param hold shortest time a replica is kept once added
 * @param lead time from deciding on a replica to its serving
 * @param minSavingPercent saving below which a change of mind is not worth it, percent of the
 *     present cost
 * @param minCoveragePercent of the window's steps that must be known for a verdict
 */
public record Planning(
    Duration window,
    Duration hold,
    Duration lead,
    double minSavingPercent,
    double minCoveragePercent) {

  /** A week, an hour, ten minutes, 5 %, 80 %. */
  public static final Planning DEFAULT =
      new Planning(Duration.ofDays(7), Duration.ofHours(1), Duration.ofMinutes(10), 5, 80);
}
