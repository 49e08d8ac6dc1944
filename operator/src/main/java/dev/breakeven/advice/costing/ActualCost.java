package dev.breakeven.advice.costing;

import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.reason.Cause;
import dev.breakeven.traffic.TrafficHistory;

/** What really ran over a load, where the past says it of every known step. */
public final class ActualCost {

  private ActualCost() {}

  /**
   * What it cost: replicas that ran, people, and what a gateway sent to an API at its price. No
   * headroom is taken from what was counted.
   *
   * @param history whose known steps the load is
   * @param api where went what the replicas cannot have served; {@link ApiAccess#NONE} where
   *     nothing may burst
   */
  public static Estimate<PlanCost> cost(
      TrafficHistory history, PricedLoad load, ReplicaCostModel terms, ApiAccess api) {
    for (int i = 0; i < load.steps(); i++) {
      int step = history.grid().indexOf(load.startOf(i));
      if (!history.replicasHeld().isMeasured(step)) {
        return Estimate.notFound(Issue.Reason.REPLICAS_UNMEASURED, Cause.PAST_REPLICAS_NOT_KNOWN);
      }
    }
    return Estimate.of(PlanCost.ofWhatRan(load, terms, api, 0));
  }
}
