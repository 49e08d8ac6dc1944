package dev.breakeven.prometheus.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StoredHistoryTest {

  // A window of 2 hours, 3 hours before it, ending with step 24: hours 2 and 3 in steps (and hour
  // 1, so that the window always begins within them), hours -2 to 0 by the hour.
  private final StoredHistory history =
      new StoredHistory(12, 3, new StoredHistory.Stride(6, 0), 24);

  @Test
  void stepsBeginWithAWholeHourBeforeTheWindow() {
    assertThat(history.recentFrom()).isEqualTo(6);
    assertThat(history.earliestFrom()).isEqualTo(6 - 18);
    history.advanceTo(25);
    assertThat(history.recentFrom()).isEqualTo(12);
  }

  @Test
  void untilAStrideEndsTheStartOfWhatIsKeptStandsStill() {
    // Strides of two hours that begin with odd hours: at step 6, 18, 30.
    StoredHistory twoHours = new StoredHistory(12, 3, new StoredHistory.Stride(12, 1), 19);
    for (long end = 19; end <= 30; end++) {
      twoHours.advanceTo(end);
      assertThat(twoHours.recentFrom()).isEqualTo(6);
      assertThat(twoHours.earliestFrom()).isEqualTo(6 - 18);
    }
    twoHours.advanceTo(31);
    assertThat(twoHours.recentFrom()).isEqualTo(18);
  }

  @Test
  void theWindowIsAlwaysWithinTheSteps() {
    for (int window = 1; window < 40; window++) {
      for (long end = -50; end < 50; end++) {
        StoredHistory.Stride stride = new StoredHistory.Stride(12, 1);
        long from = new StoredHistory(window, 0, stride, end).recentFrom();
        assertThat(end - from).isBetween(window + 1L, window + 24L);
        assertThat(Math.floorMod(from, 12L)).isEqualTo(6);
      }
    }
  }

  @Test
  void anHourThatLeavesTheStepsBecomesItsMean() {
    for (int i = 0; i < 6; i++) {
      history.put(Figure.OUTPUT, 6 + i, 10 * (i + 1)); // mean 35
    }
    history.put(Figure.OUTPUT, 23, 7);
    history.advanceTo(30);
    assertThat(history.at(Figure.OUTPUT, 6)).isEqualTo(35);
    assertThat(history.at(Figure.OUTPUT, 11)).isEqualTo(35);
    assertThat(history.at(Figure.OUTPUT, 23)).isEqualTo(7);
    assertThat(history.at(Figure.OUTPUT, 24)).isNaN();
  }

  @Test
  void anHourOfWhichMostIsUnknownIsUnknown() {
    history.put(Figure.OUTPUT, 6, 10);
    history.put(Figure.OUTPUT, 7, 20);
    history.advanceTo(30);
    assertThat(history.at(Figure.OUTPUT, 6)).isNaN();
  }

  @Test
  void hoursMoveOnAndFallOffAtTheEnd() {
    history.putHour(Figure.OUTPUT, 0, 5);
    history.putHour(Figure.OUTPUT, -2, 9);
    assertThat(history.at(Figure.OUTPUT, 0)).isEqualTo(5);
    assertThat(history.at(Figure.OUTPUT, -12)).isEqualTo(9);
    history.advanceTo(30);
    assertThat(history.at(Figure.OUTPUT, 0)).isEqualTo(5);
    assertThat(history.at(Figure.OUTPUT, -12)).isNaN();
  }

  @Test
  void aLongSilenceLeavesNothingOfTheOldSteps() {
    history.put(Figure.OUTPUT, 23, 7);
    history.advanceTo(100_000);
    for (long step = history.earliestFrom(); step < 100_000; step++) {
      assertThat(history.at(Figure.OUTPUT, step)).isNaN();
    }
  }

  @Test
  void whatIsNotKeptIsIgnored() {
    history.put(Figure.OUTPUT, 24, 1); // not yet
    history.put(Figure.OUTPUT, 5, 1); // kept by the hour
    history.putHour(Figure.OUTPUT, 1, 1); // kept by the step
    history.putHour(Figure.OUTPUT, -3, 1); // too old
    assertThat(history.has(Figure.OUTPUT)).isFalse();
  }

  @Test
  void onlyAChangeGrowsTheRevision() {
    history.put(Figure.OUTPUT, 23, 7);
    long revision = history.revision();
    history.put(Figure.OUTPUT, 23, 7);
    history.put(Figure.INPUT, 23, Double.NaN);
    history.advanceTo(24);
    assertThat(history.revision()).isEqualTo(revision);
    history.put(Figure.OUTPUT, 23, 8);
    assertThat(history.revision()).isGreaterThan(revision);
  }

  @Test
  void hoursAreReadAlsoWhereTheyAreStillKeptInSteps() {
    for (int i = 0; i < 6; i++) {
      history.put(Figure.OUTPUT, 6 + i, 10 * (i + 1));
    }
    history.putHour(Figure.OUTPUT, 0, 5);
    assertThat(history.hours(Figure.OUTPUT, -6, 12)).containsExactly(Double.NaN, 5, 35);
  }

  @Test
  void stepsReadTogetherAreThoseReadOneByOne() {
    history.putHour(Figure.OUTPUT, -2, 9);
    history.putHour(Figure.OUTPUT, 0, 5);
    history.put(Figure.OUTPUT, 7, 20);
    history.put(Figure.OUTPUT, 23, 7);
    double[] oneByOne =
        IntStream.range(-20, 30).mapToDouble(step -> history.at(Figure.OUTPUT, step)).toArray();
    assertThat(oneByOne).contains(9, 5, 20, 7);
    assertThat(history.steps(Figure.OUTPUT, -20, 30)).containsExactly(oneByOne);
    assertThat(history.hours(Figure.OUTPUT, -24, 0))
        .containsExactly(Double.NaN, Double.NaN, 9, Double.NaN);
    assertThat(history.steps(Figure.INPUT, 22, 24)).containsExactly(Double.NaN, Double.NaN);
  }

  @Test
  void whatPodsReportCanBeTakenBackWithoutWhatTheyDoNot() {
    history.put(Figure.OUTPUT, 10, 7);
    history.put(Figure.REPLICAS, 10, 2);
    history.putHour(Figure.OUTPUT, 0, 7);
    history.forgetFiguresOfPods(new StepRanges.Run(3, 11));
    assertThat(history.at(Figure.OUTPUT, 10)).isNaN();
    assertThat(history.at(Figure.OUTPUT, 0)).isNaN();
    assertThat(history.at(Figure.REPLICAS, 10)).isEqualTo(2);
  }
}
