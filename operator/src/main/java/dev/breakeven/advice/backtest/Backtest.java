package dev.breakeven.advice.backtest;

import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.SelfHostTerms;
import dev.breakeven.advice.costing.ActualCost;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.StaticOptimum;
import dev.breakeven.advice.following.ClairvoyantPlan;
import dev.breakeven.advice.following.PlanReplay;
import dev.breakeven.capacity.CapacityAssessment;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Api;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Cause;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What following the load would have held and cost over a recorded past, beside what else could
 * have been done. Decided step by step from the steps before; charged from the end of the first
 * window on, where the past is longer than a window, so that there is something to have learned
 * from.
 *
 * @param decisions each change of the replicas held, oldest first; none are held before the first
 * @param chargedFrom start of the first charged step, seconds UTC
 * @param chargedSteps known steps that are charged
 * @param followed following the load
 * @param alwaysApi everything to the API
 * @param peak own replicas for the highest step
 * @param hindsight the best number of replicas, none included, held all along
 * @param foresight the best that could have been held with the same lead and hold by somebody who
 *     knew the load beforehand
 * @param ran what ran, where the past says
 */
public record Backtest(
    List<Decision> decisions,
    long chargedFrom,
    int chargedSteps,
    Outcome followed,
    Estimate<Outcome> alwaysApi,
    Outcome peak,
    Outcome hindsight,
    Outcome foresight,
    Estimate<Outcome> ran) {

  public Backtest {
    decisions = List.copyOf(decisions);
  }

  /**
   * From a time on, hold this many replicas.
   *
   * @param epochSecond start of the step, seconds UTC
   */
  public record Decision(long epochSecond, int replicas) {}

  /**
   * What a plan came to over the charged steps.
   *
   * @param cost everything paid: replicas, unused reservation, people, API; money, not a month's
   * @param replicaHours held
   * @param unservedTokens tokens that found neither a replica nor room at the API
   */
  public record Outcome(double cost, double replicaHours, double unservedTokens) {
    private static Outcome of(PlanCost cost) {
      return new Outcome(cost.total(), cost.replicaHours(), cost.unservedTokens());
    }
  }

  /** A policy's terms, as far as a past is replayed with them. */
  public record Terms(
      SelfHostTerms selfHost,
      Api api,
      Constraints constraints,
      StatedCapacity capacity,
      Planning planning) {}

  /**
   * Replays a past. Requests that were not counted leave the context term out.
   *
   * @throws IllegalArgumentException with one line if there is no GPU price, if the capacity is not
   *     stated (one learned from the past would know the end of it at its beginning), or if the
   *     price goes by prompt length, for the same reason
   */
  public static Backtest of(TrafficHistory history, Terms given) {
    if (!(given.selfHost().gpu() instanceof GpuPricing.Priced priced)) {
      throw new IllegalArgumentException("a backtest needs a price for the GPU hour");
    }
    CapacityEvidence evidence = CapacityAssessment.of(given.capacity(), List.of());
    if (!(evidence instanceof CapacityEvidence.Known known)) {
      throw new IllegalArgumentException(
          "a backtest needs capacityPerReplica or benchmarks: a capacity learned from the file"
              + " would know its end from the beginning");
    }
    if (given.api() instanceof Api.Offered offered
        && !offered.offer().longContextTiers().isEmpty()) {
      throw new IllegalArgumentException(
          "offer %s has prices by prompt length, which a backtest cannot tell step by step"
              .formatted(offered.offer().name()));
    }
    ReplicaCostModel terms =
        ReplicaCostModel.of(
            given.selfHost(), priced, Instant.ofEpochSecond(history.grid().startEpochSecond()));
    ApiAccess api = ApiAccess.of(given.api(), 0);
    PricedLoad load =
        PricedLoad.of(history, known.capacity(), api.tariff(), RequestLengths.UNKNOWN);
    boolean mayBurst = api.priced() && given.constraints().allowApi();
    Replayed replayed = Replayed.of(history, load, terms, api, mayBurst, given.planning());
    long windowEnd = history.grid().startEpochSecond() + given.planning().window().toSeconds();
    int first = 0;
    while (first < load.steps() && load.startOf(first) < windowEnd) {
      first++;
    }
    if (first == load.steps()) {
      first = 0;
    }
    return new Charged(history, load, first, terms, api, mayBurst, given.planning())
        .backtest(replayed);
  }

  /** What was held: changes on the grid, and by known step. */
  private record Replayed(List<Decision> decisions, List<Integer> held, List<Integer> ready) {

    static Replayed of(
        TrafficHistory history,
        PricedLoad load,
        ReplicaCostModel terms,
        ApiAccess api,
        boolean mayBurst,
        Planning planning) {
      StepGrid grid = history.grid();
      PlanReplay plan = new PlanReplay(terms, planning, mayBurst, grid.stepSeconds());
      List<Decision> decisions = new ArrayList<>();
      List<Integer> held = new ArrayList<>(load.steps());
      List<Integer> ready = new ArrayList<>(load.steps());
      int before = 0;
      int next = 0;
      for (int step = 0; step < grid.steps(); step++) {
        int replicas = plan.begin();
        if (replicas != before) {
          decisions.add(new Decision(grid.startOf(step), replicas));
          before = replicas;
        }
        if (history.replicasHeld().isMeasured(step)) {
          plan.reallyRan(history.replicasHeld().measuredAt(step) > 0);
        }
        if (next == load.steps() || load.startOf(next) != grid.startOf(step)) {
          plan.endUnknown();
          continue;
        }
        held.add(replicas);
        ready.add(plan.ready());
        plan.end(load.replicasAt(next), load.apiAt(next), api.leastOwnLoadAt(load, next));
        next++;
      }
      return new Replayed(decisions, held, ready);
    }
  }

  /** The charged part of the past. */
  private record Charged(
      TrafficHistory history,
      PricedLoad all,
      int first,
      ReplicaCostModel terms,
      ApiAccess api,
      boolean mayBurst,
      Planning planning) {

    Backtest backtest(Replayed replayed) {
      PricedLoad load = all.slice(first, all.steps());
      ApiAccess overflow = mayBurst ? api : ApiAccess.NONE;
      PlanCost followed =
          PlanCost.of(
              load,
              terms,
              overflow,
              i -> replayed.held().get(first + i),
              i -> replayed.ready().get(first + i),
              0);
      int forPeak =
          Math.min(
              terms.maxReplicas(), Math.max(terms.minReplicas(), terms.neededFor(load.peak())));
      Outcome peak = Outcome.of(PlanCost.ofConstant(load, terms, overflow, forPeak));
      return new Backtest(
          replayed.decisions(),
          load.steps() == 0 ? history.grid().startEpochSecond() : load.startOf(0),
          load.steps(),
          Outcome.of(followed),
          api.priced()
              ? Estimate.of(Outcome.of(PlanCost.ofConstant(load, terms, api, 0)))
              : Estimate.notFound(Issue.Reason.API_PRICE_MISSING, Cause.NO_API_PRICE),
          peak,
          mayBurst ? hindsight(load) : peak,
          Outcome.of(ClairvoyantPlan.of(load, terms, overflow, planning)),
          ActualCost.cost(history, load, terms, overflow).map(Outcome::of));
    }

    private Outcome hindsight(PricedLoad load) {
      int least = Math.max(terms.minReplicas(), terms.neededFor(api.leastOwnLoad(load)));
      Outcome none = Outcome.of(PlanCost.ofConstant(load, terms, api, 0));
      if (terms.maxReplicas() == 0) {
        return none;
      }
      int best =
          StaticOptimum.allowedBy(least, new LoadDurationCurve(load), terms, load.hours())
              .replicas();
      Outcome some = Outcome.of(PlanCost.ofConstant(load, terms, api, best));
      return least == 0 && none.cost() <= some.cost() ? none : some;
    }
  }
}
