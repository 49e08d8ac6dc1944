package dev.breakeven.capacity;

/**
 * What one replica sustains at its latency target: tokens/s of each kind if it did nothing else,
 * and context tokens read/s while generating. {@link Double#POSITIVE_INFINITY} says that a kind
 * takes nothing of a replica, so its term of the load is 0; a capacity without a context term has
 * an infinite one.
 *
 * @param inputTokensPerSecond κx, uncached prompt tokens/s, more than 0
 * @param cachedInputTokensPerSecond κh, cached prompt tokens/s, more than 0; equal to κx unless
 *     known better
 * @param outputTokensPerSecond κy, generated tokens/s, more than 0
 * @param contextTokensPerSecond κc, context tokens read/s, more than 0
 */
public record Capacity(
    double inputTokensPerSecond,
    double cachedInputTokensPerSecond,
    double outputTokensPerSecond,
    double contextTokensPerSecond) {

  /**
   * @throws IllegalArgumentException if a figure is not positive, or all are infinite
   */
  public Capacity {
    double least = Double.POSITIVE_INFINITY;
    for (double k :
        new double[] {
          inputTokensPerSecond,
          cachedInputTokensPerSecond,
          outputTokensPerSecond,
          contextTokensPerSecond
        }) {
      if (!(k > 0)) {
        throw new IllegalArgumentException("a replica's tokens/s must be above 0, not " + k);
      }
      least = Math.min(least, k);
    }
    if (Double.isInfinite(least)) {
      throw new IllegalArgumentException("a replica that takes any load is no capacity");
    }
  }

  /** Without a context term, cached input as dear as uncached. */
  public static Capacity of(double inputTokensPerSecond, double outputTokensPerSecond) {
    return of(inputTokensPerSecond, outputTokensPerSecond, Double.POSITIVE_INFINITY);
  }

  /** With a context term, cached input as dear as uncached. */
  public static Capacity of(
      double inputTokensPerSecond, double outputTokensPerSecond, double contextTokensPerSecond) {
    return new Capacity(
        inputTokensPerSecond, inputTokensPerSecond, outputTokensPerSecond, contextTokensPerSecond);
  }

  /** A copy in which every kind of token is processed {@code factor} times as fast. */
  public Capacity times(double factor) {
    return new Capacity(
        inputTokensPerSecond * factor,
        cachedInputTokensPerSecond * factor,
        outputTokensPerSecond * factor,
        contextTokensPerSecond * factor);
  }

  /** Whether generating reads a context that has a cost of its own. */
  public boolean hasContextTerm() {
    return Double.isFinite(contextTokensPerSecond);
  }
}
