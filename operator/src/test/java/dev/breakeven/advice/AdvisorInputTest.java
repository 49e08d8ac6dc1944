package dev.breakeven.advice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdvisorInputTest {

  @Test
  void anAnswerIsOfTheEndOfItsLastStepHoweverMuchLaterIsAsked() {
    SampleInput asked = SampleInput.about().steps(6);
    asked.now = SampleInput.MONDAY.plusSeconds(3_600 + 599);
    assertThat(asked.question().asOf()).isEqualTo(SampleInput.MONDAY.plusSeconds(3_600));
  }

  @Test
  void withoutAStepItIsOfTheTimeOfAsking() {
    SampleInput asked = SampleInput.about().steps(0);
    asked.now = SampleInput.MONDAY.plusSeconds(599);
    assertThat(asked.question().asOf()).isEqualTo(asked.now);
  }
}
