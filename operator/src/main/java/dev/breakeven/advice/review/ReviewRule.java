package dev.breakeven.advice.review;

import dev.breakeven.advice.review.ReviewDecision.Reason;
import java.time.Duration;

/**
 * Which number of replicas to set at a review and to leave until the next. It is the number that
 * would have been cheapest over the last {@link #SIZE_DAYS} days, with three dampers:
 *
 * <ul>
 *   <li>From renting, start only if that number would have saved {@link #START_TIMES_PEOPLE} × the
 *       people's cost of those days: a start is paid for weeks.
 *   <li>From owning, give up only if the best number earned less than its people over the last
 *       {@link #GIVE_UP_DAYS} days: people who are there are kept over one weak week.
 *   <li>Among numbers of own replicas, keep the present one unless the change would have saved
 *       {@link #DEADBAND} of the bill.
 * </ul>
 *
 * <p>Where nothing may go to the API, the number carries {@link #PEAK_MARGIN} × the highest load of
 * the last {@link #SIZE_DAYS} days, because the week to come may be higher than the last.
 *
 * <p>Pure: the same past, number and bounds give the same decision, whoever asks.
 */
public final class ReviewRule {

  /** Days of the past that the number is sized on. */
  public static final int SIZE_DAYS = 7;

  /** Days of the past over which owners must have earned their people. */
  public static final int GIVE_UP_DAYS = 14;

  /** The longest part of the past that is looked at. */
  public static final Duration LOOKED_BACK = Duration.ofDays(GIVE_UP_DAYS);

  /** What a start must have earned, in multiples of the people's cost. */
  public static final double START_TIMES_PEOPLE = 1.2;

  /** Part of the bill that a change must have saved. */
  public static final double DEADBAND = 0.02;

  /** Multiple of the highest load that is carried where nothing may go to the API. */
  public static final double PEAK_MARGIN = 1.25;

  private final SpanCosts last;
  private final SpanCosts longer;
  private final ReviewBounds bounds;
  private final int present;

  private ReviewRule(SpanCosts last, SpanCosts longer, ReviewBounds bounds, int present) {
    this.last = last;
    this.longer = longer;
    this.bounds = bounds;
    this.present = present;
  }

  /**
   * Decides at the end of a past.
   *
   * @param last the last {@link #SIZE_DAYS} days, or as many as there are
   * @param longer the last {@link #GIVE_UP_DAYS} days, or as many as there are
   * @param present number that runs now
   */
  public static ReviewDecision decide(
      SpanCosts last, SpanCosts longer, ReviewBounds bounds, int present) {
    return new ReviewRule(last, longer, bounds, present).decision();
  }

  private ReviewDecision decision() {
    int allowed = bounds.within(present);
    if (!(last.hours() > 0)) {
      return new ReviewDecision(
          allowed, allowed == present ? Reason.NOTHING_KNOWN : Reason.OUT_OF_BOUNDS, allowed);
    }
    if (!bounds.mayBurst()) {
      return withoutBursting();
    }
    if (bounds.most() == 0) {
      return present == 0 ? new ReviewDecision(0, Reason.ALREADY_CHEAPEST, 0) : outOfBounds(0, 0);
    }
    int cheapestOwn = last.cheapest(Math.max(1, bounds.least()), bounds.most());
    if (bounds.least() > 0) {
      return sized(cheapestOwn, allowed);
    }
    if (present == 0) {
      return earned(last, cheapestOwn) >= START_TIMES_PEOPLE * last.people()
              && earned(last, cheapestOwn) > 0
          ? new ReviewDecision(cheapestOwn, Reason.START, cheapestOwn)
          : new ReviewDecision(0, Reason.START_NOT_EARNED, cheapestOwn);
    }
    int bestOfLonger = longer.cheapest(1, bounds.most());
    double earned =
        Math.max(earned(longer, bestOfLonger), longer.holding(0) - longer.goingOn(present));
    return earned < longer.people()
        ? new ReviewDecision(0, Reason.GIVE_UP, 0)
        : sized(cheapestOwn, allowed);
  }

  private ReviewDecision sized(int cheapest, int allowed) {
    if (allowed != present) {
      return outOfBounds(cheapest, cheapest);
    }
    return cheapest == present || total(present) <= total(cheapest)
        ? new ReviewDecision(present, Reason.ALREADY_CHEAPEST, cheapest)
        : total(present) - total(cheapest) < DEADBAND * total(present)
            ? new ReviewDecision(present, Reason.SAVING_WITHIN_DEADBAND, cheapest)
            : new ReviewDecision(cheapest, Reason.RESIZE, cheapest);
  }

  private ReviewDecision outOfBounds(int replicas, int cheapest) {
    return new ReviewDecision(replicas, Reason.OUT_OF_BOUNDS, cheapest);
  }

  private ReviewDecision withoutBursting() {
    int needed = bounds.within(last.neededForPeak(PEAK_MARGIN));
    return new ReviewDecision(
        needed, needed == present ? Reason.ALREADY_CHEAPEST : Reason.CARRY_PEAK, needed);
  }

  /** Money that a number would have saved over a span against the API alone, people apart. */
  private static double earned(SpanCosts span, int replicas) {
    return span.holding(0) - span.holding(replicas);
  }

  private double total(int replicas) {
    double paid = replicas == present ? last.goingOn(replicas) : last.holding(replicas);
    return paid + (replicas > 0 ? last.people() : 0);
  }
}
