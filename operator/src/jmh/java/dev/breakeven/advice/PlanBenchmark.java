package dev.breakeven.advice;

import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.StaticOptimum;
import dev.breakeven.advice.following.PlanReplay;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.price.Offer;
import dev.breakeven.price.Tariff;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One plan over a week of ten-minute steps, 1,008 of them: days with a morning and a night, noise
 * from step to step, and a mean of a few, tens or hundreds of replicas.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class PlanBenchmark {

  private static final int STEPS = 1008;
  private static final int STEP_SECONDS = 600;

  /** Mean load, replicas' worth of work. */
  @Param({"2", "20", "200"})
  public int meanReplicas;

  /** Shortest time that an added replica is kept, hours. */
  @Param({"1", "24"})
  public int holdHours;

  private PricedLoad load;
  private ReplicaCostModel terms;
  private Planning planning;

  /** A week of traffic; a replica does 1,000 tokens/s, for 2.00 an hour or 3.60 at the API. */
  @Setup
  public void week() {
    Random random = new Random(7);
    double[] tokens = new double[STEPS];
    for (int t = 0; t < STEPS; t++) {
      double day = 1 + 0.7 * Math.sin(2 * Math.PI * t / 144);
      tokens[t] = 1000 * meanReplicas * day * Math.exp(0.3 * random.nextGaussian() - 0.045);
    }
    Series none = Series.absent(STEPS);
    TrafficHistory history =
        TrafficHistory.ofTokens(
            new StepGrid(0, STEP_SECONDS, STEPS),
            Series.constant(STEPS, 0),
            none,
            Series.of(tokens));
    load =
        PricedLoad.of(
            history,
            Capacity.of(1000, 1000),
            new Tariff(1, 1, 1, new Offer.CacheHits.AsOurs()),
            RequestLengths.UNKNOWN);
    terms = new ReplicaCostModel(2, 0, 0, 1000, 0.8, 0, 0, 1000);
    planning =
        new Planning(
            Duration.ofDays(7), Duration.ofHours(holdHours), Duration.ofMinutes(10), 5, 80);
  }

  /** Baseline and burst: sorts the steps and finds the number of replicas that costs least. */
  @Benchmark
  public int baselineAndBurst() {
    return StaticOptimum.between(
            1, terms.maxReplicas(), new LoadDurationCurve(load), terms, load.hours(), 1)
        .replicas();
  }

  /** Following the load: replays every step as it was lived, all rules and votes included. */
  @Benchmark
  public int followingTheLoad() {
    PlanReplay plan = new PlanReplay(terms, planning, true, STEP_SECONDS);
    for (int t = 0; t < load.steps(); t++) {
      plan.begin();
      plan.end(load.replicasAt(t), load.apiAt(t), 0);
    }
    return plan.begin();
  }
}
