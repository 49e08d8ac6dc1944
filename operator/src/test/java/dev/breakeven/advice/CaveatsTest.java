package dev.breakeven.advice;

import static dev.breakeven.advice.Asked.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Advice.Confidence;
import dev.breakeven.advice.Caveat.Reason;
import dev.breakeven.capacity.BenchmarkPoint;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Api;
import dev.breakeven.price.Offer;
import dev.breakeven.price.Offer.LongContextTier;
import dev.breakeven.price.Reservation;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.traffic.Series;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said beside the figures, each at the edge from which on it is said. */
class CaveatsTest {

  @Test
  void aWholeKnownWeekOfAnOrdinaryPolicyNeedsNoWarning() {
    Asked asked = steady().running(1);
    asked.burstInput = Series.constant(Asked.WEEK, 0);
    asked.burstOutput = Series.constant(Asked.WEEK, 0);
    assertThat(asked.advice().caveats()).isEmpty();
    assertThat(asked.advice().confidence()).isEqualTo(Confidence.HIGH);
  }

  @Test
  void oneDoubtMakesConfidenceMediumAndTwoMakeItLow() {
    Asked asked = steady().running(1);
    asked.caveats =
        List.of(new Caveat(Reason.AMBIGUOUS_ATTRIBUTION, "two workloads match pod a-1"));
    assertThat(asked.advice().confidence()).isEqualTo(Confidence.MEDIUM);
    asked.caveats =
        List.of(
            new Caveat(Reason.AMBIGUOUS_ATTRIBUTION, "two workloads match pod a-1"),
            new Caveat(Reason.PARTIAL_ANSWER, "a store was away"));
    assertThat(asked.advice().confidence()).isEqualTo(Confidence.LOW);
    assertThat(asked.advice().caveats()).containsAll(asked.caveats);
  }

  @Test
  void aReasonGivenUpstreamIsNotGivenAgainInOtherWords() {
    Caveat upstream = new Caveat(Reason.REPLICAS_UNMEASURED, "kube-state-metrics is not scraped");
    Asked asked = steady().running(1);
    asked.replicasHeld = Series.absent(Asked.WEEK, dev.breakeven.traffic.Absence.NO_SERIES);
    assertThat(reasons(asked)).containsOnlyOnce(Reason.REPLICAS_UNMEASURED);
    asked.caveats = List.of(upstream);
    assertThat(asked.advice().caveats()).contains(upstream);
    assertThat(reasons(asked)).containsOnlyOnce(Reason.REPLICAS_UNMEASURED);
  }

  @Test
  void theHeaviestCaveatComesFirst() {
    Asked asked = steady().steps(300).outputTokens(i -> i % 2 == 0 ? 400 : Double.NaN);
    asked.caveats = List.of(new Caveat(Reason.WEIGHTS_DIFFER, "x"));
    List<Caveat> caveats = asked.advice().caveats();
    assertThat(caveats).extracting(caveat -> caveat.reason().weight()).isSorted();
    assertThat(caveats.get(0).reason()).isEqualTo(Reason.COVERAGE_LOW);
  }

  @Test
  void lessThanADayOfTrafficIsNotJudgedAndADayIs() {
    assertThat(reasons(steady().steps(143).outputTokens(i -> 400)))
        .contains(Reason.HISTORY_TOO_SHORT);
    assertThat(reasons(steady().steps(144).outputTokens(i -> 400)))
        .doesNotContain(Reason.HISTORY_TOO_SHORT)
        .contains(Reason.SHORT_HISTORY, Reason.NOT_WHOLE_WEEKS);
  }

