package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.SampleInput;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import org.junit.jupiter.api.Test;

class TrafficSummaryTest {

  private static final double NONE = Double.NaN;

  /** Four steps: served with and without counted requests, burst with counted ones, and a gap. */
  private final TrafficSummary seen =
      TrafficSummary.of(
          new TrafficHistory(
              new StepGrid(0, 600, 4),
              steps(1000, 1000, 500, NONE),
              steps(200, 200, 100, NONE),
              steps(100, 100, 50, NONE),
              steps(2, NONE, 1, NONE),
              steps(NONE, NONE, 900, NONE),
              steps(NONE, NONE, 300, NONE),
              steps(NONE, NONE, 150, NONE),
              steps(NONE, NONE, 3, NONE),
              steps(2, 2, 2, 2),
              steps(0, 2, 2, 9),
              steps(NONE, NONE, NONE, NONE)));

  @Test
  void demandIsTheMeanOverTheKnownStepsGatewayIncluded() {
    // 1,000 + 1,000 + 500 + 600 uncached, 200 + 200 + 100 + 300 cached, 100 + 100 + 50 + 150 out.
    assertThat(seen.demand()).isEqualTo(new TokenRates(3_100 / 3.0, 800 / 3.0, 400 / 3.0));
    assertThat(seen.burst()).isEqualTo(new TokenRates(200, 100, 50));
    assertThat(seen.burstSeen()).isTrue();
    assertThat(seen.cacheMeasured()).isTrue();
  }

  @Test
  void lengthsComeFromTheTokensWhoseRequestsWereCounted() {
    // Two requests/s in the first step; one own and three through the gateway in the third.
    assertThat(seen.requestsPerSecond()).isEqualTo(3);
    assertThat(seen.lengths()).isEqualTo(new RequestLengths((1_200 + 600 + 900) / 6.0, 300 / 6.0));
  }

  @Test
  void requestsThatOnlyOneSideCountedAreCountedToo() {
    TrafficHistory counted =
        new TrafficHistory(
            new StepGrid(0, 600, 2),
            steps(NONE, NONE),
            steps(NONE, NONE),
            steps(NONE, NONE),
            steps(NONE, NONE),
            steps(900, 900),
            steps(300, 300),
            steps(150, 150),
            steps(3, 5),
            steps(0, 0),
            steps(0, 0),
            steps(NONE, NONE));
    assertThat(TrafficSummary.of(counted).requestsPerSecond()).isEqualTo(4);

    SampleInput own = SampleInput.about().steps(2).outputTokens(i -> 100);
    own.requests = steps(2, 5);
    assertThat(TrafficSummary.of(own.traffic()).requestsPerSecond()).isEqualTo(3.5);
  }

  @Test
  void onlyKnownStepsAreSaturated() {
    assertThat(seen.saturatedSteps()).isEqualTo(2);
  }

  @Test
  void ofNoStepNothingIsSeen() {
    TrafficSummary none = TrafficSummary.of(TrafficHistory.none(0));
    assertThat(none.demand()).isEqualTo(TokenRates.ZERO);
    assertThat(none.requestsPerSecond()).isZero();
    assertThat(none.lengths().areKnown()).isFalse();
    assertThat(none.burstSeen()).isFalse();
  }

  private static Series steps(double... values) {
    return Series.of(values);
  }
}
