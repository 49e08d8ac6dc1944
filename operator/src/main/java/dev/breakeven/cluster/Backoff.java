package dev.breakeven.cluster;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt: twice as long after each failure, up to a bound, and
 * somewhere between half of that and all of it, so that many that failed together do not come back
 * together (equal jitter; M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog,
 * 2015).
 *
 * @param first after the first failure, before jitter
 * @param most at most
 */
public record Backoff(Duration first, Duration most) {

  private static final int MOST_DOUBLINGS = 20;

  /**
   * The wait.
   *
   * @param failures in a row, at least 1
   */
  public Duration after(int failures) {
    int doublings = Math.min(MOST_DOUBLINGS, Math.max(0, failures - 1));
    long millis = Math.min(most.toMillis(), first.toMillis() << doublings);
    long half = Math.max(1, millis / 2);
    return Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
  }
}
