package dev.breakeven.advice.costing;

import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Breakeven.Utilization;
import dev.breakeven.advice.Breakeven.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Works out where self-hosting and the API cost the same. */
public final class BreakevenPoint {

  /** Largest multiple of the present traffic that is looked at. */
  static final double LARGEST_MULTIPLE = 100;

  /**
   * Sizes up to which each is looked at alone where the API's limits decide how many are needed.
   */
  private static final int EACH_SIZE_UP_TO = 64;

  /** By how much sizes grow beyond that; a size stands for the smaller ones it skips. */
  private static final double SIZES_GROW_BY = 1.05;

  private static final int BISECTIONS = 60;

  private final PricedLoad load;
  private final LoadDurationCurve curve;
  private final ReplicaCostModel terms;
  private final boolean mayBurst;
  private final List<double[]> tightest;

  /**
   * Of a load that is not nothing.
   *
   * @param mayBurst whether the part above own capacity may go to the API; else it is only the
   *     price compared with
   */
  public BreakevenPoint(
      PricedLoad load,
      LoadDurationCurve curve,
      ReplicaCostModel terms,
      ApiAccess api,
      boolean mayBurst) {
    this.load = load;
    this.curve = curve;
    this.terms = terms;
    this.mayBurst = mayBurst;
    this.tightest = tightest(load, api, mayBurst);
  }

  /** Breakeven at a number of replicas, at least 1. */
  public Breakeven at(int replicas) {
    double tokensPerLoad = load.tokens() / (load.load() * load.stepHours() * 3600);
    double served = curve.servedLoad(terms.usable(replicas)) / load.steps();
    double breakeven = utilizationAt(replicas);
    double size = terms.sizeOf(replicas);
    double reachable = terms.usable(replicas) / size;
    Volumes volumes = volumes();
    return new Breakeven(
        replicas,
        breakeven <= reachable
            ? new Utilization.Reachable(breakeven * 100)
            : new Utilization.Unreachable(breakeven * 100),
        reachable * 100,
        served / size * 100,
        breakeven * size * tokensPerLoad,
        served * tokensPerLoad,
        terms.usable(replicas) * tokensPerLoad,
        volumes.first(),
        volumes.always());
  }

  /**
   * {@code u* = (n·c + F/730) ÷ (n·3600·Σa/Σr)}: what is paid an hour for n replicas and people,
   * over what the API would charge for all the work n replicas could do in an hour at the window's
   * mean mix. Reserved replicas count at their price, because that is the question at renewal.
   */
  private double utilizationAt(int replicas) {
    double paidPerHour =
        terms.heldPerHour(replicas) + terms.overheadPerMonth() / ReplicaCostModel.HOURS_PER_MONTH;
    double apiPerReplicaHour = load.api() / (load.load() * load.stepHours());
    return paidPerHour / (terms.sizeOf(replicas) * apiPerReplicaHour);
  }

  /**
   * What the best self-hosted plan saves over the API alone at a multiple of the traffic, over the
   * window's hours. It never falls in the multiple while the least number of replicas that serves
   * everything stays the same; where that jumps, so does the cost.
   */
  private double savedAt(double multiple, int least) {
    StaticOptimum best =
        StaticOptimum.between(least, terms.maxReplicas(), curve, terms, load.hours(), multiple);
    double overhead = terms.overheadPerMonth() * load.hours() / ReplicaCostModel.HOURS_PER_MONTH;
    double apiAlone = multiple * curve.api() + terms.paidPerHour(0) * load.hours();
    return apiAlone - best.cost() - overhead;
  }

  /** Multiples (from, to] over which the least number of replicas that serves everything is one. */
  private record Span(double from, double to, int least) {
    boolean isLast(ReplicaCostModel terms) {
      return to >= LARGEST_MULTIPLE || least >= terms.maxReplicas();
    }
  }

  private Span firstSpan() {
    int least = Math.max(1, terms.minReplicas());
    return new Span(0, Math.min(LARGEST_MULTIPLE, greatestMultipleOf(least)), least);
  }

  private Span after(Span span) {
    int next = span.least() + 1;
    if (mayBurst && next > EACH_SIZE_UP_TO) {
      next = Math.min(terms.maxReplicas(), (int) Math.ceil(next * SIZES_GROW_BY));
    }
    double to = Math.min(LARGEST_MULTIPLE, greatestMultipleOf(next));
    return new Span(span.to(), Math.max(span.to(), to), next);
  }

  /** From which volume on own GPUs cost no more than the API, at first and for good. */
  private record Volumes(Volume first, Volume always) {}

  private Volumes volumes() {
    Optional<Volume> first = Optional.empty();
    Volume always = volume(0);
    Span span = firstSpan();
    while (true) {
      boolean isAny = span.to() > span.from();
      if (isAny || (first.isEmpty() && span.to() > 0)) {
        if (savedAt(span.to(), span.least()) >= 0) {
          double root = root(span);
          first = Optional.of(first.orElse(volume(root)));
          always = root > span.from() ? volume(root) : always;
        } else if (isAny) {
          always = new Volume.Never(span.to());
        }
      }
      if (span.isLast(terms)) {
        return new Volumes(first.orElse(new Volume.Never(span.to())), always);
      }
      span = after(span);
    }
  }

  /**
   * The least multiple of a span at which the saving is not negative, given that at its end it is
   * not.
   */
  private double root(Span span) {
    double low = span.from();
    double high = span.to();
    double justInside = low + (high - low) * 1e-12;
    if (justInside > 0 && savedAt(justInside, span.least()) >= 0) {
      return low;
    }
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = low + (high - low) / 2;
      if (savedAt(middle, span.least()) >= 0) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private Volume volume(double multiple) {
    return new Volume.At(multiple, multiple * load.tokens() * load.toMonth());
  }

  /** The greatest multiple of the traffic that n replicas and the API's limits serve whole. */
  private double greatestMultipleOf(int replicas) {
    double level = terms.usable(replicas);
    double greatest = Double.POSITIVE_INFINITY;
    for (double[] step : tightest) {
      greatest = Math.min(greatest, level / step[0] + step[1]);
    }
    return greatest;
  }

  /**
   * The steps that can decide how many times the traffic fits, as {load, times that fit the API}: a
   * step is left out where another has at least its load and fits no more often. Load and tokens
   * rise together, so few are left.
   */
  private static List<double[]> tightest(PricedLoad load, ApiAccess api, boolean mayBurst) {
    List<double[]> tightest = new ArrayList<>();
    if (mayBurst && !api.isLimited()) {
      return List.of();
    }
    for (int i = 0; i < load.steps(); i++) {
      double[] step = {load.replicasAt(i), mayBurst ? api.timesThatFit(load, i) : 0};
      if (tightest.stream().noneMatch(other -> decidesBefore(other, step))) {
        tightest.removeIf(other -> decidesBefore(step, other));
        tightest.add(step);
      }
    }
    return tightest;
  }

  private static boolean decidesBefore(double[] one, double[] other) {
    return one[0] >= other[0] && one[1] <= other[1];
  }
}
