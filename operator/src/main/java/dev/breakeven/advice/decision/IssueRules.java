package dev.breakeven.advice.decision;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.costing.ObservationWindow;
import dev.breakeven.advice.costing.TrafficSummary;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.CapacityFinding;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The issues of an answer: a list of rules, each of which gives an issue or none. */
public final class IssueRules {

  /** What the rules look at. */
  public record Situation(
      AdvisorInput input, ObservationWindow window, TrafficSummary seen, CapacityFinding finding) {

    CapacityEvidence capacity() {
      return finding.evidence();
    }
  }

  private static final List<Function<Situation, Optional<Issue>>> RULES =
      List.of(
          PriceIssues::currencyDiffers,
          PriceIssues::gpuPriceIsMissing,
          TrafficIssues::noTrafficIsKnown,
          TrafficIssues::historyIsTooShort,
          TrafficIssues::coverageIsLow,
          TrafficIssues::hoursAreUnseen,
          CapacityIssues::capacityIsUnknown,
          PriceIssues::offerIsMissing,
          PriceIssues::offerIsStale,
          TrafficIssues::windowIsShort,
          TrafficIssues::lastDemandIsKept,
          TrafficIssues::demandIsALowerBound,
          CapacityIssues::capacityIsOnlyPublished,
          CapacityIssues::capacityIsContradicted,
          CapacityIssues::fitMisses,
          CapacityIssues::latencyIsMissed,
          CapacityIssues::latencyIsUnmeasured,
          CapacityIssues::mixHasDrifted,
          CapacityIssues::tailIsLong,
          CapacityIssues::lengthsAreUnknown,
          TrafficIssues::nothingWasAsked,
          TrafficIssues::windowIsNotWholeWeeks,
          TrafficIssues::cacheIsUnmeasured,
          PriceIssues::cacheHitsAreAssumed,
          PriceIssues::priceGoesByMeanLength,
          PriceIssues::weightsDiffer,
          TrafficIssues::replicasAreUnmeasured,
          TrafficIssues::readyReplicasAreUnseen,
          PriceIssues::commitmentsEndSoon,
          PriceIssues::commitmentsHaveEnded);

  private IssueRules() {}

  /**
   * Every issue, those found upstream included, heaviest first. Where upstream already gave a
   * reason its sentence stands: it knows names that are not known here.
   */
  public static List<Issue> of(Situation situation) {
    List<Issue> given = situation.input().issues();
    List<Issue> issues = new ArrayList<>(given);
    for (Function<Situation, Optional<Issue>> rule : RULES) {
      rule.apply(situation)
          .filter(issue -> given.stream().noneMatch(g -> g.reason() == issue.reason()))
          .ifPresent(issues::add);
    }
    return heaviestFirst(issues);
  }

  /** The same issues, heaviest first, in order otherwise, none twice. */
  public static List<Issue> heaviestFirst(List<Issue> issues) {
    return issues.stream()
        .distinct()
        .sorted(Comparator.comparing(issue -> issue.reason().weight()))
        .toList();
  }

  static Optional<Issue> when(boolean speaks, Reason reason, Cause cause, Parameter... parameters) {
    return speaks ? issue(reason, cause, parameters) : Optional.empty();
  }

  static Optional<Issue> issue(Reason reason, Cause cause, Parameter... parameters) {
    return issue(reason, Message.of(cause, parameters));
  }

  static Optional<Issue> issue(Reason reason, Message message) {
    return Optional.of(new Issue(reason, message));
  }
}
