package dev.breakeven.capacity;

/**
 * The latency within which a replica has to serve; {@link Double#POSITIVE_INFINITY} where a figure
 * is not asked for.
 *
 * @param timeToFirstTokenSeconds mean or percentile, as the steps carry it
 * @param interTokenLatencySeconds time between two tokens of one answer, same
 */
public record LatencyTarget(double timeToFirstTokenSeconds, double interTokenLatencySeconds) {

  /** No target: throughput at the engine's own limits counts. */
  public static final LatencyTarget NONE =
      new LatencyTarget(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  /**
   * @throws IllegalArgumentException if a figure is not positive
   */
  public LatencyTarget {
    if (!(timeToFirstTokenSeconds > 0 && interTokenLatencySeconds > 0)) {
      throw new IllegalArgumentException(
          "a latency target is above 0 s, not "
              + timeToFirstTokenSeconds
              + " and "
              + interTokenLatencySeconds);
    }
  }

  /** Whether anything is asked for. */
  public boolean isSet() {
    return Double.isFinite(timeToFirstTokenSeconds) || Double.isFinite(interTokenLatencySeconds);
  }
}
