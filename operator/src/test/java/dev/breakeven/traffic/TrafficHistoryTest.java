package dev.breakeven.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TrafficHistoryTest {

  private static final Series NONE = Series.absent(1);

  @Test
  void demandIsWhatWasServedAndWhatWentToAnApi() {
    TrafficHistory history = step(of(100), of(20), of(10), of(50), of(5), of(2));
    assertThat(history.isKnown(0)).isTrue();
    assertThat(history.servedAt(0)).isEqualTo(new TokenRates(100, 20, 10));
    assertThat(history.burstAt(0)).isEqualTo(new TokenRates(45, 5, 7));
    assertThat(history.demandAt(0)).isEqualTo(new TokenRates(145, 25, 17));
  }

  @Test
  void anEngineWithoutACacheMetricCountsAllInputAsUncached() {
    TrafficHistory history = step(of(100), NONE, of(10), NONE, NONE, of(2));
    assertThat(history.demandAt(0)).isEqualTo(new TokenRates(100, 0, 10));
  }

  @Test
  void zeroReplicasServedNothingAndOnlyAGatewayKnowsWhatWasAsked() {
    TrafficHistory unseen = step(NONE, NONE, NONE, NONE, NONE, of(0));
    assertThat(unseen.isKnown(0)).isTrue();
    assertThat(unseen.demandAt(0)).isEqualTo(TokenRates.ZERO);
    assertThat(unseen.isDemandUnseen(0)).isTrue();
    assertThat(unseen.isDemandMeasured(0)).isFalse();
    TrafficHistory seen = step(NONE, NONE, NONE, of(50), NONE, of(0));
    assertThat(seen.isKnown(0)).isTrue();
    assertThat(seen.demandAt(0)).isEqualTo(new TokenRates(50, 0, 7));
  }

  @Test
  void tokensThatWereNotMeasuredOnRunningReplicasAreNotZero() {
    assertThat(step(NONE, NONE, NONE, of(50), NONE, of(2)).isKnown(0)).isFalse();
    assertThat(step(of(100), NONE, NONE, NONE, NONE, of(2)).isKnown(0)).isFalse();
    assertThat(step(NONE, NONE, NONE, of(50), NONE, NONE).isKnown(0)).isFalse();
  }

  @Test
  void moreCachedThanPutInIsNoNegativeInput() {
    assertThat(step(of(0), NONE, of(0), of(50), of(60), of(1)).burstAt(0))
        .isEqualTo(new TokenRates(0, 50, 7));
  }

  @Test
  void seriesThatDoNotFitTheGridAreRefused() {
    assertThatThrownBy(
            () ->
                TrafficHistory.ofTokens(
                    new StepGrid(0, 600, 2),
                    Series.constant(2, 1),
                    Series.constant(2, 1),
                    Series.constant(3, 1)))
        .hasMessage("a series of 3 steps on a grid of 2");
  }

  private static Series of(double value) {
    return Series.of(value);
  }

  /** One step; where a gateway measures input, it measures 7 output tokens/s too. */
  private static TrafficHistory step(
      Series uncached,
      Series cached,
      Series output,
      Series burstInput,
      Series burstCached,
      Series replicas) {
    return new TrafficHistory(
        new StepGrid(0, 600, 1),
        uncached,
        cached,
        output,
        NONE,
        burstInput,
        burstCached,
        burstInput.isMeasured(0) ? of(7) : NONE,
        NONE,
        replicas,
        NONE,
        NONE);
  }
}
