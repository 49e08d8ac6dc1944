package dev.breakeven.capacity;

import dev.breakeven.reason.Message;

/** What one replica sustains and how that is known; or why it is not. */
public sealed interface CapacityEvidence {

  /** A capacity that can be planned with. */
  sealed interface Known extends CapacityEvidence {
    Capacity capacity();

    /** How far it may be off. */
    CapacityRange range();
  }

  /** A capacity that was fitted to measured throughput. */
  sealed interface Fit extends Known {
    /** How far it misses what it was fitted to. */
    FitError error();

    MeasuredMix measuredAt();
  }

  /** The policy says so. */
  record Declared(Capacity capacity, CapacityRange range) implements Known {
    /** Taken as it is said. */
    public Declared(Capacity capacity) {
      this(capacity, CapacityRange.EXACT);
    }
  }

  /**
   * Fitted to benchmark points by least squares with no negative term.
   *
   * @param points how many points
   * @param error how far it misses the points it was fitted to
   * @param measuredAt the mixes the points were measured at
   */
  record Fitted(
      Capacity capacity, int points, FitError error, MeasuredMix measuredAt, CapacityRange range)
      implements Fit {
    /** Taken as it was fitted. */
    public Fitted(Capacity capacity, int points, FitError error, MeasuredMix measuredAt) {
      this(capacity, points, error, measuredAt, CapacityRange.EXACT);
    }
  }

  /**
   * Learned from steps in which requests were waiting, so that every replica did all it could.
   *
   * @param steps how many such steps
   * @param error how far the steps scatter around it
   * @param measuredAt the mixes of those steps
   */
  record Learned(
      Capacity capacity, int steps, FitError error, MeasuredMix measuredAt, CapacityRange range)
      implements Fit {
    /** Taken as it was learned. */
    public Learned(Capacity capacity, int steps, FitError error, MeasuredMix measuredAt) {
      this(capacity, steps, error, measuredAt, CapacityRange.EXACT);
    }
  }

  /**
   * Extrapolated from how residence time grows with concurrency while nothing waits.
   *
   * @param steps how many steps the curve was fitted to
   * @param measuredAt the mixes of those steps
   */
  record Curve(Capacity capacity, int steps, MeasuredMix measuredAt, CapacityRange range)
      implements Known {}

  /**
   * Published for the model and its GPUs, and not measured here.
   *
   * @param source what published it: tool, version and date
   */
  record Published(Capacity capacity, String source, CapacityRange range) implements Known {}

  /** Not known; one sentence says what would help. */
  record Unknown(Message message) implements CapacityEvidence {}

  /**
   * Relative error of predicted against measured throughput, as fractions of 1.
   *
   * @param greatest the worst point's
   * @param mean the average over the points
   */
  record FitError(double greatest, double mean) {}

  /**
   * The mixes a capacity was measured at: least and most of each.
   *
   * @param leastInputPerOutput prompt tokens for each generated one; infinite where nothing was
   *     generated
   * @param mostInputPerOutput same
   * @param leastContextTokens mean prompt length and half the generated length, tokens; 0 where
   *     lengths were not measured
   * @param mostContextTokens same; infinite where lengths were not measured
   */
  record MeasuredMix(
      double leastInputPerOutput,
      double mostInputPerOutput,
      double leastContextTokens,
      double mostContextTokens) {}
}
