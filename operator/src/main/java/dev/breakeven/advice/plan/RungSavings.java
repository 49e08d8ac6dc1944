package dev.breakeven.advice.plan;

import java.util.Arrays;

/**
 * What one serving replica of each rung would have saved at the API, summed from the first step on,
 * so that the mean over any span is two look-ups. Grows with the steps; a rung exists from the
 * first step whose load reached it, and saved nothing before. Unknown steps are not counted.
 */
final class RungSavings {

  private final ReplicaLadder ladder;
  private double[][] savedUpTo = new double[0][];
  private int[] knownUpTo = new int[1024];
  private int rungs;
  private int steps;

  RungSavings(ReplicaLadder ladder) {
    this.ladder = ladder;
  }

  /**
   * A step ended.
   *
   * @param load serving replicas that its work needed, with headroom
   * @param apiPerLoad money the API asks for one such replica's work in the step
   */
  void add(double load, double apiPerLoad) {
    grow();
    int reached = ladder.rungsFor(load);
    if (reached > rungs) {
      savedUpTo = Arrays.copyOf(savedUpTo, reached);
      for (int j = rungs; j < reached; j++) {
        savedUpTo[j] = new double[knownUpTo.length];
      }
      rungs = reached;
    }
    for (int j = 0; j < rungs; j++) {
      double inRung = Math.max(0, Math.min(load - ladder.below(j), ladder.width(j)));
      savedUpTo[j][steps + 1] = savedUpTo[j][steps] + apiPerLoad * inRung / ladder.width(j);
    }
    knownUpTo[steps + 1] = knownUpTo[steps] + 1;
    steps++;
  }

  /** A step ended of which nothing is known. */
  void addUnknown() {
    grow();
    for (int j = 0; j < rungs; j++) {
      savedUpTo[j][steps + 1] = savedUpTo[j][steps];
    }
    knownUpTo[steps + 1] = knownUpTo[steps];
    steps++;
  }

  private void grow() {
    if (steps + 1 < knownUpTo.length) {
      return;
    }
    knownUpTo = Arrays.copyOf(knownUpTo, 2 * knownUpTo.length);
    for (int j = 0; j < rungs; j++) {
      savedUpTo[j] = Arrays.copyOf(savedUpTo[j], knownUpTo.length);
    }
  }

  /** Rungs that any load has reached. */
  int rungs() {
    return rungs;
  }

  /** Steps that have ended. */
  int steps() {
    return steps;
  }

  /** Saved by one replica of a rung in the known steps from {@code from} to before {@code to}. */
  double saved(int rung, int from, int to) {
    return savedUpTo[rung][to] - savedUpTo[rung][from];
  }

  /** Known steps from {@code from} to before {@code to}. */
  int known(int from, int to) {
    return knownUpTo[to] - knownUpTo[from];
  }
}
