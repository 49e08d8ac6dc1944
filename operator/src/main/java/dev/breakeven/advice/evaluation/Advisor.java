package dev.breakeven.advice.evaluation;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.decision.VerdictDecision;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.CapacityFinding;
import dev.breakeven.price.GpuPricing;
import java.util.List;

/**
 * Answers a question: one pure call. Terms and traffic become load and prices, these become the
 * cost of every way to serve it, and rules over those costs make the verdict and what to do.
 */
public final class Advisor {

  private final Planner planner;

  /** An advisor whose way of following the load is that planner's. */
  public Advisor(Planner planner) {
    this.planner = planner;
  }

  /**
   * The advisor that operator and commands use; sooner done where it is asked about one policy
   * again and again, see {@link Planner#standard}.
   */
  public static Advisor standard() {
    return new Advisor(Planner.standard());
  }

  /** The answer. The same input always has the same answer. */
  public Advice advise(AdvisorInput input) {
    Evidence evidence = Evidence.of(input);
    List<Issue> issues = evidence.issues();
    if (!isComparable(evidence, issues)
        || !(input.selfHost().gpu() instanceof GpuPricing.Priced priced)) {
      return Answer.blocked(evidence, issues, List.of());
    }
    if (evidence.capacity() instanceof CapacityEvidence.Unknown unknown) {
      return new AnswerWithoutCapacity(evidence, priced, unknown).advice(issues);
    }
    CapacityInterval interval =
        new CapacityInterval(evidence, priced, (CapacityEvidence.Known) evidence.capacity());
    SharedReplay replay = new SharedReplay(planner, interval.endsToReplay());
    Candidates candidates = evidence.candidates(priced, interval.bestEstimate(), replay.atBest());
    CapacityInterval.Checked checked = interval.check(issues, candidates, replay);
    return new AnswerWithCapacity(evidence, candidates, checked, planner).advice();
  }

  /**
   * What the answer decides where a person sets the number, without the figures that speak for it.
   * The capacity is stated.
   */
  public static VerdictDecision review(AdvisorInput input) {
    return review(input, Evidence.of(input));
  }

  /**
   * The same.
   *
   * @param known what one replica sustains, whatever the past of the input says of it
   */
  public static VerdictDecision review(AdvisorInput input, CapacityEvidence.Known known) {
    return review(input, Evidence.of(input, CapacityFinding.undisputed(known)));
  }

  private static VerdictDecision review(AdvisorInput input, Evidence evidence) {
    List<Issue> issues = evidence.issues();
    if (!isComparable(evidence, issues)
        || !(input.selfHost().gpu() instanceof GpuPricing.Priced priced)
        || !(evidence.capacity() instanceof CapacityEvidence.Known known)) {
      return Answer.undecided(Answer.blocking(issues));
    }
    CapacityInterval interval = new CapacityInterval(evidence, priced, known);
    Candidates numbers = evidence.numbers(priced, interval.bestEstimate());
    CapacityInterval.Checked checked =
        interval.check(issues, numbers, new SharedReplay(Planner.none(), Planner.Ends.NONE));
    return evidence.decide(checked.issues(), numbers);
  }

  private static boolean isComparable(Evidence evidence, List<Issue> issues) {
    return evidence.window().knownSteps() > 0
        && issues.stream().noneMatch(issue -> issue.reason() == Reason.CURRENCY_MISMATCH);
  }
}
