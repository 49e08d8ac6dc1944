package dev.breakeven.advice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void withoutAVerdictWhatRunsIsKeptAndNothingIsNotKept() {
    Asked asked = Asked.about().outputTokens(i -> i < 10 || i % 2 == 0 ? 400 : Double.NaN);
    String why = "Inconclusive: 50.5 % of the window is known; the policy asks for 80.0 %";
    assertThat(asked.running(0).advice().summary()).isEqualTo(why);
    assertThat(asked.running(1).advice().summary()).isEqualTo(why + "; keep 1 replica until then");
  }
}
