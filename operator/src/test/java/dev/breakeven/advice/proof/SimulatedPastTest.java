package dev.breakeven.advice.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.traffic.TrafficHistory;
import org.junit.jupiter.api.Test;

/** Two replicas' worth of work in each of six steps, of which one at 80 % carries 0.8. */
class SimulatedPastTest {

  private static final ReplicaCostModel TERMS = new ReplicaCostModel(4, 0, 0, 0, 0.8, 0, 0, 100);

  private final TrafficHistory recorded =
      SampleInput.about().steps(6).outputTokens(i -> 1_000).traffic();

  @Test
  void whatTheReplicasDoNotCarryWithTheirHeadroomIsSeenAtTheGateway() {
    TrafficHistory lived = lived(Loads.API);

    assertThat(lived.servedAt(1).output()).isEqualTo(1_000);
    assertThat(lived.replicasHeld().isMeasured(1)).isFalse();
    assertThat(lived.replicasHeld().measuredAt(2)).isEqualTo(1);
    assertThat(lived.servedAt(2).output()).isCloseTo(400, within(1e-3));
    assertThat(lived.burstAt(2).output()).isCloseTo(600, within(1e-3));
    assertThat(lived.demandAt(2).total()).isCloseTo(recorded.demandAt(2).total(), within(1e-2));
  }

  @Test
  void goingOnWithItCostsWhatThePlanOfItCost() {
    TrafficHistory lived = lived(Loads.API).slice(2, 6);
    PricedLoad load = load(lived);

    assertThat(PlanCost.ofGoingOn(load, TERMS, Loads.API, 1).total())
        .isCloseTo(PlanCost.ofConstant(load, TERMS, Loads.API, 1).total(), within(1e-4));
  }

  @Test
  void whereNothingMayGoToAnApiTheReplicasCarryIt() {
    assertThat(lived(ApiAccess.NONE).servedAt(2).output()).isEqualTo(1_000);
  }

  private TrafficHistory lived(ApiAccess overflow) {
    SimulatedPast past = new SimulatedPast(recorded, load(recorded), TERMS, overflow);
    past.hold(2, 6, step -> 1, step -> 1);
    return past.until(6);
  }

  private static PricedLoad load(TrafficHistory history) {
    return PricedLoad.of(history, Loads.CAPACITY, Loads.TARIFF, RequestLengths.UNKNOWN);
  }
}
