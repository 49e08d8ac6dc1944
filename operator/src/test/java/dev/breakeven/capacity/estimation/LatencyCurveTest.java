package dev.breakeven.capacity.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.capacity.ModelArchitecture;
import dev.breakeven.capacity.estimation.LatencyCurve.Quantity;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Times of the form {@code α·(1 + ρ·(C/16)^γ)}, seen at known concurrencies without noise. */
class LatencyCurveTest {

  private static final double[] QUANTILES = {0.1, 0.5, 0.9};

  @Test
  void theCurvesAreWeighedToOne() {
    LatencyCurve curve = fitTo(c -> 1 + c / 16, 1, 64);
    double sum = 0;
    for (int k = 0; k < curve.size(); k++) {
      sum += curve.weight(k);
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
    assertThat(curve.size()).isGreaterThan(1);
  }

  @Test
  void whatWasSeenIsGivenBackWhereItWasSeen() {
    LatencyCurve curve = fitTo(c -> 3 * (1 + 0.5 * c / 16), 1, 64);
    for (double c : new double[] {1, 8, 64}) {
      assertThat(mean(curve, c)).isCloseTo(Math.log(3 * (1 + 0.5 * c / 16)), within(0.03));
    }
  }

  @Test
  void beyondWhatWasSeenTheTimeGoesOnToGrowAsItsFormSays() {
    // ρ 0.65 and γ 1 are the usual ones of dense models: four times as far is known to a few
    // percent.
    LatencyCurve curve = fitTo(c -> 1 + 0.65 * c / 16, 1, 64);
    assertThat(mean(curve, 256)).isCloseTo(Math.log(1 + 0.65 * 16), within(0.1));
  }

  @Test
  void twiceTheTimeIsTwiceTheCurve() {
    LatencyCurve once = fitTo(c -> 1 + c / 16, 1, 32);
    LatencyCurve twice = fitTo(c -> 2 * (1 + c / 16), 1, 32);
    assertThat(mean(twice, 500) - mean(once, 500)).isCloseTo(Math.log(2), within(1e-9));
  }

  @Test
  void atOneConcurrencyAloneOnlyWhatIsUsualTellsTheRest() {
    ConcurrencyBins one = ConcurrencyBins.of(new double[] {16, 16}, new double[] {1, 1});
    double dense = mean(LatencyCurve.fit(Quantity.RESIDENCE, ModelArchitecture.DENSE, one), 256);
    double experts =
        mean(LatencyCurve.fit(Quantity.RESIDENCE, ModelArchitecture.MIXTURE_OF_EXPERTS, one), 256);
    double unknown =
        mean(LatencyCurve.fit(Quantity.RESIDENCE, ModelArchitecture.UNKNOWN, one), 256);
    // By the prior's mean: ln((1 + ρ·16^γ) ÷ (1 + ρ)), ρ 0.65 and γ 1 or ρ 1.71 and γ 0.625.
    assertThat(dense).isCloseTo(Math.log((1 + 0.65 * 16) / 1.65), within(0.15));
    assertThat(experts).isCloseTo(Math.log((1 + 1.71 * Math.pow(16, 0.625)) / 2.71), within(0.15));
    assertThat(unknown).isBetween(experts, dense);
  }

  @Test
  void theMoreStepsTheSurerIsTheLevel() {
    // One bin of n steps: 1 ÷ (scatter² ÷ n + misfit²) with 0.05 and 0.03 of residence times.
    assertThat(variance(1)).isCloseTo(0.05 * 0.05 + 0.03 * 0.03, within(1e-12));
    assertThat(variance(100)).isCloseTo(0.05 * 0.05 / 100 + 0.03 * 0.03, within(1e-12));
  }

  @Test
  void aTimeIsReachedAtTheConcurrencyThatHasIt() {
    LatencyCurve curve = fitTo(c -> 1 + c / 16, 1, 64);
    double[] reached = curve.lnConcurrencyAt(3, QUANTILES);
    assertThat(reached).isSorted();
    assertThat(Math.exp(reached[1])).isCloseTo(32, within(2.0));
    assertThat(Math.exp(reached[2]) - Math.exp(reached[0])).isLessThan(8);
  }

  @Test
  void aTimeThatEvenAnEmptyReplicaExceedsIsNeverReached() {
    LatencyCurve curve = fitTo(c -> 1 + c / 16, 1, 64);
    assertThat(curve.lnConcurrencyAt(0.5, QUANTILES)).containsOnly(Double.NEGATIVE_INFINITY);
  }

  @Test
  void theLastQuantileIsTheLastCurves() {
    LatencyCurve curve = fitTo(c -> 1 + c / 16, 1, 8);
    double[] reached = curve.lnConcurrencyAt(10, new double[] {0, 0.5, 1, 1});
    assertThat(reached[3]).isEqualTo(reached[2]);
    assertThat(reached[0]).isLessThan(reached[1]);
    assertThat(reached[1]).isLessThan(reached[2]);
  }

  private static double variance(int steps) {
    double[] concurrency = new double[steps];
    double[] time = new double[steps];
    Arrays.fill(concurrency, 16);
    Arrays.fill(time, 1);
    return LatencyCurve.fit(
            Quantity.RESIDENCE, ModelArchitecture.DENSE, ConcurrencyBins.of(concurrency, time))
        .lnAlphaVariance();
  }

  private static double mean(LatencyCurve curve, double concurrency) {
    double mean = 0;
    for (int k = 0; k < curve.size(); k++) {
      mean += curve.weight(k) * curve.lnTime(k, Math.log(concurrency));
    }
    return mean;
  }

  /** 200 steps, evenly in ln C. */
  private static LatencyCurve fitTo(DoubleUnaryOperator time, double least, double most) {
    double[] concurrency = new double[200];
    double[] times = new double[200];
    for (int i = 0; i < concurrency.length; i++) {
      concurrency[i] = least * Math.pow(most / least, i / 199.0);
      times[i] = time.applyAsDouble(concurrency[i]);
    }
    return LatencyCurve.fit(
        Quantity.RESIDENCE, ModelArchitecture.DENSE, ConcurrencyBins.of(concurrency, times));
  }
}
