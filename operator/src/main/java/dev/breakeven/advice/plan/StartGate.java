package dev.breakeven.advice.plan;

import java.util.Arrays;

/**
 * Whether to hire people at all: a fixed charge that is paid whatever is held. It opens when what
 * was saved over some trailing span, expected to last on as long things that have lasted that long
 * do (hazard 1/span), would pay a whole window of people: {@code saved(τ)·ln(1 + W/τ) ≥ F·W}, and
 * the last day earned its own people, {@code saved(day) ≥ F·day}: what is over hires nobody. It
 * shuts when a whole window of people has been lost since.
 *
 * <p>Where replicas really run there is nobody to hire: the people are there, and are kept as long
 * as they were earned over the last window, {@code saved(W) ≥ F·W}. A day at least is looked at.
 */
final class StartGate {

  private static final int[] SPAN_MINUTES = {
    10, 20, 30, 40, 60, 90, 120, 180, 240, 360, 540, 720, 1080, 1440, 2160, 2880, 4320, 5760, 7200,
    10080
  };

  private final double perStep;
  private final int window;
  private final int[] spans;
  private final double[] expected; // by span, ln(1 + W/span)
  private final int stepsPerDay;
  private double[] savedUpTo = new double[1024];
  private int[] knownUpTo = new int[1024];
  private int steps;
  private boolean open;
  private double lost;
  private boolean peopleAreThere;

  /**
   * @param perStep money a step for people and whatever else is paid once anything is held, F
   */
  StartGate(StepTerms terms, double perStep) {
    this.perStep = perStep;
    window = terms.windowSteps();
    stepsPerDay = terms.stepsPerDay();
    spans = terms.spans(SPAN_MINUTES);
    expected = Arrays.stream(spans).mapToDouble(s -> Math.log(1 + (double) window / s)).toArray();
  }

  /** Whether to hold anything in the step that begins. */
  boolean isOpen() {
    if (perStep <= 0) {
      return true;
    }
    if (peopleAreThere) {
      open = areEarned();
      lost = 0;
    } else if (open) {
      open = lost < perStep * window;
    } else if (isWorthStarting() && wereEarned(stepsPerDay)) {
      open = true;
      lost = 0;
    }
    return open;
  }

  /** What really ran in the step that ended. */
  void reallyRan(boolean any) {
    peopleAreThere = any;
  }

  private boolean areEarned() {
    return known(window) < Math.min(stepsPerDay, window) || wereEarned(window);
  }

  /** Whether people would have been paid by what was saved over the last known steps of a span. */
  private boolean wereEarned(int span) {
    return savedUpTo[steps] - savedUpTo[Math.max(0, steps - span)] >= perStep * known(span);
  }

  private int known(int span) {
    return knownUpTo[steps] - knownUpTo[Math.max(0, steps - span)];
  }

  private boolean isWorthStarting() {
    for (int i = 0; i < spans.length && spans[i] <= Math.min(steps, window); i++) {
      double saved = savedUpTo[steps] - savedUpTo[steps - spans[i]];
      if (saved * expected[i] >= perStep * window) {
        return true;
      }
    }
    return false;
  }

  /** A step ended in which the replicas, the fixed charge apart, saved so much against the API. */
  void add(double saving) {
    next(saving, 1);
    lost = Math.max(0, lost + perStep - saving);
  }

  /** A step ended of which nothing is known: it charges nobody. */
  void addUnknown() {
    next(0, 0);
  }

  private void next(double saving, int known) {
    if (steps + 1 == savedUpTo.length) {
      savedUpTo = Arrays.copyOf(savedUpTo, 2 * savedUpTo.length);
      knownUpTo = Arrays.copyOf(knownUpTo, 2 * knownUpTo.length);
    }
    savedUpTo[steps + 1] = savedUpTo[steps] + saving;
    knownUpTo[steps + 1] = knownUpTo[steps] + known;
    steps++;
  }
}
