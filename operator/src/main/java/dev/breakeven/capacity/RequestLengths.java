package dev.breakeven.capacity;

import dev.breakeven.traffic.TokenRates;

/**
 * Mean lengths of a request, tokens; NaN where requests were not counted.
 *
 * @param inputTokens prompt, cached ones included (Lin)
 * @param outputTokens generated (Lout)
 */
public record RequestLengths(double inputTokens, double outputTokens) {

  /** Requests were not counted. */
  public static final RequestLengths UNKNOWN = new RequestLengths(Double.NaN, Double.NaN);

  /** Tokens ÷ requests; unknown where there were none. */
  public static RequestLengths of(TokenRates tokens, double requestsPerSecond) {
    if (!(requestsPerSecond > 0)) {
      return UNKNOWN;
    }
    return new RequestLengths(
        (tokens.uncachedInput() + tokens.cachedInput()) / requestsPerSecond,
        tokens.output() / requestsPerSecond);
  }

  public boolean areKnown() {
    return !Double.isNaN(inputTokens);
  }

  /** Mean context a generated token reads, tokens; NaN where unknown. */
  public double contextTokens() {
    return ReplicaLoad.contextTokens(inputTokens, outputTokens);
  }
}
