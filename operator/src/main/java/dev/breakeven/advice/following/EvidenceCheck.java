package dev.breakeven.advice.following;

import java.util.Arrays;

/**
 * Whether enough is known for a verdict: the past is as long as one needs, and as much of the
 * window is known as the policy asks for. What was before the first known step is no gap.
 */
final class EvidenceCheck {

  private static final int NONE = -1;

  private final int window;
  private final int leastSteps;
  private final double leastCoverage;
  private final int from;
  private int[] knownUpTo = new int[1024];
  private int steps;
  private int firstKnown;

  /**
   * Nothing is known yet.
   *
   * @param window steps that are looked back on
   * @param leastSteps that a verdict needs from the first known one on
   * @param leastCoverage part of the window's steps that must be known, 0 to 1
   */
  EvidenceCheck(int window, int leastSteps, double leastCoverage) {
    this(window, leastSteps, leastCoverage, 0, NONE);
  }

  /** The same after steps before {@code from}, of which {@code firstKnown} is the first known. */
  EvidenceCheck(int window, int leastSteps, double leastCoverage, int from, int firstKnown) {
    this.window = window;
    this.leastSteps = leastSteps;
    this.leastCoverage = leastCoverage;
    this.from = from;
    this.firstKnown = firstKnown;
  }

  /** A step ended. */
  void add(boolean known) {
    if (known && firstKnown == NONE) {
      firstKnown = from + steps;
    }
    if (steps + 1 == knownUpTo.length) {
      knownUpTo = Arrays.copyOf(knownUpTo, 2 * knownUpTo.length);
    }
    knownUpTo[steps + 1] = knownUpTo[steps] + (known ? 1 : 0);
    steps++;
  }

  boolean isEnough() {
    int now = from + steps;
    int known = knownUpTo[steps] - knownUpTo[Math.max(0, steps - window)];
    int seen = Math.min(window, now - firstKnown);
    return firstKnown != NONE && now - firstKnown >= leastSteps && known >= leastCoverage * seen;
  }

  /** The first known step; negative where there is none. */
  int firstKnown() {
    return firstKnown;
  }
}
