package dev.breakeven.advice.alternatives;

import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Alternative.Feasibility;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.util.function.IntUnaryOperator;

/**
 * An alternative while it is still worked with: figures over the window's hours, in doubles.
 *
 * @param kind which way
 * @param plan as a status shows it
 * @param held replicas in each step
 * @param ready of those, no longer loading
 * @param leadHours paid for an added replica before the step it is held from
 * @param next replicas to hold from now on
 * @param cost over the window
 * @param burstShare share of the tokens that goes to the API, 0 to 1; what went there before a plan
 *     had learned anything is no burst
 * @param feasibility whether every token is served
 */
public record Candidate(
    Kind kind,
    ReplicaPlan plan,
    IntUnaryOperator held,
    IntUnaryOperator ready,
    double leadHours,
    int next,
    PlanCost cost,
    double burstShare,
    Feasibility feasibility) {

  /** Share of the tokens below which what bursts does not make a plan a hybrid, 1 %. */
  static final double HYBRID_FROM_BURST_SHARE = 0.01;

  public boolean isFeasible() {
    return feasibility instanceof Feasibility.Feasible;
  }

  /** Whether it holds any replica at any time. */
  public boolean isSelfHosted() {
    return cost.replicaHours() > 0;
  }

  /** Whether its number of replicas changes by itself. */
  public boolean isScaled() {
    return !(plan instanceof ReplicaPlan.Fixed);
  }

  /** Whether it always holds so many replicas. */
  boolean isFixedAt(int replicas) {
    return plan instanceof ReplicaPlan.Fixed fixed && fixed.replicas() == replicas;
  }

  /**
   * What it costs over a part of the window: what runs as it was lived, a plan that was replayed
   * beside what was lived, anything else with its headroom.
   *
   * @param offset of the part's first step in the window
   */
  PlanCost over(PricedLoad part, int offset, ReplicaCostModel terms, ApiAccess overflow) {
    IntUnaryOperator heldThen = i -> held.applyAsInt(offset + i);
    IntUnaryOperator readyThen = i -> ready.applyAsInt(offset + i);
    return switch (kind) {
      case TODAYS_REPLICAS ->
          isScaled()
              ? PlanCost.ofWhatRan(part, terms, overflow, next)
              : PlanCost.ofGoingOn(part, terms, overflow, next);
      case FOLLOWING_BURST -> PlanCost.ofReplayed(part, terms, overflow, heldThen, readyThen);
      case API_ONLY, BASELINE_BURST, FIXED_NUMBER, SCHEDULED_BURST, SELF_HOST_PEAK ->
          PlanCost.of(part, terms, overflow, heldThen, readyThen, leadHours);
    };
  }

  public double total() {
    return cost.total();
  }

  /**
   * What it is: API without replicas, SelfHost where less than 1 % of the tokens burst, else
   * Hybrid.
   */
  public Verdict verdict() {
    if (!isSelfHosted()) {
      return Verdict.API;
    }
    return burstShare < HYBRID_FROM_BURST_SHARE ? Verdict.SELF_HOST : Verdict.HYBRID;
  }

  /** From which tokens/s on the rest goes to the API, at the number of replicas held next. */
  public BurstPoint burst(ReplicaCostModel terms, double tokensPerSecondPerReplica) {
    if (kind == Kind.TODAYS_REPLICAS && isScaled()) {
      // What scales it decides from where on, and nobody says that.
      return new BurstPoint.Never();
    }
    double level = kind == Kind.TODAYS_REPLICAS ? terms.sizeOf(next) : terms.usable(next);
    return burstShare > 0
        ? new BurstPoint.Above(level * tokensPerSecondPerReplica, 100 * burstShare)
        : new BurstPoint.Never();
  }
}
