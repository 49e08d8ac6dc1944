package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Planning;
import dev.breakeven.advice.costing.ReplicaCostModel;
import org.junit.jupiter.api.Test;

class StepTermsTest {

  @Test
  void moneyOfAnHourAndOfAMonthIsMoneyOfAStep() {
    // 6.00 an hour and 1,460 a month, which is 2.00 an hour: a sixth of either in ten minutes.
    StepTerms tenMinutes = inStepsOf(600);
    assertThat(tenMinutes.replicaPerStep()).isCloseTo(1, within(1e-12));
    assertThat(tenMinutes.overheadPerStep()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(inStepsOf(7200).replicaPerStep()).isCloseTo(12, within(1e-12));
    assertThat(inStepsOf(7200).overheadPerStep()).isCloseTo(4, within(1e-12));
  }

  @Test
  void aDayIsAsManyStepsAsFitAndAtLeastOne() {
    assertThat(inStepsOf(600).stepsPerDay()).isEqualTo(144);
    assertThat(inStepsOf(43_200).stepsPerDay()).isEqualTo(2);
    assertThat(inStepsOf(86_400).stepsPerDay()).isEqualTo(1);
    assertThat(inStepsOf(604_800).stepsPerDay()).isEqualTo(1);
  }

  @Test
  void spansAreTheNearestWholeStepsAndEachIsThereOnce() {
    assertThat(inStepsOf(600).spans(10, 60, 1440)).containsExactly(1, 6, 144);
    // 10, 40, 50, 80 minutes are 0.3, 1.3, 1.7 and 2.7 half hours.
    assertThat(inStepsOf(1800).spans(10, 40, 50, 80)).containsExactly(1, 2, 3);
  }

  private static StepTerms inStepsOf(int seconds) {
    return StepTerms.of(
        new ReplicaCostModel(6, 3, 0, 1460, 1, 0, 0, 100), Planning.DEFAULT, seconds);
  }
}
