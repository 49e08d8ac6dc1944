package dev.breakeven.capacity.estimation;

import dev.breakeven.capacity.BenchmarkPoint;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.traffic.TokenRates;

/**
 * Tokens that one replica did while it could do no more.
 *
 * @param tokens tokens/s of one replica
 * @param contextTokens mean context a generated token read, tokens; NaN where lengths were not
 *     measured
 */
record SaturatedRate(TokenRates tokens, double contextTokens) {

  static SaturatedRate of(BenchmarkPoint point) {
    double q = point.requestsPerSecond();
    return new SaturatedRate(
        new TokenRates(
            q * (point.inputTokens() - point.cachedInputTokens()),
            q * point.cachedInputTokens(),
            q * point.outputTokens()),
        ReplicaLoad.contextTokens(point.inputTokens(), point.outputTokens()));
  }

  boolean hasLengths() {
    return !Double.isNaN(contextTokens);
  }

  /** Prompt tokens for each generated one; infinite where none was generated. */
  double inputPerOutput() {
    return (tokens.uncachedInput() + tokens.cachedInput()) / tokens.output();
  }
}
