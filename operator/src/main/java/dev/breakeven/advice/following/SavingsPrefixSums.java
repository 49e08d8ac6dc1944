package dev.breakeven.advice.following;

import java.util.Arrays;

/**
 * What one serving replica of each rung would have saved at the API, summed from the first step on,
 * so that the mean over any span is two look-ups. Grows with the steps; a rung exists from the
 * first step whose load reached it, and saved nothing before. Unknown steps are not counted.
 */
final class SavingsPrefixSums {

  private final ReplicaLevels ladder;
  private final double[][] savedUpTo; // by rung and step
  private int[] knownUpTo = new int[1024];
  private int rungs;
  private int steps;

  SavingsPrefixSums(ReplicaLevels ladder) {
    this(ladder, new double[0]);
  }

  /** With what each rung that was reached saved before the first step. */
  SavingsPrefixSums(ReplicaLevels ladder, double[] savedBefore) {
    this.ladder = ladder;
    savedUpTo = new double[ladder.rungs()][];
    for (double saved : savedBefore) {
      savedUpTo[rungs] = new double[knownUpTo.length];
      savedUpTo[rungs++][0] = saved;
    }
  }

  /**
   * A step ended.
   *
   * @param load serving replicas that its work needed, with headroom
   * @param apiPerLoad money the API asks for one such replica's work in the step
   */
  void add(double load, double apiPerLoad) {
    int reached = ladder.rungsFor(load);
    while (rungs < reached) {
      savedUpTo[rungs++] = new double[knownUpTo.length];
    }
    goOn(1);
    for (int j = 0; j < reached - 1; j++) {
      savedUpTo[j][steps] += apiPerLoad; // the load fills all rungs that it reaches but the last
    }
    if (reached > 0) {
      savedUpTo[reached - 1][steps] += apiPerLoad * ladder.partOf(reached - 1, load);
    }
  }

  /** A step ended of which nothing is known. */
  void addUnknown() {
    goOn(0);
  }

  /** One step more, in which nothing was saved. */
  private void goOn(int known) {
    int next = steps + 1;
    if (next == knownUpTo.length) {
      knownUpTo = Arrays.copyOf(knownUpTo, 2 * next);
      for (int j = 0; j < rungs; j++) {
        savedUpTo[j] = Arrays.copyOf(savedUpTo[j], 2 * next);
      }
    }
    knownUpTo[next] = knownUpTo[steps] + known;
    for (int j = 0; j < rungs; j++) {
      double[] saved = savedUpTo[j];
      saved[next] = saved[steps];
    }
    steps = next;
  }

  /** Rungs that any load has reached. */
  int rungs() {
    return rungs;
  }

  /** Rungs that there are, reached or not. */
  int mostRungs() {
    return savedUpTo.length;
  }

  /** Steps that have ended. */
  int steps() {
    return steps;
  }

  /** What one replica of a rung saved in the known steps from one to before another. */
  double saved(int rung, int from, int to) {
    double[] saved = savedUpTo[rung];
    return saved[to] - saved[from];
  }

  /** What each rung that was reached saved before a step. */
  double[] savedBefore(int step) {
    double[] before = new double[rungs];
    Arrays.setAll(before, rung -> savedUpTo[rung][step]);
    return before;
  }

  /** Known steps from {@code from} to before {@code to}. */
  int known(int from, int to) {
    return knownUpTo[to] - knownUpTo[from];
  }
}
