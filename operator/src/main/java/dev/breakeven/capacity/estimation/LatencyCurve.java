package dev.breakeven.capacity.estimation;

import dev.breakeven.capacity.ModelArchitecture;
import java.util.Arrays;
import java.util.Comparator;

/**
 * How a time grows with the number of requests that a replica runs at once: {@code t(C) = α · (1 +
 * ρ·(C/16)^γ)}, with every plausible ρ and γ weighed by how well it fits the steps and by what is
 * usual for the model's architecture (a Bayesian fit on a grid, α by least squares in logs). A
 * single best curve would say nothing of how wrong it may be far from where it was fitted, and that
 * is all we ask it for.
 *
 * <p>The priors are the means and covariances of (ln ρ, γ) over 282 published concurrency sweeps of
 * seven model families on real GPUs (InferenceMAX and NVIDIA runs that aiconfigurator 0.12.0
 * carries, vllm-cost-meter), dense models and mixtures of experts apart. They are alike between
 * families of one architecture: γ is 0.97 and 1.05 for the two dense ones, 0.59 to 0.64 for the
 * mixtures.
 */
final class LatencyCurve {

  /** Which time grows, and how sharply its steps and its form are known. */
  enum Quantity {
    /** Concurrency ÷ throughput, which is the time a unit of work stays. */
    RESIDENCE(0.05, 0.03),
    /** Between two tokens of an answer. */
    INTER_TOKEN(0.05, 0.04),
    /** To the first token; the form describes it least well. */
    FIRST_TOKEN(0.06, 0.10);

    private final double leastScatter;
    private final double misfit;

    Quantity(double leastScatter, double misfit) {
      this.leastScatter = leastScatter;
      this.misfit = misfit;
    }
  }

  /**
   * Concurrency at which ρ is counted: amid the usual ones, so that ρ and γ hang together least.
   */
  private static final double LN_REFERENCE = Math.log(16);

  private static final double LEAST_LN_RHO = -4;
  private static final double LN_RHO_STEP = 0.25;
  private static final int LN_RHO_VALUES = 27;
  private static final double LEAST_GAMMA = 0.2;
  private static final double GAMMA_STEP = 0.1;
  private static final int GAMMA_VALUES = 13;

  /** Curves that weigh less are left out. */
  private static final double NEGLIGIBLE = 1e-5;

  /**
   * Mean and covariance of (ln ρ, γ).
   *
   * @param lnRho mean
   * @param gamma mean
   * @param lnRhoVariance variance
   * @param covariance of the two
   * @param gammaVariance variance
   */
  private record Prior(
      double lnRho, double gamma, double lnRhoVariance, double covariance, double gammaVariance) {

    static Prior of(Quantity quantity, ModelArchitecture architecture) {
      return switch (quantity) {
        case RESIDENCE ->
            switch (architecture) {
              case DENSE -> new Prior(-0.430, 1.000, 0.658, -0.063, 0.015);
              case MIXTURE_OF_EXPERTS -> new Prior(0.537, 0.625, 0.511, -0.066, 0.029);
              case UNKNOWN -> new Prior(0.255, 0.738, 0.742, -0.137, 0.053);
            };
        case INTER_TOKEN ->
            switch (architecture) {
              case DENSE -> new Prior(0.122, 0.859, 0.799, -0.049, 0.017);
              case MIXTURE_OF_EXPERTS -> new Prior(0.596, 0.604, 0.380, -0.040, 0.022);
              case UNKNOWN -> new Prior(0.461, 0.679, 0.504, -0.054, 0.031);
            };
        case FIRST_TOKEN ->
            switch (architecture) {
              case DENSE -> new Prior(-1.654, 1.349, 0.602, 0.020, 0.003);
              case MIXTURE_OF_EXPERTS -> new Prior(-0.008, 0.818, 1.144, -0.025, 0.079);
              case UNKNOWN -> new Prior(-0.511, 0.976, 1.344, -0.109, 0.081);
            };
      };
    }

    double logDensity(double atLnRho, double atGamma) {
      double x = atLnRho - lnRho;
      double y = atGamma - gamma;
      double determinant = lnRhoVariance * gammaVariance - covariance * covariance;
      return -0.5
          * (gammaVariance * x * x - 2 * covariance * x * y + lnRhoVariance * y * y)
          / determinant;
    }
  }

  private final int curves;
  private final double[] weight;
  private final double[] lnRho;
  private final double[] gamma;
  private final double[] lnAlpha;
  private final double lnAlphaVariance;

