package dev.breakeven.advice.costing;

/**
 * The number of replicas that costs least when it is held all along and the rest goes to the API:
 * {@code C(n) = GPUs(n) + Σ overflow(n)}. From one serving replica on the overflow is convex in n
 * and so is what GPUs cost, reserved ones being paid first; so the best n is where one more stops
 * paying for itself, found by bisection on the load-duration curve in O(log n · log T).
 *
 * @param replicas the best number, at least one
 * @param cost GPUs, unused reservation and overflow over the curve's hours, overhead apart
 */
public record StaticOptimum(int replicas, double cost) {

  /**
   * The best number of replicas from {@code least} to {@code most}, both at least 1.
   *
   * @param hours the curve covers
   * @param volume how many times the curve's traffic there is
   */
  public static StaticOptimum between(
      int least,
      int most,
      LoadDurationCurve curve,
      ReplicaCostModel terms,
      double hours,
      double volume) {
    // Spare replicas without one that serves cost and carry nothing; convexity starts above them.
    int low = Math.min(most, Math.max(least, terms.redundantReplicas() + 1));
    int high = Math.max(low, Math.min(most, terms.neededFor(curve.peak() * volume)));
    int turn = terms.isAlike() ? high : Math.max(low, Math.min(high, terms.ladder().held()));
    StaticOptimum below = ofConvex(low, turn, curve, terms, hours, volume);
    if (turn == high) {
      return below;
    }
    // Replicas that could be added may be cheaper than some that run: convex on either side only.
    StaticOptimum above = ofConvex(turn, high, curve, terms, hours, volume);
    return below.cost() <= above.cost() ? below : above;
  }

  /**
   * The best number that a policy may hold all along: as {@link #between}, and where the fewest it
   * keeps are spares all of them, those with everything on the API, if that costs no more.
   *
   * @param least the fewest that the policy keeps and that the API's limits leave to own replicas
   */
  public static StaticOptimum allowedBy(
      int least, LoadDurationCurve curve, ReplicaCostModel terms, double hours) {
    StaticOptimum serving =
        between(Math.max(1, least), Math.max(1, terms.maxReplicas()), curve, terms, hours, 1);
    if (least == 0 || terms.serving(least) > 0) {
      return serving;
    }
    double spares = cost(least, curve, terms, hours, 1);
    return spares <= serving.cost() ? new StaticOptimum(least, spares) : serving;
  }

  private static StaticOptimum ofConvex(
      int least,
      int most,
      LoadDurationCurve curve,
      ReplicaCostModel terms,
      double hours,
      double volume) {
    int low = least;
    int high = most;
    while (low < high) {
      int middle = low + (high - low) / 2;
      if (cost(middle + 1, curve, terms, hours, volume)
          < cost(middle, curve, terms, hours, volume)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return new StaticOptimum(low, cost(low, curve, terms, hours, volume));
  }

  /** GPUs, unused reservation and overflow of holding n, over the curve's hours, overhead apart. */
  static double cost(
      int replicas, LoadDurationCurve curve, ReplicaCostModel terms, double hours, double volume) {
    return terms.paidPerHour(replicas) * hours
        + volume * curve.overflowApi(terms.usable(replicas) / volume);
  }
}
