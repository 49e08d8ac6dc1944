package dev.breakeven.capacity;

import dev.breakeven.traffic.TokenRates;

/**
 * Replicas' worth of work in a step: {@code r = x/κx + h/κh + y/κy + y·(Lin + Lout/2)/κc}. Every
 * generated token reads the context before it, which is the whole prompt and on average half of
 * what was generated.
 */
public final class ReplicaLoad {

  private ReplicaLoad() {}

  /**
   * The work in these tokens.
   *
   * @param contextTokens mean context read by a generated token, {@link #contextTokens}
   */
  public static double of(TokenRates tokens, double contextTokens, Capacity capacity) {
    return of(
        tokens.uncachedInput(), tokens.cachedInput(), tokens.output(), contextTokens, capacity);
  }

  /** The same of tokens in columns. */
  public static double of(
      double uncachedInput,
      double cachedInput,
      double output,
      double contextTokens,
      Capacity capacity) {
    double load =
        uncachedInput / capacity.inputTokensPerSecond()
            + cachedInput / capacity.cachedInputTokensPerSecond()
            + output / capacity.outputTokensPerSecond();
    return capacity.hasContextTerm()
        ? load + output * contextTokens / capacity.contextTokensPerSecond()
        : load;
  }

  /**
   * Mean context a generated token reads, tokens. The product of the mean lengths stands for the
   * mean of their product, which long tails make an underestimate.
   */
  public static double contextTokens(double inputTokensPerRequest, double outputTokensPerRequest) {
    return inputTokensPerRequest + outputTokensPerRequest / 2;
  }
}
