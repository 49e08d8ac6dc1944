package dev.breakeven.advice.review;

import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The past of a policy, as reviews look at it: priced loads one after the other, each in steps of
 * its own length. What is asked of a span more than once is worked out once. Not safe for several
 * threads.
 */
public final class LoadPast implements ReviewReplay.Past {

  private static final long DAY_SECONDS = 86_400;

  private final List<PricedLoad> loads;
  private final ReplicaCostModel terms;
  private final ApiAccess overflow;
  private final Map<Between, LoadSpan> spans = new HashMap<>(); // at the load as it was

  private record Between(long from, long to) {}

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
    return spans.computeIfAbsent(new Between(from, to), this::span);
  }

  /** The load between two times, multiplied by {@code scale}. */
  public LoadSpan between(long from, long to, double scale) {
    return scale == 1 ? between(from, to) : between(from, to).times(scale);
  }

  private LoadSpan span(Between between) {
    List<PricedLoad> parts = new ArrayList<>();
    for (PricedLoad load : loads) {
      int first = load.firstFrom(between.from());
      int end = load.firstFrom(between.to() - load.stepSeconds() + 1);
      if (end > first) {
        parts.add(load.slice(first, end));
      }
    }
    return new LoadSpan(parts, terms, overflow, 1);
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

  /** How much of so many days before a time, seconds UTC, is after the past begins. */
  public Duration lastDays(int days, long end) {
    long first =
        loads.stream().filter(l -> l.steps() > 0).mapToLong(l -> l.startOf(0)).min().orElse(end);
    return Duration.ofSeconds(Math.min(days * DAY_SECONDS, end - first));
  }

  /** Whether any step of it had ended by a time, seconds UTC. */
  public boolean isKnownBefore(long epochSecond) {
    return loads.stream()
        .anyMatch(load -> load.steps() > 0 && load.startOf(0) + load.stepSeconds() <= epochSecond);
  }

  /** A span of the past. */
  public static final class LoadSpan implements SpanCosts {

    private final List<PricedLoad> parts;
    private final ReplicaCostModel terms;
    private final ApiAccess overflow;
    private final double scale;
    private final double hours;
    private final Map<Integer, List<PlanCost>> goingOn =
        new HashMap<>(); // by replicas, of each part

    private LoadSpan(
        List<PricedLoad> parts, ReplicaCostModel terms, ApiAccess overflow, double scale) {
      this.parts = List.copyOf(parts);
      this.terms = terms;
      this.overflow = overflow;
      this.scale = scale;
      double covered = 0;
      for (PricedLoad part : parts) {
        covered += part.hours();
      }
      hours = covered;
    }

    private LoadSpan times(double factor) {
      return new LoadSpan(parts, terms, overflow, factor);
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
      for (PlanCost cost : costsOfGoingOn(present)) {
        paid += cost.gpus() + cost.api();
      }
      return paid;
    }

    /** Money at the API while going on with the replicas that there are, at the load as it was. */
    public double apiGoingOn(int present) {
      double api = 0;
      for (PlanCost cost : costsOfGoingOn(present)) {
        api += cost.api();
      }
      return api;
    }

    private List<PlanCost> costsOfGoingOn(int present) {
      return goingOn.computeIfAbsent(
          present,
          replicas ->
              parts.stream()
                  .map(part -> PlanCost.ofGoingOn(part, terms, overflow, replicas))
                  .toList());
    }

    /** Money at the API for what exceeds a level of capacity, in replicas' worth of work. */
    public double overflowAbove(double level) {
      double overflow = 0;
      for (PricedLoad part : parts) {
        overflow += scale * part.curve().overflowApi(level / scale);
      }
      return overflow;
    }

    /** Fewest load that must be served on GPUs so that the rest fits into the API's limits. */
    public double leastOwnLoad() {
      return parts.stream().mapToDouble(overflow::leastOwnLoad).max().orElse(0);
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
      double highest = 0;
      for (PricedLoad part : parts) {
        highest = Math.max(highest, part.curve().peak());
      }
      return terms.neededFor(times * (scale * highest));
    }
  }
}
