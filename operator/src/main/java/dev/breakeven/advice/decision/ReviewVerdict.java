package dev.breakeven.advice.decision;

import static dev.breakeven.reason.Parameter.replicas;
import static dev.breakeven.reason.Parameter.time;

import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.advice.decision.VerdictRules.Case;
import dev.breakeven.advice.decision.VerdictRules.Reason;
import dev.breakeven.advice.review.ReviewDecision;
import dev.breakeven.advice.review.ReviewRule;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedSentence;
import dev.breakeven.reason.Parameter;

/** The verdict of a review: the number that a person sets, and why. */
public final class ReviewVerdict {

  /** What a review says. */
  public enum Sentence implements NamedSentence {
    REVIEW_KEEPS_CHEAPEST,
    REVIEW_SAVING_WITHIN_DEADBAND,
    REVIEW_RESIZES,
    REVIEW_STARTS,
    REVIEW_START_NOT_EARNED,
    REVIEW_GIVES_UP,
    REVIEW_API_COSTS_LESS,
    REVIEW_OUT_OF_BOUNDS,
    REVIEW_API_LIMITS_NEED,
    REVIEW_CARRIES_PEAK,
    REVIEW_NOT_DUE,
    REVIEW_KNOWS_NOTHING
  }

  private ReviewVerdict() {}

  static VerdictDecision of(Case c, ReviewDecision review, Candidate number) {
    return VerdictDecision.Serve.of(number, reason(review), message(c, review, number));
  }

  private static Reason reason(ReviewDecision review) {
    return switch (review.reason()) {
      case ALREADY_CHEAPEST, RESIZE, START, GIVE_UP -> Reason.CHEAPEST;
      case SAVING_WITHIN_DEADBAND, START_NOT_EARNED -> Reason.SAVING_TOO_SMALL;
      case OUT_OF_BOUNDS -> Reason.REPLICA_BOUNDS;
      case CARRY_PEAK -> Reason.PEAK_MUST_BE_SERVED;
      case NOT_DUE -> Reason.REVIEW_NOT_DUE;
      case NOTHING_KNOWN -> Reason.NOTHING_TO_REVIEW;
    };
  }

  private static Message message(Case c, ReviewDecision review, Candidate number) {
    Parameter replicas = replicas(review.replicas());
    Parameter cheapest = replicas(review.cheapest());
    Parameter lookedAt = c.lastDays(ReviewRule.SIZE_DAYS);
    Parameter total = c.money(number.total());
    Parameter asNow = c.money(c.comparison().present().total());
    Parameter api = c.comparison().option(Kind.API_ONLY).map(c::bill).orElse(total);
    return switch (review.reason()) {
      case ALREADY_CHEAPEST ->
          Message.of(Sentence.REVIEW_KEEPS_CHEAPEST, replicas, total, lookedAt);
      case SAVING_WITHIN_DEADBAND ->
          Message.of(Sentence.REVIEW_SAVING_WITHIN_DEADBAND, cheapest, replicas, total, lookedAt);
      case RESIZE -> Message.of(Sentence.REVIEW_RESIZES, replicas, total, asNow, lookedAt);
      case START -> Message.of(Sentence.REVIEW_STARTS, replicas, total, api);
      case START_NOT_EARNED ->
          Message.of(
              hasPeople(c) ? Sentence.REVIEW_START_NOT_EARNED : Sentence.REVIEW_API_COSTS_LESS,
              api,
              cheapest,
              lookedAt);
      case GIVE_UP ->
          Message.of(
              hasPeople(c) ? Sentence.REVIEW_GIVES_UP : Sentence.REVIEW_API_COSTS_LESS,
              api,
              replicas(
                  c.comparison()
                      .option(Kind.BASELINE_BURST)
                      .map(Candidate::next)
                      .orElse(review.cheapest())),
              c.lastDays(ReviewRule.GIVE_UP_DAYS));
      case OUT_OF_BOUNDS ->
          Message.of(
              isAllowed(c, c.input().replicasNow())
                  ? Sentence.REVIEW_API_LIMITS_NEED
                  : Sentence.REVIEW_OUT_OF_BOUNDS,
              replicas(c.input().replicasNow()),
              replicas);
      case CARRY_PEAK -> Message.of(Sentence.REVIEW_CARRIES_PEAK, replicas, lookedAt);
      case NOT_DUE ->
          Message.of(Sentence.REVIEW_NOT_DUE, replicas, time(c.comparison().review().nextReview()));
      case NOTHING_KNOWN -> Message.of(Sentence.REVIEW_KNOWS_NOTHING);
    };
  }

  /** Whether own GPUs have to earn more than themselves. */
  private static boolean hasPeople(Case c) {
    return c.input().selfHost().monthlyOverhead().stream()
        .anyMatch(part -> part.perMonth().value() > 0);
  }

  /** Whether the policy itself allows that number. */
  private static boolean isAllowed(Case c, int number) {
    return number >= c.input().selfHost().minReplicas()
        && number <= c.input().selfHost().maxReplicas();
  }
}
