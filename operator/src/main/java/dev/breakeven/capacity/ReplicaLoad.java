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
    double load =
        tokens.uncachedInput() / capacity.inputTokensPerSecond()
            + tokens.cachedInput() / capacity.cachedInputTokensPerSecond()
            + tokens.output() / capacity.outputTokensPerSecond();
    return capacity.hasContextTerm()
        ? load + tokens.output() * contextTokens / capacity.contextTokensPerSecond()
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
