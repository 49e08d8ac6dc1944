package dev.breakeven.advice;

import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Advice.Confidence;
import dev.breakeven.advice.Advice.Marginal;
import dev.breakeven.advice.Advice.Recommendation;
import dev.breakeven.advice.Advice.Saving;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.costing.WorkloadAllocation;
import dev.breakeven.advice.decision.ActionRules;
import dev.breakeven.advice.decision.DecisionHistory;
import dev.breakeven.advice.decision.Hysteresis;
import dev.breakeven.advice.decision.VerdictDecision;
import dev.breakeven.price.Api;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.List;

/** Puts the parts of an answer together. */
final class Answer {

  private Answer() {}

  /**
   * An answer without a verdict: something that one needs is missing.
   *
   * @param bills of the ways whose cost is known all the same
   */
  static Advice blocked(Evidence evidence, List<Issue> issues, List<Alternative> bills) {
    return blocked(
        evidence,
        issues,
        bills,
        issues.stream()
            .filter(Issue::blocks)
            .findFirst()
            .orElse(new Issue(Reason.NO_TRAFFIC_DATA, Message.of(Cause.NO_TRAFFIC_KNOWN))));
  }

  /** An answer without a verdict, because of that issue. */
  static Advice blocked(Evidence evidence, List<Issue> issues, List<Alternative> bills, Issue why) {
    return withoutFigures(
        evidence,
        issues,
        new VerdictDecision.Undecided(why.reason(), why.message()),
        why,
        new Estimate.NotFound<>(why),
        bills,
        Outlook.unknown(why));
  }

  /** An answer without the figures that hang on the capacity, because of that issue. */
  static Advice withoutFigures(
      Evidence evidence,
      List<Issue> issues,
      VerdictDecision ruling,
      Issue why,
      Estimate<Saving> saving,
      List<Alternative> bills,
      Outlook outlook) {
    Recommendation recommendation =
        ActionRules.recommend(
            new ActionRules.Case(
                ruling, evidence.question().replicasNow(), new Estimate.NotFound<Marginal>(why)),
            new BurstPoint.Never(),
            offer(evidence.question()));
    return of(
        evidence,
        issues,
        Hysteresis.Steadied.free(ruling),
        recommendation,
        Figures.without(evidence, why, saving, bills, outlook));
  }

  static Advice of(
      Evidence evidence,
      List<Issue> issues,
      Hysteresis.Steadied steadied,
      Recommendation recommendation,
      Figures figures) {
    AdvisorInput question = evidence.question();
    VerdictDecision ruling = steadied.ruling();
    DecisionHistory history =
        DecisionHistory.after(question, ruling, recommendation.replicasAdvised());
    return new Advice(
        ruling.given(),
        ruling.reason(),
        ruling.message(),
        history.since(),
        answered(question, ruling),
        steadied.pending(),
        recommendation,
        figures.saving(),
        confidence(ruling, issues, figures.saving()),
        ruling instanceof VerdictDecision.Serve serve
            ? Estimate.of(serve.option().kind())
            : Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NO_VERDICT_TO_FOLLOW),
        figures.alternatives(),
        figures.breakeven(),
        figures.cost(),
        figures.hiddenCosts(),
        figures.observed(),
        evidence.capacity(),
        figures.scenario(),
        figures.constraints(),
        WorkloadAllocation.advise(question, evidence.capacity(), recommendation.replicasAdvised()),
        issues,
        figures.proof(),
        figures.prediction(),
        figures.score(),
        history.changes(),
        question.planning().scaling(),
        figures.outlook().nextReview(),
        figures.outlook().manualSaving(),
        figures.outlook().automaticSaving(),
        figures.outlook().afterCommitments(),
        figures.tokenCosts());
  }

  /** The offer that traffic goes to; empty where none is priced. */
  static String offer(AdvisorInput question) {
    return question.api() instanceof Api.Offered offered ? offered.offer().name() : "";
  }

  /** The question that was decided last: not to know decides none. */
  private static String answered(AdvisorInput question, VerdictDecision ruling) {
    return ruling instanceof VerdictDecision.Undecided
            && question.previous() instanceof PreviousDecision.Made made
        ? made.asked()
        : question.asked();
  }

  /**
   * High with nothing that weakens it and a saving that is one whichever days are drawn; medium
   * with one such thing; low with more.
   */
  private static Confidence confidence(
      VerdictDecision ruling, List<Issue> caveats, Estimate<Saving> saving) {
    if (ruling instanceof VerdictDecision.Undecided) {
      return Confidence.NONE;
    }
    long doubts =
        caveats.stream()
            .map(caveat -> caveat.reason())
            .filter(reason -> reason.weight() == Issue.Weight.WEAKENS)
            .distinct()
            .count();
    if (caveats.stream().noneMatch(c -> c.reason() == Reason.SAVING_UNCERTAIN)
        && saving instanceof Estimate.Found<Saving> found
        && found.value().low().isNegative()
        && !found.value().high().isNegative()) {
      doubts++;
    }
    return doubts == 0 ? Confidence.HIGH : doubts == 1 ? Confidence.MEDIUM : Confidence.LOW;
  }
}
