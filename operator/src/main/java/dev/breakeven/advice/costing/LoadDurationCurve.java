package dev.breakeven.advice.costing;

import java.util.Arrays;

/**
 * The steps' loads in rising order, with running sums, so that what overflows a level of capacity
 * is known in O(log T) once they are sorted. An API charges for the overflow of a step in
 * proportion: {@code a · max(0, 1 − level/r)}, convex and falling in the level.
 */
public final class LoadDurationCurve {

  private final double[] loads; // rising
  private final double[] loadsBelow; // sum of loads[0..i)
  private final double[] apiFrom; // sum of a over i..T
  private final double[] apiPerLoadFrom; // sum of a/r over i..T
  private final double[] tokensFrom;
  private final double[] tokensPerLoadFrom;

  /** Sorts the steps of a load; O(T log T). */
  public LoadDurationCurve(PricedLoad load) {
    int steps = load.steps();
    int[] order = byLoad(load);
    loads = new double[steps];
    loadsBelow = new double[steps + 1];
    apiFrom = new double[steps + 1];
    apiPerLoadFrom = new double[steps + 1];
    tokensFrom = new double[steps + 1];
    tokensPerLoadFrom = new double[steps + 1];
    for (int i = 0; i < steps; i++) {
      loads[i] = load.replicasAt(order[i]);
      loadsBelow[i + 1] = loadsBelow[i] + loads[i];
    }
    for (int i = steps - 1; i >= 0; i--) {
      double api = load.apiAt(order[i]);
      double tokens = load.tokensAt(order[i]);
      boolean works = loads[i] > 0;
      apiFrom[i] = apiFrom[i + 1] + api;
      apiPerLoadFrom[i] = apiPerLoadFrom[i + 1] + (works ? api / loads[i] : 0);
      tokensFrom[i] = tokensFrom[i + 1] + tokens;
      tokensPerLoadFrom[i] = tokensPerLoadFrom[i + 1] + (works ? tokens / loads[i] : 0);
    }
  }

  /**
   * Indices of the steps by rising load. A load is not negative, so its bits order as it does; the
   * index rides in the lowest ones, and a last pass mends the neighbours that this confused.
   */
  private static int[] byLoad(PricedLoad load) {
    int steps = load.steps();
    int indexBits = 32 - Integer.numberOfLeadingZeros(Math.max(1, steps));
    long indexMask = (1L << indexBits) - 1;
    long[] keys = new long[steps];
    for (int i = 0; i < steps; i++) {
      keys[i] = (Double.doubleToRawLongBits(load.replicasAt(i)) & ~indexMask) | i;
    }
    Arrays.sort(keys);
    int[] order = new int[steps];
    for (int i = 0; i < steps; i++) {
      int step = (int) (keys[i] & indexMask);
      int place = i;
      while (place > 0 && load.replicasAt(order[place - 1]) > load.replicasAt(step)) {
        order[place] = order[place - 1];
        place--;
      }
      order[place] = step;
    }
    return order;
  }

  /** The highest load. */
  public double peak() {
    return loads.length == 0 ? 0 : loads[loads.length - 1];
  }

  /** The load that this share of the steps does not exceed, nearest rank; share in 0 to 1. */
  public double quantile(double share) {
    int rank = (int) Math.ceil(share * loads.length);
    return loads[Math.max(0, rank - 1)];
  }

  /** Money the API charges for what overflows a level of capacity, over all steps. */
  public double overflowApi(double level) {
    int above = firstAbove(level);
    return apiFrom[above] - level * apiPerLoadFrom[above];
  }

  /** Tokens that overflow a level of capacity, over all steps. */
  public double overflowTokens(double level) {
    int above = firstAbove(level);
    return tokensFrom[above] - level * tokensPerLoadFrom[above];
  }

  /** Sum over the steps of the load below a level, {@code Σ min(r, level)}. */
  public double servedLoad(double level) {
    int above = firstAbove(level);
    return loadsBelow[above] + level * (loads.length - above);
  }

  /** Money the API would charge for everything. */
  public double api() {
    return apiFrom[0];
  }

  private int firstAbove(double level) {
    int low = 0;
    int high = loads.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (loads[middle] > level) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
