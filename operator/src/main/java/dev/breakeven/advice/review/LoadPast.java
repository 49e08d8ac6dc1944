package dev.breakeven.advice.review;

import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.util.ArrayList;
import java.util.List;

/**
 * The past of a policy, as reviews look at it: priced loads one after the other, each in steps of
 * its own length.
 */
public final class LoadPast implements ReviewReplay.Past {

  private static final long DAY_SECONDS = 86_400;

  private final List<PricedLoad> loads;
  private final ReplicaCostModel terms;
  private final ApiAccess overflow;

  /**
   * @param loads oldest first
   * @param overflow where what the replicas do not carry may go
   */
  public LoadPast(List<PricedLoad> loads, ReplicaCostModel terms, ApiAccess overflow) {
    this.loads = List.copyOf(loads);
    this.terms = terms;
    this.overflow = overflow;
  }

  @Override
  public LoadSpan between(long from, long to) {
    return between(from, to, 1);
  }

  /** The same, had there been {@code scale} times the load. */
  public LoadSpan between(long from, long to, double scale) {
    List<PricedLoad> parts = new ArrayList<>();
    for (PricedLoad load : loads) {
      int first = load.firstFrom(from);
      int end = load.firstFrom(to - load.stepSeconds() + 1);
      if (end > first) {
        parts.add(load.slice(first, end));
      }
    }
    return new LoadSpan(parts, terms, overflow, scale);
  }

  /** Hours of which the load is known. */
  public double hours() {
    return loads.stream().mapToDouble(PricedLoad::hours).sum();
  }

  /**
   * Mean load of each whole day before a time, replicas' worth of work, oldest first; NaN for a day
   * of which nothing is known.
   */
  public List<Double> dailyLoad(long end) {
    long first =
        loads.stream().filter(l -> l.steps() > 0).mapToLong(l -> l.startOf(0)).min().orElse(end);
    List<Double> days = new ArrayList<>();
    for (long to = end; to - DAY_SECONDS >= first; to -= DAY_SECONDS) {
      double work = 0;
      double hours = 0;
      for (PricedLoad load : loads) {
        int last = load.firstFrom(to);
        for (int i = load.firstFrom(to - DAY_SECONDS); i < last; i++) {
          work += load.replicasAt(i) * load.stepHours();
          hours += load.stepHours();
        }
      }
      days.add(0, hours > 0 ? work / hours : Double.NaN);
    }
    return days;
  }

  /** Whether any step of it had ended by a time, seconds UTC. */
  public boolean isKnownBefore(long epochSecond) {
    return loads.stream()
        .anyMatch(load -> load.steps() > 0 && load.startOf(0) + load.stepSeconds() <= epochSecond);
  }

  /** A span of the past. */
  public static final class LoadSpan implements SpanCosts {

    private final List<LoadDurationCurve> curves = new ArrayList<>();
    private final List<PricedLoad> parts;
    private final ReplicaCostModel terms;
    private final ApiAccess overflow;
    private final double scale;
    private final double hours;
    private final double peak;

    private LoadSpan(
        List<PricedLoad> parts, ReplicaCostModel terms, ApiAccess overflow, double scale) {
      this.parts = List.copyOf(parts);
      this.terms = terms;
      this.overflow = overflow;
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

    @Override
    public double goingOn(int present) {
      if (present == 0) {
        return holding(0);
      }
      double paid = 0;
      for (PricedLoad part : parts) {
        PlanCost cost = PlanCost.ofGoingOn(part, terms, overflow, present);
        paid += cost.gpus() + cost.api();
      }
      return paid;
    }

    /** Money at the API while going on with the replicas that there are, at the load as it was. */
    public double apiGoingOn(int present) {
      double api = 0;
      for (PricedLoad part : parts) {
        api += PlanCost.ofGoingOn(part, terms, overflow, present).api();
      }
      return api;
    }

    /** Money at the API for what exceeds a level of capacity, in replicas' worth of work. */
    public double overflowAbove(double level) {
      double overflow = 0;
      for (LoadDurationCurve curve : curves) {
        overflow += scale * curve.overflowApi(level / scale);
      }
      return overflow;
    }

    /** Money for holding so many replicas, people included and the API apart. */
    public double held(int replicas) {
      return terms.paidPerHour(replicas) * hours + (replicas > 0 ? people() : 0);
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
