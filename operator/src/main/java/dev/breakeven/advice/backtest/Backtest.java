package dev.breakeven.advice.backtest;

import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.Scaling;
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
import dev.breakeven.advice.review.LoadPast;
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
 * @param decisions each change of the replicas held, or each number set by hand at a review, oldest
 *     first, what is decided at the end of the past included; before the first, none are held where
 *     the load is followed, and what ran is where a number is set by hand
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

  /**
   * A policy's terms, as far as a past is replayed with them.
   *
   * @param asOf the time of asking: a reservation that is over by then has no effect
   */
  public record Terms(
      SelfHostTerms selfHost,
      Api api,
      Constraints constraints,
      StatedCapacity capacity,
      Planning planning,
      Instant asOf) {}

  /**
   * Replays a past. Requests that were not counted leave the context term out.
   *
   * @throws IllegalArgumentException with one line if there is no GPU price, or if the capacity is
   *     not stated: one learned from the past would know the end of it at its beginning
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
    ReplicaCostModel terms = ReplicaCostModel.of(given.selfHost(), priced, given.asOf());
    ApiAccess api = ApiAccess.of(given.api(), Double.NaN);
    PricedLoad load =
        PricedLoad.of(
            history, known.capacity(), ApiAccess.tariffs(given.api()), RequestLengths.UNKNOWN);
    boolean mayBurst = api.priced() && given.constraints().allowApi();
    // What a product needs of an API is not answered by own replicas, however well they pay.
    ReplicaCostModel mayHold =
        given.constraints().apiModelsNeeded() ? terms.withReplicasBetween(0, 0) : terms;
    Replayed replayed =
        given.planning().scaling() == Scaling.MANUAL
            ? Replayed.ofReviews(history, load, mayHold, mayBurst ? api : ApiAccess.NONE, given)
            : Replayed.of(history, load, mayHold, api, mayBurst, given.planning());
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

  /**
   * What was held: what was decided, and by known step.
   *
   * @param anyFollowed whether anything was decided early enough to be followed; else it went on as
   *     it ran
   */
  private record Replayed(
      List<Decision> decisions, List<Integer> held, List<Integer> ready, boolean anyFollowed) {

    static Replayed of(
        TrafficHistory history,
        PricedLoad load,
        ReplicaCostModel terms,
        ApiAccess api,
        boolean mayBurst,
        Planning planning) {
      StepGrid grid = history.grid();
      PlanReplay plan = new PlanReplay(terms, planning, mayBurst, grid.stepSeconds());
      plan.startWith(grid.steps() == 0 ? 0 : PlanReplay.ranFirst(history, 0));
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
      int last = plan.begin();
      if (last != before) {
        decisions.add(new Decision(grid.endEpochSecond(), last));
      }
      return new Replayed(decisions, held, ready, true);
    }

    /** The number that is set by hand, first at the end of the first window. */
    static Replayed ofReviews(
        TrafficHistory history,
        PricedLoad load,
        ReplicaCostModel terms,
        ApiAccess overflow,
        Terms given) {
      StepGrid grid = history.grid();
      long first = grid.startEpochSecond() + given.planning().window().toSeconds();
      int lastBefore = Math.min(grid.steps(), given.planning().windowSteps(grid.stepSeconds())) - 1;
      int ranBefore =
          lastBefore < 0 ? 0 : (int) Math.round(history.replicasHeld().at(lastBefore, 0));
      ReviewedReplay reviewed =
          ReviewedReplay.of(
              new LoadPast(List.of(load), terms, overflow),
              load,
              terms,
              overflow,
              given.planning(),
              first,
              grid.endEpochSecond(),
              ranBefore);
      List<Integer> held = new ArrayList<>(load.steps());
      List<Integer> ready = new ArrayList<>(load.steps());
      for (int i = 0; i < load.steps(); i++) {
        held.add(reviewed.held(load.startOf(i)));
        ready.add(reviewed.ready(load.startOf(i)));
      }
      return new Replayed(
          reviewed.reviews().stream()
              .map(review -> new Decision(review.epochSecond(), review.replicas()))
              .toList(),
          held,
          ready,
          first < grid.endEpochSecond());
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
          replayed.anyFollowed()
              ? PlanCost.of(
                  load,
                  terms,
                  overflow,
                  i -> replayed.held().get(first + i),
                  i -> replayed.ready().get(first + i),
                  0)
              : PlanCost.ofWhatRan(load, terms, overflow, 0);
      Outcome peak =
          Outcome.of(PlanCost.ofConstant(load, terms, ApiAccess.NONE, terms.forPeak(load.peak())));
      return new Backtest(
          replayed.decisions(),
          load.steps() == 0 ? history.grid().startEpochSecond() : load.startOf(0),
          load.steps(),
          Outcome.of(followed),
          api.priced()
              ? Estimate.of(alwaysApi(load))
              : Estimate.notFound(Issue.Reason.API_PRICE_MISSING, Cause.NO_API_PRICE),
          peak,
          mayBurst ? hindsight(load) : peak,
          Outcome.of(ClairvoyantPlan.of(load, terms, overflow, planning)),
          ActualCost.cost(history, load, terms, overflow).map(Outcome::of));
    }

    /** All of it at the API's prices; that its limits leave some over makes none of it free. */
    private Outcome alwaysApi(PricedLoad load) {
      PlanCost all = PlanCost.ofConstant(load, terms, api.withoutLimits(), 0);
      PlanCost taken = PlanCost.ofConstant(load, terms, api, 0);
      return new Outcome(all.total(), 0, taken.unservedTokens());
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
