package dev.breakeven.capacity.estimation;

import dev.breakeven.capacity.Capacity;

/**
 * How dear the kinds of tokens are beside each other, whatever the size of the replica: what a
 * traffic of one mix cannot teach, and a prior knows.
 *
 * @param cachedInputPerInput κh ÷ κx
 * @param outputPerInput κy ÷ κx
 * @param contextPerInput κc ÷ κx; infinite where reading context costs nothing
 */
public record TokenProportions(
    double cachedInputPerInput, double outputPerInput, double contextPerInput) {

  /**
   * Medians over 103 fits of published throughput, one for each model, GPU product and number of
   * GPUs (aiconfigurator 0.12.0, 2026-11-28): a generated token is 1.5 times as dear as one of
   * input, and as dear as 1,360 tokens of context. Cached input as dear as uncached.
   */
  public static final TokenProportions USUAL = new TokenProportions(1, 0.68, 920);

  /**
   * @throws IllegalArgumentException if a proportion is not positive
   */
  public TokenProportions {
    if (!(cachedInputPerInput > 0 && outputPerInput > 0 && contextPerInput > 0)) {
      throw new IllegalArgumentException("proportions of tokens are above 0");
    }
  }

  /** The proportions of a capacity, where they can be told; else the usual ones. */
  public static TokenProportions of(Capacity capacity) {
    double input = capacity.inputTokensPerSecond();
    if (Double.isInfinite(input)
        || Double.isInfinite(capacity.cachedInputTokensPerSecond())
        || Double.isInfinite(capacity.outputTokensPerSecond())) {
      return USUAL;
    }
    return new TokenProportions(
        capacity.cachedInputTokensPerSecond() / input,
        capacity.outputTokensPerSecond() / input,
        capacity.contextTokensPerSecond() / input);
  }

  /** A replica of these proportions that does so many uncached input tokens/s and nothing else. */
  Capacity withInput(double inputTokensPerSecond) {
    return new Capacity(
        inputTokensPerSecond,
        cachedInputPerInput * inputTokensPerSecond,
        outputPerInput * inputTokensPerSecond,
        contextPerInput * inputTokensPerSecond);
  }

  /** A copy in which cached tokens cost as much as uncached input. */
  TokenProportions withCachedAsInput() {
    return new TokenProportions(1, outputPerInput, contextPerInput);
  }

  /** A copy without a context term, for requests of unknown length. */
  TokenProportions withoutContext() {
    return new TokenProportions(cachedInputPerInput, outputPerInput, Double.POSITIVE_INFINITY);
  }
}
