package dev.breakeven.price;

import dev.breakeven.traffic.TokenRates;
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
 */
public record Tariff(
    double inputPerMillion,
    double cachedInputPerMillion,
    double outputPerMillion,
    Offer.CacheHits cacheHits) {

  /** Every token for nothing: what an API costs that nothing may be sent to. */
  public static final Tariff FREE = new Tariff(0, 0, 0, new Offer.CacheHits.AsOurs());

  /**
   * The tariff for prompts of that mean length. Requests are not told apart: a mean below a tier
   * prices all of them below it.
   *
   * @param meanInputTokens mean prompt length, cached ones included; NaN where it is not known,
   *     which falls into no tier
   */
  public static Tariff of(Offer offer, double meanInputTokens) {
    TokenPrices prices =
        tierFor(offer.longContextTiers(), meanInputTokens)
            .map(Offer.LongContextTier::prices)
            .orElse(offer.prices());
    double batchShare = 0;
    TokenPrices batchPrices = prices;
    if (offer.batch() instanceof Offer.Batch.Listed batch) {
      batchShare = offer.batchSharePercent() / 100;
      batchPrices = batch.prices();
    }
    double paid = 1 - offer.discountPercent() / 100;
    return new Tariff(
        paid * blend(prices.inputPerMillion(), batchPrices.inputPerMillion(), batchShare),
        paid
            * blend(
                prices.cachedInputPerMillion(), batchPrices.cachedInputPerMillion(), batchShare),
        paid * blend(prices.outputPerMillion(), batchPrices.outputPerMillion(), batchShare),
        offer.cacheHits());
  }

  /** The highest tier that prompts of that mean length fall into, if any. */
  public static Optional<Offer.LongContextTier> tierFor(
      List<Offer.LongContextTier> tiers, double meanInputTokens) {
    return tiers.stream()
        .filter(tier -> meanInputTokens > tier.aboveInputTokens())
        .max((a, b) -> Long.compare(a.aboveInputTokens(), b.aboveInputTokens()));
  }

  /** The same tokens as the API would count them: its cache hits as ours, or as often as stated. */
  public TokenRates asCounted(TokenRates tokens) {
    if (cacheHits instanceof Offer.CacheHits.OfInput stated) {
      double input = tokens.uncachedInput() + tokens.cachedInput();
      double hits = stated.percent() / 100;
      return new TokenRates(input * (1 - hits), input * hits, tokens.output());
    }
    return tokens;
  }

  /** Money per second for these tokens per second: {@code (x·px + h·ph + y·py) ÷ 1e6}. */
  public double perSecond(TokenRates tokens) {
    TokenRates counted = asCounted(tokens);
    return (counted.uncachedInput() * inputPerMillion
            + counted.cachedInput() * cachedInputPerMillion
            + counted.output() * outputPerMillion)
        / 1e6;
  }

  private static double blend(Money ordinary, Money batch, double batchShare) {
    return ordinary.value() * (1 - batchShare) + batch.value() * batchShare;
  }
}
