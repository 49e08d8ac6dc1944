package dev.breakeven.pricelist;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a price list as it is written there, before anything is held against a bound. All
 * prices are money per 1,000,000 tokens, whatever unit the list uses.
 *
 * @param file the list
 * @param key the entry's name in the list
 * @param provider who sells it, as the list calls them; empty where it does not say
 * @param model the model, without the provider's name
 * @param prices the ordinary prices
 * @param tiers prices of long prompts
 * @param hours prices that apply at some time of the day only
 * @param batchInput input of requests that may wait
 * @param batchOutput output of requests that may wait
 * @param tokensPerMinute limit
 * @param requestsPerMinute limit
 * @param source where the list says that the prices are from
 * @param asOf day on which they were read
 * @param problems what the reader already found wrong
 */
record PriceEntry(
    String file,
    String key,
    String provider,
    String model,
    Rates prices,
    List<Tier> tiers,
    List<Hours> hours,
    @Nullable BigDecimal batchInput,
    @Nullable BigDecimal batchOutput,
    @Nullable Long tokensPerMinute,
    @Nullable Long requestsPerMinute,
    String source,
    LocalDate asOf,
    List<Problem> problems) {

  PriceEntry {
    tiers = List.copyOf(tiers);
    hours = List.copyOf(hours);
    problems = List.copyOf(problems);
  }

  /** Prices of prompts longer than that many tokens. */
  record Tier(long aboveInputTokens, Rates prices) {}

  /** Prices from one time of the day to another, UTC; over midnight where {@code to} is earlier. */
  record Hours(LocalTime from, LocalTime to, Rates prices) {}

  /** Something that is wrong with the entry or with a part of it. */
  record Problem(RefusalReason reason, String detail) {}

  /**
   * The name that its offer gets: provider and model, and the list's own name where it has both.
   */
  String offerName() {
    String name = provider.isEmpty() || key.startsWith(provider + "/") ? key : provider + "/" + key;
    return name.replaceAll("\\s+", "-");
  }

  PriceEntry withModel(String other) {
    return new PriceEntry(
        file,
        key,
        provider,
        other,
        prices,
        tiers,
        hours,
        batchInput,
        batchOutput,
        tokensPerMinute,
        requestsPerMinute,
        source,
        asOf,
        problems);
  }

  PriceEntry with(Rates otherPrices, List<Tier> otherTiers, List<Hours> otherHours) {
    return new PriceEntry(
        file,
        key,
        provider,
        model,
        otherPrices,
        otherTiers,
        otherHours,
        batchInput,
        batchOutput,
        tokensPerMinute,
        requestsPerMinute,
        source,
        asOf,
        problems);
  }
}
