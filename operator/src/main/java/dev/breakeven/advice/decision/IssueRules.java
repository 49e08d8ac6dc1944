package dev.breakeven.advice.decision;

import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.clauses;
import static dev.breakeven.reason.Parameter.count;
import static dev.breakeven.reason.Parameter.day;
import static dev.breakeven.reason.Parameter.hours;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.percent;
import static dev.breakeven.reason.Parameter.replicas;
import static dev.breakeven.reason.Parameter.time;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.LengthTail;
import dev.breakeven.advice.Workload;
import dev.breakeven.advice.costing.HeadroomUse;
import dev.breakeven.advice.costing.ObservationWindow;
import dev.breakeven.advice.costing.TrafficSummary;
import dev.breakeven.advice.costing.UnseenTimes;
import dev.breakeven.capacity.CapacityBasis;
import dev.breakeven.capacity.CapacityEstimate.Contradiction;
import dev.breakeven.capacity.CapacityEstimate.ServedMore;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.CapacityEvidence.FitError;
import dev.breakeven.capacity.CapacityEvidence.MeasuredMix;
import dev.breakeven.capacity.CapacityFinding;
import dev.breakeven.capacity.estimation.CapacityAssessment;
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
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What a reader must know beside the figures: a list of small rules, each of which may speak. */
public final class IssueRules {

  /**
   * Share of the known steps with requests waiting from which on demand is a lower bound, percent.
   */
  static final double LOWER_BOUND_FROM_PERCENT = 1;

  /** Share of the known steps served above the headroom from which on it is said, percent. */
  static final double HEADROOM_USED_FROM_PERCENT = 1;

  /** Of each day, unknown on most days: from then on it is said. */
  static final Duration UNSEEN_FROM = Duration.ofMinutes(30);

  private static final Duration HOUR = Duration.ofHours(1);

  /** Relative error of a fit from which on it is said to miss. */
  static final double FIT_MISSES_FROM = 0.25;

  /**
   * 95th percentile of a length over its mean from which on the tail is long; 3.0 is exponential.
   */
  static final double LONG_TAIL_FROM_P95_TO_MEAN = 4;

  /** Days before its end from which on a reservation's end is announced. */
  static final int RESERVATION_ENDS_SOON_DAYS = 60;

  /** Issues that only a policy which names workloads has. */
  private static final Set<Reason> SAID_OF_WORKLOADS =
      EnumSet.of(Reason.WORKLOAD_NOT_FOUND, Reason.SERIES_MISSING);

  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration WEEK = Duration.ofDays(7);

  /** What the rules look at. */
  public record Situation(
      AdvisorInput input, ObservationWindow window, TrafficSummary seen, CapacityFinding finding) {

    CapacityEvidence capacity() {
      return finding.evidence();
    }
  }

  private static final List<Function<Situation, Optional<Issue>>> RULES =
      List.of(
          IssueRules::currencyDiffers,
          IssueRules::gpuPriceIsMissing,
          IssueRules::noTrafficIsKnown,
          IssueRules::historyIsTooShort,
          IssueRules::coverageIsLow,
          IssueRules::hoursAreUnseen,
          IssueRules::capacityIsUnknown,
          IssueRules::offerIsMissing,
          IssueRules::offerIsStale,
          IssueRules::windowIsShort,
          IssueRules::lastDemandIsKept,
          IssueRules::demandIsALowerBound,
          IssueRules::capacityIsOnlyPublished,
          IssueRules::capacityIsContradicted,
          IssueRules::fitMisses,
          IssueRules::latencyIsMissed,
          IssueRules::latencyIsUnmeasured,
          IssueRules::mixHasDrifted,
          IssueRules::tailIsLong,
          IssueRules::lengthsAreUnknown,
          IssueRules::nothingWasAsked,
          IssueRules::windowIsNotWholeWeeks,
          IssueRules::cacheIsUnmeasured,
          IssueRules::cacheHitsAreAssumed,
          IssueRules::priceGoesByMeanLength,
          IssueRules::weightsDiffer,
          IssueRules::replicasAreUnmeasured,
          IssueRules::readyReplicasAreUnseen,
          IssueRules::commitmentsEndSoon,
          IssueRules::commitmentsHaveEnded);

  private IssueRules() {}

  /**
   * Every issue, those found upstream included, heaviest first. Where upstream already gave a
   * reason its sentence stands: it knows names that are not known here.
   */
  public static List<Issue> of(Situation situation) {
    List<Issue> given = situation.input().issues();
    List<Issue> issues = new ArrayList<>(given);
    for (Function<Situation, Optional<Issue>> rule : RULES) {
      rule.apply(situation)
          .filter(issue -> given.stream().noneMatch(g -> g.reason() == issue.reason()))
          .ifPresent(issues::add);
    }
    return heaviestFirst(issues);
  }

