package dev.breakeven.capacity.estimation;

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

  @Test
  void everyQuantileOfANormalDistributionIsWhereItsTableSays() {
    LogDensity density = LogDensity.of(new double[] {-1.5}, new double[] {7}, 0.3);
    double[][] table = {{0.05, -1.645}, {0.25, -0.674}, {0.75, 0.674}, {0.99, 2.326}};
    for (double[] row : table) {
      assertThat(density.quantile(row[0]))
          .as("quantile %s", row[0])
          .isCloseTo(-1.5 + row[1] * 0.3, within(STEP));
    }
  }

  @Test
  void theGridEndsFourStandardDeviationsBesideTheOuterValues() {
    LogDensity density = LogDensity.of(new double[] {0, 1}, new double[] {1, 1}, 0.25);
    assertThat(density.quantile(0)).isCloseTo(-1, within(STEP));
    assertThat(density.quantile(1)).isCloseTo(2, within(2 * STEP));
    // Nothing beside those four: all weight on one side is the quantile of that side.
    density.weigh(x -> x > 1.99 ? 1 : 0);
    assertThat(density.quantile(0.5)).isBetween(1.99 - STEP, 2 + 2 * STEP);
  }

  @Test
  void aLikelihoodWeighsEveryValueByItsPlace() {
    // A normal times e^x is the same normal, moved up by its variance.
    LogDensity density = LogDensity.of(new double[] {0}, new double[] {1}, 0.5);
    density.weigh(Math::exp);
    assertThat(density.quantile(0.5)).isCloseTo(0.25, within(STEP));
    assertThat(density.isEmpty()).isFalse();
  }

  @Test
  void valuesKeepTheirDistanceWhateverTheirOrder() {
    LogDensity density = LogDensity.of(new double[] {2, 0}, new double[] {1, 1}, 0.05);
    assertThat(density.quantile(0.25)).isCloseTo(0, within(STEP));
    assertThat(density.quantile(0.75)).isCloseTo(2, within(STEP));
  }
}
