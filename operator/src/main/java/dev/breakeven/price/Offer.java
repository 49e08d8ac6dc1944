package dev.breakeven.price;

import java.time.LocalDate;
import java.util.List;

/**
 * One API's price for one model, as resolved for one policy.
 *
 * @param name the offer's name on its rate card, or {@code inline} where the policy holds the
 *     prices
 * @param prices the list that applies below every tier
 * @param longContextTiers lists for longer prompts, in rising order of {@code aboveInputTokens}
 * @param batch the list for requests that may wait
 * @param batchSharePercent share of this traffic that may wait and is priced at the batch list, 0
 *     to 100
 * @param limits what the API lets through
 * @param discountPercent negotiated discount on every line, 0 to 100
 * @param cacheHits how often the API's cache is taken to hit
 * @param read when and where the prices were read
 * @param weights how the API's model compares with the one served on the GPUs
 * @param tokenRatio tokens that the API counts for one that the engine counts; 1 for one tokenizer
 * @param hours lists for times of the day, in place of {@code prices}
 */
public record Offer(
    String name,
    TokenPrices prices,
    List<LongContextTier> longContextTiers,
    Batch batch,
    double batchSharePercent,
    ApiLimits limits,
    double discountPercent,
    CacheHits cacheHits,
    PriceRead read,
    Weights weights,
    double tokenRatio,
    List<Hours> hours) {

  public Offer {
    longContextTiers = List.copyOf(longContextTiers);
    hours = List.copyOf(hours);
  }

  /** An offer that counts tokens as the engine does and costs the same at any time of the day. */
  public Offer(
      String name,
      TokenPrices prices,
      List<LongContextTier> longContextTiers,
      Batch batch,
      double batchSharePercent,
      ApiLimits limits,
      double discountPercent,
      CacheHits cacheHits,
      PriceRead read,
      Weights weights) {
    this(
        name,
        prices,
        longContextTiers,
        batch,
        batchSharePercent,
        limits,
        discountPercent,
        cacheHits,
        read,
        weights,
        1,
        List.of());
  }

  /** An offer of these prices and nothing else: no tier, no limit, no discount, undated. */
  public static Offer of(String name, TokenPrices prices) {
    return new Offer(
        name,
        prices,
        List.of(),
        new Batch.NotOffered(),
        0,
        ApiLimits.NONE,
        0,
        new CacheHits.AsOurs(),
        new PriceRead.Undated(),
        Weights.COMPARABLE);
  }

  /**
   * A list that replaces the ordinary one for prompts longer than {@code aboveInputTokens} tokens.
   */
  public record LongContextTier(long aboveInputTokens, TokenPrices prices) {}

  /** A list that replaces the ordinary one at some time of every day. */
  public record Hours(DailyHours when, TokenPrices prices) {}

  /** Prices for requests that may wait for hours. */
  public sealed interface Batch {
    /** At these prices. */
    record Listed(TokenPrices prices) implements Batch {}

    /** The API has no batch prices. */
    record NotOffered() implements Batch {}
  }

  /** How often the API's prompt cache is taken to hit. */
  public sealed interface CacheHits {
    /** As often as the engine's own prefix cache does; an assumption that is flagged. */
    record AsOurs() implements CacheHits {}

    /** This share of prompt tokens, 0 to 100, as the policy says. */
    record OfInput(double percent) implements CacheHits {}
  }

  /** When the prices were read. */
  public sealed interface PriceRead {
    /**
     * On a day, somewhere.
     *
     * @param asOf the day they were read
     * @param source where, say a URL
     * @param maxAgeDays how old the policy lets them get
     */
    record On(LocalDate asOf, String source, int maxAgeDays) implements PriceRead {}

    /** Prices without a date, as in a policy that states them itself. */
    record Undated() implements PriceRead {}
  }

  /** How the API's model compares with the weights served on the GPUs. */
  public enum Weights {
    SAME,
    COMPARABLE,
    DIFFERENT
  }
}
