package dev.breakeven.advice.review;

/** What {@link ReviewRule} decides at a review, from the past that had ended by then. */
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
}
