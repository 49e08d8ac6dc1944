package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.Verdict;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ObservationWindowTest {

  @Test
  void aLongerHistoryIsCutToTheWindowAndTheRestIsWhatCameBefore() {
    SampleInput input = SampleInput.about().steps(2016).outputTokens(i -> i < 1008 ? 100 : 400);
    ObservationWindow window = ObservationWindow.of(input.input());
    assertThat(window.from()).isEqualTo(SampleInput.MONDAY.plus(Duration.ofDays(7)));
    assertThat(window.span()).isEqualTo(Duration.ofDays(7));
    assertThat(window.before()).hasSize(2);
    assertThat(window.before().get(1).output().measuredAt(1007)).isEqualTo(100);
    assertThat(window.history().output().measuredAt(0)).isEqualTo(400);
    assertThat(window.everything()).hasSize(3);
  }

  @Test
  void theLoadsOfTheWindowAreThoseOfItsKnownSteps() {
    // 500 output and 5,000 input tokens/s are one replica's worth of work.
    SampleInput input = SampleInput.about().steps(4).running(1);
    input.outputTokens(i -> new double[] {Double.NaN, 500, Double.NaN, 1_000}[i]);
    AnsweredWindow window = AnsweredWindow.of(input.input());
    assertThat(window.history().grid().steps()).as("from the first known one on").isEqualTo(3);
    assertThat(window.loads(Loads.CAPACITY)).containsExactly(1, 2);
  }

  @Test
  void aGapAtTheEndWhileReplicasRanIsAGap() {
    SampleInput input =
        SampleInput.about().outputTokens(i -> i < 504 ? 400 : Double.NaN).running(1);
    ObservationWindow window = ObservationWindow.of(input.input());
    assertThat(window.coveragePercent()).isEqualTo(50);
    assertThat(window.endsEarly()).isFalse();
  }

  @Test
  void afterAWeekOfNothingTheWeekBeforeItIsTaken() {
    SampleInput input = SampleInput.about().outputTokens(i -> Double.NaN).running(0);
    input.earlier = hours(20, 400);
    ObservationWindow window = ObservationWindow.of(input.input());
    assertThat(window.endsEarly()).isTrue();
    assertThat(window.knownSteps()).isEqualTo(7 * 24);
    assertThat(window.to()).isEqualTo(SampleInput.MONDAY);
    assertThat(window.from()).isEqualTo(Instant.parse("2026-10-26T00:00:00Z"));
    assertThat(input.advice().decision().verdict()).isEqualTo(Verdict.SELF_HOST);
  }

  @Test
  void aPastOfWhichNothingIsKnownIsNoDemand() {
    SampleInput input = SampleInput.about().outputTokens(i -> Double.NaN).running(0);
    input.earlier = hours(20, Double.NaN);
    ObservationWindow window = ObservationWindow.of(input.input());
    assertThat(window.knownSteps()).isZero();
    assertThat(window.endsEarly()).isFalse();
  }

  @Test
  void aPastOfExactlyTheWindowHasNothingBeforeIt() {
    ObservationWindow window =
        ObservationWindow.of(SampleInput.about().outputTokens(i -> 400).input());
    assertThat(window.before()).hasSize(1); // the earlier past, none here
  }

  @Test
  void aWeekThatWasNotMeasuredIsNotReplacedByTheOneBefore() {
    SampleInput input = SampleInput.about().outputTokens(i -> Double.NaN).running(2);
    input.earlier = hours(20, 400);
    assertThat(ObservationWindow.of(input.input()).knownSteps()).isZero();
    assertThat(input.advice().decision().reason().label()).isEqualTo("NoTrafficData");
  }

  /** So many days of hours up to the window, at so many output tokens/s. */
  private static TrafficHistory hours(int days, double outputTokensPerSecond) {
    int steps = days * 24;
    StepGrid grid =
        new StepGrid(SampleInput.MONDAY.minus(Duration.ofDays(days)).getEpochSecond(), 3600, steps);
    return TrafficHistory.ofTokens(
        grid,
        Series.constant(steps, 10 * outputTokensPerSecond),
        Series.absent(steps),
        Series.constant(steps, outputTokensPerSecond));
  }
}