  /** The same issues, heaviest first, in order otherwise, none twice. */
  public static List<Issue> heaviestFirst(List<Issue> issues) {
    return issues.stream()
        .distinct()
        .sorted(Comparator.comparing(issue -> issue.reason().weight()))
        .toList();
  }

  private static Optional<Issue> currencyDiffers(Situation s) {
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

  private static Optional<Issue> gpuPriceIsMissing(Situation s) {
    return s.input().selfHost().gpu() instanceof GpuPricing.Unpriced unpriced
        ? issue(
            unpriced.currencyDiffers() ? Reason.CURRENCY_MISMATCH : Reason.GPU_PRICE_MISSING,
            unpriced.message())
        : Optional.empty();
  }

  private static Optional<Issue> noTrafficIsKnown(Situation s) {
    return when(
        s.window().knownSteps() == 0,
        Reason.NO_TRAFFIC_DATA,
        s.input().workloads().isEmpty()
                && s.input().issues().stream()
                    .noneMatch(issue -> SAID_OF_WORKLOADS.contains(issue.reason()))
            ? Cause.NO_STEP_WITH_GATEWAY_TOKENS
            : Cause.NO_STEP_WITH_TOKENS,
        name(s.input().model()));
  }

  private static Optional<Issue> historyIsTooShort(Situation s) {
    Duration least = ObservationWindow.leastSpan(s.input().planning());
    return when(
        s.window().knownSteps() > 0 && s.window().span().compareTo(least) < 0,
        Reason.HISTORY_TOO_SHORT,
        Cause.HISTORY_TOO_SHORT_FOR_VERDICT,
        hours(s.window().span()),
        hours(least));
  }

  private static Optional<Issue> coverageIsLow(Situation s) {
    double asked = s.input().planning().minCoveragePercent();
    return when(
        s.window().knownSteps() > 0 && s.window().coveragePercent() < asked,
        Reason.COVERAGE_LOW,
        Cause.WINDOW_PARTLY_KNOWN,
        percent(s.window().coveragePercent()),
        percent(asked));
  }

  private static Optional<Issue> hoursAreUnseen(Situation s) {
    Duration step = Duration.ofSeconds(s.window().history().grid().stepSeconds());
    return unseen(
            UnseenTimes.of(List.of(s.window().history()), Duration.ofDays(1), step),
            step,
            Cause.TIMES_OF_DAY_UNSEEN)
        .or(
            () ->
                unseen(
                    UnseenTimes.of(s.input().past().all(), Duration.ofDays(7), HOUR),
                    HOUR,
                    Cause.TIMES_OF_WEEK_UNSEEN));
  }

  private static Optional<Issue> unseen(List<Instant> times, Duration each, Cause cause) {
    Duration length = each.multipliedBy(times.size());
    return length.compareTo(UNSEEN_FROM) < 0
        ? Optional.empty()
        : issue(Reason.HOURS_UNSEEN, cause, hours(length), time(times.get(0)));
  }

  private static Optional<Issue> capacityIsUnknown(Situation s) {
    return s.capacity() instanceof CapacityEvidence.Unknown unknown
        ? issue(Reason.CAPACITY_UNKNOWN, unknown.message())
        : Optional.empty();
  }

  private static Optional<Issue> offerIsMissing(Situation s) {
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

  private static Optional<Issue> offerIsStale(Situation s) {
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

  private static Optional<Issue> windowIsShort(Situation s) {
    Duration window = s.input().planning().window();
    return when(
        s.window().knownSteps() > 0 && s.window().span().compareTo(window) < 0,
        Reason.SHORT_HISTORY,
        Cause.HISTORY_SHORTER_THAN_WINDOW,
        hours(s.window().span()),
        hours(window));
  }

  private static Optional<Issue> lastDemandIsKept(Situation s) {
    return when(
        s.window().endsEarly(),
        Reason.LAST_DEMAND_KEPT,
        Cause.DEMAND_BEFORE_SCALE_TO_ZERO_USED,
        time(s.window().to()));
  }

  private static Optional<Issue> demandIsALowerBound(Situation s) {
    double percent = 100.0 * s.seen().saturatedSteps() / Math.max(1, s.window().knownSteps());
    return when(
        percent >= LOWER_BOUND_FROM_PERCENT,
        Reason.DEMAND_LOWER_BOUND,
        Cause.REQUESTS_WERE_WAITING,
        percent(percent));
  }

  private static Optional<Issue> capacityIsOnlyPublished(Situation s) {
    return s.capacity() instanceof CapacityEvidence.Published published
        ? issue(
            Reason.CAPACITY_PUBLISHED,
            Cause.CAPACITY_ONLY_PUBLISHED,
            name(published.source()),
            percent(100 * published.range().lowFactor()),
            percent(100 * published.range().highFactor()))
        : Optional.empty();
  }

  private static Optional<Issue> capacityIsContradicted(Situation s) {
    CapacityFinding finding = s.finding();
    if (!finding.servedMore().isEmpty()) {
      ServedMore served = finding.servedMore().get(0);
      return issue(
          Reason.CAPACITY_CONTRADICTED,
          switch (finding.served()) {
            case BY_THESE_REPLICAS -> Cause.REPLICA_SERVED_MORE;
            case MAYBE_ELSEWHERE -> Cause.REPLICA_SERVED_MORE_OR_OTHERS_DID;
          },
          named(served.refuted()),
          Parameter.decimal(served.factor(), 1));
    }
    return finding.contradictions().stream()
        .filter(IssueRules::isBetweenWitnesses)
        .findFirst()
        .flatMap(
            contradiction ->
                issue(
                    Reason.CAPACITY_CONTRADICTED,
                    Cause.CAPACITIES_CONTRADICT,
                    named(contradiction.counts()),
                    named(contradiction.contradicts()),
                    Parameter.decimal(contradiction.factor(), 1)));
  }

  /** Deployments differ from what is published by as much as a factor of four. */
  private static boolean isBetweenWitnesses(Contradiction contradiction) {
    return !(contradiction.contradicts() instanceof CapacityBasis.Published)
        || contradiction.counts() instanceof CapacityBasis.Declared
        || contradiction.counts() instanceof CapacityBasis.Benchmarks;
  }

  private static Parameter named(CapacityBasis basis) {
    return new Parameter.Clause(Message.of(basis.named()));
  }

  private static Optional<Issue> fitMisses(Situation s) {
    FitError error;
    if (s.capacity() instanceof CapacityEvidence.Fitted fitted) {
      error = fitted.error();
    } else if (s.capacity() instanceof CapacityEvidence.Learned learned) {
      error = learned.error();
    } else {
      return Optional.empty();
    }
    return when(
        error.greatest() >= FIT_MISSES_FROM,
        Reason.CAPACITY_MISSES,
        Cause.CAPACITY_FIT_MISSES,
        percent(100 * error.greatest()),
        percent(100 * error.mean()));
  }

  private static Optional<Issue> latencyIsMissed(Situation s) {
    double share = latencyMissedShare(s).orElse(0);
    return when(
        share >= LatencyCheck.MISSED_FROM_SHARE,
        Reason.LATENCY_MISSED,
        Cause.LATENCY_TARGET_MISSED,
        percent(100 * share));
  }

  private static Optional<Issue> latencyIsUnmeasured(Situation s) {
    return when(
        latencyMissedShare(s).isEmpty(), Reason.LATENCY_UNMEASURED, Cause.LATENCY_NOT_MEASURED);
  }

  private static OptionalDouble latencyMissedShare(Situation s) {
    return LatencyCheck.missedShare(s.window().history(), s.input().terms().serving().target());
  }

  private static Optional<Issue> mixHasDrifted(Situation s) {
    MeasuredMix measuredAt;
    if (s.capacity() instanceof CapacityEvidence.Fitted fitted) {
      measuredAt = fitted.measuredAt();
    } else if (s.capacity() instanceof CapacityEvidence.Learned learned) {
      measuredAt = learned.measuredAt();
    } else {
      return Optional.empty();
    }
    return when(
        CapacityAssessment.hasDrifted(
            measuredAt, s.seen().demand(), s.seen().lengths().contextTokens()),
        Reason.MIX_DRIFTED,
        Cause.MIX_OUTSIDE_MEASURED);
  }

  private static Optional<Issue> tailIsLong(Situation s) {
    if (!(s.input().past().tails() instanceof LengthTail.Measured tail)
        || !(s.capacity() instanceof CapacityEvidence.Known known)) {
      return Optional.empty();
    }
    boolean isLong =
        tail.p95InputTokens() >= LONG_TAIL_FROM_P95_TO_MEAN * s.seen().lengths().inputTokens()
            || tail.p95OutputTokens()
                >= LONG_TAIL_FROM_P95_TO_MEAN * s.seen().lengths().outputTokens();
    return when(isLong && known.capacity().hasContextTerm(), Reason.LONG_TAIL, Cause.LONG_REQUESTS);
  }

  private static Optional<Issue> lengthsAreUnknown(Situation s) {
    boolean context =
        s.capacity() instanceof CapacityEvidence.Known known && known.capacity().hasContextTerm();
    boolean tiers =
        s.input().api() instanceof Api.Offered offered
            && !offered.offer().longContextTiers().isEmpty();
    return when(
        s.seen().demand().total() > 0 && !s.seen().lengths().areKnown() && (context || tiers),
        Reason.REQUEST_LENGTHS_UNKNOWN,
        Cause.REQUESTS_NOT_COUNTED_FOR_LENGTHS);
  }

  private static Optional<Issue> nothingWasAsked(Situation s) {
    return when(
        s.window().knownSteps() > 0 && s.seen().demand().total() == 0,
        Reason.NO_TRAFFIC,
        Cause.NO_TOKENS_REQUESTED,
        name(s.input().model()));
  }

  private static Optional<Issue> windowIsNotWholeWeeks(Situation s) {
    return when(
        s.window().span().toSeconds() % WEEK.toSeconds() != 0,
        Reason.NOT_WHOLE_WEEKS,
        Cause.MONTH_REPEATS_PARTIAL_WEEKS,
        hours(s.window().span()));
  }

  private static Optional<Issue> cacheIsUnmeasured(Situation s) {
    return when(
        s.window().knownSteps() > 0 && !s.seen().cacheMeasured(),
        Reason.CACHE_UNMEASURED,
        Cause.CACHE_HITS_NOT_MEASURED);
  }

  private static Optional<Issue> cacheHitsAreAssumed(Situation s) {
    return when(
        s.seen().demand().cachedInput() > 0
            && s.input().api() instanceof Api.Offered offered
            && offered.offer().cacheHits() instanceof Offer.CacheHits.AsOurs,
        Reason.CACHE_HITS_ASSUMED,
        Cause.CACHE_HIT_RATE_ASSUMED);
  }

  private static Optional<Issue> priceGoesByMeanLength(Situation s) {
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

  private static Optional<Issue> weightsDiffer(Situation s) {
    return when(
        s.input().api() instanceof Api.Offered offered
            && offered.offer().weights() == Offer.Weights.DIFFERENT,
        Reason.WEIGHTS_DIFFER,
        Cause.API_WEIGHTS_DIFFER);
  }

  private static Optional<Issue> replicasAreUnmeasured(Situation s) {
    return when(
        s.window().knownSteps() > 0
            && s.input().replicasNow() > 0
            && s.window().history().replicasHeld().measuredSteps() == 0,
        Reason.REPLICAS_UNMEASURED,
        Cause.REPLICAS_NOT_MEASURED,
        replicas(s.input().replicasNow()));
  }

  /**
   * Where pods that were scraped stand in for the replicas that ran, replicas that nobody scrapes
   * are in no count. Of the last day the most: one that has just come is not yet seen.
   */
  private static Optional<Issue> readyReplicasAreUnseen(Situation s) {
    int ready = s.input().workloads().stream().mapToInt(Workload::replicasReady).sum();
    TrafficHistory traffic = s.input().past().traffic();
    Series held = traffic.replicasHeld();
    long steps = DAY.toSeconds() / traffic.grid().stepSeconds();
    double most =
        IntStream.range((int) Math.max(0, held.steps() - steps), held.steps())
            .mapToDouble(step -> held.at(step, 0))
            .max()
            .orElse(0);
    return when(
        s.input().issues().stream().anyMatch(i -> i.reason() == Reason.REPLICAS_FROM_UP)
            && most > 0
            && ready > Math.round(most),
        Reason.PODS_UNSCRAPED,
        Cause.READY_REPLICAS_NOT_SEEN,
        replicas(ready),
        replicas((int) Math.round(most)));
  }

  /** Whether headroom is used in more than few steps. */
  public static boolean isMaterial(HeadroomUse use) {
    return use.percentOfSteps() >= HEADROOM_USED_FROM_PERCENT;
  }

  public static Issue headroomIsUsed(HeadroomUse use, AdvisorInput input) {
    return new Issue(
        Reason.HEADROOM_USED,
        Message.of(
            Cause.HEADROOM_WAS_USED,
            percent(input.selfHost().headroomPercent()),
            percent(use.percentOfSteps()),
            percent(use.highestPercent())));
  }

  private static Optional<Issue> commitmentsHaveEnded(Situation s) {
    List<Commitment> over = s.input().selfHost().commitments().overAt(s.input().now());
    return over.isEmpty()
        ? Optional.empty()
        : issue(Reason.RESERVATION_ENDED, each(over, Cause.RESERVATION_HAS_ENDED));
  }

  private static Optional<Issue> commitmentsEndSoon(Situation s) {
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

  private static Optional<Issue> when(
      boolean speaks, Reason reason, Cause cause, Parameter... parameters) {
    return speaks ? issue(reason, cause, parameters) : Optional.empty();
  }

  private static Optional<Issue> issue(Reason reason, Cause cause, Parameter... parameters) {
    return issue(reason, Message.of(cause, parameters));
  }

  private static Optional<Issue> issue(Reason reason, Message message) {
    return Optional.of(new Issue(reason, message));
  }
}
