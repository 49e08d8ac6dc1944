package dev.breakeven.advice;

import static dev.breakeven.advice.SampleInput.alternative;
import static dev.breakeven.advice.SampleInput.found;
import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Advice.HiddenCost;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Constraints.Stage;
import dev.breakeven.advice.PreviousDecision.Change;
import dev.breakeven.advice.PreviousDecision.Pending;
import dev.breakeven.advice.decision.Hysteresis;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.ConcurrencyLimit;
import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.ServingConditions;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Api;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Message;
import dev.breakeven.render.words.Summary;
import dev.breakeven.render.words.Words;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The figures of an answer, worked out by hand. */
class AdvisorTest {

  private static final Instant BEFORE = Instant.parse("2026-11-01T12:00:00Z");

  @Test
  void theLastHoursCostIsEverythingPaidOverItsTokens() {
    // The last hour has 200 output and 2,000 input tokens/s on two replicas; before it twice that.
    SampleInput input =
        SampleInput.about()
            .outputTokens(i -> i < 1002 ? 400 : 200)
            .running(2)
            .overhead("onCall", "730");
    Advice.CostOfHour cost = found(input.advice().costs().lastHour());
    assertThat(cost.from()).isEqualTo(Instant.parse("2026-11-08T23:00:00Z"));
    assertThat(cost.tokens()).isCloseTo(2_200 * 3600.0, within(1.0));
    assertThat(cost.hourlyCost()).isEqualTo(usd("9.0000"));
    // 9.00, 8.00 and 200 × 0.0234 over 7.92 million tokens
    assertThat(found(cost.effectivePerMillion()).value()).isCloseTo(9 / 7.92, within(1e-6));
    assertThat(found(cost.gpuOnlyPerMillion()).value()).isCloseTo(8 / 7.92, within(1e-6));
    assertThat(found(cost.apiPerMillion()).value()).isCloseTo(4.68 / 7.92, within(1e-6));
  }

  @Test
  void anHourWithoutTokensHasNoCostPerToken() {
    SampleInput input = SampleInput.about().outputTokens(i -> i < 1002 ? 400 : 0).running(2);
    Advice.CostOfHour cost = found(input.advice().costs().lastHour());
    assertThat(cost.hourlyCost()).isEqualTo(usd("8"));
    assertThat(cost.effectivePerMillion()).isInstanceOf(Estimate.NotFound.class);
  }

  @Test
  void everyHiddenCostIsALineAMonthAndAMillion() {
    // Three replicas, one to spare, 20 % headroom: 0.8 of 1.6 usable is busy.
    SampleInput input =
        SampleInput.about()
            .outputTokens(i -> 400)
            .running(3)
            .overhead("engineering", "2000")
            .overhead("onCall", "600");
    input.headroomPercent = 20;
    input.redundantReplicas = 1;
    Advice advice = input.advice();
    assertThat(advice.costs().hidden())
        .extracting(HiddenCost::name, HiddenCost::perMonth)
        .containsExactly(
            line("headroom", 0.4 * 2920),
            line("redundancy", 2920),
            line("idle", 0.8 * 2920),
            line("unusedReservation", 0),
            line("engineering", 2000),
            line("onCall", 600));
    double millionTokens = 4_400 * 3600.0 * 730 / 1e6;
    assertThat(found(advice.costs().hidden().get(1).perMillion()).value())
        .isCloseTo(2920 / millionTokens, within(1e-6));
    assertThat(alternative(advice, Kind.TODAYS_REPLICAS).bill().total())
        .isEqualTo(usd(Integer.toString(3 * 2920 + 2600)));
    assertThat(found(advice.basis().observed().replicas().utilizationPercent()))
        .isCloseTo(80 / 3.0, within(1e-4));
  }

  private static org.assertj.core.groups.Tuple line(String name, double perMonth) {
    return org.assertj.core.groups.Tuple.tuple(name, Money.rounded(perMonth, 2, SampleInput.USD));
  }