  @Test
  void aPolicyWithAShorterWindowIsJudgedByThat() {
    Asked sixHours =
        steady()
            .planning(Duration.ofHours(6), Duration.ofHours(1), Duration.ofMinutes(10))
            .steps(36)
            .outputTokens(i -> 400);
    assertThat(sixHours.advice().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(reasons(sixHours)).containsExactly(Reason.NOT_WHOLE_WEEKS);
  }

  @Test
  void stepsBeforeTheFirstKnownOneShortenTheWindowAndAreNoGap() {
    Asked asked = steady().outputTokens(i -> i < 720 ? Double.NaN : 400);
    Advice advice = asked.advice();
    assertThat(advice.observed().coveragePercent()).isEqualTo(100);
    assertThat(advice.verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.caveats())
        .contains(
            new Caveat(Reason.SHORT_HISTORY, "traffic is known for 48 h of a window of 168 h"));
  }

  @Test
  void demandIsALowerBoundFromOnePercentOfStepsWithRequestsWaiting() {
    Asked asked = steady().running(2);
    asked.requestsWaiting = waitingIn(11);
    assertThat(reasons(asked)).contains(Reason.DEMAND_LOWER_BOUND);
    asked.requestsWaiting = waitingIn(10);
    assertThat(reasons(asked)).doesNotContain(Reason.DEMAND_LOWER_BOUND);
  }

  private static Series waitingIn(int steps) {
    double[] waiting = new double[Asked.WEEK];
    for (int i = 0; i < steps; i++) {
      waiting[i] = 2;
    }
    return Series.of(waiting);
  }

  @Test
  void anOldOfferIsNamedAndTheVerdictStands() {
    Asked asked = steady();
    Offer offer = Offer.of("fast", TokenPrices.of(usd("0.50"), usd("1.50")));
    asked.api =
        new Api.Offered(
            new Offer(
                "fast",
                offer.prices(),
                List.of(),
                offer.batch(),
                0,
                offer.limits(),
                0,
                offer.cacheHits(),
                new Offer.PriceRead.On(LocalDate.parse("2026-08-01"), "a page", 90),
                Offer.Weights.DIFFERENT));
    Advice advice = asked.advice();
    assertThat(advice.verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.caveats())
        .contains(
            new Caveat(
                Reason.OFFER_STALE,
                "offer fast was read on 2026-08-01, 100 days ago; the policy allows 90"));
    assertThat(reasons(asked)).contains(Reason.WEIGHTS_DIFFER);
  }

  @Test
  void ourCacheHitsAreAssumedOfTheApiAndSaidToBe() {
    Asked asked = steady();
    asked.cachedInput = Series.constant(Asked.WEEK, 100);
    assertThat(reasons(asked)).contains(Reason.CACHE_HITS_ASSUMED);
    assertThat(reasons(steady())).doesNotContain(Reason.CACHE_HITS_ASSUMED);
  }

  @Test
  void aCacheThatIsNotMeasuredIsSaid() {
    Asked asked = steady();
    asked.cachedInput = Series.absent(Asked.WEEK, dev.breakeven.traffic.Absence.NOT_MEASURED);
    assertThat(reasons(asked)).contains(Reason.CACHE_UNMEASURED);
  }

  @Test
  void aTierThatAppliesByMeanLengthIsSaid() {
    Asked asked = steady();
    Offer offer = Offer.of("inline", TokenPrices.of(usd("0.50"), usd("1.50")));
    asked.api =
        new Api.Offered(
            new Offer(
                "inline",
                offer.prices(),
                List.of(new LongContextTier(3999, TokenPrices.of(usd("1.00"), usd("3.00")))),
                offer.batch(),
                0,
                offer.limits(),
                0,
                offer.cacheHits(),
                offer.read(),
                offer.weights()));
    assertThat(reasons(asked)).contains(Reason.REQUEST_LENGTHS_UNKNOWN);
    // 4,000 input tokens/s in one request a second
    asked.requests = Series.constant(Asked.WEEK, 1);
    Advice advice = asked.advice();
    assertThat(advice.caveats())
        .contains(
            new Caveat(
                Reason.PRICE_TIER_BY_MEAN_LENGTH,
                "prompts average 4,000 tokens, so all are priced as longer than 3,999"));
    assertThat(Asked.alternative(advice, Alternative.Kind.API_ONLY).bill().total())
        .isEqualTo(usd("13665.60"));
  }

  @Test
  void aContextTermWithoutRequestLengthsIsLeftOutAndSaid() {
    Asked asked = steady();
    asked.capacity = new StatedCapacity.Declared(Capacity.of(10_000, 1_000, 1e6));
    assertThat(reasons(asked)).contains(Reason.REQUEST_LENGTHS_UNKNOWN);
    assertThat(Asked.found(asked.advice().observed().peakReplicasOfLoad())).isEqualTo(0.8, near());
    // One request a second: 400 output tokens each read 4,000 + 200 of context: 1.68 of a million.
    asked.requests = Series.constant(Asked.WEEK, 1);
    assertThat(reasons(asked)).doesNotContain(Reason.REQUEST_LENGTHS_UNKNOWN);
    assertThat(Asked.found(asked.advice().observed().peakReplicasOfLoad())).isEqualTo(2.48, near());
  }

  @Test
  void aLongTailIsSaidFromFourTimesTheMeanWhereThereIsAContextTerm() {
    Asked asked = steady();
    asked.capacity = new StatedCapacity.Declared(Capacity.of(10_000, 1_000, 1e6));
    asked.requests = Series.constant(Asked.WEEK, 1);
    asked.tails = new LengthTail.Measured(15_999, 1_599);
    assertThat(reasons(asked)).doesNotContain(Reason.LONG_TAIL);
    asked.tails = new LengthTail.Measured(16_000, 1_599);
    assertThat(reasons(asked)).contains(Reason.LONG_TAIL);
    asked.tails = new LengthTail.Measured(15_999, 1_600.1);
    assertThat(reasons(asked)).contains(Reason.LONG_TAIL);
    asked.capacity = new StatedCapacity.Declared(Capacity.of(10_000, 1_000));
    assertThat(reasons(asked)).doesNotContain(Reason.LONG_TAIL);
  }

  @Test
  void aMixFarFromTheBenchmarksIsSaid() {
    Asked asked = steady();
    // Traffic has ten input tokens for one output token.
    asked.capacity = benchmarked(4.9);
    assertThat(reasons(asked)).contains(Reason.MIX_DRIFTED);
    asked.capacity = benchmarked(5);
    assertThat(reasons(asked)).doesNotContain(Reason.MIX_DRIFTED);
  }

  private static StatedCapacity benchmarked(double inputPerOutput) {
    return new StatedCapacity.Benchmarked(
        List.of(new BenchmarkPoint(100 * inputPerOutput, 0, 100, 5)));
  }

  @Test
  void benchmarksThatNoCapacityExplainsAreSaid() {
    Asked asked = steady();
    asked.capacity =
        new StatedCapacity.Benchmarked(
            List.of(new BenchmarkPoint(1000, 0, 100, 2), new BenchmarkPoint(1000, 0, 100, 4)));
    assertThat(reasons(asked)).contains(Reason.CAPACITY_MISSES);
  }

  @Test
  void aCapacityFromGpuUtilizationIsSaidAndOneFromNothingIsNoCapacity() {
    Asked asked = steady().running(1);
    asked.capacity = new StatedCapacity.NotStated();
    assertThat(asked.advice().reason()).isEqualTo("CapacityUnknown");
    asked.gpuUtilizationPercent = Series.constant(Asked.WEEK, 80);
    assertThat(reasons(asked)).contains(Reason.CAPACITY_EXTRAPOLATED);
    assertThat(asked.advice().verdict()).isEqualTo(Verdict.SELF_HOST);
  }

  @Test
  void aReservationsEndIsAnnouncedSixtyDaysBefore() {
    assertThat(reasons(reservedUntil("2027-01-08"))).contains(Reason.RESERVATION_ENDS_SOON);
    assertThat(reasons(reservedUntil("2027-01-09"))).doesNotContain(Reason.RESERVATION_ENDS_SOON);
    assertThat(reasons(reservedUntil("2026-11-08"))).doesNotContain(Reason.RESERVATION_ENDS_SOON);
  }

  private static Asked reservedUntil(String day) {
    Asked asked = steady();
    asked.reservation = new Reservation.Held(1, usd("3.00"), LocalDate.parse(day));
    return asked;
  }

  @Test
  void adviceThatBurstsWithoutAGatewaySaysSo() {
    Asked asked = Asked.about().outputTokens(i -> i % 2 == 0 ? 500 : 1000).running(1);
    asked.gpu =
        new dev.breakeven.price.GpuPricing.Priced(
            new dev.breakeven.price.GpuHour.OnDemand(usd("8.00")));
    assertThat(asked.advice().verdict()).isEqualTo(Verdict.HYBRID);
    assertThat(reasons(asked)).contains(Reason.OVERFLOW_UNSEEN);
    asked.burstInput = Series.constant(Asked.WEEK, 0);
    asked.burstOutput = Series.constant(Asked.WEEK, 0);
    assertThat(reasons(asked)).doesNotContain(Reason.OVERFLOW_UNSEEN);
  }

  @Test
  void atZeroReplicasTheLastDemandSeenIsKeptAndDated() {
    Asked asked = Asked.about().running(0);
    double[] held = new double[Asked.WEEK];
    java.util.Arrays.fill(held, 0, 864, 1);
    asked.outputTokens(i -> i < 864 ? 400 : Double.NaN);
    asked.replicasHeld = Series.of(held);
    Advice advice = asked.advice();
    assertThat(advice.verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.recommendation().action()).isEqualTo(Action.START_SELF_HOSTING);
    assertThat(advice.observed().to()).isEqualTo(Instant.parse("2026-11-08T00:00:00Z"));
    assertThat(advice.caveats())
        .anySatisfy(
            caveat -> {
              assertThat(caveat.reason()).isEqualTo(Reason.LAST_DEMAND_KEPT);
              assertThat(caveat.message()).contains("2026-11-08T00:00:00Z");
            });
  }

  @Test
  void whatTheGatewaySawOfZeroReplicasIsDemand() {
    Asked asked = Asked.about().running(0);
    asked.workloads = List.of();
    asked.outputTokens(i -> Double.NaN);
    asked.burstInput = Series.constant(Asked.WEEK, 4000);
    asked.burstOutput = Series.constant(Asked.WEEK, 400);
    Advice advice = asked.advice();
    assertThat(advice.verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.summary()).startsWith("SelfHost: start 1 replica; saves 3,913 USD");
    assertThat(Asked.found(advice.observed().burstPercent())).isEqualTo(100, near());
  }

  private static org.assertj.core.data.Offset<Double> near() {
    return org.assertj.core.api.Assertions.within(1e-6);
  }

  private static Asked steady() {
    return Asked.about().outputTokens(i -> 400);
  }

  private static List<Reason> reasons(Asked asked) {
    return asked.advice().caveats().stream().map(Caveat::reason).toList();
  }
}
