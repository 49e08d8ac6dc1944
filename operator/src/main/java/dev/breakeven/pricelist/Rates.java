package dev.breakeven.pricelist;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One set of prices as a list states it, money per 1,000,000 tokens; null where it states none.
 *
 * @param input prompt tokens
 * @param cachedInput prompt tokens found in the provider's cache
 * @param cacheWrite prompt tokens written to the provider's cache, in place of the input price
 * @param output generated tokens
 */
record Rates(
    @Nullable BigDecimal input,
    @Nullable BigDecimal cachedInput,
    @Nullable BigDecimal cacheWrite,
    @Nullable BigDecimal output) {

  /** These prices, and the others where these say nothing. */
  Rates orElse(Rates others) {
    return new Rates(
        input == null ? others.input : input,
        cachedInput == null ? others.cachedInput : cachedInput,
        cacheWrite == null ? others.cacheWrite : cacheWrite,
        output == null ? others.output : output);
  }

  Rates withoutCachedInput() {
    return new Rates(input, null, cacheWrite, output);
  }

  Rates withoutCacheWrite() {
    return new Rates(input, cachedInput, null, output);
  }
}