  @Test
  void reservedGpusArePaidEverywhereAndTheViewWithoutThemIsShownBeside() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.reservation = Commitments.reserved(2, usd("3.00"), LocalDate.parse("2027-12-31"));
    Advice advice = input.advice();
    Alternative apiOnly = alternative(advice, Kind.API_ONLY);
    assertThat(apiOnly.bill().unusedReservation()).isEqualTo(usd("4380.00"));
    assertThat(apiOnly.bill().total()).isEqualTo(usd("11212.80"));
    assertThat(apiOnly.withoutSunk()).isEqualTo(usd("6832.80"));
    Alternative own = alternative(advice, Kind.BASELINE_BURST);
    assertThat(own.bill().total()).isEqualTo(usd("4380.00"));
    assertThat(own.withoutSunk()).isEqualTo(usd("2190.00"));
  }

  @Test
  void aReservationThatHasEndedIsNoLongerPaid() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.reservation = Commitments.reserved(2, usd("3.00"), LocalDate.parse("2026-11-08"));
    assertThat(alternative(input.advice(), Kind.API_ONLY).bill().total()).isEqualTo(usd("6832.80"));
  }

  @Test
  void aSunkReservationIsUsedWhereRentingItAnewWouldNotPay() {
    // At 12.00 an hour a replica never pays; one that is paid anyway carries 9.36 for nothing more.
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("12.00")));
    input.reservation = Commitments.reserved(1, usd("12.00"), LocalDate.parse("2027-12-31"));
    Advice advice = input.advice();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(alternative(advice, Kind.API_ONLY).withoutSunk())
        .isLessThan(alternative(advice, Kind.BASELINE_BURST).withoutSunk());
  }

  @Test
  void whatEachConstraintCostsIsTheBestWithItLessTheBestWithout() {
    // 0.8 for a day in seven, else nothing: 9.36 × 730/7 at the API, 2,920 on a replica.
    SampleInput input = SampleInput.about().outputTokens(i -> i < 144 ? 400 : 0);
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    assertThat(input.advice().comparison().constraints())
        .singleElement()
        .satisfies(
            cost -> {
              assertThat(cost.constraint()).isEqualTo("dataMustStay");
              assertThat(found(cost.perMonth())).isEqualTo(usd("1943.89")); // 2,920 − 976.11
              assertThat(Words.of(cost.message()))
                  .isEqualTo(
                      "keeping data in costs 1,944 USD a month: the cheapest way with it less the"
                          + " cheapest without it");
            });
  }

  @Test
  void spareReplicasAndTheFewestKeptCostWhatTheyCost() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.redundantReplicas = 1;
    input.minReplicas = 3;
    // Best is 3 replicas. Without the spare one it is still 3; without the minimum it is 2.
    assertThat(input.advice().comparison().constraints())
        .extracting(Advice.ConstraintCost::constraint, cost -> found(cost.perMonth()))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("redundantReplicas", usd("0.00")),
            org.assertj.core.groups.Tuple.tuple("minReplicas", usd("2920.00")));
  }

  @Test
  void twoConstraintsThatForbidTheSameCostNothingEach() {
    SampleInput input = SampleInput.about().outputTokens(i -> i < 144 ? 400 : 0);
    input.constraints = new Constraints(true, true, false, false, Stage.ESTABLISHED);
    assertThat(input.advice().comparison().constraints())
        .extracting(cost -> found(cost.perMonth()))
        .containsExactly(usd("0"), usd("0"));
  }

  @Test
  void anApisModelsCostWhatOwnGpusWouldSave() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.constraints = new Constraints(false, false, false, true, Stage.ESTABLISHED);
    assertThat(found(input.advice().comparison().constraints().get(0).perMonth()))
        .isEqualTo(usd("3912.80"));
  }

  @Test
  void theNextReplicaIsComparedWithTheOverflowItTakesOver() {
    // Half the time 1, half the time 2 replicas' worth; one runs. The second works half the time.
    SampleInput input = SampleInput.about().outputTokens(i -> i % 2 == 0 ? 500 : 1000).running(1);
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("5.80")));
    Advice up = input.advice();
    Advice.Marginal marginal = found(up.recommendation().marginal());
    assertThat(marginal.nextReplicaPerHour()).isEqualTo(usd("5.80"));
    assertThat(marginal.overflowSavedPerHour()).isEqualTo(usd("5.85"));
    assertThat(marginal.lastReplicaPerHour()).isEqualTo(usd("5.80"));
    assertThat(marginal.lastReplicaCarriesPerHour()).isEqualTo(usd("11.70"));
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("5.90")));
    Advice burst = input.advice();
    assertThat(burst.decision().verdict()).isEqualTo(Verdict.HYBRID);
    assertThat(burst.recommendation().action()).isEqualTo(Action.BURST);
    assertThat(Words.of(burst.recommendation().message()))
        .contains("5.90 USD an hour")
        .contains("only 5.85 USD of API traffic");
    assertThat(Summary.of(burst))
        .isEqualTo(
            "Hybrid: keep 1 replica, burst to the API above 5,500 tokens/s (33.3 % of tokens)");
  }

  @Test
  void whereNoApiMayTakeTheOverflowTheNextReplicaIsNotComparedWithIt() {
    // 0.2 of a replica's work, and 2.0 in one step of ten: it pays at no API's price and is needed.
    SampleInput input = SampleInput.about().outputTokens(i -> i % 10 == 0 ? 1_000 : 100).running(1);
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    Advice.Recommendation recommendation = input.advice().recommendation();
    assertThat(recommendation.action()).isEqualTo(Action.SCALE_UP);
    assertThat(Words.of(recommendation.message()))
        .isEqualTo(
            "one more replica is judged by what must be served: no API may take the overflow");
    assertThat(recommendation.marginal()).isInstanceOf(Estimate.NotFound.class);
  }

  @Test
  void oneMoreIsAddedAndTheLastGivenUpWhereThatPaysByMoreThanThePolicyAsks() {
    SampleInput input = SampleInput.about().outputTokens(i -> 1_400).running(1);
    Advice up = input.advice();
    assertThat(up.recommendation().action()).isEqualTo(Action.SCALE_UP);
    assertThat(up.recommendation().replicasAdvised()).isEqualTo(3);
    assertThat(Words.of(up.recommendation().message()))
        .isEqualTo(
            "one more replica costs 4.00 USD an hour and takes over 11.70 USD of API traffic");
    assertThat(Summary.of(up)).startsWith("SelfHost: scale up from 1 to 3 replicas; saves ");
    Advice down = input.running(5).advice();
    assertThat(down.recommendation().action()).isEqualTo(Action.SCALE_DOWN);
    assertThat(Words.of(down.recommendation().message()))
        .isEqualTo("the last replica costs 4.00 USD an hour and carries 0.00 USD of API traffic");
    assertThat(input.running(3).advice().recommendation().action()).isEqualTo(Action.HOLD);
  }

  @Test
  void replicasAreSpreadOverWorkloadsWithinTheirBounds() {
    SampleInput input = SampleInput.about().outputTokens(i -> 3_400); // 6.8 replicas' worth
    input.workloads =
        List.of(
            new Workload("Deployment", "a", 1, 1, 1, 3),
            new Workload("Deployment", "b", 1, 1, 0, 10));
    assertThat(input.advice().workloads())
        .extracting(Advice.WorkloadAdvice::replicasAdvised)
        .containsExactly(3, 4);
    input.workloads =
        List.of(
            new Workload("Deployment", "a", 6, 6, 1, 8),
            new Workload("Deployment", "b", 5, 5, 3, 10));
    assertThat(input.advice().workloads())
        .extracting(Advice.WorkloadAdvice::replicasAdvised)
        .containsExactly(4, 3);
    // Nothing is advised, and the fewest of each stay.
    assertThat(input.outputTokens(i -> 4).advice().workloads())
        .extracting(Advice.WorkloadAdvice::replicasAdvised)
        .containsExactly(1, 3);
  }

  @Test
  void aSavingComesWithWhatTheDaysMakeOfIt() {
    // Six days at 0.8 replicas' worth and one at none: 9.36 an hour on six days, for 4.00 on seven.
    Advice advice = SampleInput.about().outputTokens(i -> i < 864 ? 400 : 0).advice();
    Advice.Saving saving = found(advice.savings().monthly());
    assertThat(saving.expected())
        .isEqualTo(Money.rounded((9.36 * 6 / 7 - 4) * 730, 2, SampleInput.USD));
    // The load fell to nothing within the week: the week to come may have none of it, or all.
    assertThat(saving.low().value()).isBetween(-4.0 * 730, 0.0);
    assertThat(saving.high().value()).isGreaterThan((9.36 - 4) * 730);
  }

  @Test
  void theSameDaysEachLeaveWhatTheLevelMayDo() {
    // 6,832.80 less 2,920.00. The level may fall by exp(-1.25 × 0.07), which takes 572.45 from the
    // API's bill, and 4 % of what is paid now, 273.31, are the least: the root of both squares.
    Advice.Saving saving =
        found(SampleInput.about().outputTokens(i -> 400).advice().savings().monthly());
    assertThat(saving.expected()).isEqualTo(usd("3912.80"));
    assertThat(saving.low().value()).isCloseTo(3_912.80 - 634.36, within(0.01));
    assertThat(saving.high().value()).isGreaterThan(saving.expected().value());
  }

  @Test
  void theSameDecisionKeepsItsDateAndIsNoChange() {
    Advice same = oneReplicaAfter(made(Verdict.SELF_HOST, 1, BEFORE, List.of()));
    assertThat(same.decision().since()).isEqualTo(BEFORE);
    assertThat(same.trackRecord().changes()).isEmpty();
  }

  @Test
  void anotherNumberOfReplicasIsAChangeAndTheVerdictKeepsItsDate() {
    Advice resized = oneReplicaAfter(made(Verdict.SELF_HOST, 2, BEFORE, List.of()));
    assertThat(resized.decision().since()).isEqualTo(BEFORE);
    assertThat(resized.trackRecord().changes())
        .singleElement()
        .satisfies(c -> assertThat(c.replicasTo()).isOne());
  }

  @Test
  void anotherVerdictIsTheNewestOfFiveChangesAndIsDatedNow() {
    Change old =
        new Change(BEFORE, Verdict.API, Verdict.HYBRID, 0, 2, "Cheapest", Message.quoted("x"));
    Instant now = SampleInput.about().now;
    Advice changed =
        oneReplicaAfter(
            new PreviousDecision.Made(
                Verdict.API,
                0,
                BEFORE,
                "1-a",
                new Pending.Considering(Verdict.SELF_HOST, 1, now.minus(Hysteresis.LASTING)),
                new PreviousDecision.Prediction.None(),
                Collections.nCopies(5, old)));
    assertThat(changed.decision().since()).isEqualTo(now);
    assertThat(changed.trackRecord().changes()).hasSize(Change.KEPT);
    assertThat(changed.trackRecord().changes().get(0))
        .isEqualTo(
            new Change(
                now,
                Verdict.API,
                Verdict.SELF_HOST,
                0,
                1,
                changed.decision().reason().label(),
                changed.decision().message()));
  }

  /** The advice for one replica that 400 output tokens/s keep busy. */
  private static Advice oneReplicaAfter(PreviousDecision previous) {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(1);
    input.previous = previous;
    return input.advice();
  }

  private static PreviousDecision made(
      Verdict verdict, int replicas, Instant since, List<Change> changes) {
    return new PreviousDecision.Made(
        verdict,
        replicas,
        since,
        "1-a",
        new Pending.Nothing(),
        new PreviousDecision.Prediction.None(),
        changes);
  }

  @Test
  void theSameQuestionHasTheSameAnswer() {
    SampleInput input = SampleInput.about().outputTokens(i -> 300 + i % 7 * 100).running(2);
    assertThat(input.advice()).isEqualTo(input.advice());
  }

  @Test
  void askedAgainInTheStepOfAReviewItSaysTheSameThoughTheNumberWasKeptForTooSmallASaving() {
    // One replica and its people are 3,420 a month, the API 3,433 in this week and 1,708 in the one
    // before: over both own GPUs did not earn the people, and giving them up would save nothing.
    SampleInput before = SampleInput.about();
    before.grid =
        new StepGrid(
            SampleInput.MONDAY.minus(Duration.ofDays(7)).getEpochSecond(), 600, SampleInput.WEEK);
    before.outputTokens(i -> 100).running(1);
    SampleInput input =
        SampleInput.about().outputTokens(i -> 201).running(1).overhead("engineering", "500");
    input.earlier = before.traffic();
    Advice first = input.planned();
    assertThat(first.recommendation().replicasAdvised()).isOne();
    assertThat(first.decision().message().cause()).isEqualTo(VerdictRules.Sentence.SAVES_NOTHING);

    input.previous =
        new PreviousDecision.Made(
            first.decision().verdict(),
            1,
            first.decision().since(),
            input.inputHash,
            new Pending.Nothing(),
            input.now.plus(input.planning.review()),
            new PreviousDecision.Prediction.None(),
            first.trackRecord().changes());
    Advice second = input.planned();
    assertThat(second.decision().message()).isEqualTo(first.decision().message());
    assertThat(second.decision().reason()).isEqualTo(first.decision().reason());
    assertThat(second.savings().manual()).isEqualTo(first.savings().manual());
  }

  @Test
  void whatIsSeenIsTheMeanOverTheKnownSteps() {
    SampleInput input =
        SampleInput.about().outputTokens(i -> i % 10 == 0 ? Double.NaN : 400).running(2);
    input.requests = Series.constant(SampleInput.WEEK, 2);
    input.gpuUtilizationPercent = Series.constant(SampleInput.WEEK, 60);
    Observed observed = input.advice().basis().observed();
    assertThat(observed.window().coveragePercent()).isCloseTo(90, within(0.1));
    assertThat(found(observed.tokens().demand()).total()).isCloseTo(4_400, within(1e-6));
    assertThat(found(observed.requests().inputTokens())).isCloseTo(2_000, within(1e-3));
    assertThat(found(observed.requests().outputTokens())).isCloseTo(200, within(1e-3));
    assertThat(found(observed.replicas().utilizationPercent())).isCloseTo(40, within(1e-4));
    assertThat(found(observed.gpuUtilizationPercent())).isCloseTo(60, within(1e-6));
    assertThat(found(observed.replicas().held())).isEqualTo(2);
    assertThat(observed.requests().waiting()).isInstanceOf(Estimate.NotFound.class);
    assertThat(observed.tokens().burstPercent()).isInstanceOf(Estimate.NotFound.class);
  }

  @Test
  void whereNothingRunsHiddenCostsAreThoseOfTheBestWayToSelfHostAndNothingIsUtilized() {
    // One replica at 0.4 of its 0.8: a fifth of 2,920.00 is headroom and two fifths are idle.
    SampleInput input = SampleInput.about().outputTokens(i -> 200);
    input.headroomPercent = 20;
    Advice advice = input.advice();
    assertThat(advice.costs().hidden())
        .extracting(HiddenCost::name, HiddenCost::perMonth)
        .containsExactly(
            line("headroom", 0.2 * 2920),
            line("redundancy", 0),
            line("idle", 0.4 * 2920),
            line("unusedReservation", 0));
    assertThat(advice.basis().observed().replicas().utilizationPercent())
        .isInstanceOf(Estimate.NotFound.class);
  }

  @Test
  void whereNothingIsAskedNothingBursts() {
    SampleInput input = SampleInput.about();
    input.burstInput = Series.constant(SampleInput.WEEK, 0);
    input.burstOutput = Series.constant(SampleInput.WEEK, 0);
    assertThat(found(input.advice().basis().observed().tokens().burstPercent())).isZero();
  }

  @Test
  void aPlannersReplayIsOneOfTheAlternatives() {
    SampleInput input = SampleInput.about().outputTokens(i -> i % 144 < 72 ? 400 : 0);
    Advice advice = input.following(i -> i % 144 < 72 ? 1 : 0, 1);
    assertThat(alternative(advice, Kind.FOLLOWING_BURST).bill().total()).isEqualTo(usd("1460.00"));
    assertThat(alternative(advice, Kind.FOLLOWING_BURST).replicas())
        .isEqualTo(new Alternative.ReplicaPlan.Following(0, 0.5, 1));
    // 84 h at 4.00; one replica for 168 h; 400 tokens/s for 84 h at the API
    Advice.Proof proof = found(advice.trackRecord().proof());
    assertThat(proof.days()).isEqualTo(7);
    assertThat(proof.followed()).isEqualTo(usd("336.00"));
    assertThat(proof.hindsight()).isEqualTo(usd("672.00"));
    assertThat(found(proof.alwaysApi())).isEqualTo(usd("786.24"));
    assertThat(found(proof.ran())).isEqualTo(usd("786.24")); // without workloads the API served it
    assertThat(advice.recommendation().replicasAdvised()).isEqualTo(1);
    assertThat(input.advice().trackRecord().proof()).isInstanceOf(Estimate.NotFound.class);
  }

  @Test
  void withoutACapacityTheBillsThatNeedNoneAreStated() {
    // One replica would cost 2,920 and people 2,600: less than the API's 6,832.80.
    SampleInput input =
        SampleInput.about().outputTokens(i -> 400).running(3).overhead("engineering", "2600");
    input.capacity = new StatedCapacity.NotStated();
    Advice advice = input.advice();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(advice.comparison().alternatives())
        .extracting(Alternative::kind, a -> a.bill().total())
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(Kind.TODAYS_REPLICAS, usd("11360.00")),
            org.assertj.core.groups.Tuple.tuple(Kind.API_ONLY, usd("6832.80")));
  }

  @Test
  void thePriceOfTheApiIsAskedForBeforeALoadTest() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(3);
    input.capacity = new StatedCapacity.NotStated();
    input.api = new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("no offer for test-model"));

    assertThat(input.advice().decision().reason()).isEqualTo(Issue.Reason.API_PRICE_MISSING);
    assertThat(input.advice().comparison().alternatives())
        .extracting(Alternative::kind)
        .containsExactly(Kind.TODAYS_REPLICAS);

    // Where tokens may not leave, no API's price would help: own GPUs are the answer as they run.
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    assertThat(input.advice().decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(input.advice().recommendation().replicasAdvised()).isEqualTo(3);
  }

  @Test
  void whereWhatRunsCostsLessThanTheApiNoCapacityIsNeededToKeepIt() {
    // Two replicas cost 5,840 a month, and the API 6,832.80; one might do, and nobody knows.
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(2);
    input.capacity = new StatedCapacity.NotStated();
    Advice advice = input.advice();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.decision().reason()).isEqualTo(VerdictRules.Reason.CHEAPER_AS_IT_RUNS);
    assertThat(advice.recommendation().action()).isEqualTo(Action.HOLD);
    assertThat(advice.recommendation().replicasAdvised()).isEqualTo(2);
    assertThat(found(advice.savings().monthly()).expected().value()).isZero();
    assertThat(advice.savings().manual()).isInstanceOf(Estimate.NotFound.class);
    assertThat(advice.decision().confidence()).isNotEqualTo(Advice.Confidence.HIGH);
    assertThat(advice.issues())
        .extracting(Issue::reason)
        .contains(Issue.Reason.CAPACITY_NOT_NEEDED)
        .doesNotContain(Issue.Reason.CAPACITY_UNKNOWN);
  }

  @Test
  void whereTheApiCostsLessWhateverAReplicaSustainsEverythingGoesThere() {
    // Two replicas cost 5,840 a month, and the API a tenth of 6,832.80.
    SampleInput asked = SampleInput.about().outputTokens(i -> 40).running(2);
    asked.capacity = new StatedCapacity.NotStated();
    Advice advice = asked.advice();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.API);
    assertThat(advice.recommendation().replicasAdvised()).isZero();
    assertThat(advice.recommendation().burst()).isEqualTo(new Advice.BurstPoint.Above(0, 100));
  }

  @Test
  void whereOnlyTheNumberHangsOnThePublishedCapacityTheVerdictStandsAndWhatRunsIsKept() {
    // Seven tenths of a replica's load as published; at two thirds of that, two replicas' worth
    // with headroom. Both cost less than the API's 6,832.80.
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(2);
    input.capacity = new StatedCapacity.NotStated();
    input.headroomPercent = 20;
    input.setByHand();
    input.serving =
        new ServingConditions(
            new PublishedThroughput.Listed(
                Capacity.of(4000 / 0.35, 400 / 0.35, 1e9), Double.NaN, "a tool"),
            ConcurrencyLimit.stated(256),
            LatencyTarget.NONE);
    Advice advice = input.advice();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.recommendation().action()).isEqualTo(Action.HOLD);
    assertThat(advice.recommendation().replicasAdvised()).isEqualTo(2);
    assertThat(found(advice.savings().monthly()).expected().value()).isZero();
    assertThat(advice.savings().manual()).isInstanceOf(Estimate.NotFound.class);
    assertThat(advice.decision().confidence()).isNotEqualTo(Advice.Confidence.HIGH);
  }

  @Test
  void whereMoreRanThanRunsNowWhatRunsIsNotKnownToBeEnough() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(2);
    input.capacity = new StatedCapacity.NotStated();
    input.replicasHeld = Series.constant(SampleInput.WEEK, 3);

    assertThat(input.advice().decision().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void whereOneReplicaCostsMoreThanTheApiNoCapacityIsNeededToKnow() {
    // One replica would cost 2,920 and people 5,000: more than the API's 6,832.80.
    SampleInput input =
        SampleInput.about().outputTokens(i -> 400).running(3).overhead("engineering", "5000");
    input.capacity = new StatedCapacity.NotStated();
    Advice advice = input.advice();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.API);
    assertThat(advice.recommendation().replicasAdvised()).isZero();
    assertThat(advice.issues())
        .extracting(Issue::reason)
        .contains(Issue.Reason.CAPACITY_NOT_NEEDED)
        .doesNotContain(Issue.Reason.CAPACITY_UNKNOWN);
    assertThat(found(advice.savings().monthly()).expected().value())
        .isCloseTo(3 * 2920 + 5000 - 6832.8, within(1.0));
    assertThat(advice.costs().breakeven()).isInstanceOf(Estimate.NotFound.class);
  }

  @Test
  void keepingTheNumberThatRanCostsWhatRan() {
    // Two replicas at 90 % use their headroom of 20 %: what they served went to no API.
    SampleInput input = SampleInput.about().outputTokens(i -> 900).running(2);
    input.headroomPercent = 20;
    input.setByHand();
    Advice advice = input.planned();

    assertThat(advice.recommendation().replicasAdvised()).isEqualTo(2);
    Advice.Proof proof = found(advice.trackRecord().proof());
    assertThat(proof.followed()).isEqualTo(found(proof.ran()));
    assertThat(proof.followed()).isEqualTo(SampleInput.usd("1344.00")); // 2 × 4.00 × 168 h
  }

  /** Two replicas from 6 to 20 o'clock at 90 %, and none at night; asked at midnight. */
  private static SampleInput scaledToZeroAtNight() {
    SampleInput input = SampleInput.about().outputTokens(i -> isDay(i) ? 900 : 0).running(0);
    double[] held = new double[SampleInput.WEEK];
    Arrays.setAll(held, i -> isDay(i) ? 2 : 0);
    input.replicasHeld = Series.of(held);
    input.setByHand();
    return input;
  }

  private static boolean isDay(int step) {
    int hour = step / 6 % 24;
    return hour >= 6 && hour < 20;
  }

  @Test
  void whatScalesTheReplicasIsLeftToDoSoWhereEveryFixedNumberCostsMore() {
    Advice advice = scaledToZeroAtNight().planned();

    Alternative asNow = alternative(advice, Kind.TODAYS_REPLICAS);
    assertThat(asNow.bill().total()).isEqualTo(usd("3406.67")); // 2 × 4.00 × 14 of 24 h
    assertThat(asNow.replicas()).isInstanceOf(Alternative.ReplicaPlan.Following.class);
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.decision().reason()).isEqualTo(VerdictRules.Reason.SCALED_ALREADY);
    assertThat(advice.recommendation().action()).isEqualTo(Action.HOLD);
    assertThat(Summary.of(advice))
        .isEqualTo("SelfHost: leave the scaling as it is, 0 to 2 replicas");
    Advice.Proof proof = found(advice.trackRecord().proof());
    assertThat(proof.followed()).isEqualTo(found(proof.ran()));
  }

  @Test
  void aSavingIsCountedAgainstWhatRanWhereTheNumberChangesByItself() {
    SampleInput input = scaledToZeroAtNight();
    input.overhead("engineering", "8000.00");
    Advice advice = input.planned();

    // The API asks 14 × 7 × 900 × 0.0234 a week.
    assertThat(alternative(advice, Kind.API_ONLY).bill().total()).isEqualTo(usd("8968.05"));
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.API);
    assertThat(advice.recommendation().action()).isEqualTo(Action.STOP_SELF_HOSTING);
    assertThat(Summary.of(advice))
        .startsWith("API: stop all replicas and send everything to the API; saves 2,4");
  }

  @Test
  void whereTheLoadIsFollowedTheSavingIsCountedAgainstWhatRanToo() {
    SampleInput input = scaledToZeroAtNight();
    input.planning = Planning.DEFAULT;
    Advice advice = input.planned();

    assertThat(advice.decision().reason()).isNotEqualTo(VerdictRules.Reason.SCALED_ALREADY);
    assertThat(found(advice.savings().monthly()).expected().isNegative()).isTrue();
  }

  @Test
  void rolloutsAreNoScaling() {
    SampleInput input = SampleInput.about().outputTokens(i -> 900).running(2);
    double[] held = new double[SampleInput.WEEK];
    Arrays.setAll(held, i -> i % 144 == 50 ? 3 : 2);
    input.replicasHeld = Series.of(held);
    input.setByHand();

    assertThat(alternative(input.planned(), Kind.TODAYS_REPLICAS).replicas())
        .isEqualTo(new Alternative.ReplicaPlan.Fixed(2));
  }

  @Test
  void aNumberThatAPersonChangedAndTookBackIsNoScaling() {
    SampleInput input = SampleInput.about().outputTokens(i -> 900).running(2);
    double[] held = new double[SampleInput.WEEK];
    Arrays.setAll(held, i -> i >= 300 && i < 600 ? 6 : 2);
    input.replicasHeld = Series.of(held);
    input.setByHand();

    assertThat(alternative(input.planned(), Kind.TODAYS_REPLICAS).replicas())
        .isEqualTo(new Alternative.ReplicaPlan.Fixed(2));
  }
}
