package dev.breakeven.capacity.estimation;

import java.util.TreeMap;

/**
 * Times by concurrency, averaged in logarithms over bins of a quarter in ln C: a day has hundreds
 * of steps, and most of them at a few concurrencies.
 */
final class ConcurrencyBins {

  /** Width of a bin in ln C. */
  private static final double WIDTH = 0.25;

  private static final class Bin {
    private double lnConcurrency;
    private double lnTime;
    private double lnTimeSquared;
    private int steps;
  }

  private final double[] lnConcurrency;
  private final double[] lnTime;
  private final int[] steps;
  private final double scatter;

  private ConcurrencyBins(double[] lnConcurrency, double[] lnTime, int[] steps, double scatter) {
    this.lnConcurrency = lnConcurrency;
    this.lnTime = lnTime;
    this.steps = steps;
    this.scatter = scatter;
  }

  /**
   * Bins pairs; those whose time is NaN are left out.
   *
   * @param concurrency requests running, above 0
   * @param time the time, above 0; NaN where not measured
   */
  static ConcurrencyBins of(double[] concurrency, double[] time) {
    TreeMap<Long, Bin> bins = new TreeMap<>();
    int all = 0;
    for (int i = 0; i < concurrency.length; i++) {
      if (!(concurrency[i] > 0 && time[i] > 0)) {
        continue;
      }
      double c = Math.log(concurrency[i]);
      double t = Math.log(time[i]);
      Bin bin = bins.computeIfAbsent((long) Math.floor(c / WIDTH), k -> new Bin());
      bin.lnConcurrency += c;
      bin.lnTime += t;
      bin.lnTimeSquared += t * t;
      bin.steps++;
      all++;
    }
    double[] meanConcurrency = new double[bins.size()];
    double[] meanTime = new double[bins.size()];
    int[] steps = new int[bins.size()];
    double squares = 0;
    int k = 0;
    for (Bin bin : bins.values()) {
      meanConcurrency[k] = bin.lnConcurrency / bin.steps;
      meanTime[k] = bin.lnTime / bin.steps;
      steps[k++] = bin.steps;
      squares += bin.lnTimeSquared - bin.lnTime * bin.lnTime / bin.steps;
    }
    int freedom = all - bins.size();
    return new ConcurrencyBins(
        meanConcurrency,
        meanTime,
        steps,
        freedom > 0 ? Math.sqrt(Math.max(0, squares) / freedom) : 0);
  }

  int size() {
    return steps.length;
  }

  /** Mean logarithm of the concurrencies in a bin. */
  double lnConcurrency(int bin) {
    return lnConcurrency[bin];
  }

  /** Mean logarithm of the times in a bin. */
  double lnTime(int bin) {
    return lnTime[bin];
  }

  /** Steps in a bin. */
  int steps(int bin) {
    return steps[bin];
  }

  /** Standard deviation of ln time within a bin; 0 where no bin has two steps. */
  double scatter() {
    return scatter;
  }

  /** Mean logarithm of the highest concurrencies. */
  double mostLnConcurrency() {
    return lnConcurrency[lnConcurrency.length - 1];
  }

  /**
   * The shortest time of a bin up to a concurrency, as a logarithm; minus infinity where no bin is
   * so low.
   */
  double leastLnTimeUpTo(double lnMost) {
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < lnTime.length; k++) {
      if (lnConcurrency[k] <= lnMost) {
        least = Math.min(least, lnTime[k]);
      }
    }
    return least == Double.POSITIVE_INFINITY ? Double.NEGATIVE_INFINITY : least;
  }
}
