package dev.breakeven.advice.plan;

import java.util.Arrays;

/**
 * The numbers of serving replicas that are told apart: every one up to 16, then each an eighth
 * more. Rung {@code j} is the block of replicas from {@code below(j)} to {@code below(j + 1)}; each
 * rung is decided for itself, so that a large fleet costs no more to plan than a small one.
 */
final class ReplicaLadder {

  private static final int PARTS = 8;

  private final int[] marks;

  /** A ladder up to that many serving replicas, at least 0. */
  ReplicaLadder(int most) {
    int[] found = new int[256];
    int rungs = 0;
    while (found[rungs] < most) {
      int next = found[rungs] + Math.max(1, found[rungs] / PARTS);
      found[rungs + 1] = Math.min(most, next);
      rungs++;
    }
    marks = Arrays.copyOf(found, rungs + 1);
  }

  /** How many rungs. */
  int rungs() {
    return marks.length - 1;
  }

  /** Replicas below rung {@code j}: those held when every rung before it is. */
  int below(int j) {
    return marks[j];
  }

  /** Replicas in rung {@code j}. */
  int width(int j) {
    return marks[j + 1] - marks[j];
  }

  /** How many of that many replicas stand in rung {@code j}. */
  int standing(int j, int replicas) {
    return Math.max(0, Math.min(replicas, marks[j + 1]) - marks[j]);
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
