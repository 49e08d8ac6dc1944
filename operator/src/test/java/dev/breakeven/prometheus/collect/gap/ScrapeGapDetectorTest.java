package dev.breakeven.prometheus.collect.gap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.history.StepRanges.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongToDoubleFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A pod that is scraped 20 times a step. */
class ScrapeGapDetectorTest {

  private final ScrapeGapDetector presence = new ScrapeGapDetector();

  private static String text(BitSet points) {
    return points.stream().mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }

  /** Samples of the step before {@code from}, then of the steps from it on. */
  private ScrapeGapDetector.Doubt learn(
      long from, boolean newest, boolean mayReturn, float... counts) {
    return presence.learn(
        new Chunk(new Run(from, from + counts.length - 1), 1), counts, newest, mayReturn);
  }

  /** The newest step and the two before it, as a cycle reads them. */
  private ScrapeGapDetector.Doubt read(long step, LongToDoubleFunction samples) {
    float[] counts = new float[4];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (float) samples.applyAsDouble(step - 3 + i);
    }
    return learn(step - 2, true, false, counts);
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
  void scrapedHalfAsOftenForGoodItIsBelievedAgainAfterAnHour() {
    // The scrape interval went from 30 s to 60 s.
    float[] counts = new float[21];
    Arrays.fill(counts, 0, 10, 20);
    Arrays.fill(counts, 10, 21, 10);
    assertThat(text(learn(100, false, false, counts).points())).isEqualTo("9 10 11 12 13 14");
  }

  @Test
  void readStepByStepItIsBelievedAgainAfterAnHourToo() {
    List<String> doubted = new ArrayList<>();
    for (long step = 100; step <= 110; step++) {
      doubted.add(text(read(step, s -> s < 103 ? 20 : 10).points()));
    }
    assertThat(doubted)
        .containsExactly("", "", "", "2", "1 2", "0 1 2", "0 1 2", "0 1 2", "0 1 2", "0 1", "");
  }

  @Test
  void scrapedOnceAStepItHasNoRateAndIsNeverBelieved() {
    float[] counts = new float[21];
    Arrays.fill(counts, 1);
    assertThat(learn(100, true, false, counts).points().cardinality()).isEqualTo(20);
  }

  @Test
  void scrapedEveryFourMinutesTwoSamplesAreAsUsualAsThree() {
    assertThat(text(learn(100, true, false, 3, 2, 3, 2, 3, 2, 3, 2).points())).isEmpty();
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
