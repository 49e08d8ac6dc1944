package dev.breakeven.advice.alternatives;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.advice.review.LoadPast;
import dev.breakeven.advice.review.ReviewBounds;
import dev.breakeven.advice.review.ReviewDecision;
import dev.breakeven.advice.review.ReviewReplay;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The number of replicas to set by hand and leave until the next review.
 *
 * @param decision the number, and why
 * @param nextReview when it is to be reviewed
 * @param past that it was decided from
 */
public record ReviewedNumber(ReviewDecision decision, Instant nextReview, LoadPast past) {

  /**
   * Reviews the number that runs, or keeps the one that was set less than a review ago.
   *
   * @param earlier the past before the window, oldest first
   * @param overflow where what the replicas do not carry may go
   */
  static ReviewedNumber of(
      AdvisorInput input,
      List<Planner.Span> earlier,
      Planner.Span window,
      ReplicaCostModel terms,
      ApiAccess overflow) {
    LoadPast past =
        new LoadPast(
            Stream.concat(earlier.stream(), Stream.of(window)).map(Planner.Span::load).toList(),
            terms,
            overflow);
    ReviewDecision today =
        ReviewReplay.at(
            past,
            input.asOf().getEpochSecond(),
            bounds(window.load(), terms, overflow),
            input.replicasNow());
    return input.previous() instanceof PreviousDecision.Made before && stands(before, input, terms)
        ? new ReviewedNumber(
            isOfThisStep(before, input) && isStillToday(before, today, input)
                ? today
                : notDue(before.replicas()),
            before.nextReview(),
            past)
        : new ReviewedNumber(today, input.asOf().plus(input.planning().review()), past);
  }

  private static boolean stands(
      PreviousDecision.Made before, AdvisorInput input, ReplicaCostModel terms) {
    return before.verdict() != Verdict.INCONCLUSIVE // that set none
        && before.answers(input.inputHash())
        && input.asOf().isBefore(before.nextReview())
        && before.replicas() >= terms.minReplicas()
        && before.replicas() <= terms.maxReplicas();
  }

  /**
   * Whether today's review is the one that set it: it says the same number, or another that was not
   * worth a change from the one that runs, and then is not now either.
   */
  private static boolean isStillToday(
      PreviousDecision.Made before, ReviewDecision today, AdvisorInput input) {
    return today.replicas() == before.replicas() || before.replicas() == input.replicasNow();
  }

  /** Whether it was set in the step that is answered now, so that its reason is still today's. */
  private static boolean isOfThisStep(PreviousDecision.Made before, AdvisorInput input) {
    return before.nextReview().equals(input.asOf().plus(input.planning().review()));
  }

  private static ReviewDecision notDue(int replicas) {
    return new ReviewDecision(replicas, ReviewDecision.Reason.NOT_DUE, replicas);
  }

  /** What the policy allows, and what the API's limits leave to own replicas. */
  public static ReviewBounds bounds(PricedLoad load, ReplicaCostModel terms, ApiAccess overflow) {
    return bounds(overflow.leastOwnLoad(load), terms, overflow);
  }

  /**
   * The same.
   *
   * @param leastOwnLoad that must be served on GPUs so that the rest fits into the API's limits
   */
  public static ReviewBounds bounds(
      double leastOwnLoad, ReplicaCostModel terms, ApiAccess overflow) {
    int least =
        overflow.priced()
            ? Math.max(terms.minReplicas(), terms.neededFor(leastOwnLoad))
            : terms.minReplicas();
    return new ReviewBounds(
        Math.min(least, terms.maxReplicas()), terms.maxReplicas(), overflow.priced());
  }
}
