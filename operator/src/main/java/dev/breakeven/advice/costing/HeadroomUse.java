package dev.breakeven.advice.costing;

/**
 * How far what ran has served above the headroom that the policy asks for. It was served all the
 * same: headroom is for sizes that are planned.
 *
 * @param percentOfSteps known steps in which it did
 * @param highestPercent of all that was held, in the fullest step
 */
public record HeadroomUse(double percentOfSteps, double highestPercent) {

  /** Part of the replicas' size that counts as rounding. */
  private static final double ROUNDING = 1e-6;

  /**
   * Over a load.
   *
   * @param replicasNow held in the steps of which nobody says what ran
   */
  public static HeadroomUse of(PricedLoad load, ReplicaCostModel terms, int replicasNow) {
    int above = 0;
    double highest = 0;
    for (int i = 0; i < load.steps(); i++) {
      double held = load.heldAt(i, replicasNow);
      if (held <= 0) {
        continue;
      }
      double size = terms.sizeOf(held);
      double usable =
          terms.sizeOf(Math.max(0, held - terms.redundantReplicas())) * terms.targetUtilization();
      double served = Math.min(load.ownLoadAt(i), size);
      above += served > usable + ROUNDING * size ? 1 : 0;
      highest = Math.max(highest, 100 * served / size);
    }
    return new HeadroomUse(load.steps() == 0 ? 0 : 100.0 * above / load.steps(), highest);
  }
}
