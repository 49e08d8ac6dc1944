package dev.breakeven.advice.alternatives;

import static dev.breakeven.advice.SampleInput.alternative;
import static dev.breakeven.advice.SampleInput.found;
import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.Feasibility.Infeasible;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Alternative.Shortfall;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Constraints.Stage;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.evaluation.Advisor;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.price.Api;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import dev.breakeven.render.words.Words;
import dev.breakeven.traffic.Series;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ways to serve a window, each with its cost and whether it may be followed. */
class CandidatesTest {

  @Test
  void waysThatServeEverythingComeFirstHoweverCheapTheOthersAre() {
    // 68.33 a month at the API, which is forbidden; 2,920.00 on the replica that nothing forbids.
    SampleInput input = SampleInput.about().outputTokens(i -> 4);
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    assertThat(input.advice().comparison().alternatives())
        .extracting(Alternative::isFeasible)
        .containsExactly(true, true, false, false, false);
  }

  @Test
  void whatLeavesTokensIsNoWayToSelfHost() {
    Candidates comparison =
        GivenCandidates.comparison(
            GivenCandidates.HOUR,
            Loads.terms(),
            GivenCandidates.api(100),
            GivenCandidates.leavingTokens(GivenCandidates.peak(2, 70), 1));
    assertThat(comparison.cheapestSelfHosted()).isEmpty();
    assertThat(comparison.cheapest()).contains(comparison.options().get(0));
  }

  @Test
  void whatRunsAndLeavesTokensWhereMoreMayBeHeldIsTooFew() {
    // Data stays; of 1.6 replicas' work the one that runs leaves 0.6.
    SampleInput input = SampleInput.about().outputTokens(i -> 800).running(1);
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    assertThat(alternative(input.advice(), Kind.TODAYS_REPLICAS).feasibility())
        .isInstanceOfSatisfying(
            Infeasible.class,
            infeasible -> {
              assertThat(infeasible.reason().label()).isEqualTo("TooFewReplicas");
              assertThat(Words.of(infeasible.message()))
                  .isEqualTo("1 replica at 100.0 % cannot serve every token");
            });
  }

