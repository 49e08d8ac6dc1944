package dev.breakeven.prometheus.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestBudgetTest {

  private static final long MINUTE = 60_000;

  private final RequestBudget budget = new RequestBudget();

  private int taken(long at) {
    int taken = 0;
    while (budget.take(at)) {
      taken++;
    }
    return taken;
  }

  @Test
  void aHealthySourceIsSent300RequestsInAnyMinuteAndNoMore() {
    assertThat(taken(0)).isEqualTo(300);
    assertThat(taken(MINUTE - 1)).isZero();
    assertThat(taken(MINUTE)).isEqualTo(300);
  }

  @Test
  void theMinuteSlides() {
    for (int i = 0; i < 300; i++) {
      assertThat(budget.take(100L * i)).isTrue();
    }
    assertThat(budget.left(MINUTE - 1)).isZero();
    // Those of the first second are a minute old by then: 0, 100, …, 1000 ms.
    assertThat(budget.left(MINUTE + 1_000)).isEqualTo(11);
  }

  @Test
  void onceAnythingFailedThereAre60InAnyMinuteWithoutThoseThatWereSentBefore() {
    for (int i = 0; i < 50; i++) {
      budget.take(0);
    }
    budget.failed();
    assertThat(taken(1)).isEqualTo(60);
    budget.answered();
    assertThat(taken(2)).isZero();
  }

  @Test
  void oneThatFailsAndIsWellByTurnsIsSent60InAMinuteWhileItFails() {
    budget.failed();
    assertThat(taken(0)).isEqualTo(60);
    budget.isWell();
    budget.failed();
    assertThat(budget.left(1)).isZero();
  }

  @Test
  void theCheapQueryIsAskedThoughAllOthersWereSpentWhileTheSourceWasHealthy() {
    assertThat(taken(0)).isEqualTo(300);
    budget.failed();
    assertThat(budget.left(1)).isZero();
    assertThat(budget.isTimeToTry(1)).isTrue();
  }

  @Test
  void onceTheSourceHasFailedTheCheapQueryIsOneOf60() {
    budget.failed();
    assertThat(taken(0)).isEqualTo(60);
    assertThat(budget.isTimeToTry(1)).isFalse();
    assertThat(budget.isTimeToTry(MINUTE)).isTrue();
  }

  @Test
  void itIsHealthyAgainWhenAllThatIsNewWasReadWithoutAFailure() {
    budget.failed();
    assertThat(taken(0)).isEqualTo(60);
    budget.isWell();
    assertThat(taken(1)).isEqualTo(240);
  }

  @Test
  void twentyRefusalsInARowOpenTheCircuitAndNineteenDoNot() {
    for (int i = 0; i < 19; i++) {
      budget.failed();
    }
    assertThat(budget.isOpen()).isFalse();
    budget.answered();
    for (int i = 0; i < 19; i++) {
      budget.failed();
    }
    assertThat(budget.isOpen()).isFalse();
    budget.failed();
    assertThat(budget.isOpen()).isTrue();
    budget.answered(); // of a request that was on its way
    assertThat(budget.isOpen()).isTrue();
    budget.close();
    assertThat(budget.isOpen()).isFalse();
  }

  @Test
  void anOpenCircuitIsTriedEveryFiveSecondsAtMost() {
    assertThat(budget.isTimeToTry(0)).isTrue();
    assertThat(budget.isTimeToTry(4_999)).isFalse();
    assertThat(budget.isTimeToTry(5_000)).isTrue();
  }

  @Test
  void aClockThatGoesBackHoldsNothingForLongerThanAMinute() {
    assertThat(taken(1_000 * MINUTE)).isEqualTo(300);
    assertThat(taken(0)).isEqualTo(300);
    assertThat(budget.isTimeToTry(1_000 * MINUTE)).isTrue();
    assertThat(budget.isTimeToTry(0)).isTrue();
  }
}
