package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.SampleInput;
import dev.breakeven.traffic.Series;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A week in steps of ten minutes, in which engines give numbers only while replicas run. */
class ZeroReplicasTest {

  private static final int DAY = 144;

  @Test
  void aNightWithoutReplicasIsKnownToHaveServedNothing() {
    ObservationWindow window = window(i -> isFromSixToSix(i));
    assertThat(window.coveragePercent()).isEqualTo(100);
    assertThat(window.history().grid().steps()).isEqualTo(7 * DAY);
    assertThat(window.endsEarly()).isFalse();
    // 400 output tokens/s in half of the steps.
    assertThat(TrafficSummary.of(window.history()).demand().output()).isEqualTo(200);
    assertThat(TrafficSummary.of(window.history()).unseenSteps()).isEqualTo(7 * DAY / 2);
  }

  @Test
  void whereNothingHasRunForLongerThanEverBeforeTheLastDemandIsKept() {
    ObservationWindow window = window(i -> isFromSixToSix(i) && i < 5 * DAY);
    assertThat(window.endsEarly()).isTrue();
    assertThat(window.history().grid().steps()).isEqualTo(5 * DAY - DAY / 4);
  }

  @Test
  void theFirstNightEverKeepsTheDemandOfTheDay() {
    ObservationWindow window = window(i -> i < 7 * DAY - 6);
    assertThat(window.endsEarly()).isTrue();
    assertThat(window.history().grid().steps()).isEqualTo(7 * DAY - 6);
  }

  @Test
  void whatWasNotThereYetIsAShorterHistory() {
    ObservationWindow window = window(i -> i >= 3 * DAY);
    assertThat(window.history().grid().steps()).isEqualTo(4 * DAY);
    assertThat(window.coveragePercent()).isEqualTo(100);
  }

  private static boolean isFromSixToSix(int step) {
    return step % DAY >= DAY / 4 && step % DAY < 3 * DAY / 4;
  }

  private static ObservationWindow window(IntPredicate runs) {
    SampleInput input = SampleInput.about().outputTokens(i -> runs.test(i) ? 400 : Double.NaN);
    input.replicasHeld =
        Series.of(
            IntStream.range(0, SampleInput.WEEK).mapToDouble(i -> runs.test(i) ? 1 : 0).toArray());
    return ObservationWindow.of(input.input());
  }
}
