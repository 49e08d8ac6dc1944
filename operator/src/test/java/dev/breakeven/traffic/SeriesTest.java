package dev.breakeven.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class SeriesTest {

  private static final Series SOME =
      Series.of(new double[] {1, Double.NaN, 5, Double.POSITIVE_INFINITY}, Absence.GAP);

  @Test
  void aStepIsMeasuredOrAbsentForAReason() {
    assertThat(SOME.at(2)).isEqualTo(new Reading.Measured(5));
    assertThat(SOME.at(1)).isEqualTo(new Reading.Absent(Absence.GAP));
    assertThat(SOME.at(3)).isEqualTo(new Reading.Absent(Absence.GAP));
    assertThat(SOME.at(1, 7)).isEqualTo(7);
    assertThat(SOME.absence()).isEqualTo(Absence.GAP);
    assertThatThrownBy(() -> SOME.measuredAt(1))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("step 1 is absent: GAP");
  }

  @Test
  void theMeanIsOverTheMeasuredStepsAlone() {
    assertThat(SOME.steps()).isEqualTo(4);
    assertThat(SOME.measuredSteps()).isEqualTo(2);
    assertThat(SOME.mean()).isEqualTo(new Reading.Measured(3)); // (1 + 5) ÷ 2
    assertThat(Series.absent(4, Absence.NO_SERIES).mean())
        .isEqualTo(new Reading.Absent(Absence.NO_SERIES));
  }

  @Test
  void aSumIsMeasuredWhereBothAreAndElseAbsentForTheReasonOfTheOneThatLacks() {
    Series other = Series.of(new double[] {2, 3, Double.NaN, 4}, Absence.PARTIAL_ANSWER);

    assertThat(SOME.plus(other))
        .isEqualTo(
            Series.of(
                new double[] {3, Double.NaN, Double.NaN, Double.NaN}, Absence.PARTIAL_ANSWER));
    assertThat(Series.absent(4, Absence.NO_SERIES).plus(other))
        .isEqualTo(Series.absent(4, Absence.NO_SERIES));
  }

  @Test
  void oneFigureIsEnoughForASeriesToBeMeasured() {
    assertThat(SOME.isAnyMeasured()).isTrue();
    assertThat(Series.of(new double[] {Double.NaN, 0}, Absence.GAP).isAnyMeasured()).isTrue();
    assertThat(Series.absent(2, Absence.GAP).isAnyMeasured()).isFalse();
  }

  @Test
  void changingTheFiguresLeavesTheAbsentOnesAbsent() {
    assertThat(SOME.map(tokens -> 10 * tokens))
        .isEqualTo(Series.of(new double[] {10, Double.NaN, 50, Double.NaN}, Absence.GAP));
  }

  @Test
  void seriesAreEqualByTheirFiguresAndTheirReason() {
    assertThat(Series.of(1, 2))
        .isEqualTo(Series.of(1, 2))
        .hasSameHashCodeAs(Series.of(1, 2))
        .isNotEqualTo(Series.of(1, 3))
        .isNotEqualTo(Series.of(new double[] {1, 2}, Absence.NO_SERIES))
        .isNotEqualTo("1, 2");
    assertThat(SOME).hasToString("Series[2 of 4 steps, else GAP]");
  }
}
