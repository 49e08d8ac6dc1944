package dev.breakeven.capacity.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Bins are a quarter wide in ln C: e^0 to e^0.25 is the first above one request. */
class ConcurrencyBinsTest {

  private static final double E_TENTH = Math.exp(0.1);
  private static final double E_FIFTH = Math.exp(0.2);

  @Test
  void aBinHoldsTheMeanLogarithmsOfItsSteps() {
    ConcurrencyBins bins =
        ConcurrencyBins.of(
            new double[] {E_TENTH, E_FIFTH, Math.exp(1)},
            new double[] {Math.exp(2), Math.exp(3), Math.exp(5)});
    assertThat(bins.size()).isEqualTo(2);
    assertThat(bins.steps(0)).isEqualTo(2);
    assertThat(bins.lnConcurrency(0)).isCloseTo(0.15, within(1e-12));
    assertThat(bins.lnTime(0)).isCloseTo(2.5, within(1e-12));
    assertThat(bins.steps(1)).isEqualTo(1);
    assertThat(bins.mostLnConcurrency()).isCloseTo(1, within(1e-12));
  }

  @Test
  void scatterIsTheStandardDeviationWithinBinsAndNotBetweenThem() {
    // Squares about each bin's mean: 0.5² + 0.5² and 0; three steps in two bins leave one freedom.
    ConcurrencyBins bins =
        ConcurrencyBins.of(
            new double[] {E_TENTH, E_TENTH, Math.exp(1)},
            new double[] {Math.exp(2), Math.exp(3), Math.exp(9)});
    assertThat(bins.scatter()).isCloseTo(Math.sqrt(0.5), within(1e-9));
  }

  @Test
  void oneStepForEachBinShowsNoScatter() {
    ConcurrencyBins bins = ConcurrencyBins.of(new double[] {1, 100}, new double[] {1, 7});
    assertThat(bins.scatter()).isZero();
  }

  @Test
  void stepsWithoutATimeOrWithNothingRunningAreLeftOut() {
    ConcurrencyBins bins =
        ConcurrencyBins.of(new double[] {1, 0, 2, 3}, new double[] {Double.NaN, 1, 0, 1});
    assertThat(bins.size()).isEqualTo(1);
    assertThat(bins.lnConcurrency(0)).isCloseTo(Math.log(3), within(1e-12));
  }

  @Test
  void theShortestTimeIsOneOfTheBinsUpToThatConcurrency() {
    ConcurrencyBins bins =
        ConcurrencyBins.of(
            new double[] {1, 10, 100}, new double[] {Math.exp(2), Math.exp(1), Math.exp(3)});
    assertThat(bins.leastLnTimeUpTo(Math.log(100))).isCloseTo(1, within(1e-12));
    assertThat(bins.leastLnTimeUpTo(Math.log(10))).isCloseTo(1, within(1e-12));
    assertThat(bins.leastLnTimeUpTo(Math.log(9))).isCloseTo(2, within(1e-12));
    assertThat(bins.leastLnTimeUpTo(-1)).isEqualTo(Double.NEGATIVE_INFINITY);
  }
}
