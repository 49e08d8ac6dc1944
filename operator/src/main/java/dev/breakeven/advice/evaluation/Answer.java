package dev.breakeven.advice.evaluation;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Advice.Confidence;
import dev.breakeven.advice.Advice.Marginal;
import dev.breakeven.advice.Advice.Recommendation;
import dev.breakeven.advice.Advice.Saving;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.costing.WorkloadAllocation;
import dev.breakeven.advice.decision.ActionRules;
import dev.breakeven.advice.decision.DecisionHistory;
import dev.breakeven.advice.decision.Hysteresis;
import dev.breakeven.advice.decision.VerdictDecision;
import dev.breakeven.price.Api;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Puts the parts of an answer together. */
final class Answer {

  /** Issues that make confidence low alone. */
  private static final Set<Reason> LOW_ALONE =
      EnumSet.of(
          Reason.SERVERS_ALIKE,
          Reason.HOURS_UNSEEN,
          Reason.PODS_UNSCRAPED,
          Reason.COUNTS_LOST,
          Reason.PROMPTS_COUNTED_TWICE,
          Reason.GATEWAY_DISAGREES);

  private Answer() {}

  /**
   * An answer without a verdict: something that one needs is missing.
   *
   * @param bills of the ways whose cost is known all the same
   */
  static Advice blocked(Evidence evidence, List<Issue> issues, List<Alternative> bills) {
    return blocked(evidence, issues, bills, blocking(issues));
  }

  /** The heaviest issue that keeps from a verdict. */
  static Issue blocking(List<Issue> issues) {
    return issues.stream()
        .filter(Issue::blocks)
        .findFirst()
        .orElse(new Issue(Reason.NO_TRAFFIC_DATA, Message.of(Cause.NO_TRAFFIC_KNOWN)));
  }

  static VerdictDecision.Undecided undecided(Issue why) {
    return new VerdictDecision.Undecided(why.reason(), why.message());
  }

  /** An answer without a verdict, because of that issue. */
  static Advice blocked(Evidence evidence, List<Issue> issues, List<Alternative> bills, Issue why) {
    return withoutFigures(
        evidence,
        issues,
        undecided(why),
        why,
        Advice.Savings.unknown(why),
        review(evidence, why),
        bills);
  }

  /** No review is due, because of that issue. */
  static Advice.Review review(Evidence evidence, Issue why) {
    return new Advice.Review(evidence.input().planning().scaling(), new Estimate.NotFound<>(why));
  }

  /** An answer without the figures that hang on the capacity, because of that issue. */
  static Advice withoutFigures(
      Evidence evidence,
      List<Issue> issues,
      VerdictDecision decision,
      Issue why,
      Advice.Savings savings,
      Advice.Review review,
      List<Alternative> bills) {
    Recommendation recommendation =
        ActionRules.recommend(
            new ActionRules.Case(
                decision, evidence.input().replicasNow(), new Estimate.NotFound<Marginal>(why)),
            burst(decision),
            offer(evidence.input()));
    DecisionHistory history = history(evidence, decision, recommendation);
    return of(
        evidence,
        issues,
        Hysteresis.Outcome.free(decision),
        recommendation,
        history,
        Figures.without(
            evidence,
            why,
            savings,
            review,
            new Advice.Comparison(chosen(decision), bills, List.of()),
            history.changes()));
  }

  /** All of it, where no replica is held; else nothing is known of what bursts. */
  private static BurstPoint burst(VerdictDecision decision) {
    return decision instanceof VerdictDecision.Serve serve
            && serve.verdict() == Verdict.API
            && serve.replicas() == 0
        ? new BurstPoint.Above(0, 100)
        : new BurstPoint.Never();
  }

  static Advice of(
      Evidence evidence,
      List<Issue> issues,
      Hysteresis.Outcome steadied,
      Recommendation recommendation,
      DecisionHistory history,
      Figures figures) {
    AdvisorInput input = evidence.input();
    VerdictDecision decision = steadied.decision();
    return new Advice(
        new Advice.Decision(
            decision.given(),
            decision.reason(),
            decision.message(),
            history.since(),
            answered(input, decision),
            steadied.pending(),
            confidence(decision, issues, figures.savings().monthly())),
        recommendation,
        WorkloadAllocation.advise(input, evidence.capacity(), recommendation.replicasAdvised()),
        figures.review(),
        issues,
        figures.savings(),
        figures.comparison(),
        figures.costs(),
        figures.basis(),
        figures.trackRecord());
  }

  static DecisionHistory history(
      Evidence evidence, VerdictDecision decision, Recommendation recommendation) {
    return DecisionHistory.after(evidence.input(), decision, recommendation.replicasAdvised());
  }

  /** The alternative that a decision advises. */
  static Estimate<Alternative.Kind> chosen(VerdictDecision decision) {
    return decision instanceof VerdictDecision.Serve serve
        ? Estimate.of(serve.option().kind())
        : Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NO_VERDICT_TO_FOLLOW);
  }

  /** The offer that traffic goes to; empty where none is priced. */
  static String offer(AdvisorInput input) {
    return input.api() instanceof Api.Offered offered ? offered.offer().name() : "";
  }

  /** The hash of the input that was decided last: not to know decides none. */
  private static String answered(AdvisorInput input, VerdictDecision decision) {
    return decision instanceof VerdictDecision.Undecided
            && input.previous() instanceof PreviousDecision.Made made
        ? made.inputHash()
        : input.inputHash();
  }

  /**
   * High where no issue weakens it and the whole interval of the saving is on one side of 0; medium
   * with one such thing; low with more, and where the tokens that are counted may be far from those
   * that were served.
   */
  private static Confidence confidence(
      VerdictDecision decision, List<Issue> issues, Estimate<Saving> saving) {
    if (decision instanceof VerdictDecision.Undecided) {
      return Confidence.NONE;
    }
    long doubts =
        issues.stream()
            .map(Issue::reason)
            .filter(reason -> reason.weight() == Issue.Weight.WEAKENS)
            .distinct()
            .count();
    if (issues.stream().noneMatch(issue -> issue.reason() == Reason.SAVING_UNCERTAIN)
        && saving instanceof Estimate.Found<Saving> found
        && found.value().low().isNegative()
        && !found.value().high().isNegative()) {
      doubts++;
    }
    if (issues.stream().anyMatch(issue -> LOW_ALONE.contains(issue.reason()))) {
      return Confidence.LOW;
    }
    return doubts == 0 ? Confidence.HIGH : doubts == 1 ? Confidence.MEDIUM : Confidence.LOW;
  }
}
