package dev.breakeven.advice.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.traffic.EngineState;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import org.junit.jupiter.api.Test;

class LatencyCheckTest {

  private static final LatencyTarget TWO_SECONDS_50_MS = new LatencyTarget(2, 0.05);

  private static TrafficHistory history(Series firstToken, Series interToken) {
    Series none = Series.absent(4);
    return new TrafficHistory(
        new StepGrid(0, 600, 4),
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        none,
        new EngineState(none, none, firstToken, interToken));
  }

  private static Series of(double... seconds) {
    return Series.of(seconds);
  }

  @Test
  void aStepThatMissesEitherHalfOfTheTargetMissesIt() {
    // Slow to begin, slow to go on, both kept, and nobody asked.
    assertThat(
            LatencyCheck.missedShare(
                history(of(3, 1, 1, Double.NaN), of(0.01, 0.06, 0.04, Double.NaN)),
                TWO_SECONDS_50_MS))
        .hasValue(2.0 / 3);
  }

  @Test
  void withoutATargetNothingIsMissedAndWithOneSomethingHasToBeMeasured() {
    Series none = Series.absent(4);

    assertThat(LatencyCheck.missedShare(history(of(9, 9, 9, 9), none), LatencyTarget.NONE))
        .hasValue(0);
    assertThat(LatencyCheck.missedShare(history(none, none), TWO_SECONDS_50_MS)).isEmpty();
  }
}
