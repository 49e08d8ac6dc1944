package dev.breakeven.capacity.estimation;

import java.util.function.DoubleUnaryOperator;

/** A probability density over the logarithm of a throughput, on an even grid. */
final class LogDensity {

  private static final double RESOLUTION = 0.02;

  private final double least;
  private final double[] mass;

  private LogDensity(double least, double[] mass) {
    this.least = least;
    this.mass = mass;
  }

  /**
   * Weighted values, each smeared by a normal distribution.
   *
   * @param values logarithms
   * @param weights one for each value
   * @param sigma standard deviation of what is smeared
   */
  static LogDensity of(double[] values, double[] weights, double sigma) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double v : values) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    double least = low - 4 * sigma;
    int size = (int) Math.ceil((high + 4 * sigma - least) / RESOLUTION) + 1;
    double[] spikes = new double[size];
    for (int i = 0; i < values.length; i++) {
      spikes[(int) Math.round((values[i] - least) / RESOLUTION)] += weights[i];
    }
    int reach = (int) Math.ceil(4 * sigma / RESOLUTION);
    double[] kernel = new double[reach + 1];
    for (int d = 0; d <= reach; d++) {
      double z = d * RESOLUTION / sigma;
      kernel[d] = Math.exp(-z * z / 2);
    }
    double[] mass = new double[size];
    for (int i = 0; i < size; i++) {
      if (spikes[i] > 0) {
        for (int j = Math.max(0, i - reach); j <= Math.min(size - 1, i + reach); j++) {
          mass[j] += spikes[i] * kernel[Math.abs(j - i)];
        }
      }
    }
    return new LogDensity(least, mass);
  }

  /** Weighs every value by a likelihood. */
  void weigh(DoubleUnaryOperator likelihood) {
    for (int i = 0; i < mass.length; i++) {
      mass[i] *= likelihood.applyAsDouble(least + i * RESOLUTION);
    }
  }

  /** Whether nothing is left. */
  boolean isEmpty() {
    double total = 0;
    for (double m : mass) {
      total += m;
    }
    return !(total > 0);
  }

  /** The value below which that share lies. */
  double quantile(double share) {
    double total = 0;
    for (double m : mass) {
      total += m;
    }
    double cumulative = 0;
    for (int i = 0; i < mass.length; i++) {
      cumulative += mass[i];
      if (cumulative >= share * total) {
        return least + i * RESOLUTION;
      }
    }
    return least + (mass.length - 1) * RESOLUTION;
  }
}
