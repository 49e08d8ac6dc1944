package dev.breakeven.advice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.HoldingTerms;
import dev.breakeven.advice.Planning;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Steps of ten minutes, 144 a day, a window of 1,008; people are 1.00 a step. */
class StartGateTest {

  private static final int DAY = 144;

  @Test
  void aStepThatSavesEnoughForAWeekToBeExpectedToPayItsPeopleOpens() {
    // 150.00 in one step · ln(1 + 1,008) = 6.92 make 1,038, and people are 1,008 a week.
    StartGate gate = after(DAY, 0);
    gate.add(150);

    assertThat(gate.isOpen()).isTrue();
  }

  @Test
  void whatTheSameDayLostAgainHiresNobody() {
    // The same step, after replicas that stood idle: the day lost 5 · 143 - 150 = 565.00.
    StartGate gate = after(DAY, -5);
    gate.add(150);

    assertThat(gate.isOpen()).isFalse();
  }

  private static StartGate after(int steps, double savedInEach) {
    StartGate gate = new StartGate(steps(), 1);
    for (int step = 0; step < steps; step++) {
      gate.add(savedInEach);
    }
    return gate;
  }

  private static StepTerms steps() {
    return StepTerms.of(
        new HoldingTerms(4, 0, 0, 0, 1, 0, 0, 100),
        new Planning(Duration.ofDays(7), Duration.ofHours(1), Duration.ofMinutes(10), 5, 80),
        600);
  }
}
