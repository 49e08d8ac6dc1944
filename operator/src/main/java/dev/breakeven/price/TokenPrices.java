package dev.breakeven.price;

/**
 * The lines of one price list, each in money per 1,000,000 tokens of its kind.
 *
 * @param inputPerMillion uncached prompt tokens
 * @param cachedInput prompt tokens found in the API's cache
 * @param outputPerMillion generated tokens
 * @param cacheWrite prompt tokens that the API's cache is made to keep
 */
public record TokenPrices(
    Money inputPerMillion, CachedInput cachedInput, Money outputPerMillion, CacheWrite cacheWrite) {

  /** What a prompt token found in the API's cache costs. */
  public sealed interface CachedInput {
    /** A price of its own, per 1,000,000 tokens. */
    record Listed(Money perMillion) implements CachedInput {}

    /** The list has no cached price: such a token costs as any input token. */
    record AsInput() implements CachedInput {}
  }

  /** The price of a prompt token that is written to the API's cache. */
  public sealed interface CacheWrite {
    /** A price of its own in place of the input price, per 1,000,000 tokens. */
    record Listed(Money perMillion) implements CacheWrite {}

    /** The list has no such price: such a token costs as any input token. */
    record AsInput() implements CacheWrite {}
  }

  /** A list with a cached price. */
  public static TokenPrices of(
      Money inputPerMillion, Money cachedInputPerMillion, Money outputPerMillion) {
    return new TokenPrices(
        inputPerMillion,
        new CachedInput.Listed(cachedInputPerMillion),
        outputPerMillion,
        new CacheWrite.AsInput());
  }

  /** A list without a cached price. */
  public static TokenPrices of(Money inputPerMillion, Money outputPerMillion) {
    return new TokenPrices(
        inputPerMillion, new CachedInput.AsInput(), outputPerMillion, new CacheWrite.AsInput());
  }

  /** A copy with a price for tokens written to the API's cache. */
  public TokenPrices withCacheWrite(Money perMillion) {
    return new TokenPrices(
        inputPerMillion, cachedInput, outputPerMillion, new CacheWrite.Listed(perMillion));
  }

  /** What a cached prompt token costs, per 1,000,000: the listed price, else the input price. */
  public Money cachedInputPerMillion() {
    return cachedInput instanceof CachedInput.Listed listed ? listed.perMillion() : inputPerMillion;
  }

  /** What a prompt token written to the cache costs, per 1,000,000: else the input price. */
  public Money cacheWritePerMillion() {
    return cacheWrite instanceof CacheWrite.Listed listed ? listed.perMillion() : inputPerMillion;
  }
}
