package dev.breakeven.capacity.estimation;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityBasis;
import dev.breakeven.capacity.CapacityEstimate;
import dev.breakeven.capacity.CapacityEstimate.Contradiction;
import dev.breakeven.capacity.CapacityEstimate.Served;
import dev.breakeven.capacity.CapacityEstimate.ServedMore;
import dev.breakeven.capacity.CapacityInterval;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.traffic.TokenRates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one replica sustains, from all the evidence there is. Each kind gives an interval of its
 * own: what the policy declares, benchmarks, saturated steps, the concurrency curve, published
 * throughput. Of those that meet, the narrowest counts; one that does not meet those before it is a
 * contradiction. What a replica was seen to serve with nothing waiting is a lower bound to all of
 * them. GPU utilisation tells nothing: it is the share of time in which anything ran at all.
 */
public final class CapacityEstimator {

  /** A benchmark or a saturated step repeats itself no better than that, fraction of 1. */
  private static final double REPEATS_WITHIN = 0.05;

  /**
   * Measured ÷ published throughput, 5 % and 95 % quantile over 322 measured sweeps of vLLM, SGLang
   * and TensorRT-LLM (InferenceMAX and NVIDIA runs that aiconfigurator 0.12.0 carries,
   * vllm-cost-meter) against aiconfigurator 0.12.0.
   */
  private static final double PUBLISHED_LOW = 0.40;

  private static final double PUBLISHED_HIGH = 1.66;

  /** Saturated steps are of one day and one mix: a thousand of them are no thousand witnesses. */
  private static final int WITNESSES = 12;

  /** Steps in which a replica must have served as much for that to bound its capacity. */
  static final int SUSTAINED_FROM_STEPS = 3;

  private CapacityEstimator() {}

  /** Estimates. */
  public static CapacityEstimate of(CapacityInputs inputs) {
    List<CapacityInterval> intervals = new ArrayList<>();
    stated(inputs).ifPresent(intervals::add);
    saturated(inputs).ifPresent(intervals::add);
    curve(inputs).ifPresent(intervals::add);
    published(inputs).ifPresent(intervals::add);
    List<ReplicaStep> unqueued =
        inputs.steps().stream()
            .filter(s -> s.hasNothingWaiting() && s.tokens().total() > 0)
            .filter(step -> step.isWithin(inputs.target()))
            .toList();
    if (intervals.isEmpty()) {
      return unqueued.isEmpty()
          ? new CapacityEstimate.Unknown()
          : new CapacityEstimate.AtLeast(
              new Served(sustained(unqueued, TokenProportions.USUAL.withInput(1)).tokens()));
    }
    List<ServedMore> servedMore = new ArrayList<>();
    List<CapacityInterval> bounded = new ArrayList<>();
    for (CapacityInterval interval : intervals) {
      double load =
          unqueued.size() < SUSTAINED_FROM_STEPS
              ? 0
              : loadAt(sustained(unqueued, interval.best()), interval.best());
      if (load > interval.highFactor()) {
        servedMore.add(new ServedMore(interval.basis(), load / interval.highFactor()));
      }
      bounded.add(interval.atLeast(load));
    }
    return narrowest(bounded, servedMore, referenceStep(inputs.steps()));
  }

  /**
   * The step that was most of a replica's work, but for two: a single step may have counted what a
   * gap before it held back, or a replica that had not been scraped yet.
   */
  private static ReplicaStep sustained(List<ReplicaStep> unqueued, Capacity unit) {
    ReplicaStep[] most = new ReplicaStep[SUSTAINED_FROM_STEPS];
    double[] loads = new double[SUSTAINED_FROM_STEPS];
    int found = 0;
    for (ReplicaStep step : unqueued) {
      double load = loadAt(step, unit);
      int place = found;
      while (place > 0 && loads[place - 1] < load) {
        place--;
      }
      if (place == SUSTAINED_FROM_STEPS) {
        continue;
      }
      found = Math.min(SUSTAINED_FROM_STEPS, found + 1);
      System.arraycopy(loads, place, loads, place + 1, found - 1 - place);
      System.arraycopy(most, place, most, place + 1, found - 1 - place);
      loads[place] = load;
      most[place] = step;
    }
    return most[found - 1];
  }

  /**
   * The work in a step. Without lengths the context term cannot be worked out and is left out, so
   * that the work is at least that.
   */
  private static double loadAt(ReplicaStep step, Capacity capacity) {
    RequestLengths lengths = step.lengths();
    return ReplicaLoad.of(
        step.tokens(), lengths.areKnown() ? lengths.contextTokens() : 0, capacity);
  }

  private static CapacityEstimate narrowest(
      List<CapacityInterval> inOrder, List<ServedMore> servedMore, ReplicaStep mix) {
    List<Contradiction> contradictions = new ArrayList<>();
    CapacityInterval counts = inOrder.get(0);
    for (CapacityInterval next : inOrder.subList(1, inOrder.size())) {
      // Both in replicas' worth of the work in one and the same mix.
      double ratio = loadAt(mix, counts.best()) / loadAt(mix, next.best());
      boolean meet =
          ratio * next.highFactor() >= counts.lowFactor()
              && ratio * next.lowFactor() <= counts.highFactor();
      if (!meet) {
        contradictions.add(new Contradiction(counts.basis(), next.basis(), ratio));
      } else if (next.width() < counts.width() && !isWeighedIn(next, counts)) {
        counts = next;
      }
    }
    return new CapacityEstimate.Known(counts, contradictions, servedMore);
  }

