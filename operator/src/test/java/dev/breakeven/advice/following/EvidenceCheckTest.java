package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Two steps are asked for, and half of a window of four. */
class EvidenceCheckTest {

  private final EvidenceCheck evidence = new EvidenceCheck(4, 2, 0.5);

  @Test
  void whatWasBeforeTheFirstKnownStepIsNoGap() {
    ended(false, false, false);
    assertThat(evidence.isEnough()).isFalse();
    ended(true);
    assertThat(evidence.isEnough()).as("one step").isFalse();
    ended(true);
    assertThat(evidence.isEnough()).isTrue();
  }

  @Test
  void asMuchOfTheWindowMustBeKnownAsIsAskedFor() {
    ended(true, true, true, true, false, false);
    assertThat(evidence.isEnough()).as("two of four").isTrue();
    ended(false);
    assertThat(evidence.isEnough()).as("one of four").isFalse();
  }

  @Test
  void goesOnWhereAnotherStood() {
    ended(true);
    EvidenceCheck after = new EvidenceCheck(4, 6, 0.5, 2, evidence.firstKnown());
    for (boolean known : new boolean[] {false, false, true}) {
      after.add(known);
    }
    assertThat(after.isEnough()).as("five steps since the first known one").isFalse();
    after.add(true);
    assertThat(after.isEnough()).as("six steps, of which two of the last four are known").isTrue();
  }

  private void ended(boolean... known) {
    for (boolean one : known) {
      evidence.add(one);
    }
  }
}
