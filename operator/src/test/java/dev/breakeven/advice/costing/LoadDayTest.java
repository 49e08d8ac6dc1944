package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LoadDayTest {

  @Test
  void daysAreCountedBackFromTheLastStepWhateverTheClockSays() {
    // 50 hours from a Monday's midnight on: two of Monday, then a day to 02:00, then another.
    assertThat(LoadDay.of(Loads.hourly(flat(50))))
        .containsExactly(
            new LoadDay(0, 2, false), new LoadDay(2, 26, true), new LoadDay(26, 50, true));
  }

  @Test
  void aDayWithAGapIsOneButNotAWholeOne() {
    double[] load = flat(48);
    load[30] = Double.NaN;
    assertThat(LoadDay.of(Loads.hourly(load)))
        .containsExactly(new LoadDay(0, 24, true), new LoadDay(24, 47, false));
  }

  @Test
  void aDayOfWhichNothingIsKnownIsNone() {
    double[] load = flat(72);
    Arrays.fill(load, 24, 48, Double.NaN);
    assertThat(LoadDay.of(Loads.hourly(load)))
        .containsExactly(new LoadDay(0, 24, true), new LoadDay(24, 48, true));
  }

  @Test
  void aDayOfTenMinuteStepsHasAHundredAndFortyFour() {
    assertThat(LoadDay.of(Loads.of(600, flat(144)))).containsExactly(new LoadDay(0, 144, true));
    assertThat(LoadDay.of(Loads.of(600, flat(143)))).containsExactly(new LoadDay(0, 143, false));
  }

  @Test
  void nothingKnownHasNoDays() {
    assertThat(LoadDay.of(Loads.hourly())).isEmpty();
  }

  private static double[] flat(int steps) {
    double[] load = new double[steps];
    Arrays.fill(load, 1);
    return load;
  }
}
