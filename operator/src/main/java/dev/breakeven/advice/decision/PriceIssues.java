package dev.breakeven.advice.decision;

import static dev.breakeven.advice.decision.IssueRules.issue;
import static dev.breakeven.advice.decision.IssueRules.when;
import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.clauses;
import static dev.breakeven.reason.Parameter.count;
import static dev.breakeven.reason.Parameter.day;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.replicas;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.decision.IssueRules.Situation;
import dev.breakeven.price.Api;
import dev.breakeven.price.Commitment;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.price.OfferAge;
import dev.breakeven.price.OverheadPart;
import dev.breakeven.price.Tariff;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rules for issues of prices: of GPUs, of the API, of commitments. */
final class PriceIssues {

  /** Days before its end from which on a reservation's end is announced. */
  static final int RESERVATION_ENDS_SOON_DAYS = 60;

  private PriceIssues() {}

  static Optional<Issue> currencyDiffers(Situation s) {
    AdvisorInput input = s.input();
    List<Money> amounts = new ArrayList<>();
    if (input.selfHost().gpu() instanceof GpuPricing.Priced priced) {
      amounts.add(priced.hour().perHour());
    }
    input.selfHost().commitments().each().forEach(c -> amounts.add(c.gpuHour()));
    for (OverheadPart part : input.selfHost().monthlyOverhead()) {
      amounts.add(part.perMonth());
    }
    if (input.api() instanceof Api.Offered offered) {
      addPrices(amounts, offered.offer().prices());
      offered.offer().longContextTiers().forEach(tier -> addPrices(amounts, tier.prices()));
      if (offered.offer().batch() instanceof Offer.Batch.Listed batch) {
        addPrices(amounts, batch.prices());
      }
    }
    for (Money amount : amounts) {
      if (!amount.currency().equals(input.currency())) {
        return issue(
            Reason.CURRENCY_MISMATCH,
            Cause.CURRENCY_DIFFERS,
            name(input.currency().getCurrencyCode()),
            name(amount.currency().getCurrencyCode()));
      }
    }
    return Optional.empty();
  }

  private static void addPrices(List<Money> amounts, TokenPrices prices) {
    amounts.add(prices.inputPerMillion());
    amounts.add(prices.cachedInputPerMillion());
    amounts.add(prices.outputPerMillion());
  }

  static Optional<Issue> gpuPriceIsMissing(Situation s) {
    return s.input().selfHost().gpu() instanceof GpuPricing.Unpriced unpriced
        ? issue(
            unpriced.currencyDiffers() ? Reason.CURRENCY_MISMATCH : Reason.GPU_PRICE_MISSING,
            unpriced.message())
        : Optional.empty();
  }

  static Optional<Issue> offerIsMissing(Situation s) {
    if (!(s.input().api() instanceof Api.NoOffer none)) {
      return Optional.empty();
    }
    Reason reason =
        switch (none.why()) {
          case NOT_ON_CARD, PRICE_MISSING -> Reason.API_PRICE_MISSING;
          case GONE_FROM_CARD -> Reason.OFFER_GONE;
          case CARD_UNAVAILABLE -> Reason.RATE_CARD_UNAVAILABLE;
          case CURRENCY_MISMATCH -> Reason.CURRENCY_MISMATCH;
        };
    return issue(reason, none.message());
  }

  static Optional<Issue> offerIsStale(Situation s) {
    if (!(s.input().api() instanceof Api.Offered offered)) {
      return Optional.empty();
    }
    OfferAge age = OfferAge.of(offered.offer(), s.input().now());
    Parameter offer = name(offered.offer().name());
    if (age instanceof OfferAge.Stale stale) {
      return issue(
          Reason.OFFER_STALE,
          Cause.OFFER_OLD,
          offer,
          day(stale.asOf()),
          count(stale.days()),
          count(stale.maxAgeDays()));
    }
    return age instanceof OfferAge.Ahead ahead
        ? issue(Reason.OFFER_STALE, Cause.OFFER_DATED_AHEAD, offer, day(ahead.asOf()))
        : Optional.empty();
  }

  static Optional<Issue> cacheHitsAreAssumed(Situation s) {
    return when(
        s.seen().demand().cachedInput() > 0
            && s.input().api() instanceof Api.Offered offered
            && offered.offer().cacheHits() instanceof Offer.CacheHits.AsOurs,
        Reason.CACHE_HITS_ASSUMED,
        Cause.CACHE_HIT_RATE_ASSUMED);
  }

  static Optional<Issue> priceGoesByMeanLength(Situation s) {
    if (!(s.input().api() instanceof Api.Offered offered)) {
      return Optional.empty();
    }
    double mean = s.seen().lengths().inputTokens() * offered.offer().tokenRatio();
    return Tariff.tierFor(offered.offer().longContextTiers(), mean)
        .map(
            tier ->
                new Issue(
                    Reason.PRICE_TIER_BY_MEAN_LENGTH,
                    Message.of(
                        Cause.PRICED_BY_MEAN_LENGTH,
                        count(Math.round(mean)),
                        count(tier.aboveInputTokens()))));
  }

  static Optional<Issue> weightsDiffer(Situation s) {
    return when(
        s.input().api() instanceof Api.Offered offered
            && offered.offer().weights() == Offer.Weights.DIFFERENT,
        Reason.WEIGHTS_DIFFER,
        Cause.API_WEIGHTS_DIFFER);
  }

  static Optional<Issue> commitmentsHaveEnded(Situation s) {
    List<Commitment> over = s.input().selfHost().commitments().overAt(s.input().now());
    return over.isEmpty()
        ? Optional.empty()
        : issue(Reason.RESERVATION_ENDED, each(over, Cause.RESERVATION_HAS_ENDED));
  }

  static Optional<Issue> commitmentsEndSoon(Situation s) {
    LocalDate today = s.input().now().atZone(ZoneOffset.UTC).toLocalDate();
    List<Commitment> soon =
        s.input().selfHost().commitments().at(s.input().now()).each().stream()
            .filter(c -> ChronoUnit.DAYS.between(today, c.until()) <= RESERVATION_ENDS_SOON_DAYS)
            .toList();
    return soon.isEmpty()
        ? Optional.empty()
        : issue(Reason.RESERVATION_ENDS_SOON, each(soon, Cause.RESERVATION_ENDS));
  }

  private static Message each(List<Commitment> commitments, Cause cause) {
    List<Message> all =
        commitments.stream()
            .map(c -> Message.of(cause, clause(named(c)), day(c.until())))
            .distinct()
            .toList();
    return all.size() == 1 ? all.get(0) : Message.of(Cause.ALL_OF, clauses(all));
  }

  private static Message named(Commitment commitment) {
    if (commitment instanceof Commitment.Shared shared) {
      return Message.of(Cause.GPUS_COMMITTED, count(shared.of()), name(shared.product()));
    }
    return Message.of(
        Cause.REPLICAS_RESERVED, replicas(((Commitment.Reserved) commitment).replicas()));
  }
}
