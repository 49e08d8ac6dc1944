package dev.breakeven.advice;

import static dev.breakeven.advice.SampleInput.alternative;
import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Alternative.Feasibility;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Alternative.Line;
import dev.breakeven.advice.Alternative.MonthlyBill;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.costing.PlanCost;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlternativeTest {

  @Test
  void aBillIsTheSumOfItsLines() {
    MonthlyBill bill =
        new MonthlyBill(
            usd("1"),
            usd("20"),
            usd("300"),
            usd("4000"),
            usd("50000"),
            List.of(new Line("onCall", usd("0.10")), new Line("engineering", usd("0.02"))),
            usd("600000"),
            usd("7000000"),
            usd("80000000"));
    assertThat(bill.gpus()).isEqualTo(usd("54321"));
    assertThat(bill.people()).isEqualTo(usd("0.12"));
    assertThat(bill.api()).isEqualTo(usd("87600000"));
    assertThat(bill.total()).isEqualTo(usd("87654321.12"));
  }

  @Test
  void whatLeavesTokensIsNotFeasible() {
    // 1.6 replicas' work and at most one.
    SampleInput input = SampleInput.about().outputTokens(i -> 800).running(1);
    input.maxReplicas = 1;
    Advice advice = input.advice();
    assertThat(alternative(advice, Kind.BASELINE_BURST).isFeasible()).isTrue();
    assertThat(alternative(advice, Kind.SELF_HOST_PEAK).isFeasible()).isFalse();
  }

  @Test
  void whatBurstsIsAHybridFromOnePercentOfTheTokensOn() {
    assertThat(optionThatBursts(0.0099).verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(optionThatBursts(0.01).verdict()).isEqualTo(Verdict.HYBRID);
  }

  private static Candidate optionThatBursts(double share) {
    return new Candidate(
        Kind.BASELINE_BURST,
        new ReplicaPlan.Fixed(1),
        i -> 1,
        i -> 1,
        0,
        1,
        PlanCost.ofConstant(Loads.hourly(1), Loads.terms(), Loads.API, 1),
        share,
        new Feasibility.Feasible());
  }
}
