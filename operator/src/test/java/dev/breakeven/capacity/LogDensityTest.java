package dev.breakeven.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogDensityTest {

  /** The grid's resolution. */
  private static final double STEP = 0.021;

  @Test
  void oneValueIsANormalDistributionAroundIt() {
    LogDensity density = LogDensity.of(new double[] {3}, new double[] {1}, 0.5);
    assertThat(density.quantile(0.5)).isCloseTo(3, within(STEP));
    assertThat(density.quantile(0.95)).isCloseTo(3 + 1.645 * 0.5, within(STEP));
  }

  @Test
  void theHeavierOfTwoValuesHasTheMedian() {
    LogDensity density = LogDensity.of(new double[] {0, 2}, new double[] {0.8, 0.2}, 0.05);
    // The median is the 62.5 % quantile of the first.
    assertThat(density.quantile(0.5)).isCloseTo(0.32 * 0.05, within(STEP));
  }

  @Test
  void whatIsRuledOutIsGone() {
    LogDensity density = LogDensity.of(new double[] {0}, new double[] {1}, 1);
    density.weigh(x -> x < 0 ? 0 : 1);
    assertThat(density.quantile(0.5)).isCloseTo(0.674, within(STEP));
    density.weigh(x -> 0);
    assertThat(density.isEmpty()).isTrue();
  }
}
