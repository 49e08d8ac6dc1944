package dev.breakeven.capacity.estimation;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.ConcurrencyLimit;
import dev.breakeven.capacity.ConcurrencyLimit.Reason;
import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.capacity.ModelArchitecture;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.capacity.estimation.LatencyCurve.Quantity;
import dev.breakeven.traffic.TokenRates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a replica would serve if it were full, extrapolated from how long a unit of work stays in it
 * at the concurrencies that were seen while nothing waited. By Little's law that residence time is
 * concurrency ÷ throughput, so throughput at the concurrency limit B is {@code B ÷ t(B)}.
 *
 * <p>The answer is the median and the 5 % and 95 % quantiles of everything that is plausible: the
 * curves of {@link LatencyCurve}; a form that is not quite right, the less so the farther it is
 * extrapolated; an engine that is full before its stated limit; what is published for the model and
 * its GPUs. It is never below what was served with nothing waiting, and never above the limit ÷ the
 * shortest residence time seen up to that limit, since time only grows with concurrency.
 *
 * <p>A unit of work is a token of uncached input, or other tokens that are as dear, so that a mix
 * that moves over the day is not taken for a replica that slows down.
 */
final class ConcurrencyCurve {

  /** Steps below which nothing is extrapolated: half a day of ten-minute steps. */
  static final int FROM_STEPS = 48;

  /** Share of the KV cache that an engine fills before it has to preempt requests. */
  private static final double USABLE_KV_CACHE = 0.97;

  private static final double LOW_QUANTILE = 0.05;
  private static final double BEST_QUANTILE = 0.5;
  private static final double HIGH_QUANTILE = 0.95;

  /**
   * Standard deviation of ln throughput that the form of the curve misses, within the concurrencies
   * seen and for each factor e beyond them. From the published sweeps that the priors are from,
   * each family estimated with the priors of the others.
   */
  private static final double MISFIT = 0.06;

  private static final double MISFIT_PER_LN_CONCURRENCY = 0.09;

  /**
   * Probability that something else makes a replica full before its limit, and how long before: up
   * to four doublings. Same source.
   */
  private static final double FULL_EARLIER = 0.3;

  /** The same with a latency target, since the time to the first token may jump. */
  private static final double LATENCY_MISSED_EARLIER = 0.5;

  private static final double EARLIEST_LN = 4 * Math.log(2);
  private static final int EARLIER_POINTS = 4;

  /**
   * Measured against published throughput: how the ratio spreads below and above 1, as the scales
   * of a t-distribution of two degrees of freedom. Untuned and old engines serve far less, few
   * serve more.
   */
  private static final double PUBLISHED_SCALE_BELOW = 0.7;

  private static final double PUBLISHED_SCALE_ABOVE = 0.4;
  private static final double PUBLISHED_FREEDOM = 2;

  /** Where the latency target is reached, by quantiles of equal weight. */
  private static final double[] LATENCY_QUANTILES = {0.1, 0.3, 0.5, 0.7, 0.9};

  private ConcurrencyCurve() {}

  /**
   * Work/s of one full replica, in tokens of uncached input.
   *
   * @param steps how many steps it is from
   * @param mostRequestsRunning the highest concurrency of a bin of them
   * @param limit the concurrency at which the replica is full, most likely
   * @param capacity a capacity of {@code best} work/s
   * @param low work/s ÷ best
   * @param high work/s ÷ best
   */
  record Fit(
      int steps,
      double mostRequestsRunning,
      ConcurrencyLimit limit,
      Capacity capacity,
      double low,
      double high) {}

  /** Steps a curve can be fitted to. */
  static List<ReplicaStep> usable(List<ReplicaStep> steps) {
    return steps.stream()
        .filter(s -> s.hasNothingWaiting() && s.requestsRunning() > 0 && s.tokens().total() > 0)
        .toList();
  }

