package dev.breakeven.advice.costing;

import static dev.breakeven.advice.SampleInput.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.reason.Cause;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.TrafficHistory;
import org.junit.jupiter.api.Test;

/** Steps of ten minutes; a replica costs 4.00 an hour and does 1,000 output tokens/s. */
class ActualCostTest {

  @Test
  void whatRanIsPaidInTheStepInWhichItRanAndTheRestAtTheApi() {
    // Two replicas' worth of work, 3.90 a step at the API; two ran, then one, then none.
    PlanCost cost = found(cost(2, 1, 0));
    assertThat(cost.gpus()).isCloseTo((2 + 1) * 4 / 6.0, within(1e-9));
    assertThat(cost.api()).isCloseTo(1.95 + 3.90, within(1e-9));
  }

  @Test
  void aMeanBetweenTwoNumbersIsPaidAsSuch() {
    assertThat(found(cost(1.4, 1.6, 2)).gpus()).isCloseTo(5 * 4 / 6.0, within(1e-6));
  }

  @Test
  void oneKnownStepOfWhichNobodySaysWhatRanLeavesItUnknown() {
    assertThat(cost(2, Double.NaN, 2))
        .isEqualTo(
            Estimate.notFound(Issue.Reason.REPLICAS_UNMEASURED, Cause.PAST_REPLICAS_NOT_KNOWN));
  }

  @Test
  void aStepWithoutTrafficFiguresIsNotAskedFor() {
    SampleInput input = asked(2, Double.NaN, 2);
    input.outputTokens(i -> i == 1 ? Double.NaN : 1_000);
    assertThat(found(cost(input)).gpus()).isCloseTo(4 * 4 / 6.0, within(1e-9));
  }

  private static Estimate<PlanCost> cost(double... ran) {
    return cost(asked(ran));
  }

  private static SampleInput asked(double... ran) {
    SampleInput input = SampleInput.about().steps(ran.length).outputTokens(i -> 1_000);
    input.replicasHeld = Series.of(ran);
    return input;
  }

  private static Estimate<PlanCost> cost(SampleInput input) {
    TrafficHistory history = input.traffic();
    PricedLoad load = PricedLoad.of(history, Loads.CAPACITY, Loads.TARIFF, RequestLengths.UNKNOWN);
    return ActualCost.cost(history, load, Loads.terms(), Loads.API);
  }
}
