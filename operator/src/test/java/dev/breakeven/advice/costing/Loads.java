package dev.breakeven.advice.costing;

import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.price.Offer;
import dev.breakeven.price.Tariff;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Loads for tests, from a Monday on; a replica's worth of work is 11.70 an hour at the API. */
public final class Loads {

  public static final Capacity CAPACITY = Capacity.of(10_000, 1_000);
  public static final Tariff TARIFF = new Tariff(0.5, 0.5, 1.5, new Offer.CacheHits.AsOurs());
  static final double API_PER_REPLICA_HOUR = 11.7;
  public static final double TOKENS_PER_SECOND_PER_REPLICA = 5_500;
  public static final ApiAccess API =
      new ApiAccess(true, TARIFF, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  private Loads() {}

  /** These replicas' worth of work in steps of an hour. */
  public static PricedLoad hourly(double... replicas) {
    return of(3600, replicas);
  }

  /** These replicas' worth of work: 5,000 input and 500 output tokens/s each. */
  public static PricedLoad of(int stepSeconds, double... replicas) {
    double[] input = Arrays.stream(replicas).map(r -> 5_000 * r).toArray();
    double[] output = Arrays.stream(replicas).map(r -> 500 * r).toArray();
    return ofTokens(stepSeconds, input, output, TARIFF);
  }

  static PricedLoad ofTokens(int stepSeconds, double[] input, double[] output, Tariff tariff) {
    StepGrid grid = new StepGrid(SampleInput.MONDAY.getEpochSecond(), stepSeconds, input.length);
    return PricedLoad.of(
        TrafficHistory.ofTokens(
            grid, Series.of(input), Series.constant(input.length, 0), Series.of(output)),
        CAPACITY,
        tariff,
        RequestLengths.UNKNOWN);
  }

  /** A way that holds so many in each step, the rest on the API. */
  public static Candidate holding(
      Alternative.Kind kind,
      PricedLoad load,
      ReplicaCostModel terms,
      IntUnaryOperator held,
      int next) {
    PlanCost cost = PlanCost.of(load, terms, API, held, held, 0);
    return new Candidate(
        kind,
        new Alternative.ReplicaPlan.Fixed(next),
        held,
        held,
        0,
        next,
        cost,
        cost.burstShare(),
        new Alternative.Feasibility.Feasible());
  }

  /** Replicas at 4.00 an hour: no overhead, no headroom, none to spare, up to 100. */
  public static ReplicaCostModel terms() {
    return new ReplicaCostModel(4, 0, 0, 0, 1, 0, 0, 100);
  }
}
