package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** A week with one review is 1 change by the review and 2 by a trial; the fourth is a scaler's. */
class ReplicaChangesTest {

  private static final Duration WEEKLY = Duration.ofDays(7);
  private static final double WEEK_HOURS = 168;
  private static final double UNKNOWN = Double.NaN;

  @Test
  void threeChangesInAWeekAreAPersonsAndFourAreAScalers() {
    assertThat(areOfAScaler(1, 2, 1, 3)).isFalse();
    assertThat(areOfAScaler(1, 2, 1, 3, 1)).isTrue();
  }

  @Test
  void moreReviewsAllowMoreChanges() {
    // Seven reviews in a week, and a trial: nine changes are a person's.
    double[] nine = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2};
    double[] ten = {1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1};

    assertThat(ReplicaChanges.areOfAScaler(DoubleStream.of(nine), WEEK_HOURS, Duration.ofDays(1)))
        .isFalse();
    assertThat(ReplicaChanges.areOfAScaler(DoubleStream.of(ten), WEEK_HOURS, Duration.ofDays(1)))
        .isTrue();
  }

  @Test
  void stepsOfWhichNobodyKnowsTheNumberChangeNothing() {
    assertThat(areOfAScaler(UNKNOWN, 1, UNKNOWN, 1, UNKNOWN, 1, UNKNOWN, 1, UNKNOWN)).isFalse();
    assertThat(areOfAScaler(1, UNKNOWN, 2, UNKNOWN, 1, UNKNOWN, 3, UNKNOWN, 1)).isTrue();
  }

  @Test
  void theMeanOfAStepInWhichAReplicaWasReplacedIsNoChange() {
    assertThat(areOfAScaler(2, 2.04, 1.97, 2, 2.3, 2)).isFalse();
  }

  @Test
  void changesShowInABillThatTheyMoveByMoreThanTwoPercent() {
    assertThat(ReplicaChanges.areShownBy(100, 98)).isFalse();
    assertThat(ReplicaChanges.areShownBy(100, 97.9)).isTrue();
    assertThat(ReplicaChanges.areShownBy(97.9, 100)).isTrue();
  }

  private static boolean areOfAScaler(double... held) {
    return ReplicaChanges.areOfAScaler(DoubleStream.of(held), WEEK_HOURS, WEEKLY);
  }
}
