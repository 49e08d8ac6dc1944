package dev.breakeven.advice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdvisorInputTest {

  @Test
  void anAnswerIsOfTheEndOfItsLastStepHoweverMuchLaterIsAsked() {
    SampleInput input = SampleInput.about().steps(6);
    input.now = SampleInput.MONDAY.plusSeconds(3_600 + 599);
    assertThat(input.input().asOf()).isEqualTo(SampleInput.MONDAY.plusSeconds(3_600));
  }

  @Test
  void withoutAStepItIsOfTheTimeOfAsking() {
    SampleInput input = SampleInput.about().steps(0);
    input.now = SampleInput.MONDAY.plusSeconds(599);
    assertThat(input.input().asOf()).isEqualTo(input.now);
  }
}