  /**
   * Fits and extrapolates.
   *
   * @param usable at least one of {@link #usable}
   * @param engineLimit requests that the engine takes at once
   * @param published what is published at the target, weighed in
   */
  static Fit fit(
      List<ReplicaStep> usable,
      ConcurrencyLimit engineLimit,
      LatencyTarget target,
      ModelArchitecture architecture,
      TokenProportions proportions,
      PublishedThroughput published) {
    boolean withLengths = usable.stream().allMatch(s -> s.lengths().areKnown());
    Capacity unit = (withLengths ? proportions : proportions.withoutContext()).withInput(1);
    int n = usable.size();
    double[] running = new double[n];
    double[] work = new double[n];
    for (int i = 0; i < n; i++) {
      running[i] = usable.get(i).requestsRunning();
      work[i] = workOf(usable.get(i), unit);
    }
    ConcurrencyBins residence =
        ConcurrencyBins.of(running, residenceTimes(usable, running, work, withLengths));
    LatencyCurve curve = LatencyCurve.fit(Quantity.RESIDENCE, architecture, residence);
    ConcurrencyLimit limit = engineLimit.and(kvCacheLimit(usable, engineLimit));
    double most = residence.mostLnConcurrency();
    double ran = target.isSet() ? lnRan(usable, running, target) : most;
    double[] lnLimits = limits(usable, running, limit, target, architecture, ran);
    double meanLnLimit = Arrays.stream(lnLimits).average().orElseThrow();
    double lnServed = lnSustained(usable, work, target);
    double lnMost = Math.max(meanLnLimit - residence.leastLnTimeUpTo(meanLnLimit), lnServed + 0.1);
    double misfit = MISFIT + MISFIT_PER_LN_CONCURRENCY * Math.max(0, meanLnLimit - most);
    double sigma = Math.sqrt(misfit * misfit + curve.lnAlphaVariance());
    double lnPublished = lnPublished(published, usable, unit, curve, meanLnLimit);
    double earlier = target.isSet() ? LATENCY_MISSED_EARLIER : FULL_EARLIER;
    LogDensity likely = density(curve, lnLimits, ran, 0, sigma, lnServed, lnMost, lnPublished);
    LogDensity plausible =
        density(curve, lnLimits, ran, earlier, sigma, lnServed, lnMost, lnPublished);
    double low;
    double best;
    double high;
    if (likely.isEmpty() || plausible.isEmpty()) {
      low = Double.isFinite(lnServed) ? lnServed : lnMost - 0.1;
      best = low + 0.02;
      high = low + 0.1;
    } else {
      low = Math.max(plausible.quantile(LOW_QUANTILE), lnServed);
      high = Math.max(plausible.quantile(HIGH_QUANTILE), low + 0.02);
      best = Math.min(Math.max(likely.quantile(BEST_QUANTILE), low), high);
    }
    double medianLimit = Math.exp(median(lnLimits));
    return new Fit(
        n,
        Math.exp(most),
        medianLimit < limit.requests() * (1 - 1e-9)
            ? new ConcurrencyLimit(Math.max(1, medianLimit), Reason.LATENCY)
            : limit,
        unit.times(Math.exp(best)),
        Math.exp(low - best),
        Math.exp(high - best));
  }

  /** Logarithm of the most work/s within the target; no bound where too few steps kept it. */
  private static double lnSustained(List<ReplicaStep> steps, double[] work, LatencyTarget target) {
    return Math.log(sustained(steps, work, target));
  }

  /** Logarithm of the most requests that ran at once within the target; of one where none did. */
  private static double lnRan(List<ReplicaStep> steps, double[] running, LatencyTarget target) {
    return Math.log(Math.max(1, sustained(steps, running, target)));
  }

  /** The most of a figure within the target, but for what only one or two steps show; else 0. */
  private static double sustained(List<ReplicaStep> steps, double[] figure, LatencyTarget target) {
    double[] kept =
        IntStream.range(0, figure.length)
            .filter(i -> steps.get(i).isWithin(target))
            .mapToDouble(i -> figure[i])
            .sorted()
            .toArray();
    int least = CapacityEstimator.SUSTAINED_FROM_STEPS;
    return kept.length < least ? 0 : kept[kept.length - least];
  }

  private static double workOf(ReplicaStep step, Capacity unit) {
    return ReplicaLoad.of(step.tokens(), step.lengths().contextTokens(), unit);
  }

  /**
   * Seconds a unit of work stays, by Little's law; averaged with what the latencies say, where
   * every step has them, since their errors have nothing to do with each other.
   */
  private static double[] residenceTimes(
      List<ReplicaStep> steps, double[] running, double[] work, boolean withLengths) {
    boolean withLatencies =
        withLengths
            && steps.stream()
                .allMatch(s -> s.timeToFirstTokenSeconds() > 0 && s.interTokenLatencySeconds() > 0);
    double[] times = new double[work.length];
    for (int i = 0; i < work.length; i++) {
      times[i] = running[i] / work[i];
      if (withLatencies) {
        ReplicaStep step = steps.get(i);
        double ofRequest =
            step.timeToFirstTokenSeconds()
                + Math.max(0, step.lengths().outputTokens() - 1) * step.interTokenLatencySeconds();
        times[i] = Math.sqrt(times[i] * ofRequest * step.requestsPerSecond() / work[i]);
      }
    }
    return times;
  }

  /** Requests that would fill the KV cache, if they were as long as those seen. */
  private static ConcurrencyLimit kvCacheLimit(
      List<ReplicaStep> steps, ConcurrencyLimit otherwise) {
    double running = 0;
    double usage = 0;
    for (ReplicaStep step : steps) {
      if (step.kvCacheUsage() > 0) {
        running += step.requestsRunning();
        usage += step.kvCacheUsage();
      }
    }
    return usage > 0
        ? new ConcurrencyLimit(Math.max(1, USABLE_KV_CACHE * running / usage), Reason.KV_CACHE)
        : otherwise;
  }

