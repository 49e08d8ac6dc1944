package dev.breakeven.capacity;

import dev.breakeven.capacity.CapacityEvidence.FitError;
import dev.breakeven.capacity.CapacityEvidence.MeasuredMix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The capacity under which each measured maximum is as near as can be to a load of exactly one
 * replica: least squares over {@code load − 1}, so over relative error, with no negative term.
 *
 * <p>Points of one mix cannot tell what an input token costs from what an output token costs. There
 * the proportions of {@link #USUAL_CONTEXT_PER_INPUT} decide, with a weight so small that a few
 * points of different mixes overrule them.
 *
 * @param capacity the fitted capacity
 * @param error how far it misses the points
 * @param measuredAt the mixes of the points
 */
record CapacityFit(Capacity capacity, FitError error, MeasuredMix measuredAt) {

  /**
   * Context tokens read in the time of one input token. Published maxima of dense models on one and
   * two H100 (TensorRT-LLM's performance overview, Llama 3.1 8B and 3.3 70B) come to 560 and 1,000,
   * and to 0.97 generated tokens for one input token.
   */
  private static final double USUAL_CONTEXT_PER_INPUT = 800;

  private static final double USUAL_OUTPUT_PER_INPUT = 1;

  /** Weight of the usual proportions against one point: next to nothing. */
  private static final double PRIOR_WEIGHT = 1e-5;

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int CONTEXT = 2;
  private static final int CACHED = 3;

  /** Fits a capacity to at least one point. */
  static CapacityFit to(List<SaturatedRate> points) {
    boolean withContext = points.stream().allMatch(SaturatedRate::hasLengths);
    boolean cachedApart = points.stream().anyMatch(p -> p.tokens().cachedInput() > 0);
    int columns = cachedApart ? 4 : 3;
    List<double[]> rows = new ArrayList<>();
    double sum = 0;
    double sumOfSquares = 0;
    for (SaturatedRate point : points) {
      double[] row = new double[columns];
      row[INPUT] = point.tokens().uncachedInput();
      row[OUTPUT] = point.tokens().output() / USUAL_OUTPUT_PER_INPUT;
      row[CONTEXT] =
          withContext
              ? point.tokens().output() * point.contextTokens() / USUAL_CONTEXT_PER_INPUT
              : 0;
      if (cachedApart) {
        row[CACHED] = point.tokens().cachedInput();
      }
      rows.add(row);
      double usual = 0;
      for (double term : row) {
        usual += term;
      }
      sum += usual;
      sumOfSquares += usual * usual;
    }
    double usualScale = sum / sumOfSquares;
    double weight = Math.sqrt(PRIOR_WEIGHT);
    double[] targets = new double[points.size() + columns];
    Arrays.fill(targets, 0, points.size(), 1);
    for (int j = 0; j < columns; j++) {
      double[] prior = new double[columns];
      prior[j] = weight / usualScale;
      targets[points.size() + j] = j == CONTEXT && !withContext ? 0 : weight;
      rows.add(prior);
    }
    double[] perToken = NonNegativeLeastSquares.solve(rows.toArray(new double[0][]), targets);
    Capacity capacity =
        new Capacity(
            1 / perToken[INPUT],
            1 / (cachedApart ? perToken[CACHED] : perToken[INPUT]),
            USUAL_OUTPUT_PER_INPUT / perToken[OUTPUT],
            USUAL_CONTEXT_PER_INPUT / perToken[CONTEXT]);
    return new CapacityFit(capacity, errorOf(capacity, points), mixOf(points));
  }

  /** How far the throughput a capacity predicts is from the measured one. */
  static FitError errorOf(Capacity capacity, List<SaturatedRate> points) {
    double greatest = 0;
    double sum = 0;
    for (SaturatedRate point : points) {
      double load = ReplicaLoad.of(point.tokens(), point.contextTokens(), capacity);
      double miss = Math.abs(1 / load - 1);
      greatest = Math.max(greatest, miss);
      sum += miss;
    }
    return new FitError(greatest, sum / points.size());
  }

  private static MeasuredMix mixOf(List<SaturatedRate> points) {
    double leastInput = Double.POSITIVE_INFINITY;
    double mostInput = 0;
    double leastContext = Double.POSITIVE_INFINITY;
    double mostContext = 0;
    for (SaturatedRate point : points) {
      leastInput = Math.min(leastInput, point.inputPerOutput());
      mostInput = Math.max(mostInput, point.inputPerOutput());
      leastContext = Math.min(leastContext, point.hasLengths() ? point.contextTokens() : 0);
      mostContext =
          Math.max(
              mostContext, point.hasLengths() ? point.contextTokens() : Double.POSITIVE_INFINITY);
    }
    return new MeasuredMix(leastInput, mostInput, leastContext, mostContext);
  }
}
