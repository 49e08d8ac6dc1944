package dev.breakeven.advice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlanningTest {

  private static final int TEN_MINUTES = 600;

  @Test
  void aPartOfAStepCountsAsAWholeOne() {
    Planning whole = planning(Duration.ofHours(24), Duration.ofHours(1), Duration.ofMinutes(20));
    assertThat(whole.windowSteps(TEN_MINUTES)).isEqualTo(144);
    assertThat(whole.holdSteps(TEN_MINUTES)).isEqualTo(6);
    assertThat(whole.leadSteps(TEN_MINUTES)).isEqualTo(2);

    Planning aSecondMore =
        planning(
            Duration.ofHours(24).plusSeconds(1), Duration.ofSeconds(3_601), Duration.ofSeconds(1));
    assertThat(aSecondMore.windowSteps(TEN_MINUTES)).isEqualTo(145);
    assertThat(aSecondMore.holdSteps(TEN_MINUTES)).isEqualTo(7);
    assertThat(aSecondMore.leadSteps(TEN_MINUTES)).isEqualTo(1);
  }

  @Test
  void whatServesAtOnceNeedsNoStepAndWhatIsHeldIsHeldForOne() {
    Planning nothing = planning(Duration.ZERO, Duration.ZERO, Duration.ZERO);
    assertThat(nothing.windowSteps(TEN_MINUTES)).isEqualTo(1);
    assertThat(nothing.holdSteps(TEN_MINUTES)).isEqualTo(1);
    assertThat(nothing.leadSteps(TEN_MINUTES)).isZero();
  }

  private static Planning planning(Duration window, Duration hold, Duration lead) {
    return new Planning(window, hold, lead, 5, 80);
  }
}
