package dev.breakeven.advice.following;

import java.util.Arrays;

/** What was saved against the API step by step, summed over any span that ends now. */
final class SavingSums {

  private double[] savedUpTo = new double[1024];
  private int[] knownUpTo = new int[1024];
  private int steps;

  /**
   * @param savedBefore the first step, in money
   */
  SavingSums(double savedBefore) {
    savedUpTo[0] = savedBefore;
  }

  /** A step ended in which so much was saved. */
  void add(double saved) {
    next(saved, 1);
  }

  /** A step ended of which nothing is known. */
  void addUnknown() {
    next(0, 0);
  }

  /** Steps that have ended. */
  int steps() {
    return steps;
  }

  /** What was saved before a step. */
  double savedBefore(int step) {
    return savedUpTo[step];
  }

  /** What was saved over the last steps, as many as there are. */
  double savedOver(int span) {
    return savedUpTo[steps] - savedUpTo[Math.max(0, steps - span)];
  }

  /** How many of the last steps are known. */
  int knownOver(int span) {
    return knownUpTo[steps] - knownUpTo[Math.max(0, steps - span)];
  }

  private void next(double saved, int known) {
    if (steps + 1 == savedUpTo.length) {
      savedUpTo = Arrays.copyOf(savedUpTo, 2 * savedUpTo.length);
      knownUpTo = Arrays.copyOf(knownUpTo, 2 * knownUpTo.length);
    }
    savedUpTo[steps + 1] = savedUpTo[steps] + saved;
    knownUpTo[steps + 1] = knownUpTo[steps] + known;
    steps++;
  }
}
