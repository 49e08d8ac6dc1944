package dev.breakeven.advice.alternatives;

import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.review.ReviewBounds;

/**
 * What the best way would save over going on as now once nothing is committed any more, and GPUs
 * cost their committed price only while they are used.
 *
 * @param perMonth at least 0
 * @param replicas that it would hold all along, or now where it follows the load
 */
public record RenewalSaving(double perMonth, int replicas) {

  /**
   * Compares fixed numbers, and the plan where the load is followed.
   *
   * @param present going on as now, which serves everything
   * @param isFollowed whether a plan may be followed
   */
  public static RenewalSaving of(Candidates candidates, Candidate present, boolean isFollowed) {
    double now = withoutUnused(present);
    double best = now;
    int replicas = present.next();
    for (Candidate option : candidates.options()) {
      boolean isPlan = option.kind() == Kind.FOLLOWING_BURST;
      if (option.isFeasible()
          && option.kind() != Kind.SCHEDULED_BURST
          && (isFollowed || !isPlan)
          && withoutUnused(option) < best) {
        best = withoutUnused(option);
        replicas = option.next();
      }
    }
    if (candidates.mayBurst()) {
      ReplicaCostModel terms = candidates.terms();
      PricedLoad load = candidates.load();
      ReviewBounds bounds = ReviewedNumber.bounds(load, terms, candidates.overflow());
      double people = terms.overheadPerMonth() / load.toMonth();
      int most = Math.min(bounds.most(), terms.neededFor(candidates.curve().peak()));
      for (int n = Math.max(1, bounds.least()); n <= most; n++) {
        double cost =
            terms.heldPerHour(n) * load.hours()
                + candidates.curve().overflowApi(terms.usable(n))
                + people;
        if (cost < best) {
          best = cost;
          replicas = n;
        }
      }
    }
    return new RenewalSaving((now - best) * candidates.load().toMonth(), replicas);
  }

  private static double withoutUnused(Candidate way) {
    return way.total() - way.cost().unusedReservation();
  }
}
