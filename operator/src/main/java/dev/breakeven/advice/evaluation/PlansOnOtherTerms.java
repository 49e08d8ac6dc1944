package dev.breakeven.advice.evaluation;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.alternatives.ConstraintCosts;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.ObservationWindow;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.following.Planner;
import java.util.List;

/** Replays the plan on other terms than those of the question, to see what these cost. */
record PlansOnOtherTerms(
    AdvisorInput input, List<Planner.Span> earlier, Planner.Span charged, Planner planner)
    implements ConstraintCosts.Plans {

  @Override
  public double cost(ReplicaCostModel terms, ApiAccess api, boolean mayBurst) {
    if (!terms.isAlike()) {
      return Double.POSITIVE_INFINITY;
    }
    ApiAccess overflow = mayBurst ? api : ApiAccess.NONE;
    Planner.Replay replay =
        new Planner.Replay(
            earlier,
            charged,
            terms,
            overflow,
            overflow.priced(),
            input.planning(),
            input.replicasNow(),
            ObservationWindow.leastSpan(input.planning()),
            Planner.Ends.NONE);
    if (!(planner.followOnce(replay) instanceof Estimate.Found<Planner.Followed> found)) {
      return Double.POSITIVE_INFINITY;
    }
    PlanCost cost =
        PlanCost.ofReplayed(
            charged.load(),
            terms,
            overflow,
            found.value().replicas()::get,
            found.value().serving()::get);
    return cost.unservedTokens() > 0 ? Double.POSITIVE_INFINITY : cost.total();
  }
}