  @Test
  void whereTheTrafficMayNotLeaveThePlanIsReplayedWithoutAnApi() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    assertThat(replayed(input).api().priced()).isTrue();
    assertThat(replayed(input).replicasNow()).isZero();
    assertThat(replayed(input.running(1)).replicasNow()).isEqualTo(1);
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    assertThat(replayed(input).api()).isEqualTo(ApiAccess.NONE);
    assertThat(replayed(input).mayBurst()).isFalse();
  }

  private static Planner.Replay replayed(SampleInput input) {
    List<Planner.Replay> seen = new ArrayList<>();
    Planner planner =
        replay -> {
          seen.add(replay);
          return Planner.none().follow(replay);
        };
    new Advisor(planner).advise(input.input());
    return seen.get(0);
  }

  @Test
  void whatAReplicaDoesInTokensIsNothingWhereThereAreNone() {
    assertThat(
            GivenCandidates.comparison(Loads.hourly(1, 2), Loads.terms())
                .tokensPerSecondPerReplica())
        .isCloseTo(5_500, within(1e-6));
    assertThat(
            GivenCandidates.comparison(Loads.hourly(0), Loads.terms()).tokensPerSecondPerReplica())
        .isZero();
  }

  @Test
  void aScheduleIsPaidFromItsLeadOnAndSaysWhatToHoldBeforeTheHourBegins() {
    // Twelve and a half hours a day at 4.00.
    Advice before = untilMinute(11 * 60 + 20).advice();
    assertThat(Words.of(before.decision().message()))
        .startsWith("ScheduledBurst costs least: 1,521 USD a month");
    assertThat(alternative(before, Kind.SCHEDULED_BURST).bill().total()).isEqualTo(usd("1520.83"));
    assertThat(before.recommendation().replicasAdvised()).isZero();
    // 11.70 less 4.00 × 12.5 ÷ 12 for half of 730 hours.
    Advice.Saving saving = found(before.savings().monthly());
    assertThat(saving.expected()).isEqualTo(usd("2749.67"));
    assertThat(saving.low().value()).isPositive().isLessThan(saving.expected().value());
    assertThat(saving.high().value()).isGreaterThan(saving.expected().value());
    assertThat(untilMinute(11 * 60 + 30).advice().recommendation().replicasAdvised()).isEqualTo(1);
  }

  @Test
  void whatAScheduleHoldsNowIsOfTheEndOfTheTrafficWhateverTheClockSays() {
    SampleInput input = untilMinute(11 * 60 + 20);
    Advice atOnce = input.advice();
    input.now = input.now.plus(Duration.ofHours(6));

    assertThat(input.advice()).isEqualTo(atOnce);
  }

  /** A week and so many minutes: one replica's work from noon to midnight. */
  private static SampleInput untilMinute(int minute) {
    return SampleInput.about()
        .steps(SampleInput.WEEK + minute / 10)
        .outputTokens(i -> i % 144 < 72 ? 0 : 500)
        .planning(Duration.ofDays(7), Duration.ofHours(1), Duration.ofMinutes(30));
  }

  @Test
  void aPlanThatSendsAPartToTheApiIsAHybrid() {
    // Of one and of two replicas' work in turn one replica leaves a third of the tokens.
    SampleInput input = SampleInput.about().outputTokens(i -> i % 2 == 0 ? 500 : 1_000);
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("8.00")));
    Advice advice = input.following(i -> 1, 1);
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.HYBRID);
    assertThat(advice.recommendation().burst())
        .isInstanceOfSatisfying(
            BurstPoint.Above.class,
            above -> assertThat(above.sharePercent()).isCloseTo(100 / 3.0, within(1e-6)));
  }

  @Test
  void aPlanThatMustServeAllAndWasLateOrMayHoldNoMoreSaysWhich() {
    // Two replicas' work for a week; for the first hour of it one is held: 5,500 tokens/s are left.
    SampleInput input = SampleInput.about().outputTokens(i -> 1_000);
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    Advice late = input.following(i -> i < 6 ? 1 : 2, 2);
    assertThat(alternative(late, Kind.FOLLOWING_BURST).feasibility())
        .isInstanceOfSatisfying(
            Infeasible.class,
            infeasible -> {
              assertThat(infeasible.reason().label()).isEqualTo("TooFewReplicas");
              assertThat(Words.of(infeasible.message()))
                  .isEqualTo("some tokens were not served until added replicas were ready");
              assertThat(infeasible.unservedTokensPerMonth())
                  .isCloseTo(5_500 * 3600.0 * 730 / 168, within(1e3));
            });
    input.maxReplicas = 2;
    assertThat(following(input, 2).isFeasible()).isTrue();
    assertThat(whyNot(following(input, 1))).isEqualTo("TooFewReplicas");
    input.maxReplicas = 1;
    Alternative full = following(input, 1);
    assertThat(whyNot(full)).isEqualTo("MaxReplicas");
    assertThat(Words.of(((Infeasible) full.feasibility()).message()))
        .isEqualTo(
            "1 replica, the most that the policy allows (maxReplicas), cannot serve every token at"
                + " 100.0 %");
    // What an API leaves is its limits' doing: one replica's worth of 5,500 tokens/s, half fits.
    input.constraints = Constraints.NONE;
    input.maxReplicas = 2;
    input.api = SampleInput.limited(2_750 * 60 / 0.8);
    assertThat(whyNot(following(input, 1))).isEqualTo("APILimits");
  }

  private static Alternative following(SampleInput input, int replicas) {
    return alternative(input.following(i -> replicas, replicas), Kind.FOLLOWING_BURST);
  }

  private static String whyNot(Alternative way) {
    return ((Infeasible) way.feasibility()).reason().label();
  }

  @Test
  void oneReplicaIsAtMostOneAndMoreThanNone() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.maxReplicas = 1;
    assertThat(alternative(input.advice(), Kind.BASELINE_BURST).isFeasible()).isTrue();
    input.maxReplicas = 0;
    assertThat(alternative(input.advice(), Kind.BASELINE_BURST).feasibility())
        .isEqualTo(
            new Infeasible(
                Shortfall.MAX_REPLICAS,
                Message.of(Cause.POLICY_ALLOWS_AT_MOST, Parameter.replicas(0)),
                0));
  }

  @Test
  void theApiAloneIsPricedWholeThoughItLetsOnlyHalfThrough() {
    // 4,400 tokens/s are 9.36 an hour; 2,200 may go.
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.api = SampleInput.limited(2_200 * 60 / 0.8);
    Alternative apiOnly = alternative(input.advice(), Kind.API_ONLY);
    assertThat(apiOnly.bill().total()).isEqualTo(usd("6832.80"));
    assertThat(apiOnly.feasibility())
        .isInstanceOfSatisfying(
            Infeasible.class,
            left ->
                assertThat(left.unservedTokensPerMonth())
                    .isCloseTo(2_200 * 3600.0 * 730, within(1e3)));
  }

  @Test
  void whereNothingRunsGoingOnIsPricedWholeThoughTheApiLetsOnlyHalfThrough() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(0);
    input.api = SampleInput.limited(2_200 * 60 / 0.8);
    Alternative asNow = alternative(input.advice(), Kind.TODAYS_REPLICAS);
    assertThat(asNow.bill().total()).isEqualTo(usd("6832.80"));
    assertThat(whyNot(asNow)).isEqualTo("APILimits");
  }

  @Test
  void whatAGatewaySendsToAnApiWithoutAPriceIsNotFree() {
    SampleInput input = SampleInput.about().outputTokens(i -> 200).running(1);
    input.burstInput = Series.constant(SampleInput.WEEK, 2_000);
    input.burstOutput = Series.constant(SampleInput.WEEK, 200);
    input.constraints = new Constraints(true, false, false, false, Constraints.Stage.ESTABLISHED);
    input.api = new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("none"));
    Advice advice = input.advice();
    assertThat(whyNot(alternative(advice, Kind.TODAYS_REPLICAS))).isEqualTo("APIPriceMissing");
    assertThat(advice.savings().monthly()).isInstanceOf(Estimate.NotFound.class);
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
  }

  @Test
  void whatAnApisModelsAreNeededForIsFollowedOnTheApiHoweverWellOwnReplicasPay() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(1);
    input.constraints = new Constraints(false, false, false, true, Constraints.Stage.ESTABLISHED);
    Advice advice = input.planned();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.API);
    assertThat(alternative(advice, Kind.FOLLOWING_BURST).bill().total())
        .isEqualTo(alternative(advice, Kind.API_ONLY).bill().total());
    input.minReplicas = 1;
    assertThat(whyNot(alternative(input.planned(), Kind.FOLLOWING_BURST))).isEqualTo("MinReplicas");
  }

  @Test
  void aLeastOfSparesAloneIsHeldWithEverythingOnTheApiWhereThatCostsLess() {
    // One spare and the API are 12.00 and 9.36 an hour, a second replica that serves 24.00.
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.redundantReplicas = 1;
    input.minReplicas = 1;
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("12.00")));
    Alternative spare = alternative(input.advice(), Kind.BASELINE_BURST);
    assertThat(spare.replicas()).isEqualTo(new ReplicaPlan.Fixed(1));
    assertThat(spare.bill().total()).isEqualTo(usd("15592.80"));
    // At 4.00 it is 13.36 beside 8.00.
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("4.00")));
    assertThat(alternative(input.advice(), Kind.BASELINE_BURST).replicas())
        .isEqualTo(new ReplicaPlan.Fixed(2));
  }
}
