package dev.breakeven.advice.decision;

import static dev.breakeven.advice.decision.IssueRules.issue;
import static dev.breakeven.advice.decision.IssueRules.when;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.percent;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.LengthTail;
import dev.breakeven.advice.costing.HeadroomUse;
import dev.breakeven.advice.decision.IssueRules.Situation;
import dev.breakeven.capacity.CapacityBasis;
import dev.breakeven.capacity.CapacityEstimate.Contradiction;
import dev.breakeven.capacity.CapacityEstimate.ServedMore;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.CapacityFinding;
import dev.breakeven.capacity.estimation.CapacityAssessment;
import dev.breakeven.price.Api;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.Optional;
import java.util.OptionalDouble;

/** Rules for issues of what a replica sustains, and of how much of it was used. */
public final class CapacityIssues {

  /** Share of the known steps served above the headroom from which on it is said, percent. */
  static final double HEADROOM_USED_FROM_PERCENT = 1;

  /** Relative error of a fit from which on it is said to miss. */
  static final double FIT_MISSES_FROM = 0.25;

  /**
   * 95th percentile of a length over its mean from which on the tail is long; 3.0 is exponential.
   */
  static final double LONG_TAIL_FROM_P95_TO_MEAN = 4;

  private CapacityIssues() {}

  static Optional<Issue> capacityIsUnknown(Situation s) {
    return s.capacity() instanceof CapacityEvidence.Unknown unknown
        ? issue(Reason.CAPACITY_UNKNOWN, unknown.message())
        : Optional.empty();
  }

  static Optional<Issue> capacityIsOnlyPublished(Situation s) {
    return s.capacity() instanceof CapacityEvidence.Published published
        ? issue(
            Reason.CAPACITY_PUBLISHED,
            Cause.CAPACITY_ONLY_PUBLISHED,
            name(published.source()),
            percent(100 * published.range().lowFactor()),
            percent(100 * published.range().highFactor()))
        : Optional.empty();
  }

  static Optional<Issue> capacityIsContradicted(Situation s) {
    CapacityFinding finding = s.finding();
    if (!finding.servedMore().isEmpty()) {
      ServedMore served = finding.servedMore().get(0);
      return issue(
          Reason.CAPACITY_CONTRADICTED,
          switch (finding.served()) {
            case BY_THESE_REPLICAS -> Cause.REPLICA_SERVED_MORE;
            case MAYBE_ELSEWHERE -> Cause.REPLICA_SERVED_MORE_OR_OTHERS_DID;
          },
          named(served.refuted()),
          Parameter.decimal(served.factor(), 1));
    }
    return finding.contradictions().stream()
        .filter(CapacityIssues::isBetweenWitnesses)
        .findFirst()
        .flatMap(
            contradiction ->
                issue(
                    Reason.CAPACITY_CONTRADICTED,
                    Cause.CAPACITIES_CONTRADICT,
                    named(contradiction.counts()),
                    named(contradiction.contradicts()),
                    Parameter.decimal(contradiction.factor(), 1)));
  }

  /** Deployments differ from what is published by as much as a factor of four. */
  private static boolean isBetweenWitnesses(Contradiction contradiction) {
    return !(contradiction.contradicts() instanceof CapacityBasis.Published)
        || contradiction.counts() instanceof CapacityBasis.Declared
        || contradiction.counts() instanceof CapacityBasis.Benchmarks;
  }

  private static Parameter named(CapacityBasis basis) {
    return new Parameter.Clause(Message.of(basis.named()));
  }

  static Optional<Issue> fitMisses(Situation s) {
    return s.capacity() instanceof CapacityEvidence.Fit fit
        ? when(
            fit.error().greatest() >= FIT_MISSES_FROM,
            Reason.CAPACITY_MISSES,
            Cause.CAPACITY_FIT_MISSES,
            percent(100 * fit.error().greatest()),
            percent(100 * fit.error().mean()))
        : Optional.empty();
  }

  static Optional<Issue> latencyIsMissed(Situation s) {
    double share = latencyMissedShare(s).orElse(0);
    return when(
        share >= LatencyCheck.MISSED_FROM_SHARE,
        Reason.LATENCY_MISSED,
        Cause.LATENCY_TARGET_MISSED,
        percent(100 * share));
  }

  static Optional<Issue> latencyIsUnmeasured(Situation s) {
    return when(
        latencyMissedShare(s).isEmpty(), Reason.LATENCY_UNMEASURED, Cause.LATENCY_NOT_MEASURED);
  }

  private static OptionalDouble latencyMissedShare(Situation s) {
    return LatencyCheck.missedShare(s.window().history(), s.input().terms().serving().target());
  }

  static Optional<Issue> mixHasDrifted(Situation s) {
    return when(
        s.capacity() instanceof CapacityEvidence.Fit fit
            && CapacityAssessment.hasDrifted(
                fit.measuredAt(), s.seen().demand(), s.seen().lengths().contextTokens()),
        Reason.MIX_DRIFTED,
        Cause.MIX_OUTSIDE_MEASURED);
  }

  static Optional<Issue> tailIsLong(Situation s) {
    if (!(s.input().past().tails() instanceof LengthTail.Measured tail)
        || !(s.capacity() instanceof CapacityEvidence.Known known)) {
      return Optional.empty();
    }
    boolean isLong =
        tail.p95InputTokens() >= LONG_TAIL_FROM_P95_TO_MEAN * s.seen().lengths().inputTokens()
            || tail.p95OutputTokens()
                >= LONG_TAIL_FROM_P95_TO_MEAN * s.seen().lengths().outputTokens();
    return when(isLong && known.capacity().hasContextTerm(), Reason.LONG_TAIL, Cause.LONG_REQUESTS);
  }

  static Optional<Issue> lengthsAreUnknown(Situation s) {
    boolean context =
        s.capacity() instanceof CapacityEvidence.Known known && known.capacity().hasContextTerm();
    boolean tiers =
        s.input().api() instanceof Api.Offered offered
            && !offered.offer().longContextTiers().isEmpty();
    return when(
        s.seen().demand().total() > 0 && !s.seen().lengths().areKnown() && (context || tiers),
        Reason.REQUEST_LENGTHS_UNKNOWN,
        Cause.REQUESTS_NOT_COUNTED_FOR_LENGTHS);
  }

  /** Whether headroom is used in more than few steps. */
  public static boolean isMaterial(HeadroomUse use) {
    return use.percentOfSteps() >= HEADROOM_USED_FROM_PERCENT;
  }

  public static Issue headroomIsUsed(HeadroomUse use, AdvisorInput input) {
    return new Issue(
        Reason.HEADROOM_USED,
        Message.of(
            Cause.HEADROOM_WAS_USED,
            percent(input.selfHost().headroomPercent()),
            percent(use.percentOfSteps()),
            percent(use.highestPercent())));
  }
}
