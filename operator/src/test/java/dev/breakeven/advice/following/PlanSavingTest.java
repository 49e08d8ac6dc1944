package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The window is three steps, people cost 2.00 in each once anything is held. */
class PlanSavingTest {

  private final PlanSaving saving = new PlanSaving(3, 2);

  @Test
  void nothingHeldIsNothingSaved() {
    saving.add(0, 0);
    assertThat(saving.isAny()).isFalse();
  }

  @Test
  void peopleArePaidForAllOfTheWindowOnceAnythingIsHeld() {
    saving.add(0, 0);
    saving.add(0, 0);
    saving.add(1, 6);
    assertThat(saving.isAny()).as("6.00 beside 6.00").isFalse();
    saving.add(1, 1);
    assertThat(saving.isAny()).as("7.00 beside 6.00").isTrue();
  }

  @Test
  void whatIsNotKnownCostsNobody() {
    saving.add(1, 3);
    saving.addUnknown();
    saving.addUnknown();
    assertThat(saving.isAny()).as("3.00 beside 2.00").isTrue();
    saving.addUnknown();
    assertThat(saving.isAny()).as("it has left the window").isFalse();
  }
}
