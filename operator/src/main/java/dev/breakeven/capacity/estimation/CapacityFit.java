package dev.breakeven.capacity.estimation;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence.FitError;
import dev.breakeven.capacity.CapacityEvidence.MeasuredMix;
import dev.breakeven.capacity.ReplicaLoad;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The capacity under which each measured maximum is as near as can be to a load of exactly one
 * replica: least squares over {@code load − 1}, so over relative error, with no negative term.
 *
 * <p>Points of one mix cannot tell what an input token costs from what an output token costs. There
 * the proportions of a prior decide.
 *
 * @param capacity the fitted capacity
 * @param error how far it misses the points
 * @param measuredAt the mixes of the points
 */
record CapacityFit(Capacity capacity, FitError error, MeasuredMix measuredAt) {

  /**
   * What was taken for usual so far: published maxima of dense models on one and two H100
   * (TensorRT-LLM's performance overview, Llama 3.1 8B and 3.3 70B) come to 560 and 1,000 context
   * tokens, and to 0.97 generated tokens, in the time of one input token.
   */
  private static final TokenProportions DENSE_ON_H100 = new TokenProportions(1, 1, 800);

  /** Weight of those proportions against one point: next to nothing. */
  private static final double NEXT_TO_NOTHING = 1e-5;

  /** Relative error of one measured maximum. */
  private static final double POINT_ERROR = 0.05;

  /**
   * How far a deployment's own proportions lie from those of the prior, relative, by kind of token
   * (INPUT, OUTPUT, CONTEXT, CACHED): the published fits of {@link TokenProportions#USUAL} have
   * standard deviations of 0.5 in ln κy ÷ κx and 1.2 in ln κc ÷ κx. What a cached token costs
   * depends on the engine most of all.
   */
  private static final double[] OWN_PROPORTIONS = {0.5, 0.5, 1.2, 1.2};

  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int CONTEXT = 2;
  private static final int CACHED = 3;

  /** Fits a capacity to at least one point, with the least prior that makes it unique. */
  static CapacityFit to(List<SaturatedRate> points) {
    double[] weights = new double[OWN_PROPORTIONS.length];
    Arrays.fill(weights, NEXT_TO_NOTHING);
    return to(points, DENSE_ON_H100, weights);
  }

  /**
   * Fits a capacity to at least one point and keeps the proportions of a prior as far as the
   * points' mixes do not speak against them: each kind of token may be dearer or cheaper than the
   * prior says by about {@link #OWN_PROPORTIONS}, and a point is wrong by about {@link
   * #POINT_ERROR}. On a near-constant mix the noise would else decide.
   *
   * @param pointsPerWitness how many points count as one: 1 for measurements of their own, more for
   *     steps of one traffic
   */
  static CapacityFit to(
      List<SaturatedRate> points, TokenProportions prior, double pointsPerWitness) {
    double[] weights = new double[OWN_PROPORTIONS.length];
    for (int j = 0; j < weights.length; j++) {
      double relative = POINT_ERROR / OWN_PROPORTIONS[j];
      weights[j] = relative * relative * pointsPerWitness;
    }
    return to(points, prior, weights);
  }

  private static CapacityFit to(
      List<SaturatedRate> points, TokenProportions prior, double[] priorWeights) {
    boolean cachedApart = points.stream().anyMatch(p -> p.tokens().cachedInput() > 0);
    CapacityFit fit = to(points, prior, priorWeights, cachedApart);
    // Points of one hit rate cannot tell cached tokens from others, and noise would decide; but no
    // cached token takes longer than one that is computed.
    return cachedApart
            && fit.capacity.cachedInputTokensPerSecond() < fit.capacity.inputTokensPerSecond()
        ? to(points, prior.withCachedAsInput(), priorWeights, false)
        : fit;
  }

  /**
   * @param cachedApart whether cached tokens have a term of their own; else they count as input
   */
  private static CapacityFit to(
      List<SaturatedRate> points,
      TokenProportions prior,
      double[] priorWeights,
      boolean cachedApart) {
    boolean withContext =
        points.stream().allMatch(SaturatedRate::hasLengths)
            && Double.isFinite(prior.contextPerInput());
    int columns = cachedApart ? 4 : 3;
    List<double[]> rows = new ArrayList<>();
    double sum = 0;
    double sumOfSquares = 0;
    for (SaturatedRate point : points) {
      double[] row = new double[columns];
      row[INPUT] =
          point.tokens().uncachedInput() + (cachedApart ? 0 : point.tokens().cachedInput());
      row[OUTPUT] = point.tokens().output() / prior.outputPerInput();
      row[CONTEXT] =
          withContext
              ? point.tokens().output() * point.contextTokens() / prior.contextPerInput()
              : 0;
      if (cachedApart) {
        row[CACHED] = point.tokens().cachedInput() / prior.cachedInputPerInput();
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
    double[] targets = new double[points.size() + columns];
    Arrays.fill(targets, 0, points.size(), 1);
    for (int j = 0; j < columns; j++) {
      double[] row = new double[columns];
      double weight = Math.sqrt(priorWeights[j]);
      row[j] = weight / usualScale;
      targets[points.size() + j] = j == CONTEXT && !withContext ? 0 : weight;
      rows.add(row);
    }
    double[] perToken = NonNegativeLeastSquares.solve(rows.toArray(new double[0][]), targets);
    Capacity capacity =
        new Capacity(
            1 / perToken[INPUT],
            prior.cachedInputPerInput() / (cachedApart ? perToken[CACHED] : perToken[INPUT]),
            prior.outputPerInput() / perToken[OUTPUT],
            withContext ? prior.contextPerInput() / perToken[CONTEXT] : Double.POSITIVE_INFINITY);
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

  static MeasuredMix mixOf(List<SaturatedRate> points) {
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
