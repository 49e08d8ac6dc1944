package dev.breakeven.advice;

import static dev.breakeven.advice.Asked.alternative;
import static dev.breakeven.advice.Asked.found;
import static dev.breakeven.advice.Asked.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Alternative.Feasibility.Infeasible;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Constraints.Stage;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ways to serve a window, each with its cost and whether it may be followed. */
class ComparisonTest {

  @Test
  void waysThatServeEverythingComeFirstHoweverCheapTheOthersAre() {
    // 68.33 a month at the API, which is forbidden; 2,920.00 on the replica that nothing forbids.
    Asked asked = Asked.about().outputTokens(i -> 4);
    asked.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    assertThat(asked.advice().alternatives())
        .extracting(Alternative::isFeasible)
        .containsExactly(true, true, false, false, false);
  }

  @Test
  void whereTheTrafficMayNotLeaveThePlanIsReplayedWithoutAnApi() {
    Asked asked = Asked.about().outputTokens(i -> 400);
    assertThat(replayed(asked).api().priced()).isTrue();
    asked.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    assertThat(replayed(asked).api()).isEqualTo(ApiAccess.NONE);
    assertThat(replayed(asked).mayBurst()).isFalse();
  }

  private static Planner.Replay replayed(Asked asked) {
    List<Planner.Replay> seen = new ArrayList<>();
    Planner planner =
        replay -> {
          seen.add(replay);
          return Planner.none().follow(replay);
        };
    new Advisor(planner).advise(asked.question());
    return seen.get(0);
  }

  @Test
  void whatAReplicaDoesInTokensIsNothingWhereThereAreNone() {
    assertThat(GivenWays.comparison(Loads.hourly(1, 2), Loads.terms()).tokensPerSecondPerReplica())
        .isCloseTo(5_500, within(1e-6));
    assertThat(GivenWays.comparison(Loads.hourly(0), Loads.terms()).tokensPerSecondPerReplica())
        .isZero();
  }

  @Test
  void aScheduleIsPaidFromItsLeadOnAndSaysWhatToHoldBeforeTheHourBegins() {
    // One replica's work from noon to midnight: twelve and a half hours a day at 4.00.
    Asked asked =
        Asked.about()
            .planning(Duration.ofDays(7), Duration.ofHours(1), Duration.ofMinutes(30))
            .outputTokens(i -> i % 144 < 72 ? 0 : 500);
    asked.now = Asked.MONDAY.plus(Duration.ofDays(7)).plus(Duration.ofMinutes(11 * 60 + 20));
    Advice before = asked.advice();
    assertThat(before.message()).startsWith("ScheduledBurst costs least: 1,521 USD a month");
    assertThat(alternative(before, Kind.SCHEDULED_BURST).bill().total()).isEqualTo(usd("1520.83"));
    assertThat(before.recommendation().replicasAdvised()).isZero();
    // 11.70 less 4.00 × 12.5 ÷ 12 for half of 730 hours, on each day the same.
    Advice.Saving saving = found(before.monthlySaving());
    assertThat(saving.expected()).isEqualTo(usd("2749.67"));
    assertThat(saving.low()).isEqualTo(saving.expected()).isEqualTo(saving.high());
    asked.now = asked.now.plus(Duration.ofMinutes(10));
    assertThat(asked.advice().recommendation().replicasAdvised()).isEqualTo(1);
  }

  @Test
  void aPlanThatSendsAPartToTheApiIsAHybrid() {
    // Of one and of two replicas' work in turn one replica leaves a third of the tokens.
    Asked asked = Asked.about().outputTokens(i -> i % 2 == 0 ? 500 : 1_000);
    asked.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("8.00")));
    Advice advice = asked.following(i -> 1, 1);
    assertThat(advice.verdict()).isEqualTo(Verdict.HYBRID);
    assertThat(advice.recommendation().burst())
        .isInstanceOfSatisfying(
            BurstPoint.Above.class,
            above -> assertThat(above.sharePercent()).isCloseTo(100 / 3.0, within(1e-6)));
  }

  @Test
  void oneReplicaIsAtMostOneAndMoreThanNone() {
    Asked asked = Asked.about().outputTokens(i -> 400);
    asked.maxReplicas = 1;
    assertThat(alternative(asked.advice(), Kind.BASELINE_BURST).isFeasible()).isTrue();
    asked.maxReplicas = 0;
    assertThat(alternative(asked.advice(), Kind.BASELINE_BURST).feasibility())
        .isEqualTo(new Infeasible("MaxReplicas", "the policy allows at most 0 replicas", 0));
  }
}
