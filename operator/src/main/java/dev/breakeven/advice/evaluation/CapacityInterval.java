package dev.breakeven.advice.evaluation;

import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.percent;
import static dev.breakeven.reason.Parameter.replicas;

import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.decision.VerdictDecision;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the answer is the same over the whole interval of the capacity. Where somebody stated or
 * measured the capacity, the verdict has to be; else which way the number of replicas changes has
 * to be as well. Where the load is followed, the replay tells.
 */
record CapacityInterval(Evidence evidence, GpuPricing.Priced priced, CapacityEvidence.Known known) {

  /**
   * What came of it.
   *
   * @param issues with one more where the answer is not the same
   * @param atEnds the candidates at both ends; none where the capacity is exact
   */
  record Checked(List<Issue> issues, List<Candidates> atEnds) {}

  /** An answer that differs at an end of the interval. */
  private record Difference(Issue issue, boolean isOnlyTheNumber) {}

  Capacity bestEstimate() {
    return known.capacity();
  }

  /** The loads at the ends, where the load is followed. */
  Planner.Ends endsToReplay() {
    return evidence.isManual() || known.range().isExact()
        ? Planner.Ends.NONE
        : new Planner.Ends(
            factors().stream().map(factor -> evidence.past().loads(at(factor))).toList(),
            !isStated());
  }

  Checked check(List<Issue> issues, Candidates candidates, SharedReplay replay) {
    if (known.range().isExact() || issues.stream().anyMatch(Issue::blocks)) {
      return new Checked(issues, List.of());
    }
    List<Candidates> ends = new ArrayList<>();
    for (double factor : factors()) {
      ends.add(
          evidence.isManual()
              ? evidence.numbers(priced, at(factor))
              : evidence.candidates(priced, at(factor), replay.atEnd(ends.size())));
    }
    VerdictDecision best = evidence.decide(issues, candidates);
    for (int end = 0; end < ends.size(); end++) {
      Optional<Difference> found =
          difference(issues, best, candidates, ends.get(end), factors().get(end));
      if (found.isPresent()) {
        return new Checked(withDifference(issues, found.get(), candidates), ends);
      }
    }
    return new Checked(issues, ends);
  }

  private List<Double> factors() {
    return List.of(known.range().lowFactor(), known.range().highFactor());
  }

  private Capacity at(double factor) {
    return known.capacity().times(factor);
  }

  /**
   * No doubt of the verdict where only a number is open that is set by hand, and what runs pays.
   */
  private List<Issue> withDifference(List<Issue> issues, Difference found, Candidates atBest) {
    return Optional.of(found)
        .filter(difference -> difference.isOnlyTheNumber() && evidence.isManual())
        .flatMap(
            difference -> evidence.keepingWhatRuns(issues, difference.issue().message(), atBest))
        .orElseGet(() -> Evidence.with(issues, found.issue()));
  }

  private Optional<Difference> difference(
      List<Issue> issues,
      VerdictDecision best,
      Candidates atBest,
      Candidates atEnd,
      double factor) {
    VerdictDecision other = evidence.decide(issues, atEnd);
    boolean bestOwn = isOwn(best.given());
    boolean otherOwn = isOwn(other.given());
    int bestDirection = direction(best);
    int otherDirection = direction(other);
    if (atBest.followed() instanceof Estimate.Found<Planner.Followed> replayed
        && atEnd.followed() instanceof Estimate.Found<Planner.Followed> replayedAtEnd) {
      if (replayed.value().sameAtEnds()) {
        return Optional.empty();
      }
      bestOwn = replayed.value().own();
      otherOwn = replayedAtEnd.value().own();
    }
    if (bestOwn != otherOwn && isWorthItAtEnd(best, atEnd)) {
      return Optional.empty();
    }
    boolean sameVerdict = bestOwn == otherOwn;
    if (sameVerdict && (isStated() || bestDirection == otherDirection)) {
      return Optional.empty();
    }
    return Optional.of(
        new Difference(
            new Issue(
                Reason.CAPACITY_UNCERTAIN,
                Message.of(
                    sameVerdict ? Cause.CAPACITY_DECIDES_NUMBER : Cause.CAPACITY_DECIDES_VERDICT,
                    sameVerdict ? replicas(replicasOf(best)) : name(label(best, bestOwn)),
                    percent(100),
                    sameVerdict ? replicas(replicasOf(other)) : name(label(other, otherOwn)),
                    percent(100 * factor))),
            sameVerdict));
  }

  /**
   * Whether a number to be set by hand costs no more than what runs at an end of the interval
   * either. That the rule would not change for so little there is its damper, and no doubt.
   */
  private boolean isWorthItAtEnd(VerdictDecision best, Candidates atEnd) {
    return evidence.isManual()
        && best instanceof VerdictDecision.Serve serve
        && isOwn(serve.verdict()) != (evidence.input().replicasNow() > 0)
        && atEnd
            .same(serve.option())
            .filter(cost -> cost.total() <= atEnd.present().total())
            .isPresent();
  }

  private static String label(VerdictDecision decision, boolean own) {
    Verdict given = decision.given();
    return (isOwn(given) == own ? given : own ? Verdict.SELF_HOST : Verdict.API).label();
  }

  private boolean isStated() {
    return known instanceof CapacityEvidence.Declared || known instanceof CapacityEvidence.Fitted;
  }

  private static boolean isOwn(Verdict verdict) {
    return verdict == Verdict.SELF_HOST || verdict == Verdict.HYBRID;
  }

  private static int replicasOf(VerdictDecision decision) {
    return decision instanceof VerdictDecision.Serve serve ? serve.replicas() : 0;
  }

  private int direction(VerdictDecision decision) {
    return Integer.signum(replicasOf(decision) - evidence.input().replicasNow());
  }
}
