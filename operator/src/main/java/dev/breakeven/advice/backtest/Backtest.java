package dev.breakeven.advice.backtest;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.LengthTail;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.Scaling;
import dev.breakeven.advice.SelfHostTerms;
import dev.breakeven.advice.Terms;
import dev.breakeven.advice.Workload;
import dev.breakeven.advice.costing.ActualCost;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.ObservationWindow;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.StaticOptimum;
import dev.breakeven.advice.evaluation.Advisor;
import dev.breakeven.advice.following.AdvisedReplay;
import dev.breakeven.advice.following.ClairvoyantPlan;
import dev.breakeven.advice.following.LoadColumns;
import dev.breakeven.advice.following.PlanReplay;
import dev.breakeven.advice.proof.ReplayedAdvice;
import dev.breakeven.advice.proof.ReviewedPast;
import dev.breakeven.advice.proof.SimulatedPast;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.capacity.ServingConditions;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.capacity.estimation.CapacityAssessment;
import dev.breakeven.price.Api;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Cause;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
    List<ReplayedAdvice.Decision> decisions,
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
   * @param currency of every price
   * @param asOf the time of asking: a reservation that is over by then has no effect
   */
  public record Setup(
      Currency currency,
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
  public static Backtest of(TrafficHistory history, Setup given) {
    Priced priced = Priced.of(history, given);
    ReplayedAdvice replayed =
        given.planning().scaling() == Scaling.MANUAL ? priced.reviews() : priced.plan();
    PricedLoad load = priced.load();
    int first =
        load.firstFrom(history.grid().startEpochSecond() + given.planning().window().toSeconds());
    return new Charged(priced, first == load.steps() ? 0 : first).backtest(replayed);
  }

  /**
   * What would have been promised at each review of a past for the seven days after it, and what
   * then happened; only promises whose seven days have ended.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public static List<Promise> promises(TrafficHistory history, Setup given) {
    return PromiseRecord.of(history, given);
  }

  /**
   * A promise of what is saved over going on at what ran. Money a month.
   *
   * @param epochSecond when it was made
   * @param stated what was stated; empty where it was withheld
   * @param realised what following the advice then saved; nothing where nothing was advised
   * @param bill what going on at what ran then cost
   */
  public record Promise(long epochSecond, Optional<Stated> stated, double realised, double bill) {}

  /** A stated saving and its 90 % interval, money a month. */
  public record Stated(double low, double high, double predicted) {}

  /**
   * A past at a policy's prices.
   *
   * @param mayHold the terms with as many replicas as may be held at all
   * @param capacity what one replica sustains
   * @param atEnds the load at the ends of the capacity's interval; none where that is exact
   */
  record Priced(
      TrafficHistory history,
      Setup given,
      CapacityEvidence.Known capacity,
      PricedLoad load,
      ReplicaCostModel terms,
      ReplicaCostModel mayHold,
      ApiAccess api,
      List<PricedLoad> atEnds) {

    static Priced of(TrafficHistory history, Setup given) {
      if (!(given.selfHost().gpu() instanceof GpuPricing.Priced priced)) {
        throw new IllegalArgumentException("a backtest needs a price for the GPU hour");
      }
      CapacityEvidence evidence = CapacityAssessment.of(given.capacity());
      if (!(evidence instanceof CapacityEvidence.Known known)) {
        throw new IllegalArgumentException(
            "a backtest needs capacityPerReplica or benchmarks: a capacity learned from the file"
                + " would know its end from the beginning");
      }
      ReplicaCostModel terms = ReplicaCostModel.of(given.selfHost(), priced, given.asOf());
      // What a product needs of an API is not answered by own replicas, however well they pay.
      return new Priced(
          history,
          given,
          known,
          load(history, given, known.capacity()),
          terms,
          given.constraints().apiModelsNeeded() ? terms.withReplicasBetween(0, 0) : terms,
          ApiAccess.of(given.api(), Double.NaN),
          known.range().isExact()
              ? List.of()
              : Stream.of(known.range().lowFactor(), known.range().highFactor())
                  .map(factor -> load(history, given, known.capacity().times(factor)))
                  .toList());
    }

    private static PricedLoad load(TrafficHistory history, Setup given, Capacity capacity) {
      return PricedLoad.of(
          history, capacity, ApiAccess.tariffs(given.api()), RequestLengths.UNKNOWN);
    }

    boolean mayBurst() {
      return api.priced() && given.constraints().allowApi();
    }

    /** The API access for traffic that own replicas do not carry. */
    ApiAccess overflow() {
      return mayBurst() ? api : ApiAccess.NONE;
    }

    /** The plan that follows the load: what is advised step by step. */
    ReplayedAdvice plan() {
      StepGrid grid = history.grid();
      List<LoadColumns> columns = new ArrayList<>();
      columns.add(columns(load));
      atEnds.forEach(end -> columns.add(columns(end)));
      Planning planning = given.planning();
      AdvisedReplay advised =
          new AdvisedReplay(
              new AdvisedReplay.Setting(
                  mayHold(),
                  planning,
                  mayBurst(),
                  grid.stepSeconds(),
                  ObservationWindow.leastSpan(planning),
                  false),
              columns);
      advised.startWith(grid.steps() == 0 ? 0 : PlanReplay.ranFirst(history, 0));
      List<ReplayedAdvice.Decision> decisions = new ArrayList<>();
      List<Integer> held = new ArrayList<>(load.steps());
      List<Integer> ready = new ArrayList<>(load.steps());
      int before = 0;
      for (int step = 0; step < grid.steps(); step++) {
        int replicas = advised.begin();
        if (replicas != before) {
          decisions.add(new ReplayedAdvice.Decision(grid.startOf(step), replicas));
          before = replicas;
        }
        if (columns.get(0).isKnown(step)) {
          held.add(replicas);
          ready.add(advised.ready());
        }
        advised.end(columns, step);
      }
      int last = advised.begin();
      if (last != before) {
        decisions.add(new ReplayedAdvice.Decision(grid.endEpochSecond(), last));
      }
      return new ReplayedAdvice(decisions, held, ready, true);
    }

    /** What each step brings, at a capacity. */
    private LoadColumns columns(PricedLoad load) {
      StepGrid grid = history.grid();
      LoadColumns columns = new LoadColumns(grid.steps());
      int next = 0;
      for (int step = 0; step < grid.steps(); step++) {
        double ran = LoadColumns.ran(history, step, LoadColumns.NOT_RECORDED);
        if (next < load.steps() && load.startOf(next) == grid.startOf(step)) {
          columns.add(
              load.replicasAt(next),
              load.ownLoadAt(next),
              load.apiAt(next),
              api.leastOwnLoadAt(load, next),
              ran);
          next++;
        } else {
          columns.addUnknown(ran);
        }
      }
      return columns;
    }

    /** The number that is set by hand, first at the end of the first window. */
    ReplayedAdvice reviews() {
      ReviewedPast past = reviewed();
      int ran = past.ranBefore(firstReview()).orElse(0);
      ReplayedAdvice replayed =
          ReplayedAdvice.of(
              past.followed(firstReview(), ran, Advisor::review),
              load,
              ran,
              given.planning().lead());
      return firstReview() < history.grid().endEpochSecond() ? replayed : replayed.notFollowed();
    }

    /** The past as the operator asks about it. */
    ReviewedPast reviewed() {
      SelfHostTerms selfHost = given.selfHost();
      return new ReviewedPast(
          history,
          () -> new SimulatedPast(history, load, terms, overflow()),
          capacity,
          new AdvisorInput(
              "",
              new Terms(
                  "",
                  given.currency(),
                  given.planning(),
                  selfHost,
                  given.api(),
                  given.constraints(),
                  given.capacity(),
                  ServingConditions.UNKNOWN),
              List.of(new Workload("", "", 0, 0, selfHost.minReplicas(), selfHost.maxReplicas())),
              List.of(),
              new AdvisorInput.Past(history, List.of(), new LengthTail.Unmeasured()),
              given.asOf(),
              List.of(),
              new PreviousDecision.None()));
    }

    /** When the first review is: at the end of the first window. */
    long firstReview() {
      return history.grid().startEpochSecond() + given.planning().window().toSeconds();
    }
  }

  /** The charged part of the past. */
  private record Charged(Priced past, int first) {

    Backtest backtest(ReplayedAdvice replayed) {
      PricedLoad load = past.load().slice(first, past.load().steps());
      TrafficHistory history = past.history();
      ReplicaCostModel terms = past.terms();
      ApiAccess overflow = past.overflow();
      Outcome peak =
          Outcome.of(PlanCost.ofConstant(load, terms, ApiAccess.NONE, terms.forPeak(load.peak())));
      return new Backtest(
          replayed.decisions(),
          load.steps() == 0 ? history.grid().startEpochSecond() : load.startOf(0),
          load.steps(),
          Outcome.of(followed(replayed, load)),
          past.api().priced()
              ? Estimate.of(alwaysApi(load))
              : Estimate.notFound(Issue.Reason.API_PRICE_MISSING, Cause.NO_API_PRICE),
          peak,
          past.mayBurst() ? hindsight(load) : peak,
          Outcome.of(ClairvoyantPlan.of(load, terms, overflow, past.given().planning())),
          ActualCost.cost(history, load, terms, overflow).map(Outcome::of));
    }

    /** What following the advice would have cost; what ran, where there was none to follow. */
    private PlanCost followed(ReplayedAdvice replayed, PricedLoad load) {
      ReplicaCostModel terms = past.terms();
      ApiAccess overflow = past.overflow();
      if (!replayed.anyFollowed()) {
        return PlanCost.ofWhatRan(load, terms, overflow, 0);
      }
      return replayed.cost(load, first, terms, overflow);
    }

    /** All of it at the API's prices; that its limits leave some over makes none of it free. */
    private Outcome alwaysApi(PricedLoad load) {
      PlanCost all = PlanCost.ofConstant(load, past.terms(), past.api().withoutLimits(), 0);
      PlanCost taken = PlanCost.ofConstant(load, past.terms(), past.api(), 0);
      return new Outcome(all.total(), 0, taken.unservedTokens());
    }

    private Outcome hindsight(PricedLoad load) {
      ReplicaCostModel terms = past.terms();
      ApiAccess api = past.api();
      int least = Math.max(terms.minReplicas(), terms.neededFor(api.leastOwnLoad(load)));
      Outcome none = Outcome.of(PlanCost.ofConstant(load, terms, api, 0));
      if (terms.maxReplicas() == 0) {
        return none;
      }
      int best = StaticOptimum.allowedBy(least, load.curve(), terms, load.hours()).replicas();
      Outcome some = Outcome.of(PlanCost.ofConstant(load, terms, api, best));
      return least == 0 && none.cost() <= some.cost() ? none : some;
    }
  }
}
