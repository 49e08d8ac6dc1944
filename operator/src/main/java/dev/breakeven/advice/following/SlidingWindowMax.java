package dev.breakeven.advice.following;

import java.util.ArrayDeque;
import java.util.Deque;

/** The highest value of the last steps, one window of them; 0 while there is none. */
final class SlidingWindowMax {

  private record Peak(int step, double value) {}

  private final int window;
  private final Deque<Peak> falling = new ArrayDeque<>();
  private int steps;

  SlidingWindowMax(int window) {
    this.window = window;
  }

  /** A step ended with this value; 0 where it is unknown, which is below every known one. */
  void add(double value) {
    while (!falling.isEmpty() && falling.getLast().value() <= value) {
      falling.removeLast();
    }
    if (value > 0) { // what is there where nothing is known need not be remembered
      falling.addLast(new Peak(steps, value));
    }
    steps++;
    while (!falling.isEmpty() && falling.getFirst().step() < steps - window) {
      falling.removeFirst();
    }
  }

  double value() {
    return falling.isEmpty() ? 0 : falling.getFirst().value();
  }
}
