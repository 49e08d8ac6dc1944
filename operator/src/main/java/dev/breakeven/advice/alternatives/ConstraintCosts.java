package dev.breakeven.advice.alternatives;

import static dev.breakeven.reason.Parameter.amount;
import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.replicas;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.StaticOptimum;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;

/**
 * What each constraint in force costs a month: the best way with all of them less the best without
 * that one. The ways are every number of replicas that is always held, and the plan that follows
 * the load.
 */
public final class ConstraintCosts {

  private final Candidates comparison;
  private final Constraints constraints;
  private final Currency currency;
  private final Plans plans;
  private final List<Advice.ConstraintCost> costs = new ArrayList<>();

  /** What following the load would have cost on other terms. */
  @FunctionalInterface
  public interface Plans {
    /**
     * Over the window; infinite where it was not replayed or leaves tokens unserved.
     *
     * @param mayBurst whether what replicas do not carry may go to the API
     */
    double cost(ReplicaCostModel terms, ApiAccess api, boolean mayBurst);

    /** That plan is not compared. */
    Plans NONE = (terms, api, mayBurst) -> Double.POSITIVE_INFINITY;
  }

  private ConstraintCosts(
      Candidates comparison, Constraints constraints, Currency currency, Plans plans) {
    this.comparison = comparison;
    this.constraints = constraints;
    this.currency = currency;
    this.plans = plans;
  }

  public static List<Advice.ConstraintCost> of(
      Candidates comparison, Constraints constraints, Currency currency, Plans plans) {
    return new ConstraintCosts(comparison, constraints, currency, plans).all();
  }

  private List<Advice.ConstraintCost> all() {
    ReplicaCostModel terms = comparison.terms();
    ApiAccess api = comparison.api();
    double fixed = fixed(terms, api, comparison.mayBurst(), !constraints.apiModelsNeeded());
    double best = Math.min(fixed, comparison.plan().map(Candidate::total).orElse(fixed));
    int bans =
        (constraints.dataMustStay() ? 1 : 0)
            + (constraints.customWeights() ? 1 : 0)
            + (constraints.apiTooSlow() ? 1 : 0);
    boolean freeWithoutOne = bans == 1;
    if (constraints.dataMustStay()) {
      addBan("dataMustStay", best, freeWithoutOne, Message.of(Cause.KEEPING_DATA_IN));
    }
    if (constraints.customWeights()) {
      addBan("customWeights", best, freeWithoutOne, Message.of(Cause.SERVING_OWN_WEIGHTS));
    }
    if (constraints.apiTooSlow()) {
      addBan("apiTooSlow", best, freeWithoutOne, Message.of(Cause.MEETING_LATENCY));
    }
    if (constraints.apiModelsNeeded()) {
      add(
          "apiModelsNeeded",
          best - best(terms, api, comparison.mayBurst(), true),
          Message.of(Cause.USING_API_MODELS));
    }
    if (terms.redundantReplicas() > 0) {
      add(
          "redundantReplicas",
          best
              - best(
                  terms.withRedundantReplicas(0),
                  api,
                  comparison.mayBurst(),
                  !constraints.apiModelsNeeded()),
          Message.of(Cause.HOLDING_SPARES, replicas(terms.redundantReplicas())));
    }
    if (terms.minReplicas() > 0) {
      add(
          "minReplicas",
          best
              - best(
                  terms.withReplicasBetween(0, terms.maxReplicas()),
                  api,
                  comparison.mayBurst(),
                  !constraints.apiModelsNeeded()),
          Message.of(Cause.KEEPING_AT_LEAST, replicas(terms.minReplicas())));
    }
    boolean mayOwn = !constraints.apiModelsNeeded();
    int forPeak = Math.max(terms.maxReplicas(), terms.neededFor(comparison.curve().peak()));
    ReplicaCostModel anyNumber = terms.withReplicasBetween(terms.minReplicas(), forPeak);
    if (isDearer(fixed, fixed(anyNumber, api, comparison.mayBurst(), mayOwn))) {
      add(
          "maxReplicas",
          best - best(anyNumber, api, comparison.mayBurst(), mayOwn),
          Message.of(Cause.HOLDING_AT_MOST, replicas(terms.maxReplicas())));
    }
    ApiAccess unlimited = api.withoutLimits();
    if (api.isLimited()
        && isDearer(fixed, fixed(terms, unlimited, comparison.mayBurst(), mayOwn))) {
      add(
          "apiLimits",
          best - best(terms, unlimited, comparison.mayBurst(), mayOwn),
          Message.of(Cause.KEEPING_TO_API_LIMITS));
    }
    return List.copyOf(costs);
  }

  private void addBan(String constraint, double best, boolean freeWithout, Message what) {
    if (!comparison.api().priced()) {
      costs.add(
          new Advice.ConstraintCost(
              constraint,
              Estimate.notFound(Issue.Reason.API_PRICE_MISSING, Cause.NO_API_PRICE_WITHOUT_IT),
              Message.of(Cause.CONSTRAINT_NOT_PRICED, clause(what))));
      return;
    }
    add(constraint, best - best(comparison.terms(), comparison.api(), freeWithout, true), what);
  }

  private boolean isDearer(double with, double without) {
    return (with - without) * comparison.load().toMonth() >= 0.01;
  }

  private void add(String constraint, double overTheWindow, Message what) {
    double perMonth = overTheWindow * comparison.load().toMonth();
    if (Double.isFinite(perMonth)) {
      Money money = Money.rounded(Math.max(0, perMonth), 2, currency);
      costs.add(
          new Advice.ConstraintCost(
              constraint,
              Estimate.of(money),
              Message.of(
                  Cause.CONSTRAINT_COSTS, clause(what), amount(money.value(), money.currency()))));
    } else {
      costs.add(
          new Advice.ConstraintCost(
              constraint,
              Estimate.notFound(Issue.Reason.NOTHING_TO_COMPARE, Cause.NO_ALTERNATIVE_WITH_IT),
              Message.of(Cause.CONSTRAINT_NOT_SERVED, clause(what))));
    }
  }

  /** Cost over the window of the best way; infinite where none serves all. */
  private double best(ReplicaCostModel terms, ApiAccess api, boolean mayBurst, boolean mayOwn) {
    return Math.min(
        fixed(terms, api, mayBurst, mayOwn),
        mayOwn ? plans.cost(terms, api, mayBurst) : Double.POSITIVE_INFINITY);
  }

  /**
   * Cost over the window of the best way that always holds the same; infinite where none serves
   * all.
   */
  private double fixed(ReplicaCostModel terms, ApiAccess api, boolean mayBurst, boolean mayOwn) {
    PricedLoad load = comparison.load();
    double ownLoad = mayBurst ? api.leastOwnLoad(load) : comparison.curve().peak();
    int least = Math.max(terms.minReplicas(), terms.neededFor(ownLoad));
    double best = Double.POSITIVE_INFINITY;
    if (least == 0) {
      best = terms.paidPerHour(0) * load.hours() + comparison.curve().api();
    }
    if (mayOwn && least <= terms.maxReplicas() && terms.maxReplicas() > 0) {
      StaticOptimum own = StaticOptimum.allowedBy(least, comparison.curve(), terms, load.hours());
      best =
          Math.min(
              best,
              own.cost()
                  + terms.overheadPerMonth() * load.hours() / ReplicaCostModel.HOURS_PER_MONTH);
    }
    return best;
  }
}
