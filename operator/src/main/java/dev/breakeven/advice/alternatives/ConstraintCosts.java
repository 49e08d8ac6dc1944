package dev.breakeven.advice.alternatives;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Phrases;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.StaticOptimum;
import dev.breakeven.price.Money;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;

/**
 * What each constraint in force costs a month: the best way with all of them less the best without
 * that one. Only ways that always hold the same number of replicas are compared, so that the
 * difference is the constraint's and not the schedule's.
 */
public final class ConstraintCosts {

  private final Candidates comparison;
  private final Constraints constraints;
  private final Currency currency;
  private final List<Advice.ConstraintCost> costs = new ArrayList<>();

  private ConstraintCosts(Candidates comparison, Constraints constraints, Currency currency) {
    this.comparison = comparison;
    this.constraints = constraints;
    this.currency = currency;
  }

  public static List<Advice.ConstraintCost> of(
      Candidates comparison, Constraints constraints, Currency currency) {
    return new ConstraintCosts(comparison, constraints, currency).all();
  }

  private List<Advice.ConstraintCost> all() {
    ReplicaCostModel terms = comparison.terms();
    ApiAccess api = comparison.api();
    double best = best(terms, api, comparison.mayBurst(), !constraints.apiModelsNeeded());
    int bans =
        (constraints.dataMustStay() ? 1 : 0)
            + (constraints.customWeights() ? 1 : 0)
            + (constraints.apiTooSlow() ? 1 : 0);
    boolean freeWithoutOne = bans == 1;
    if (constraints.dataMustStay()) {
      addBan("dataMustStay", best, freeWithoutOne, "keeping data in");
    }
    if (constraints.customWeights()) {
      addBan("customWeights", best, freeWithoutOne, "serving own weights");
    }
    if (constraints.apiTooSlow()) {
      addBan("apiTooSlow", best, freeWithoutOne, "meeting the latency this traffic needs");
    }
    if (constraints.apiModelsNeeded()) {
      add(
          "apiModelsNeeded",
          best - best(terms, api, comparison.mayBurst(), true),
          "using an API's models");
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
          "holding " + Phrases.replicas(terms.redundantReplicas()) + " to spare");
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
          "keeping at least " + Phrases.replicas(terms.minReplicas()));
    }
    addIfDearer(
        "maxReplicas",
        best
            - best(
                terms.withReplicasBetween(terms.minReplicas(), Integer.MAX_VALUE),
                api,
                comparison.mayBurst(),
                !constraints.apiModelsNeeded()),
        "holding at most " + Phrases.replicas(terms.maxReplicas()));
    if (api.isLimited()) {
      addIfDearer(
          "apiLimits",
          best
              - best(
                  terms,
                  api.withoutLimits(),
                  comparison.mayBurst(),
                  !constraints.apiModelsNeeded()),
          "keeping to the API's limits");
    }
    return List.copyOf(costs);
  }

  private void addBan(String constraint, double best, boolean freeWithout, String what) {
    if (!comparison.api().priced()) {
      costs.add(
          new Advice.ConstraintCost(
              constraint,
              Estimate.notFound(
                  Issue.Reason.API_PRICE_MISSING, "no API price says what it would cost without"),
              what + ": no API price says what it costs"));
      return;
    }
    add(constraint, best - best(comparison.terms(), comparison.api(), freeWithout, true), what);
  }

  private void addIfDearer(String constraint, double overTheWindow, String what) {
    if (overTheWindow * comparison.load().toMonth() >= 0.01) {
      add(constraint, overTheWindow, what);
    }
  }

  private void add(String constraint, double overTheWindow, String what) {
    double perMonth = overTheWindow * comparison.load().toMonth();
    if (Double.isFinite(perMonth)) {
      Money money = Money.rounded(Math.max(0, perMonth), 2, currency);
      costs.add(
          new Advice.ConstraintCost(
              constraint,
              Estimate.of(money),
              what + " costs " + Phrases.money(money) + " a month"));
    } else {
      costs.add(
          new Advice.ConstraintCost(
              constraint,
              Estimate.notFound(
                  Issue.Reason.NOTHING_TO_COMPARE, "no way serves every token with it"),
              what + ": no way serves every token with it"));
    }
  }

  /**
   * Cost over the window of the best way that always holds the same; infinite where none serves
   * all.
   */
  private double best(ReplicaCostModel terms, ApiAccess api, boolean mayBurst, boolean mayOwn) {
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
