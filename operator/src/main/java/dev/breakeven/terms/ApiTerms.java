package dev.breakeven.terms;

import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicySpec.Prices;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.price.Api;
import dev.breakeven.price.ApiLimits;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Currency;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the API asks: the policy's own prices, else an offer on its rate card. */
final class ApiTerms {

  private final CostPolicySpec spec;
  private final RateCardLookup card;
  private final Currency currency;
  private final Optional<RateCardSpec.Offer> listed;

  ApiTerms(CostPolicySpec spec, RateCardLookup card, Currency currency) {
    this.spec = spec;
    this.card = card;
    this.currency = currency;
    listed = listedOffer();
  }

  /** Who sells the offer; empty where nobody says. */
  String provider() {
    return listed.map(RateCardSpec.Offer::provider).orElse("");
  }

  /** What is offered, or why nothing is. */
  Api api() {
    Prices inline = spec.api().prices();
    if (inline != null) {
      return new Api.Offered(offer("inline", inline, limits(null), Offer.Weights.COMPARABLE));
    }
    if (listed.isPresent()) {
      RateCardSpec.Offer offer = listed.get();
      return new Api.Offered(
          offer(
              offer.name(),
              offer.prices(),
              limits(offer.limits()),
              switch (offer.comparability()) {
                case SAME -> Offer.Weights.SAME;
                case COMPARABLE -> Offer.Weights.COMPARABLE;
                case DIFFERENT -> Offer.Weights.DIFFERENT;
              }));
    }
    if (card instanceof RateCardLookup.Unusable unusable) {
      return new Api.NoOffer(
          unusable.reason() == Reason.CURRENCY_MISMATCH
              ? Api.Why.CURRENCY_MISMATCH
              : Api.Why.CARD_UNAVAILABLE,
          unusable.message());
    }
    if (spec.api().offer() != null) {
      return new Api.NoOffer(
          Api.Why.GONE_FROM_CARD,
          Message.of(Cause.OFFER_NOT_ON_CARD, name(spec.rateCard()), name(spec.api().offer())));
    }
    return new Api.NoOffer(
        Api.Why.NOT_ON_CARD,
        Message.of(Cause.NO_OFFER_FOR_MODEL, name(spec.rateCard()), name(spec.model())));
  }

  /** The offer on the rate card that the policy names, or the cheapest for its model. */
  private Optional<RateCardSpec.Offer> listedOffer() {
    if (spec.api().prices() != null || !(card instanceof RateCardLookup.Usable usable)) {
      return Optional.empty();
    }
    String named = spec.api().offer();
    if (named != null) {
      return usable.spec().offers().stream().filter(o -> o.name().equals(named)).findFirst();
    }
    return usable.spec().offers().stream()
        .filter(o -> o.model().equals(spec.model()))
        .filter(o -> o.comparability() != RateCardSpec.Comparability.DIFFERENT)
        .min(
            Comparator.comparing(RateCardSpec.Offer::comparability)
                .thenComparing(o -> dearness(o.prices()))
                .thenComparing(RateCardSpec.Offer::name));
  }

  /**
   * Orders price lists where the mix is not known yet: three tokens in for one out, which is how
   * list prices are commonly blended.
   */
  private static BigDecimal dearness(Prices prices) {
    return new BigDecimal(prices.inputPerMillion())
        .multiply(BigDecimal.valueOf(3))
        .add(new BigDecimal(prices.outputPerMillion()));
  }

  private Offer offer(String name, Prices prices, ApiLimits limits, Offer.Weights weights) {
    CostPolicySpec.Api api = spec.api();
    Offer.Batch batch =
        prices.batchInputPerMillion() == null || prices.batchOutputPerMillion() == null
            ? new Offer.Batch.NotOffered()
            : new Offer.Batch.Listed(
                TokenPrices.of(
                    money(prices.batchInputPerMillion()), money(prices.batchOutputPerMillion())));
    Offer.PriceRead read =
        prices.asOf() == null
            ? new Offer.PriceRead.Undated()
            : new Offer.PriceRead.On(
                LocalDate.parse(prices.asOf()),
                Objects.requireNonNullElse(prices.source(), ""),
                api.maxOfferAgeDays());
    return new Offer(
        name,
        tokenPrices(
            prices.inputPerMillion(), prices.cachedInputPerMillion(), prices.outputPerMillion()),
        prices.longContext().stream()
            .sorted(Comparator.comparing(CostPolicySpec.LongContextTier::aboveInputTokens))
            .map(
                t ->
                    new Offer.LongContextTier(
                        t.aboveInputTokens(),
                        tokenPrices(
                            t.inputPerMillion(), t.cachedInputPerMillion(), t.outputPerMillion())))
            .toList(),
        batch,
        api.batchPercent().doubleValue(),
        limits,
        api.discountPercent().doubleValue(),
        api.cacheHitPercent() == null
            ? new Offer.CacheHits.AsOurs()
            : new Offer.CacheHits.OfInput(api.cacheHitPercent().doubleValue()),
        read,
        weights);
  }

  private TokenPrices tokenPrices(String input, @Nullable String cached, String output) {
    return cached == null
        ? TokenPrices.of(money(input), money(output))
        : TokenPrices.of(money(input), money(cached), money(output));
  }

  /** The policy's limits, where it states them, before the offer's. */
  private ApiLimits limits(CostPolicySpec.@Nullable Limits offered) {
    CostPolicySpec.Limits own = spec.api().limits();
    return new ApiLimits(
        limit(own.tokensPerMinute(), offered == null ? null : offered.tokensPerMinute()),
        limit(own.requestsPerMinute(), offered == null ? null : offered.requestsPerMinute()));
  }

  private static ApiLimits.Limit limit(@Nullable Long own, @Nullable Long offered) {
    Long stated = own == null ? offered : own;
    return stated == null ? new ApiLimits.Limit.None() : new ApiLimits.Limit.PerMinute(stated);
  }

  private Money money(String amount) {
    return new Money(new BigDecimal(amount), currency);
  }
}