  /** What is published is part of the curve already, and no second witness. */
  private static boolean isWeighedIn(CapacityInterval next, CapacityInterval counts) {
    return next.basis() instanceof CapacityBasis.Published
        && counts.basis() instanceof CapacityBasis.ConcurrencyCurve;
  }

  /** The mean of the past, or a usual request where there is none, to compare capacities at. */
  private static ReplicaStep referenceStep(List<ReplicaStep> steps) {
    double uncachedInput = 0;
    double cachedInput = 0;
    double output = 0;
    double requests = 0;
    for (ReplicaStep step : steps) {
      uncachedInput += step.tokens().uncachedInput();
      cachedInput += step.tokens().cachedInput();
      output += step.tokens().output();
      requests += step.requestsPerSecond();
    }
    TokenRates all = new TokenRates(uncachedInput, cachedInput, output);
    return all.total() > 0
        ? ReplicaStep.served(all, requests)
        : ReplicaStep.served(new TokenRates(1000, 0, 250), 1);
  }

  private static Optional<CapacityInterval> stated(CapacityInputs inputs) {
    if (inputs.stated() instanceof StatedCapacity.Declared declared) {
      double error = declared.errorPercent() / 100;
      return Optional.of(
          new CapacityInterval(
              declared.capacity(), 1 - error, 1 + error, new CapacityBasis.Declared()));
    }
    if (inputs.stated() instanceof StatedCapacity.Benchmarked benchmarked) {
      List<SaturatedRate> points = benchmarked.points().stream().map(SaturatedRate::of).toList();
      CapacityFit fit = CapacityFit.to(points);
      double error = Math.max(REPEATS_WITHIN, Math.min(0.9, fit.error().greatest()));
      return Optional.of(
          new CapacityInterval(
              fit.capacity(),
              1 / (1 + error),
              1 + error,
              new CapacityBasis.Benchmarks(points.size(), fit.error(), fit.measuredAt())));
    }
    return Optional.empty();
  }

  private static Optional<CapacityInterval> saturated(CapacityInputs inputs) {
    List<ReplicaStep> steps =
        inputs.steps().stream().filter(s -> s.isSaturated() && s.tokens().total() > 0).toList();
    if (steps.size() < CapacityAssessment.LEARNED_FROM_STEPS || inputs.target().isSet()) {
      // With a latency target a queue shows that it is missed, not what can be served within it.
      return Optional.empty();
    }
    List<SaturatedRate> rates =
        CapacityAssessment.preferringLengths(steps.stream().map(ReplicaStep::rate).toList());
    CapacityFit fit =
        CapacityFit.to(rates, proportions(inputs), Math.max(1, (double) rates.size() / WITNESSES));
    double[] served =
        rates.stream()
            .mapToDouble(r -> ReplicaLoad.of(r.tokens(), r.contextTokens(), fit.capacity()))
            .sorted()
            .toArray();
    return Optional.of(
        new CapacityInterval(
            fit.capacity(),
            Math.min(quantile(served, 0.05), 1 / (1 + REPEATS_WITHIN)),
            Math.max(quantile(served, 0.95), 1 + REPEATS_WITHIN),
            new CapacityBasis.SaturatedSteps(rates.size(), fit.error(), fit.measuredAt())));
  }

  private static Optional<CapacityInterval> curve(CapacityInputs inputs) {
    List<ReplicaStep> usable = ConcurrencyCurve.usable(inputs.steps());
    if (usable.size() < ConcurrencyCurve.FROM_STEPS) {
      return Optional.empty();
    }
    ConcurrencyCurve.Fit fit =
        ConcurrencyCurve.fit(
            usable,
            inputs.limit(),
            inputs.target(),
            inputs.architecture(),
            proportions(inputs),
            inputs.published());
    return Optional.of(
        new CapacityInterval(
            fit.capacity(),
            fit.low(),
            fit.high(),
            new CapacityBasis.ConcurrencyCurve(
                fit.steps(),
                fit.limit(),
                CapacityFit.mixOf(usable.stream().map(ReplicaStep::rate).toList()))));
  }

  private static Optional<CapacityInterval> published(CapacityInputs inputs) {
    if (inputs.published() instanceof PublishedThroughput.Listed listed) {
      return Optional.of(
          new CapacityInterval(
              listed.capacity(),
              PUBLISHED_LOW,
              PUBLISHED_HIGH,
              new CapacityBasis.Published(listed)));
    }
    return Optional.empty();
  }

  private static TokenProportions proportions(CapacityInputs inputs) {
    return inputs.published() instanceof PublishedThroughput.Listed listed
        ? TokenProportions.of(listed.capacity())
        : TokenProportions.USUAL;
  }

  private static double quantile(double[] sorted, double share) {
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }
}
