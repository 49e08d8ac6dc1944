package dev.breakeven.capacity;

import dev.breakeven.capacity.CapacityEvidence.FitError;
import dev.breakeven.capacity.CapacityEvidence.MeasuredMix;
import dev.breakeven.reason.Cause;

/** How a capacity is known, in the order in which it is asked for. */
public sealed interface CapacityBasis {

  /** What it is called in a sentence. */
  Cause named();

  /** The policy says so. */
  record Declared() implements CapacityBasis {
    @Override
    public Cause named() {
      return Cause.BY_DECLARED_CAPACITY;
    }
  }

  /**
   * Fitted to benchmark points.
   *
   * @param points how many
   * @param error how far the fit misses them
   * @param measuredAt the mixes they were measured at
   */
  record Benchmarks(int points, FitError error, MeasuredMix measuredAt) implements CapacityBasis {
    @Override
    public Cause named() {
      return Cause.BY_BENCHMARKS;
    }
  }

  /**
   * Learned from steps in which requests were waiting.
   *
   * @param steps how many
   * @param error how far they scatter around it
   * @param measuredAt the mixes of those steps
   */
  record SaturatedSteps(int steps, FitError error, MeasuredMix measuredAt)
      implements CapacityBasis {
    @Override
    public Cause named() {
      return Cause.BY_STEPS_WITH_REQUESTS_WAITING;
    }
  }

  /**
   * Extrapolated from how residence time grows with concurrency while nothing waits.
   *
   * @param steps how many steps the curve was fitted to
   * @param limit the concurrency at which the replica is full
   * @param measuredAt the mixes of those steps
   */
  record ConcurrencyCurve(int steps, ConcurrencyLimit limit, MeasuredMix measuredAt)
      implements CapacityBasis {
    @Override
    public Cause named() {
      return Cause.BY_CONCURRENCY_CURVE;
    }
  }

  /** Published for the model, GPU product and number of GPUs, and not measured here. */
  record Published(PublishedThroughput.Listed throughput) implements CapacityBasis {
    @Override
    public Cause named() {
      return Cause.BY_PUBLISHED_THROUGHPUT;
    }
  }
}
