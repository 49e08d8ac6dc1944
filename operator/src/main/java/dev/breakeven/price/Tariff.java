package dev.breakeven.price;

import dev.breakeven.traffic.TokenRates;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * What an offer charges for one kind of traffic, with its tier, batch share and discount worked in.
 * Doubles, for the planner: money per 1,000,000 tokens.
 *
 * @param inputPerMillion uncached prompt tokens
 * @param cachedInputPerMillion cached prompt tokens
 * @param outputPerMillion generated tokens
 * @param cacheHits how often the API's cache is taken to hit
 * @param cacheWritePerMillion prompt tokens that the cache is made to keep; as {@code
 *     inputPerMillion} where that costs nothing more
 * @param tokenRatio tokens that the API counts for one that the engine counts
 * @param hours prices at times of the day; of two that overlap the first counts
 */
public record Tariff(
    double inputPerMillion,
    double cachedInputPerMillion,
    double outputPerMillion,
    Offer.CacheHits cacheHits,
    double cacheWritePerMillion,
    double tokenRatio,
    List<Hours> hours) {

  private static final DailyHours ALWAYS =
      new DailyHours(LocalTime.MIN, LocalTime.MAX, ZoneOffset.UTC);

  /** Every token for nothing: what an API costs that nothing may be sent to. */
  public static final Tariff FREE = new Tariff(0, 0, 0, new Offer.CacheHits.AsOurs());

  public Tariff {
    hours = List.copyOf(hours);
  }

  /**
   * The same prices at any time, with tokens counted as the engine does and no cache-write price.
   */
  public Tariff(
      double inputPerMillion,
      double cachedInputPerMillion,
      double outputPerMillion,
      Offer.CacheHits cacheHits) {
    this(
        inputPerMillion,
        cachedInputPerMillion,
        outputPerMillion,
        cacheHits,
        inputPerMillion,
        1,
        List.of());
  }

  /**
   * What tokens of each kind cost, money per 1,000,000 tokens.
   *
   * @param input prompt tokens that were not found in the cache
   * @param cachedInput prompt tokens that were, or would have been had one been used
   * @param output generated tokens
   */
  public record Lines(double input, double cachedInput, double output) {}

  /** Prices at a time of the day. */
  public record Hours(
      DailyHours when, double input, double cachedInput, double output, double cacheWrite) {}

  /**
   * The tariff for prompts of that mean length. Requests are not told apart: a mean below a tier
   * prices all of them below it.
   *
   * @param meanInputTokens mean prompt length as the engine counts, cached ones included; NaN where
   *     it is not known, which falls into no tier
   */
  public static Tariff of(Offer offer, double meanInputTokens) {
    Optional<Offer.LongContextTier> tier =
        tierFor(offer.longContextTiers(), meanInputTokens * offer.tokenRatio());
    Hours usual =
        charged(offer, tier.map(Offer.LongContextTier::prices).orElse(offer.prices()), ALWAYS);
    return new Tariff(
        usual.input,
        usual.cachedInput,
        usual.output,
        offer.cacheHits(),
        usual.cacheWrite,
        offer.tokenRatio(),
        // What long prompts cost is listed for the whole day.
        tier.isPresent()
            ? List.of()
            : offer.hours().stream().map(h -> charged(offer, h.prices(), h.when())).toList());
  }

  /** A list with batch share and discount worked in. */
  private static Hours charged(Offer offer, TokenPrices prices, DailyHours when) {
    double batchShare = 0;
    TokenPrices batchPrices = prices;
    if (offer.batch() instanceof Offer.Batch.Listed batch) {
      batchShare = offer.batchSharePercent() / 100;
      batchPrices = batch.prices();
    }
    double paid = 1 - offer.discountPercent() / 100;
    return new Hours(
        when,
        paid * blend(prices.inputPerMillion(), batchPrices.inputPerMillion(), batchShare),
        paid
            * blend(
                prices.cachedInputPerMillion(), batchPrices.cachedInputPerMillion(), batchShare),
        paid * blend(prices.outputPerMillion(), batchPrices.outputPerMillion(), batchShare),
        paid
            * blend(prices.cacheWritePerMillion(), batchPrices.cacheWritePerMillion(), batchShare));
  }

  /** The highest tier that prompts of that mean length fall into, if any. */
  public static Optional<Offer.LongContextTier> tierFor(
      List<Offer.LongContextTier> tiers, double meanInputTokens) {
    return tiers.stream()
        .filter(tier -> meanInputTokens > tier.aboveInputTokens())
        .max((a, b) -> Long.compare(a.aboveInputTokens(), b.aboveInputTokens()));
  }

  /**
   * Tokens as the API counts them: by its tokenizer, with our cache hits or those that the offer
   * states.
   */
  public TokenRates asCounted(TokenRates tokens) {
    TokenRates counted = tokenRatio == 1 ? tokens : tokens.times(tokenRatio);
    if (cacheHits instanceof Offer.CacheHits.OfInput stated) {
      double input = counted.uncachedInput() + counted.cachedInput();
      double hits = stated.percent() / 100;
      return new TokenRates(input * (1 - hits), input * hits, counted.output());
    }
    return counted;
  }

  /**
   * What each kind of token costs in a step. Times of the day count by the part of the step that is
   * in them. Where writing to the cache has a price, all input that is not found there is written,
   * and the cache is used only where that costs less than doing without.
   *
   * @param counted the step's tokens as the API counts them
   * @param startEpochSecond start of the step, seconds UTC
   * @param stepSeconds its length, seconds
   */
  public Lines linesAt(TokenRates counted, long startEpochSecond, int stepSeconds) {
    Lines usual =
        lines(
            counted,
            inputPerMillion,
            cachedInputPerMillion,
            outputPerMillion,
            cacheWritePerMillion);
    if (hours.isEmpty()) {
      return usual;
    }
    double left = 1;
    double input = 0;
    double cachedInput = 0;
    double output = 0;
    for (Hours some : hours) {
      double share = Math.min(left, some.when.shareOf(startEpochSecond, stepSeconds));
      Lines then = lines(counted, some.input, some.cachedInput, some.output, some.cacheWrite);
      input += share * then.input;
      cachedInput += share * then.cachedInput;
      output += share * then.output;
      left -= share;
    }
    return new Lines(
        input + left * usual.input,
        cachedInput + left * usual.cachedInput,
        output + left * usual.output);
  }

  private static Lines lines(
      TokenRates counted, double input, double cachedInput, double output, double cacheWrite) {
    double withCache = counted.uncachedInput() * cacheWrite + counted.cachedInput() * cachedInput;
    double without = (counted.uncachedInput() + counted.cachedInput()) * input;
    if (cacheWrite == input || counted.cachedInput() == 0) {
      return new Lines(input, cachedInput, output);
    }
    return withCache < without
        ? new Lines(cacheWrite, cachedInput, output)
        : new Lines(input, input, output);
  }

  /** Money per second for these tokens per second at the ordinary prices of the day. */
  public double perSecond(TokenRates tokens) {
    TokenRates counted = asCounted(tokens);
    return perSecond(
        counted,
        lines(
            counted,
            inputPerMillion,
            cachedInputPerMillion,
            outputPerMillion,
            cacheWritePerMillion));
  }

  /**
   * Money per second for these tokens per second in a step: {@code (x·px + h·ph + y·py) ÷ 1e6}.
   *
   * @param startEpochSecond start of the step, seconds UTC
   * @param stepSeconds its length, seconds
   */
  public double perSecond(TokenRates tokens, long startEpochSecond, int stepSeconds) {
    TokenRates counted = asCounted(tokens);
    return perSecond(counted, linesAt(counted, startEpochSecond, stepSeconds));
  }

  private static double perSecond(TokenRates counted, Lines lines) {
    return (counted.uncachedInput() * lines.input
            + counted.cachedInput() * lines.cachedInput
            + counted.output() * lines.output)
        / 1e6;
  }

  private static double blend(Money ordinary, Money batch, double batchShare) {
    return ordinary.value() * (1 - batchShare) + batch.value() * batchShare;
  }
}
