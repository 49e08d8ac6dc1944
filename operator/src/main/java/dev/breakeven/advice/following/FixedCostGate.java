package dev.breakeven.advice.following;

import java.util.Arrays;

/**
 * Whether to hire people at all: a fixed charge that is paid whatever is held. It opens when what
 * was saved over some trailing span, expected to last on as long as things that have lasted that
 * long do (hazard 1/span), would pay a whole window of people: {@code saved(τ)·ln(1 + W/τ) ≥ F·W}.
 * Spans shorter than the hold start nothing, nor does a week that did not earn half of its people:
 * {@code saved(week) ≥ F·week/2}. It shuts when a whole window of people has been lost since.
 *
 * <p>Where replicas really run there is nobody to hire: the people are there, and are kept as long
 * as they were earned over the last window, {@code saved(W) ≥ F·W}. A day at least is looked at.
 */
final class FixedCostGate {

  private static final int LONGEST_SPAN_MINUTES = 10_080;

  private static final int[] SPAN_MINUTES = {
    10,
    20,
    30,
    40,
    60,
    90,
    120,
    180,
    240,
    360,
    540,
    720,
    1080,
    1440,
    2160,
    2880,
    4320,
    5760,
    7200,
    LONGEST_SPAN_MINUTES
  };

  /** Days of the past that must have earned a part of their people before any are hired. */
  private static final int WEEK_DAYS = 7;

  /** That part. */
  private static final double WEEK_EARNED = 0.5;

  private final double perStep;
  private final int window;
  private final int[] spans; // none shorter than the hold, but where all are
  private final double[] expected; // by span, ln(1 + W/span)
  private final int stepsPerDay;
  private final SavingSums sums;
  private boolean open;
  private double lost;
  private boolean peopleAreThere;

  /**
   * How it stood between two steps.
   *
   * @param savedBefore the first step that is looked back on
   */
  record State(double savedBefore, boolean open, double lost, boolean peopleAreThere) {
    static final State AT_FIRST = new State(0, false, 0, false);
  }

  /**
   * @param perStep money a step for people and whatever else is paid once anything is held, F
   */
  FixedCostGate(StepTerms terms, double perStep) {
    this(terms, perStep, State.AT_FIRST);
  }

  /** Goes on from where it stood, once it has learned from the steps that are looked back on. */
  FixedCostGate(StepTerms terms, double perStep, State standing) {
    this.perStep = perStep;
    sums = new SavingSums(standing.savedBefore());
    open = standing.open();
    lost = standing.lost();
    peopleAreThere = standing.peopleAreThere();
    window = terms.windowSteps();
    stepsPerDay = terms.stepsPerDay();
    spans = terms.spans(spansFrom(terms));
    expected = Arrays.stream(spans).mapToDouble(s -> Math.log(1 + (double) window / s)).toArray();
  }

  private static int[] spansFrom(StepTerms terms) {
    double holdMinutes = terms.holdSteps() * (terms.stepSeconds() / 60.0);
    return Arrays.stream(SPAN_MINUTES)
        .filter(minutes -> minutes >= holdMinutes || minutes == LONGEST_SPAN_MINUTES)
        .toArray();
  }

  /** Steps that it looks back on. */
  static int looksBack(StepTerms terms) {
    return Math.max(terms.windowSteps(), WEEK_DAYS * terms.stepsPerDay());
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
    } else if (isWorthStarting() && wereEarned(WEEK_DAYS * stepsPerDay, WEEK_EARNED)) {
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
    return sums.knownOver(window) < Math.min(stepsPerDay, window) || wereEarned(window, 1);
  }

  /**
   * Whether a part of people's pay was earned by what was saved over the last known steps of a
   * span.
   */
  private boolean wereEarned(int span, double part) {
    return sums.savedOver(span) >= part * perStep * sums.knownOver(span);
  }

  private boolean isWorthStarting() {
    for (int i = 0; i < spans.length && spans[i] <= Math.min(sums.steps(), window); i++) {
      if (sums.savedOver(spans[i]) * expected[i] >= perStep * window) {
        return true;
      }
    }
    return false;
  }

  /** A step ended in which the replicas, the fixed charge apart, saved so much against the API. */
  void add(double saving) {
    learn(saving);
    lost = Math.max(0, lost + perStep - saving);
  }

  /** What a step teaches that was counted among the lost before, if it was. */
  void learn(double saving) {
    sums.add(saving);
  }

  /** A step ended of which nothing is known: it charges nobody. */
  void addUnknown() {
    sums.addUnknown();
  }

  /**
   * How it stands now that a step has ended.
   *
   * @param from the first step that will be looked back on
   */
  State state(int from) {
    return new State(sums.savedBefore(from), open, lost, peopleAreThere);
  }
}
