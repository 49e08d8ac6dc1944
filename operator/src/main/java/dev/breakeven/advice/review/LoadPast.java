package dev.breakeven.advice.review;

import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.util.ArrayList;
import java.util.List;

/**
 * The past of a policy, as reviews look at it: priced loads one after the other, each in steps of
 * its own length.
 */
public final class LoadPast implements ReviewReplay.Past {

  private final List<PricedLoad> loads;
  private final ReplicaCostModel terms;

  /**
   * @param loads oldest first
   */
  public LoadPast(List<PricedLoad> loads, ReplicaCostModel terms) {
    this.loads = List.copyOf(loads);
    this.terms = terms;
  }

  @Override
  public LoadSpan between(long from, long to) {
    return between(from, to, 1);
  }

  /** The same, had there been {@code scale} times the load. */
  public LoadSpan between(long from, long to, double scale) {
    List<PricedLoad> parts = new ArrayList<>();
    for (PricedLoad load : loads) {
      int first = firstFrom(load, from);
      int end = firstFrom(load, to - load.stepSeconds() + 1);
      if (end > first) {
        parts.add(load.slice(first, end));
      }
    }
    return new LoadSpan(parts, terms, scale);
  }

  /** The first step that starts at a time or later. */
  private static int firstFrom(PricedLoad load, long epochSecond) {
    int low = 0;
    int high = load.steps();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (load.startOf(middle) < epochSecond) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** A span of the past. */
  public static final class LoadSpan implements SpanCosts {

    private final List<LoadDurationCurve> curves = new ArrayList<>();
    private final ReplicaCostModel terms;
    private final double scale;
    private final double hours;
    private final double peak;

    private LoadSpan(List<PricedLoad> parts, ReplicaCostModel terms, double scale) {
      this.terms = terms;
      this.scale = scale;
      double covered = 0;
      double highest = 0;
      for (PricedLoad part : parts) {
        LoadDurationCurve curve = new LoadDurationCurve(part);
        curves.add(curve);
        covered += part.hours();
        highest = Math.max(highest, curve.peak());
      }
      hours = covered;
      peak = scale * highest;
    }

    @Override
    public double hours() {
      return hours;
    }

    @Override
    public double holding(int replicas) {
      return terms.paidPerHour(replicas) * hours + overflowAbove(terms.usable(replicas));
    }

    /** Money at the API for what exceeds a level of capacity, in replicas' worth of work. */
    public double overflowAbove(double level) {
      double overflow = 0;
      for (LoadDurationCurve curve : curves) {
        overflow += scale * curve.overflowApi(level / scale);
      }
      return overflow;
    }

    /** People included. */
    public double total(int replicas) {
      return holding(replicas) + (replicas > 0 ? people() : 0);
    }

    @Override
    public double people() {
      return terms.overheadPerMonth() * hours / ReplicaCostModel.HOURS_PER_MONTH;
    }

    /** Convex from the first replica that serves on, so that bisection finds where it turns. */
    @Override
    public int cheapest(int least, int most) {
      int low = Math.min(most, Math.max(least, terms.redundantReplicas() + 1));
      int high = Math.max(low, Math.min(most, neededForPeak(1)));
      while (low < high) {
        int middle = low + (high - low) / 2;
        if (holding(middle + 1) < holding(middle)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    @Override
    public int neededForPeak(double times) {
      return terms.neededFor(times * peak);
    }
  }
}
