package dev.breakeven.advice.following;

import java.util.Arrays;

/** What a plan has saved against the API over the window that ends now, people included. */
final class PlanSaving {

  private final int window;
  private final double peoplePerStep;
  private double[] savedUpTo = new double[1024];
  private int[] knownUpTo = new int[1024];
  private int steps;
  private int heldUntil; // the last known step in which any was held has ended by then

  /**
   * @param window steps that are looked back on
   * @param peoplePerStep money for people in one step, paid for the window once anything is held
   */
  PlanSaving(int window, double peoplePerStep) {
    this.window = window;
    this.peoplePerStep = peoplePerStep;
  }

  /** A step ended in which so many were held and saved so much, people apart. */
  void add(int held, double saved) {
    next(saved, 1);
    if (held > 0) {
      heldUntil = steps;
    }
  }

  /** A step ended of which nothing is known: it saves and costs nothing. */
  void addUnknown() {
    next(0, 0);
  }

  /** Whether anything was saved. */
  boolean isAny() {
    int from = Math.max(0, steps - window);
    double people = heldUntil > from ? peoplePerStep * (knownUpTo[steps] - knownUpTo[from]) : 0;
    return savedUpTo[steps] - savedUpTo[from] > people;
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
