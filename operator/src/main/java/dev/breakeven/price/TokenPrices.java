package dev.breakeven.price;

/**
 * The lines of one price list, each in money per 1,000,000 tokens of its kind.
 *
 * @param inputPerMillion uncached prompt tokens
 * @param cachedInput prompt tokens found in the API's cache
 * @param outputPerMillion generated tokens
 */
public record TokenPrices(Money inputPerMillion, CachedInput cachedInput, Money outputPerMillion) {

  /** What a prompt token found in the API's cache costs. */
  public sealed interface CachedInput {
    /** A price of its own, per 1,000,000 tokens. */
    record Listed(Money perMillion) implements CachedInput {}

    /** The list has no cached price: such a token costs as any input token. */
    record AsInput() implements CachedInput {}
  }

  /** A list with a cached price. */
  public static TokenPrices of(
      Money inputPerMillion, Money cachedInputPerMillion, Money outputPerMillion) {
    return new TokenPrices(
        inputPerMillion, new CachedInput.Listed(cachedInputPerMillion), outputPerMillion);
  }

  /** A list without a cached price. */
  public static TokenPrices of(Money inputPerMillion, Money outputPerMillion) {
    return new TokenPrices(inputPerMillion, new CachedInput.AsInput(), outputPerMillion);
  }

  /** What a cached prompt token costs, per 1,000,000: the listed price, else the input price. */
  public Money cachedInputPerMillion() {
    return cachedInput instanceof CachedInput.Listed listed ? listed.perMillion() : inputPerMillion;
  }
}
