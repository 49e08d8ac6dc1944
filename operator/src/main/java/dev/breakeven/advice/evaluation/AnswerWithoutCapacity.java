package dev.breakeven.advice.evaluation;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.alternatives.MonthlyBills;
import dev.breakeven.advice.decision.VerdictDecision;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.List;

/**
 * What can be said whatever one replica sustains: what is paid now, what the API charges, that the
 * API is the answer where own GPUs lose even if one replica sustains any load, and that own GPUs
 * are where those that run cost less than the API.
 */
record AnswerWithoutCapacity(
    Evidence evidence, GpuPricing.Priced priced, CapacityEvidence.Unknown unknown) {

  /** No replica sustains as much: with it, nothing overflows. */
  private static final Capacity MORE_THAN_ANY = Capacity.of(1e12, 1e12);

  private static final Issue NEEDS_A_CAPACITY =
      new Issue(Reason.NOTHING_TO_COMPARE, Message.of(Cause.NEEDS_A_CAPACITY));

  Advice advice(List<Issue> found) {
    Candidates candidates = evidence.candidates(priced, MORE_THAN_ANY, Planner.none());
    List<Alternative> bills = billsWithoutCapacity(candidates);
    List<Issue> others =
        found.stream().filter(issue -> issue.reason() != Reason.CAPACITY_UNKNOWN).toList();
    if (others.stream().anyMatch(Issue::blocks)) {
      return Answer.blocked(evidence, found, bills);
    }
    List<Issue> anyCapacity = Evidence.notNeeded(others, Message.of(Cause.CAPACITY_NOT_NEEDED));
    VerdictDecision atBest = evidence.decide(anyCapacity, candidates);
    if (atBest instanceof VerdictDecision.Undecided undecided
        && undecided.reason() instanceof Reason missing) {
      // A price is read in minutes and may make the load test needless: it comes first.
      return Answer.blocked(evidence, found, bills, new Issue(missing, undecided.message()));
    }
    if (atBest.given() == Verdict.API) {
      SavingEstimator savings = savings(candidates);
      return answer(anyCapacity, atBest, savings.of(atBest), savings.review(atBest), bills);
    }
    return evidence
        .keepingWhatRuns(others, unknown.message(), candidates)
        .map(
            asItRuns -> {
              VerdictDecision decision = evidence.decide(asItRuns, candidates);
              return answer(
                  asItRuns,
                  decision,
                  savings(candidates).onlyOfFollowing(decision, NEEDS_A_CAPACITY),
                  Answer.review(evidence, NEEDS_A_CAPACITY),
                  bills);
            })
        .orElseGet(() -> Answer.blocked(evidence, found, bills));
  }

  private SavingEstimator savings(Candidates candidates) {
    return new SavingEstimator(evidence.input(), candidates, List.of());
  }

  private List<Alternative> billsWithoutCapacity(Candidates candidates) {
    return MonthlyBills.of(evidence.input(), candidates).alternatives().stream()
        .filter(a -> a.kind() == Kind.TODAYS_REPLICAS || a.kind() == Kind.API_ONLY)
        .toList();
  }

  private Advice answer(
      List<Issue> issues,
      VerdictDecision decision,
      Advice.Savings savings,
      Advice.Review review,
      List<Alternative> bills) {
    return Answer.withoutFigures(
        evidence, issues, decision, NEEDS_A_CAPACITY, savings, review, bills);
  }
}
