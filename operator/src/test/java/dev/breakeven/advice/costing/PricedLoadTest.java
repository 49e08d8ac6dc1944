package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.SampleInput;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.price.Offer;
import dev.breakeven.price.Tariff;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import org.junit.jupiter.api.Test;

class PricedLoadTest {

  private static final Capacity WITH_CONTEXT = Capacity.of(10_000, 1_000, 1e6);

  @Test
  void unknownStepsAreLeftOutAndTheOthersKeepTheirTime() {
    PricedLoad load = Loads.of(600, 1, Double.NaN, 3);
    assertThat(load.steps()).isEqualTo(2);
    assertThat(load.hours()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(load.toMonth()).isCloseTo(730 * 3, within(1e-9));
    assertThat(load.startOf(1)).isEqualTo(SampleInput.MONDAY.getEpochSecond() + 1200);
    assertThat(load.replicasAt(1)).isCloseTo(3, within(1e-6));
    assertThat(load.apiAt(1)).isCloseTo(3 * 11.7 / 6, within(1e-6));
    assertThat(load.tokensAt(1)).isCloseTo(3 * 5_500 * 600, within(1.0));
  }

  @Test
  void lengthsComeFromTheStepThenTheGatewayThenTheWindow() {
    Series none = Series.absent(3);
    // 1,000 in and 100 out: in one request a second 1,050 of context; through the gateway the same
    // again in two, 525; the last step has the usual 2,000 + 200/2.
    TrafficHistory history =
        new TrafficHistory(
            new StepGrid(0, 600, 3),
            Series.of(1000, 0, 1000),
            none,
            Series.of(100, 0, 100),
            Series.of(new double[] {1, 0, Double.NaN}),
            Series.of(0, 1000, 0),
            none,
            Series.of(0, 100, 0),
            Series.of(0, 2, 0),
            Series.constant(3, 1),
            none,
            none);
    PricedLoad load =
        PricedLoad.of(history, WITH_CONTEXT, Loads.TARIFF, new RequestLengths(2000, 200));
    assertThat(load.replicasAt(0)).isCloseTo(0.2 + 100 * 1050 / 1e6, within(1e-9));
    assertThat(load.replicasAt(1)).isCloseTo(0.2 + 100 * 525 / 1e6, within(1e-9));
    assertThat(load.replicasAt(2)).isCloseTo(0.2 + 100 * 2100 / 1e6, within(1e-9));
    assertThat(load.requestsPerSecondAt(0)).isCloseTo(1, within(1e-9));
    assertThat(load.requestsPerSecondAt(1)).isCloseTo(2, within(1e-9));
    assertThat(load.requestsPerSecondAt(2)).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void withoutAnyLengthsTheContextTermIsLeftOutAndRequestsAreUnknown() {
    TrafficHistory history =
        TrafficHistory.ofTokens(
            new StepGrid(0, 600, 1), Series.of(1000), Series.of(0), Series.of(100));
    PricedLoad load = PricedLoad.of(history, WITH_CONTEXT, Loads.TARIFF, RequestLengths.UNKNOWN);
    assertThat(load.replicasAt(0)).isCloseTo(0.2, within(1e-9));
    assertThat(load.requestsPerSecondAt(0)).isNaN();
  }

  @Test
  void theApiCountsCacheHitsItsOwnWayAndTheGpusTheirs() {
    TrafficHistory history =
        TrafficHistory.ofTokens(
            new StepGrid(0, 3600, 1), Series.of(500), Series.of(500), Series.of(0));
    Tariff noHits = new Tariff(1, 0.1, 3, new Offer.CacheHits.OfInput(0));
    PricedLoad load =
        PricedLoad.of(
            history,
            new Capacity(1_000, 10_000, 100, Double.POSITIVE_INFINITY),
            noHits,
            RequestLengths.UNKNOWN);
    assertThat(load.replicasAt(0)).isCloseTo(0.55, within(1e-9));
    assertThat(load.apiInputAt(0)).isCloseTo(3.6, within(1e-9));
    assertThat(load.apiCachedInputAt(0)).isZero();
  }
}
