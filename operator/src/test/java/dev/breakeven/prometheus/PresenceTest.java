package dev.breakeven.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.StepRanges.Run;
import java.util.BitSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A pod that is scraped 20 times a step. */
class PresenceTest {

  private final Presence presence = new Presence();

  private static String text(BitSet points) {
    return points.stream().mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }

  /** Samples of the step before {@code from}, then of the steps from it on. */
  private Presence.Doubt learn(long from, boolean newest, boolean mayReturn, float... counts) {
    return presence.learn(
        new Chunk(new Run(from, from + counts.length - 1), 1), counts, newest, mayReturn);
  }

  @Test
  void aPodScrapedAsUsualIsBelieved() {
    assertThat(text(learn(100, true, false, 20, 20, 19, 20).points())).isEmpty();
  }

  @Test
  void aStepInWhichItWasScrapedMuchLessThanUsualIsNot() {
    assertThat(text(learn(100, false, false, 20, 20, 14, 20, 15, 20).points())).isEqualTo("1");
  }

  @Test
  void itsFirstAndLastStepMayBeShort() {
    assertThat(text(learn(100, false, false, 0, 3, 20, 20, 4, 0).points())).isEmpty();
  }

  @Test
  void stepsInWhichItWasNotScrapedAtAllAreAGap() {
    assertThat(text(learn(100, false, false, 20, 20, 0, 0, 0, 0, 20).points()))
        .isEqualTo("1 2 3 4");
  }

  @Test
  void aNameThatMayReturnWasAwayOnPurposeIfItWasAwayForLong() {
    assertThat(text(learn(100, false, true, 20, 20, 0, 0, 0, 0, 20).points())).isEmpty();
    assertThat(text(learn(100, false, true, 20, 20, 0, 0, 0, 20).points())).isEqualTo("1 2 3");
  }

  @Test
  void theNewestStepIsNotBelievedUntilTheNextTellsWhetherThePodIsGone() {
    assertThat(text(learn(100, true, false, 20, 20, 7).points())).isEqualTo("1");
    assertThat(text(learn(100, true, false, 20, 20, 0).points())).isEqualTo("1");
    // Ten minutes later it has not come back: it is gone, and the short step was its last.
    assertThat(text(learn(101, true, false, 20, 7, 0).points())).isEqualTo("1");
    assertThat(text(learn(102, true, false, 7, 0, 0).points())).isEmpty();
  }

  @Test
  void aPodThatComesBackAfterMoreThanWasReadTellsWhichStepsToTakeBack() {
    learn(100, true, false, 20, 20, 20);
    learn(102, true, false, 20, 0, 0);
    assertThat(learn(105, true, false, 0, 0, 20).outside()).isEqualTo(new Run(102, 106));
  }

  @Test
  void theShortStepInWhichAGapBeganIsTakenBackWithIt() {
    learn(100, true, false, 20, 20, 20);
    learn(101, true, false, 20, 20, 7);
    learn(103, true, false, 7, 0, 0);
    assertThat(learn(105, true, false, 0, 0, 20).outside()).isEqualTo(new Run(102, 106));
  }

  @Test
  void readingThePastBackwardsFindsTheGapToo() {
    learn(100, true, false, 20, 20, 20);
    assertThat(learn(90, false, false, 20, 20, 20, 20, 0, 0, 0, 0, 0, 0, 0).outside())
        .isEqualTo(new Run(93, 99));
  }

  @Test
  void hoursHaveMoreSamplesThanSteps() {
    learn(600, true, false, 20, 20, 20);
    Chunk hours = new Chunk(new Run(300, 318), 6);
    assertThat(text(presence.learn(hours, new float[] {120, 120, 60, 120}, false, false).points()))
        .isEqualTo("1");
    assertThat(text(learn(602, true, false, 20, 20, 20).points())).isEmpty();
  }
}
