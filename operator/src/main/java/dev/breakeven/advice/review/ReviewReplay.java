package dev.breakeven.advice.review;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@link ReviewRule} would have advised at each review of a past, each time followed: the
 * number that runs at a review is the one set at the review before, and at the first one the number
 * that ran. A decision at a time depends on the past that had ended by then and on nothing after.
 */
public final class ReviewReplay {

  /** The past, as far as it had ended by a time. */
  @FunctionalInterface
  public interface Past {

    /**
     * The costs of a span, of which only known steps count.
     *
     * @param from start of the span, seconds UTC; may be before the past begins
     * @param to its end, seconds UTC; nothing that ends later may be looked at
     */
    SpanCosts between(long from, long to);
  }

  /**
   * A decision at a review.
   *
   * @param epochSecond of the review, seconds UTC
   * @param decision of that review
   */
  public record Reviewed(long epochSecond, ReviewDecision decision) {}

  private static final long DAY_SECONDS = 86_400;

  private ReviewReplay() {}

  /** The decision at one review. */
  public static ReviewDecision at(Past past, long epochSecond, ReviewBounds bounds, int present) {
    return ReviewRule.decide(
        past.between(epochSecond - ReviewRule.SIZE_DAYS * DAY_SECONDS, epochSecond),
        past.between(epochSecond - ReviewRule.GIVE_UP_DAYS * DAY_SECONDS, epochSecond),
        bounds,
        present);
  }

  /**
   * The decisions at all reviews from {@code first} on that are before {@code end}.
   *
   * @param reviewSeconds between two reviews, above 0
   * @param ranAtFirst replicas that ran at the first review
   */
  public static List<Reviewed> over(
      Past past, long first, long end, long reviewSeconds, ReviewBounds bounds, int ranAtFirst) {
    if (reviewSeconds <= 0) {
      throw new IllegalArgumentException("a review every " + reviewSeconds + " s");
    }
    List<Reviewed> reviews = new ArrayList<>();
    int present = ranAtFirst;
    for (long at = first; at < end; at += reviewSeconds) {
      ReviewDecision decision = at(past, at, bounds, present);
      reviews.add(new Reviewed(at, decision));
      present = decision.replicas();
    }
    return reviews;
  }
}
