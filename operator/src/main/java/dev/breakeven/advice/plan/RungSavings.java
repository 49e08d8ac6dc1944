package dev.breakeven.advice.plan;

import java.util.Arrays;

/**
 * What one serving replica of each rung would have saved at the API, summed from the first step on,
 * so that the mean over any span is two look-ups. Grows with the steps; a rung exists from the
 * first step whose load reached it, and saved nothing before. Unknown steps are not counted.
 */
final class RungSavings {

  private final ReplicaLadder ladder;
  private double[][] savedUpTo = new double[1024][]; // by step and rung that existed by then
  private int[] knownUpTo = new int[1024];
  private int steps;

  RungSavings(ReplicaLadder ladder) {
    this.ladder = ladder;
    savedUpTo[0] = new double[0];
  }

  /**
   * A step ended.
   *
   * @param load serving replicas that its work needed, with headroom
   * @param apiPerLoad money the API asks for one such replica's work in the step
   */
  void add(double load, double apiPerLoad) {
    int reached = ladder.rungsFor(load);
    double[] saved = Arrays.copyOf(savedUpTo[steps], Math.max(rungs(), reached));
    for (int j = 0; j < reached - 1; j++) {
      saved[j] += apiPerLoad; // the load fills all rungs that it reaches but the last
    }
    if (reached > 0) {
      saved[reached - 1] += apiPerLoad * ladder.partOf(reached - 1, load);
    }
    next(saved, 1);
  }

  /** A step ended of which nothing is known. */
  void addUnknown() {
    next(savedUpTo[steps], 0);
  }

  private void next(double[] saved, int known) {
    if (steps + 1 == savedUpTo.length) {
      savedUpTo = Arrays.copyOf(savedUpTo, 2 * savedUpTo.length);
      knownUpTo = Arrays.copyOf(knownUpTo, 2 * knownUpTo.length);
    }
    savedUpTo[steps + 1] = saved;
    knownUpTo[steps + 1] = knownUpTo[steps] + known;
    steps++;
  }

  /** Rungs that any load has reached. */
  int rungs() {
    return savedUpTo[steps].length;
  }

  /** Steps that have ended. */
  int steps() {
    return steps;
  }

  /** By rung reached by then, what one replica saved in the known steps before this one. */
  double[] upTo(int step) {
    return savedUpTo[step];
  }

  /** Adds, by rung, what one replica saved in the known steps from one to before another. */
  void addTo(double[] saved, int from, int to) {
    double[] before = savedUpTo[from];
    double[] after = savedUpTo[to];
    for (int j = 0; j < before.length; j++) {
      saved[j] += after[j] - before[j];
    }
    for (int j = before.length; j < after.length; j++) {
      saved[j] += after[j];
    }
  }

  /** Known steps from {@code from} to before {@code to}. */
  int known(int from, int to) {
    return knownUpTo[to] - knownUpTo[from];
  }
}
