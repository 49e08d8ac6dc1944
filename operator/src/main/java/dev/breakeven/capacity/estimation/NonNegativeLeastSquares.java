package dev.breakeven.capacity.estimation;

import java.util.Arrays;

/**
 * Least squares with no negative coefficient, for a handful of columns: every subset of columns is
 * solved by its normal equations, and the best one without a negative coefficient is the answer,
 * which is exact. Needs 2^columns solves, so columns are few.
 */
final class NonNegativeLeastSquares {

  private NonNegativeLeastSquares() {}

  /**
   * The coefficients that bring {@code rows · coefficients} nearest to {@code targets}.
   *
   * @param rows one array per observation, all of one length of at most 8
   * @param targets one per row
   */
  static double[] solve(double[][] rows, double[] targets) {
    int columns = rows[0].length;
    double[] best = new double[columns];
    double bestError = squaredError(rows, targets, best);
    for (int subset = 1; subset < 1 << columns; subset++) {
      double[] candidate = solveSubset(rows, targets, subset, columns);
      if (Arrays.stream(candidate).allMatch(c -> c >= 0)) {
        double error = squaredError(rows, targets, candidate);
        if (error < bestError) {
          bestError = error;
          best = candidate;
        }
      }
    }
    return best;
  }

  /** The least-squares coefficients of a subset of columns, 0 elsewhere; NaN where singular. */
  private static double[] solveSubset(double[][] rows, double[] targets, int subset, int columns) {
    int[] chosen = new int[Integer.bitCount(subset)];
    for (int j = 0, n = 0; j < columns; j++) {
      if ((subset >> j & 1) == 1) {
        chosen[n++] = j;
      }
    }
    int n = chosen.length;
    double[][] normal = new double[n][n + 1];
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          normal[i][j] += rows[row][chosen[i]] * rows[row][chosen[j]];
        }
        normal[i][n] += rows[row][chosen[i]] * targets[row];
      }
    }
    eliminate(normal);
    double[] coefficients = new double[columns];
    for (int i = 0; i < n; i++) {
      coefficients[chosen[i]] = normal[i][n] / normal[i][i];
    }
    return coefficients;
  }

  /** Gauss–Jordan; normal equations are positive definite or singular, so no pivot is sought. */
  private static void eliminate(double[][] augmented) {
    int n = augmented.length;
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        if (k != i) {
          double factor = augmented[k][i] / augmented[i][i];
          for (int j = i; j <= n; j++) {
            augmented[k][j] -= factor * augmented[i][j];
          }
        }
      }
    }
  }

  private static double squaredError(double[][] rows, double[] targets, double[] coefficients) {
    double sum = 0;
    for (int row = 0; row < rows.length; row++) {
      double miss = -targets[row];
      for (int j = 0; j < coefficients.length; j++) {
        miss += rows[row][j] * coefficients[j];
      }
      sum += miss * miss;
    }
    return sum;
  }
}