  private LatencyCurve(
      int curves,
      double[] weight,
      double[] lnRho,
      double[] gamma,
      double[] lnAlpha,
      double lnAlphaVariance) {
    this.curves = curves;
    this.weight = weight;
    this.lnRho = lnRho;
    this.gamma = gamma;
    this.lnAlpha = lnAlpha;
    this.lnAlphaVariance = lnAlphaVariance;
  }

  /**
   * Fits a time to steps.
   *
   * @param points mean times by concurrency, at least one
   */
  static LatencyCurve fit(
      Quantity quantity, ModelArchitecture architecture, ConcurrencyBins points) {
    Prior prior = Prior.of(quantity, architecture);
    int bins = points.size();
    double scatter = Math.max(quantity.leastScatter, points.scatter());
    double[] precision = new double[bins];
    double precisions = 0;
    for (int i = 0; i < bins; i++) {
      precision[i] = 1 / (scatter * scatter / points.steps(i) + quantity.misfit * quantity.misfit);
      precisions += precision[i];
    }
    int all = LN_RHO_VALUES * GAMMA_VALUES;
    double[] lnRho = new double[all];
    double[] gamma = new double[all];
    double[] lnAlpha = new double[all];
    double[] logWeight = new double[all];
    double heaviest = Double.NEGATIVE_INFINITY;
    double[] lnPower = new double[bins];
    for (int g = 0, k = 0; g < GAMMA_VALUES; g++) {
      double gammaHere = LEAST_GAMMA + g * GAMMA_STEP;
      for (int i = 0; i < bins; i++) {
        lnPower[i] = Math.exp(gammaHere * (points.lnConcurrency(i) - LN_REFERENCE));
      }
      for (int r = 0; r < LN_RHO_VALUES; r++, k++) {
        lnRho[k] = LEAST_LN_RHO + r * LN_RHO_STEP;
        gamma[k] = gammaHere;
        double rho = Math.exp(lnRho[k]);
        double sum = 0;
        double sumOfSquares = 0;
        for (int i = 0; i < bins; i++) {
          double miss = points.lnTime(i) - Math.log1p(rho * lnPower[i]);
          sum += precision[i] * miss;
          sumOfSquares += precision[i] * miss * miss;
        }
        lnAlpha[k] = sum / precisions;
        logWeight[k] =
            prior.logDensity(lnRho[k], gamma[k]) - (sumOfSquares - sum * sum / precisions) / 2;
        heaviest = Math.max(heaviest, logWeight[k]);
      }
    }
    int kept = 0;
    double total = 0;
    double[] weight = new double[all];
    for (int k = 0; k < all; k++) {
      double w = Math.exp(logWeight[k] - heaviest);
      if (w > NEGLIGIBLE) {
        weight[kept] = w;
        lnRho[kept] = lnRho[k];
        gamma[kept] = gamma[k];
        lnAlpha[kept] = lnAlpha[k];
        total += w;
        kept++;
      }
    }
    for (int k = 0; k < kept; k++) {
      weight[k] /= total;
    }
    return new LatencyCurve(kept, weight, lnRho, gamma, lnAlpha, 1 / precisions);
  }

  /** How many curves are left. */
  int size() {
    return curves;
  }

  /** Weight of one curve; they sum up to 1. */
  double weight(int curve) {
    return weight[curve];
  }

  /** Logarithm of the time at that logarithm of a concurrency, by one curve. */
  double lnTime(int curve, double lnConcurrency) {
    return lnAlpha[curve]
        + Math.log1p(Math.exp(lnRho[curve] + gamma[curve] * (lnConcurrency - LN_REFERENCE)));
  }

  /** Variance of ln α where the curve's form is given. */
  double lnAlphaVariance() {
    return lnAlphaVariance;
  }

  /**
   * Logarithms of the concurrency at which the time is reached, at those quantiles of what is
   * plausible, ascending.
   */
  double[] lnConcurrencyAt(double time, double[] quantiles) {
    double[] reached = new double[curves];
    Integer[] order = new Integer[curves];
    for (int k = 0; k < curves; k++) {
      double above = Math.log(time) - lnAlpha[k];
      // Where even an empty replica is slower, nothing at all may run.
      reached[k] =
          above <= 0
              ? Double.NEGATIVE_INFINITY
              : LN_REFERENCE + (Math.log(Math.expm1(above)) - lnRho[k]) / gamma[k];
      order[k] = k;
    }
    Arrays.sort(order, Comparator.comparingDouble(k -> reached[k]));
    double[] at = new double[quantiles.length];
    double cumulative = 0;
    int q = 0;
    for (int k = 0; k < curves && q < quantiles.length; k++) {
      cumulative += weight[order[k]];
      while (q < quantiles.length && (cumulative >= quantiles[q] || k == curves - 1)) {
        at[q++] = reached[order[k]];
      }
    }
    return at;
  }
}
