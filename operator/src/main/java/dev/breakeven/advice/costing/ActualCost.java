package dev.breakeven.advice.costing;

import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.reason.Cause;
import dev.breakeven.traffic.TrafficHistory;

/** What really ran over a load, where the past says it of every known step. */
public final class ActualCost {

  private ActualCost() {}

  /**
   * What it cost.
   *
   * @param history whose known steps the load is
   * @param api where the overflow went; {@link ApiAccess#NONE} where nothing may burst
   */
  public static Estimate<PlanCost> cost(
      TrafficHistory history, PricedLoad load, ReplicaCostModel terms, ApiAccess api) {
    int[] held = new int[load.steps()];
    for (int i = 0; i < held.length; i++) {
      int step = history.grid().indexOf(load.startOf(i));
      if (!history.replicasHeld().isMeasured(step)) {
        return Estimate.notFound(Issue.Reason.REPLICAS_UNMEASURED, Cause.PAST_REPLICAS_NOT_KNOWN);
      }
      held[i] = (int) Math.round(history.replicasHeld().measuredAt(step));
    }
    return Estimate.of(PlanCost.of(load, terms, api, i -> held[i], i -> held[i], 0));
  }
}
