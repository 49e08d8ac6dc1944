package dev.breakeven.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class SeriesTest {

  private static final Series SOME = Series.of(1, Double.NaN, 5, Double.POSITIVE_INFINITY);

  @Test
  void aStepIsMeasuredOrAbsent() {
    assertThat(SOME.measuredAt(2)).isEqualTo(5);
    assertThat(SOME.isMeasured(1)).isFalse();
    assertThat(SOME.isMeasured(3)).isFalse();
    assertThat(SOME.at(1, 7)).isEqualTo(7);
    assertThatThrownBy(() -> SOME.measuredAt(1))
        .isInstanceOf(NoSuchElementException.class)
        .hasMessage("step 1 is absent");
  }

  @Test
  void theMeanIsOverTheMeasuredStepsAlone() {
    assertThat(SOME.steps()).isEqualTo(4);
    assertThat(SOME.measuredSteps()).isEqualTo(2);
    assertThat(SOME.mean()).hasValue(3); // (1 + 5) ÷ 2
    assertThat(Series.absent(4).mean()).isEmpty();
  }

  @Test
  void aSumIsMeasuredWhereBothAre() {
    Series other = Series.of(2, 3, Double.NaN, 4);

    assertThat(SOME.plus(other)).isEqualTo(Series.of(3, Double.NaN, Double.NaN, Double.NaN));
    assertThat(Series.absent(4).plus(other)).isEqualTo(Series.absent(4));
  }

  @Test
  void oneFigureIsEnoughForASeriesToBeMeasured() {
    assertThat(SOME.isAnyMeasured()).isTrue();
    assertThat(Series.of(Double.NaN, 0).isAnyMeasured()).isTrue();
    assertThat(Series.absent(2).isAnyMeasured()).isFalse();
  }

  @Test
  void seriesAreEqualByTheirFigures() {
    assertThat(Series.of(1, 2))
        .isEqualTo(Series.of(1, 2))
        .hasSameHashCodeAs(Series.of(1, 2))
        .isNotEqualTo(Series.of(1, 3))
        .isNotEqualTo("1, 2");
    assertThat(SOME).hasToString("Series[2 of 4 steps]");
  }
}