  /**
   * Logarithms of equally likely concurrency limits, none below what was seen to run within the
   * target.
   */
  private static double[] limits(
      List<ReplicaStep> steps,
      double[] running,
      ConcurrencyLimit limit,
      LatencyTarget target,
      ModelArchitecture architecture,
      double ran) {
    double lnLimit = Math.log(limit.requests());
    double[] byToken =
        latencyLimits(
            Quantity.INTER_TOKEN,
            steps.stream().mapToDouble(ReplicaStep::interTokenLatencySeconds).toArray(),
            target.interTokenLatencySeconds(),
            running,
            architecture);
    double[] byFirstToken =
        latencyLimits(
            Quantity.FIRST_TOKEN,
            steps.stream().mapToDouble(ReplicaStep::timeToFirstTokenSeconds).toArray(),
            target.timeToFirstTokenSeconds(),
            running,
            architecture);
    double[] limits = new double[byToken.length * byFirstToken.length];
    int k = 0;
    for (double a : byToken) {
      for (double b : byFirstToken) {
        limits[k++] = Math.max(ran, Math.min(lnLimit, Math.min(a, b)));
      }
    }
    return limits;
  }

  /**
   * The concurrency at which a latency reaches its target; infinite if none is set or none was
   * measured.
   */
  private static double[] latencyLimits(
      Quantity quantity,
      double[] seconds,
      double target,
      double[] running,
      ModelArchitecture architecture) {
    if (Double.isInfinite(target)) {
      return new double[] {Double.POSITIVE_INFINITY};
    }
    ConcurrencyBins bins = ConcurrencyBins.of(running, seconds);
    return bins.size() == 0
        ? new double[] {Double.POSITIVE_INFINITY}
        : LatencyCurve.fit(quantity, architecture, bins).lnConcurrencyAt(target, LATENCY_QUANTILES);
  }

  /** Logarithm of the published work/s of a full replica at the mix that is served; NaN if none. */
  private static double lnPublished(
      PublishedThroughput published,
      List<ReplicaStep> steps,
      Capacity unit,
      LatencyCurve curve,
      double lnLimit) {
    if (!(published instanceof PublishedThroughput.Listed listed)) {
      return Double.NaN;
    }
    TokenRates all = TokenRates.ZERO;
    double requests = 0;
    for (ReplicaStep step : steps) {
      all = all.plus(step.tokens());
      requests += step.requestsPerSecond();
    }
    double context = RequestLengths.of(all, requests).contextTokens();
    if (Double.isNaN(context) && listed.capacity().hasContextTerm()) {
      return Double.NaN;
    }
    double ln =
        Math.log(
            ReplicaLoad.of(all, context, unit) / ReplicaLoad.of(all, context, listed.capacity()));
    double lnPublishedAt = Math.log(listed.requestsRunning());
    // A published maximum at a higher concurrency than ours says nothing of ours but by the curve.
    return lnPublishedAt > lnLimit
        ? ln + meanLnThroughput(curve, lnLimit) - meanLnThroughput(curve, lnPublishedAt)
        : ln;
  }

  private static double meanLnThroughput(LatencyCurve curve, double lnConcurrency) {
    double mean = 0;
    for (int k = 0; k < curve.size(); k++) {
      mean += curve.weight(k) * (lnConcurrency - curve.lnTime(k, lnConcurrency));
    }
    return mean;
  }

  /**
   * The density of ln work/s.
   *
   * @param earlier probability that the replica is full before the limit
   */
  private static LogDensity density(
      LatencyCurve curve,
      double[] lnLimits,
      double ran,
      double earlier,
      double sigma,
      double lnServed,
      double lnMost,
      double lnPublished) {
    List<double[]> limits = new ArrayList<>();
    for (double limit : lnLimits) {
      limits.add(new double[] {limit, (1 - earlier) / lnLimits.length});
    }
    if (earlier > 0) {
      double last = Arrays.stream(lnLimits).average().orElseThrow();
      double first = Math.max(ran, last - EARLIEST_LN);
      for (int i = 0; i < EARLIER_POINTS; i++) {
        limits.add(
            new double[] {
              first + (last - first) * (i + 0.5) / EARLIER_POINTS, earlier / EARLIER_POINTS
            });
      }
    }
    double[] values = new double[limits.size() * curve.size()];
    double[] weights = new double[values.length];
    int n = 0;
    for (double[] limit : limits) {
      for (int k = 0; k < curve.size(); k++) {
        values[n] = limit[0] - curve.lnTime(k, limit[0]);
        weights[n++] = limit[1] * curve.weight(k);
      }
    }
    LogDensity density = LogDensity.of(values, weights, sigma);
    density.weigh(ln -> ln < lnServed || ln > lnMost ? 0 : 1);
    if (!Double.isNaN(lnPublished)) {
      density.weigh(ln -> publishedLikelihood(ln - lnPublished));
    }
    return density;
  }

  private static double publishedLikelihood(double lnRatio) {
    double z = lnRatio / (lnRatio < 0 ? PUBLISHED_SCALE_BELOW : PUBLISHED_SCALE_ABOVE);
    return Math.pow(1 + z * z / PUBLISHED_FREEDOM, -(PUBLISHED_FREEDOM + 1) / 2);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
