package dev.breakeven.advice.interval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class LevelShiftTest {

  @Test
  void equalDaysAndWeeksLeaveTheLeastShift() {
    LevelShift shift = LevelShift.of(days(7, 3), 1);

    assertThat(shift.sigma()).isEqualTo(0.07, within(1e-12));
    assertThat(shift.up()).isEqualTo(0.07, within(1e-12));
    assertThat(shift.down()).isEqualTo(-0.07, within(1e-12));
    assertThat(LevelShift.of(days(14, 3), 1).sigma()).isEqualTo(0.07, within(1e-12));
    assertThat(LevelShift.of(days(28, 3), 1).sigma()).isEqualTo(0.07, within(1e-12));
  }

  @Test
  void halfOfTheLargestChangeBetweenWeeksMayComeAgainEitherWay() {
    double[] days = days(14, 1);
    Arrays.fill(days, 7, 14, 2);

    LevelShift shift = LevelShift.of(days, 1);

    // One change of ln 2 = 0.693: 0.0049 + 0.25·0.4805 = 0.1250; days do not differ within weeks,
    // and a change from one week to the next is no trend within the last.
    assertThat(shift.sigma()).isEqualTo(Math.sqrt(0.1250), within(1e-4));
    assertThat(shift.up()).isEqualTo(shift.sigma(), within(1e-12));
    assertThat(shift.down()).isEqualTo(-shift.sigma(), within(1e-12));
  }

  @Test
  void mostOfATrendWithinTheOnlyWeekGoesOn() {
    double[] days = {1, 1, 1, 1, 2, 2, 2};

    LevelShift shift = LevelShift.of(days, 1);

    assertThat(shift.trend()).isEqualTo(Math.log(2), within(1e-12));
    assertThat(shift.up() - shift.sigma()).isEqualTo(0.7 * Math.log(2), within(1e-9));
  }

  @Test
  void aPatternOfTheWeekIsNoTrend() {
    double[] days = new double[21];
    Arrays.setAll(days, day -> day % 7 < 5 ? 2 : 1);

    LevelShift shift = LevelShift.of(days, 1);

    assertThat(shift.trend()).isZero();
    assertThat(shift.sigma()).isEqualTo(LevelShift.of(days(21, 2), 1).sigma(), within(1e-12));
  }

  @Test
  void growthAtTheSameRateIsATrendHoweverManyWeeksShowIt() {
    double[] days = new double[28];
    Arrays.setAll(days, day -> Math.exp(0.1 * day));

    LevelShift shift = LevelShift.of(days, 1.25);

    assertThat(shift.trend()).isEqualTo(0.4, within(1e-9)); // four days of 0.1
    assertThat(shift.up()).isGreaterThan(0.7); // next week's level is 0.7 higher
  }

  @Test
  void daysThatAreNotThereWiden() {
    assertThat(LevelShift.of(days(3, 2), 1).sigma())
        .isEqualTo(Math.sqrt(0.0049 + 0.2025 * (7.0 / 3 - 1)), within(1e-12));
    double[] gaps = days(7, 2);
    gaps[1] = Double.NaN;
    gaps[4] = Double.NaN;
    assertThat(LevelShift.of(gaps, 1).sigma())
        .isEqualTo(Math.sqrt(0.0049 + 0.2025 * (7.0 / 5 - 1)), within(1e-12));
  }

  @Test
  void silentDaysAreNotInfinitelyFar() {
    LevelShift shift = LevelShift.of(new double[] {0, 0, 0, 0, 0, 0, 7}, 1);

    assertThat(shift.up()).isFinite().isPositive();
  }

  @Test
  void aPastWithoutLoadHasAShift() {
    assertThat(LevelShift.of(new double[14], 1).up()).isFinite();
  }

  @Test
  void refusesAWeekOfWhichNothingIsKnown() {
    double[] days = days(14, 1);
    Arrays.fill(days, 7, 14, Double.NaN);

    assertThatThrownBy(() -> LevelShift.of(days, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void theUnitOfTheLoadDoesNotMatter(@ForAll @DoubleRange(min = 0.01, max = 100) double unit) {
    double[] days = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7};

    LevelShift scaled = LevelShift.of(Arrays.stream(days).map(d -> d * unit).toArray(), 1.25);

    assertThat(scaled.up()).isEqualTo(LevelShift.of(days, 1.25).up(), within(1e-9));
    assertThat(scaled.down()).isEqualTo(LevelShift.of(days, 1.25).down(), within(1e-9));
  }

  private static double[] days(int count, double load) {
    double[] days = new double[count];
    Arrays.fill(days, load);
    return days;
  }
}
