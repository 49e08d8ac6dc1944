package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** People cost 1.00 a step; the window is four steps. */
class FixedCostGateTest {

  private static final int HOUR = 3_600;
  private static final int HALF_A_DAY = 43_200;

  @Test
  void whereNobodyIsToBePaidItIsOpen() {
    assertThat(gate(HOUR, 0).isOpen()).isTrue();
  }

  @Test
  void oneHourOpensItThatIsExpectedToPayFourOfPeople() {
    // An hour's saving is expected to last for ln(1 + 4) = 1.609 hours: 2.48 makes 3.99.
    assertThat(gateAfter(HOUR, 2.48).isOpen()).isFalse();
    assertThat(gateAfter(HOUR, 2.49).isOpen()).isTrue();
  }

  @Test
  void whatHasLastedForTheWindowIsExpectedToLastLonger() {
    // Four hours are expected to last for ln 2 = 0.693 of four: 4 · 1.45 · 0.693 = 4.02. Three
    // make 3 · 1.45 · 0.847 = 3.69.
    assertThat(gateAfter(HOUR, 1.45, 1.45, 1.45).isOpen()).isFalse();
    assertThat(gateAfter(HOUR, 1.45, 1.45, 1.45, 1.45).isOpen()).isTrue();
  }

  @Test
  void noMoreThanTheWindowIsLookedAt() {
    // Twelve hours of 1.20 would make 14.4 · ln(1 + 4/12) = 4.14; four make 3.33.
    assertThat(gateAfter(HOUR, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2).isOpen())
        .isFalse();
  }

  @Test
  void nobodyIsHiredAfterAWeekThatDidNotEarnHalfOfItsPeople() {
    // A week is 168 hours, half of whose people are 84.00.
    assertThat(isOpenAfter(gateAfter(HOUR, new double[167]), 83.9)).isFalse();
    assertThat(isOpenAfter(gateAfter(HOUR, new double[167]), 84)).isTrue();
    // What was lost in the week before is over.
    assertThat(isOpenAfter(gateAfter(HOUR, -100), idleThen(84))).isTrue();
    // Of a shorter past half of its own: 30.00 after three hours that lost 10.00 each.
    assertThat(isOpenAfter(gateAfter(HOUR, -10, -10, -10), 30)).isFalse();
    assertThat(isOpenAfter(gateAfter(HOUR, -10, -10, -10), 32)).isTrue();
  }

  private static double[] idleThen(double saved) {
    double[] week = new double[168];
    week[167] = saved;
    return week;
  }

  @Test
  void spansShorterThanTheHoldStartNothing() {
    // Two hours of 2.49 make 4.98 · ln(1 + 4/2) = 5.47, one made 2.49 · ln(1 + 4/1) = 4.01.
    FixedCostGate gate = new FixedCostGate(new StepTerms(4, 1, 2, 0, 4, HOUR), 1);
    assertThat(isOpenAfter(gate, 2.49)).isFalse();
    assertThat(isOpenAfter(gate, 2.49)).isTrue();
  }

  @Test
  void aStepOfWhichNothingIsKnownIsAStepWithoutASaving() {
    FixedCostGate gate = gateAfter(HOUR, 1.45, 1.45, 1.45);
    gate.addUnknown();
    gate.add(1.45);
    assertThat(gate.isOpen()).isFalse();
  }

  @Test
  void itShutsWhenAWindowOfPeopleHasBeenLost() {
    FixedCostGate gate = gateAfter(HOUR, 10);
    assertThat(gate.isOpen()).isTrue();
    assertThat(isOpenAfter(gate, 0, 0, 0)).isTrue();
    assertThat(isOpenAfter(gate, 0)).isFalse();
    assertThat(gate.isOpen()).as("and stays shut").isFalse();
  }

  @Test
  void whatIsSavedMakesUpForALossAndNoMoreThanThat() {
    FixedCostGate gate = gateAfter(HOUR, 10);
    assertThat(gate.isOpen()).isTrue();
    // Lost 1, 2, 3, then 1, and after 100 nothing: it takes four hours again.
    assertThat(isOpenAfter(gate, 0, 0, 0, 3, 0, 0)).isTrue();
    assertThat(isOpenAfter(gate, 100, 0, 0, 0)).isTrue();
    assertThat(isOpenAfter(gate, 0)).isFalse();
  }

  @Test
  void anUnknownStepLosesNothing() {
    FixedCostGate gate = gateAfter(HOUR, 10);
    assertThat(gate.isOpen()).isTrue();
    assertThat(isOpenAfter(gate, 0, 0, 0)).isTrue();
    gate.addUnknown();
    assertThat(gate.isOpen()).isTrue();
  }

  @Test
  void peopleWhoAreThereStayWhileTheyAreEarnedOverTheWindow() {
    FixedCostGate gate = gate(HOUR, 1);
    gate.reallyRan(true);
    assertThat(gate.isOpen()).as("nothing is known").isTrue();
    assertThat(isOpenAfter(gate, 0, 0, 0)).as("a window is not over").isTrue();
    assertThat(isOpenAfter(gate, 3.9)).isFalse();
    assertThat(isOpenAfter(gate, 0.1)).as("0, 0, 3.9 and 0.1 are 4.00").isTrue();
    assertThat(isOpenAfter(gate, 0, 0)).as("3.9, 0.1, 0 and 0 are too").isTrue();
    assertThat(isOpenAfter(gate, 3)).as("0.1, 0, 0 and 3 are not").isFalse();
  }

  @Test
  void ofALongerWindowADayIsEnoughAndOnlyWhatIsKnownOfItHasToBePaidFor() {
    FixedCostGate gate = gate(HALF_A_DAY, 1);
    gate.reallyRan(true);
    assertThat(isOpenAfter(gate, 0.9)).as("half a day").isTrue();
    gate.addUnknown();
    assertThat(isOpenAfter(gate, 0.9)).as("1.80 for a day").isFalse();
    assertThat(isOpenAfter(gate, 1.2)).as("3.00 for a day and a half").isTrue();
  }

  @Test
  void aGapTakesWhatWasSavedBeforeItOutOfTheWindow() {
    FixedCostGate gate = gate(HALF_A_DAY, 1);
    gate.reallyRan(true);
    gate.add(100);
    gate.addUnknown();
    gate.addUnknown();
    assertThat(isOpenAfter(gate, 0, 0)).isFalse();
  }

  @Test
  void whenWhatRanIsGoneTheLossIsCountedFromThen() {
    FixedCostGate gate = gateAfter(HOUR, 10);
    assertThat(gate.isOpen()).isTrue();
    gate.reallyRan(true);
    assertThat(isOpenAfter(gate, 0, 0, 0)).isTrue();
    gate.reallyRan(false);
    assertThat(isOpenAfter(gate, 0, 0, 0)).isTrue();
    assertThat(isOpenAfter(gate, 0)).isFalse();
  }

  private static FixedCostGate gate(int stepSeconds, double peoplePerStep) {
    return new FixedCostGate(new StepTerms(4, peoplePerStep, 1, 0, 4, stepSeconds), peoplePerStep);
  }

  private static FixedCostGate gateAfter(int stepSeconds, double... saved) {
    FixedCostGate gate = gate(stepSeconds, 1);
    for (double saving : saved) {
      gate.add(saving);
    }
    return gate;
  }

  /** SampleInput after each of these steps. */
  private static boolean isOpenAfter(FixedCostGate gate, double... saved) {
    boolean open = false;
    for (double saving : saved) {
      gate.add(saving);
      open = gate.isOpen();
    }
    return open;
  }
}
