package dev.breakeven.advice.costing;

import java.util.Arrays;

/**
 * The steps' loads in rising order, with running sums, so that what overflows a level of capacity
 * is known in O(log T) once they are sorted; not safe for several threads. An API charges for the
 * overflow of a step in proportion: {@code a · max(0, 1 − level/r)}, convex and falling in the
 * level.
 */
public final class LoadDurationCurve {

  private static final double[] NOT_YET = new double[0];

  private final PricedLoad load;
  private int[] order = new int[0];
  private double[] loads = NOT_YET; // rising
  private double[] loadsBelow = NOT_YET; // sum of loads[0..i)
  private double[] apiFrom = NOT_YET; // sum of a over i..T
  private double[] apiPerLoadFrom = NOT_YET; // sum of a/r over i..T
  private double[] tokensFrom = NOT_YET;
  private double[] tokensPerLoadFrom = NOT_YET;

  /** Of a load, whose steps are sorted when they are first asked for; O(T log T). */
  public LoadDurationCurve(PricedLoad load) {
    this.load = load;
  }

  private void sort() {
    if (apiFrom != NOT_YET) {
      return;
    }
    int steps = load.steps();
    order = byLoad(load);
    loads = new double[steps];
    apiFrom = new double[steps + 1];
    apiPerLoadFrom = new double[steps + 1];
    for (int i = 0; i < steps; i++) {
      loads[i] = load.replicasAt(order[i]);
    }
    for (int i = steps - 1; i >= 0; i--) {
      double api = load.apiAt(order[i]);
      apiFrom[i] = apiFrom[i + 1] + api;
      apiPerLoadFrom[i] = apiPerLoadFrom[i + 1] + (loads[i] > 0 ? api / loads[i] : 0);
    }
  }

  private void sumTokens() {
    sort();
    if (tokensFrom != NOT_YET) {
      return;
    }
    int steps = loads.length;
    tokensFrom = new double[steps + 1];
    tokensPerLoadFrom = new double[steps + 1];
    for (int i = steps - 1; i >= 0; i--) {
      double tokens = load.tokensAt(order[i]);
      tokensFrom[i] = tokensFrom[i + 1] + tokens;
      tokensPerLoadFrom[i] = tokensPerLoadFrom[i + 1] + (loads[i] > 0 ? tokens / loads[i] : 0);
    }
  }

  private void sumLoads() {
    sort();
    if (loadsBelow != NOT_YET) {
      return;
    }
    loadsBelow = new double[loads.length + 1];
    for (int i = 0; i < loads.length; i++) {
      loadsBelow[i + 1] = loadsBelow[i] + loads[i];
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
    sort();
    return loads.length == 0 ? 0 : loads[loads.length - 1];
  }

  /** The load that this share of the steps does not exceed, nearest rank; share in 0 to 1. */
  public double quantile(double share) {
    sort();
    int rank = (int) Math.ceil(share * loads.length);
    return loads[Math.max(0, rank - 1)];
  }

  /** Money the API charges for what overflows a level of capacity, over all steps. */
  public double overflowApi(double level) {
    sort();
    int above = firstAbove(level);
    return apiFrom[above] - level * apiPerLoadFrom[above];
  }

  /** Tokens that overflow a level of capacity, over all steps. */
  public double overflowTokens(double level) {
    sumTokens();
    int above = firstAbove(level);
    return tokensFrom[above] - level * tokensPerLoadFrom[above];
  }

  /** Sum over the steps of the load below a level, {@code Σ min(r, level)}. */
  public double servedLoad(double level) {
    sumLoads();
    int above = firstAbove(level);
    return loadsBelow[above] + level * (loads.length - above);
  }

  /** Money the API would charge for everything. */
  public double api() {
    sort();
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
