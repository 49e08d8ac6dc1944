package dev.breakeven.terms;

import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicySpec.Prices;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.price.Api;
import dev.breakeven.price.ApiLimits;
import dev.breakeven.price.DailyHours;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
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

  /** The provider of the offer; empty if it is not stated. */
  String provider() {
    return listed.map(RateCardSpec.Offer::provider).orElse("");
  }

  /** What is offered, or why nothing is. */
  Api api() {
    Prices inline = spec.api().prices();
    if (inline != null) {
      return unknownZone("inline", inline)
          .orElseGet(
              () ->
                  new Api.Offered(
                      offer(
                          "inline",
                          inline,
                          limits(null, ratio(inline)),
                          Offer.Weights.COMPARABLE)));
    }
    if (listed.isPresent()) {
      RateCardSpec.Offer offer = listed.get();
      return unknownZone(offer.name(), offer.prices())
          .orElseGet(
              () ->
                  new Api.Offered(
                      offer(
                          offer.name(),
                          offer.prices(),
                          limits(offer.limits(), ratio(offer.prices())),
                          switch (offer.comparability()) {
                            case SAME -> Offer.Weights.SAME;
                            case COMPARABLE -> Offer.Weights.COMPARABLE;
                            case DIFFERENT -> Offer.Weights.DIFFERENT;
                          })));
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

  /** Refuses a price whose time of day cannot be read. */
  private static Optional<Api> unknownZone(String name, Prices prices) {
    return prices.hours().stream()
        .filter(hours -> zone(hours.timeZone()).isEmpty())
        .findFirst()
        .map(
            hours ->
                new Api.NoOffer(
                    Api.Why.PRICE_MISSING,
                    Message.of(
                        Cause.OFFER_TIME_ZONE_UNKNOWN,
                        name(name),
                        name(Objects.requireNonNullElse(hours.timeZone(), "UTC")))));
  }

  private static Optional<ZoneId> zone(@Nullable String name) {
    try {
      return Optional.of(name == null ? ZoneOffset.UTC : ZoneId.of(name));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static double ratio(Prices prices) {
    return prices.tokenRatio() == null ? 1 : Double.parseDouble(prices.tokenRatio());
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
        .add(new BigDecimal(prices.outputPerMillion()))
        .multiply(BigDecimal.valueOf(ratio(prices)));
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
            prices.inputPerMillion(),
            prices.cachedInputPerMillion(),
            prices.cacheWritePerMillion(),
            prices.outputPerMillion()),
        prices.longContext().stream()
            .sorted(Comparator.comparing(CostPolicySpec.LongContextTier::aboveInputTokens))
            .map(
                t ->
                    new Offer.LongContextTier(
                        t.aboveInputTokens(),
                        tokenPrices(
                            t.inputPerMillion(),
                            t.cachedInputPerMillion(),
                            t.cacheWritePerMillion(),
                            t.outputPerMillion())))
            .toList(),
        batch,
        api.batchPercent().doubleValue(),
        limits,
        api.discountPercent().doubleValue(),
        api.cacheHitPercent() == null
            ? new Offer.CacheHits.AsOurs()
            : new Offer.CacheHits.OfInput(api.cacheHitPercent().doubleValue()),
        read,
        weights,
        ratio(prices),
        prices.hours().stream().map(this::hours).toList());
  }

  private Offer.Hours hours(CostPolicySpec.DailyPrices daily) {
    return new Offer.Hours(
        new DailyHours(
            LocalTime.parse(daily.from()),
            LocalTime.parse(daily.to()),
            zone(daily.timeZone()).orElseThrow()),
        tokenPrices(
            daily.inputPerMillion(),
            daily.cachedInputPerMillion(),
            daily.cacheWritePerMillion(),
            daily.outputPerMillion()));
  }

  private TokenPrices tokenPrices(
      String input, @Nullable String cached, @Nullable String written, String output) {
    TokenPrices prices =
        cached == null
            ? TokenPrices.of(money(input), money(output))
            : TokenPrices.of(money(input), money(cached), money(output));
    return written == null ? prices : prices.withCacheWrite(money(written));
  }

  /**
   * The policy's limits, where it states them, before the offer's; tokens as the engine counts
   * them, of which the API makes {@code ratio} each.
   */
  private ApiLimits limits(CostPolicySpec.@Nullable Limits offered, double ratio) {
    CostPolicySpec.Limits own = spec.api().limits();
    return new ApiLimits(
        limit(own.tokensPerMinute(), offered == null ? null : offered.tokensPerMinute(), ratio),
        limit(own.requestsPerMinute(), offered == null ? null : offered.requestsPerMinute(), 1));
  }

  private static ApiLimits.Limit limit(@Nullable Long own, @Nullable Long offered, double ratio) {
    Long stated = own == null ? offered : own;
    return stated == null
        ? new ApiLimits.Limit.None()
        : new ApiLimits.Limit.PerMinute(stated / ratio);
  }

  private Money money(String amount) {
    return new Money(new BigDecimal(amount), currency);
  }
}
