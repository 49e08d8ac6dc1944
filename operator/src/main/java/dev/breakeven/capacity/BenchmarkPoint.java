package dev.breakeven.capacity;

/**
 * One measured maximum of one replica at its latency target.
 *
 * @param inputTokens prompt tokens of a request, cached ones included
 * @param cachedInputTokens of those, found in the prefix cache
 * @param outputTokens generated tokens of a request
 * @param requestsPerSecond requests finished per second by one replica
 */
public record BenchmarkPoint(
    double inputTokens, double cachedInputTokens, double outputTokens, double requestsPerSecond) {

  /**
   * @throws IllegalArgumentException if a figure is negative or not finite, nothing is asked for,
   *     or more is cached than is put in
   */
  public BenchmarkPoint {
    if (!(inputTokens >= 0
        && cachedInputTokens >= 0
        && outputTokens >= 0
        && inputTokens + outputTokens > 0
        && requestsPerSecond > 0
        && Double.isFinite(inputTokens + outputTokens + requestsPerSecond))) {
      throw new IllegalArgumentException(
          "a benchmark point needs tokens and requests/s above 0: "
              + inputTokens
              + " in, "
              + outputTokens
              + " out, "
              + requestsPerSecond
              + "/s");
    }
    if (cachedInputTokens > inputTokens) {
      throw new IllegalArgumentException(
          cachedInputTokens + " cached of only " + inputTokens + " input tokens");
    }
  }
}
