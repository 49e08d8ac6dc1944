package dev.breakeven.advice.following;

import java.util.Arrays;

/**
 * The numbers of serving replicas that are told apart: every one up to 16, then each an eighth
 * more. Rung {@code j} is the block of replicas from {@code below(j)} to {@code below(j + 1)}; each
 * rung is decided for itself, so that a large fleet costs no more to plan than a small one.
 */
final class ReplicaLevels {

  private static final int PARTS = 8;

  private final int[] marks;
  private final int[] filled; // by number of replicas, rungs that they fill

  /** A ladder up to that many serving replicas, at least 0. */
  ReplicaLevels(int most) {
    int[] found = new int[256];
    int rungs = 0;
    while (found[rungs] < most) {
      int next = found[rungs] + Math.max(1, found[rungs] / PARTS);
      found[rungs + 1] = Math.min(most, next);
      rungs++;
    }
    marks = Arrays.copyOf(found, rungs + 1);
    filled = new int[most + 1];
    for (int j = 0; j < rungs; j++) {
      Arrays.fill(filled, marks[j], marks[j + 1], j);
    }
    filled[most] = rungs;
  }

  /** How many rungs. */
  int rungs() {
    return marks.length - 1;
  }

  /** Replicas below rung {@code j}: those held when every rung before it is. */
  int below(int j) {
    return marks[j];
  }

  /** Rungs, from the lowest on, that so many replicas fill; at most the ladder's. */
  int filledBy(int replicas) {
    return filled[replicas];
  }

  /** The part of rung {@code j}'s replicas that stand, where that many do in all. */
  double partOf(int j, double replicas) {
    if (replicas >= marks[j + 1]) {
      return 1;
    }
    return Math.max(0, replicas - marks[j]) / (marks[j + 1] - marks[j]);
  }

  /** Rungs needed to take that load, in serving replicas; all of them at most. */
  int rungsFor(double load) {
    int j = 0;
    while (j < rungs() && marks[j] < load) {
      j++;
    }
    return j;
  }
}
