package dev.breakeven.advice.plan;

import java.util.Arrays;

/**
 * Whether to hire people at all: a fixed charge that is paid whatever is held. It opens when what
 * was saved over some trailing span, expected to last on as long things that have lasted that long
 * do (hazard 1/span), would pay a whole window of people: {@code saved(τ)·ln(1 + W/τ) ≥ F·W}. It
 * shuts when a whole window of people has been lost since.
 */
final class StartGate {

  private static final int[] SPAN_MINUTES = {
    10, 20, 30, 40, 60, 90, 120, 180, 240, 360, 540, 720, 1080, 1440, 2160, 2880, 4320, 5760, 7200,
    10080
  };

  private final double perStep;
  private final int window;
  private final int[] spans;
  private double[] savedUpTo = new double[1024];
  private int steps;
  private boolean open;
  private double lost;

  /**
   * @param perStep money a step for people and whatever else is paid once anything is held, F
   */
  StartGate(StepTerms terms, double perStep) {
    this.perStep = perStep;
    window = terms.windowSteps();
    spans = terms.spans(SPAN_MINUTES);
  }

  /** Whether to hold anything in the step that begins. */
  boolean isOpen() {
    if (perStep <= 0) {
      return true;
    }
    if (open) {
      open = lost < perStep * window;
    } else if (isWorthStarting()) {
      open = true;
      lost = 0;
    }
    return open;
  }

  private boolean isWorthStarting() {
    for (int span : spans) {
      if (span > steps || span > window) {
        continue;
      }
      double saved = savedUpTo[steps] - savedUpTo[steps - span];
      if (saved > 0 && saved * Math.log(1 + (double) window / span) >= perStep * window) {
        return true;
      }
    }
    return false;
  }

  /** A step ended in which the replicas, the fixed charge apart, saved so much against the API. */
  void add(double saving) {
    next(saving);
    lost = Math.max(0, lost + perStep - saving);
  }

  /** A step ended of which nothing is known: it charges nobody. */
  void addUnknown() {
    next(0);
  }

  private void next(double saving) {
    if (steps + 1 == savedUpTo.length) {
      savedUpTo = Arrays.copyOf(savedUpTo, 2 * savedUpTo.length);
    }
    savedUpTo[steps + 1] = savedUpTo[steps] + saving;
    steps++;
  }
}
