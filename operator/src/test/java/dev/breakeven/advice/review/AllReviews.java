package dev.breakeven.advice.review;

import java.util.ArrayList;
import java.util.List;

/**
 * The decisions at all reviews of a past, each of them followed: the number that runs at a review
 * is the one that was set at the review before.
 */
public final class AllReviews {

  /** A decision and the time of its review, seconds UTC. */
  public record Reviewed(long epochSecond, ReviewDecision decision) {}

  private AllReviews() {}

  /**
   * The decisions at all reviews from {@code first} on that are before {@code end}.
   *
   * @param reviewSeconds between two reviews, above 0
   * @param ranAtFirst replicas that ran at the first review
   */
  public static List<Reviewed> over(
      ReviewReplay.Past past,
      long first,
      long end,
      long reviewSeconds,
      ReviewBounds bounds,
      int ranAtFirst) {
    if (reviewSeconds <= 0) {
      throw new IllegalArgumentException("a review every " + reviewSeconds + " s");
    }
    List<Reviewed> reviews = new ArrayList<>();
    int present = ranAtFirst;
    for (long at = first; at < end; at += reviewSeconds) {
      ReviewDecision decision = ReviewReplay.at(past, at, bounds, present);
      reviews.add(new Reviewed(at, decision));
      present = decision.replicas();
    }
    return reviews;
  }
}
