package dev.breakeven.advice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuestionTest {

  @Test
  void anAnswerIsOfTheEndOfItsLastStepHoweverMuchLaterIsAsked() {
    Asked asked = Asked.about().steps(6);
    asked.now = Asked.MONDAY.plusSeconds(3_600 + 599);
    assertThat(asked.question().asOf()).isEqualTo(Asked.MONDAY.plusSeconds(3_600));
  }

  @Test
  void withoutAStepItIsOfTheTimeOfAsking() {
    Asked asked = Asked.about().steps(0);
    asked.now = Asked.MONDAY.plusSeconds(599);
    assertThat(asked.question().asOf()).isEqualTo(asked.now);
  }
}
