package dev.breakeven.advice.backtest;

import dev.breakeven.advice.Planning;
import dev.breakeven.advice.alternatives.ReviewedNumber;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.review.LoadPast;
import dev.breakeven.advice.review.ReviewReplay;
import java.util.ArrayList;
import java.util.List;

/**
 * The number that is set by hand, as it would have been set at each review of a past and left until
 * the next. Each is decided from the steps that had ended; the first from the number that ran.
 *
 * @param reviews in order of time
 * @param ranBefore replicas before the first of them
 * @param leadSeconds from setting a number to its added replicas serving
 */
record ReviewedReplay(List<Reviewed> reviews, int ranBefore, long leadSeconds) {

  ReviewedReplay {
    reviews = List.copyOf(reviews);
  }

  /** A number, set at a time in seconds UTC. */
  record Reviewed(long epochSecond, int replicas) {}

  /**
   * Reviews a past.
   *
   * @param past that is looked back on
   * @param first time of the first review, seconds UTC; the last is at {@code end} at the latest
   * @param ranBefore replicas that ran at the first review
   */
  static ReviewedReplay of(
      LoadPast past,
      ReplicaCostModel terms,
      ApiAccess overflow,
      Planning planning,
      long first,
      long end,
      int ranBefore) {
    List<Reviewed> reviews = new ArrayList<>();
    int present = ranBefore;
    for (long at = first; at <= end; at += planning.review().toSeconds()) {
      double leastOwnLoad = past.between(at - planning.window().toSeconds(), at).leastOwnLoad();
      present =
          ReviewReplay.at(past, at, ReviewedNumber.bounds(leastOwnLoad, terms, overflow), present)
              .replicas();
      reviews.add(new Reviewed(at, present));
    }
    return new ReviewedReplay(reviews, ranBefore, planning.lead().toSeconds());
  }

  /** Held in a step that starts at a time. */
  int held(long epochSecond) {
    int held = ranBefore;
    for (Reviewed review : reviews) {
      if (review.epochSecond() > epochSecond) {
        break;
      }
      held = review.replicas();
    }
    return held;
  }

  /** Of those, the ones that were there a lead ago too. */
  int ready(long epochSecond) {
    return Math.min(held(epochSecond), held(epochSecond - leadSeconds));
  }

  /** What it would have cost over a load. */
  PlanCost cost(PricedLoad load, ReplicaCostModel terms, ApiAccess overflow) {
    return PlanCost.ofReplayed(
        load, terms, overflow, i -> held(load.startOf(i)), i -> ready(load.startOf(i)));
  }
}
