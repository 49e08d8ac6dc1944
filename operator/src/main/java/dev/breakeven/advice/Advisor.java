package dev.breakeven.advice;

import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.capacity.CapacityEvidence;
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

  /** The answer. The same question always has the same answer. */
  public Advice advise(AdvisorInput question) {
    Evidence evidence = Evidence.of(question);
    List<Issue> issues = evidence.issues();
    if (!isComparable(issues)
        || !(question.selfHost().gpu() instanceof GpuPricing.Priced priced)
        || evidence.window().knownSteps() == 0) {
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

  private static boolean isComparable(List<Issue> issues) {
    return issues.stream().noneMatch(issue -> issue.reason() == Reason.CURRENCY_MISMATCH);
  }
}
