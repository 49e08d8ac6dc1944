package dev.breakeven.price;

/**
 * What an API lets through.
 *
 * @param tokensPerMinute all tokens, cached ones included
 * @param requestsPerMinute requests
 */
public record ApiLimits(Limit tokensPerMinute, Limit requestsPerMinute) {

  /** No limit is known. */
  public static final ApiLimits NONE = new ApiLimits(new Limit.None(), new Limit.None());

  /** One limit. */
  public sealed interface Limit {
    /** At most this many a minute. */
    record PerMinute(double value) implements Limit {}

    /** None is stated. */
    record None() implements Limit {}
  }
}
