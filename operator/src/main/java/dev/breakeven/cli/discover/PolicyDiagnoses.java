package dev.breakeven.cli.discover;

import dev.breakeven.advice.Issue;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.evaluation.PolicyIssue;
import dev.breakeven.reason.Cause;
import dev.breakeven.render.words.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Why policies have no verdict, or one that is less certain: causes first, each once.
 *
 * @param policies what is known of each, in their order
 * @param common what weakens at least two of them in the same words
 */
record PolicyDiagnoses(List<PolicyDiagnosis> policies, List<Common> common) {

  /** What is wrong with reading brings everything else with it. */
  private static final int LAST_OF_READING = 3;

  /**
   * One policy.
   *
   * @param verdict null where there is no answer
   * @param blocking what keeps it from a verdict
   * @param mayFollow reasons that may be gone once what is blocking is mended
   * @param weakening what makes its verdict less certain
   */
  record PolicyDiagnosis(
      String namespace,
      String name,
      @Nullable String verdict,
      @Nullable String summary,
      List<PolicyIssue> blocking,
      List<String> mayFollow,
      List<PolicyIssue> weakening) {}

  /** An issue of several policies, by their full names. */
  record Common(PolicyIssue issue, List<String> policies) {}

  static PolicyDiagnoses of(List<EvaluatedPolicy> policies) {
    return new PolicyDiagnoses(
        policies.stream().map(PolicyDiagnoses::diagnosis).toList(), common(policies));
  }

  /** What weakens at least two policies, and keeps neither from its verdict. */
  private static List<Common> common(List<EvaluatedPolicy> policies) {
    Map<Issue, List<String>> affected =
        new TreeMap<>(
            Comparator.comparingInt(PolicyDiagnoses::causeFirst).thenComparing(Words::of));
    for (EvaluatedPolicy evaluated : policies) {
      for (Issue issue : evaluated.issues()) {
        if (weakens(evaluated, issue)) {
          affected.computeIfAbsent(issue, i -> new ArrayList<>()).add(evaluated.fullName());
        }
      }
    }
    return affected.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1)
        .map(entry -> new Common(PolicyIssue.of(entry.getKey()), entry.getValue()))
        .toList();
  }

  private static PolicyDiagnosis diagnosis(EvaluatedPolicy evaluated) {
    List<Issue> issues =
        evaluated.issues().stream()
            .sorted(Comparator.comparingInt(PolicyDiagnoses::causeFirst))
            .toList();
    List<Issue> blocking = issues.stream().filter(i -> blocks(evaluated, i)).toList();
    List<Issue> consequences = consequences(blocking);
    CostPolicyStatus.@Nullable Advice advice = evaluated.status().advice();
    return new PolicyDiagnosis(
        evaluated.policy().getMetadata().getNamespace(),
        evaluated.policy().getMetadata().getName(),
        advice == null ? null : advice.verdict(),
        advice == null ? null : advice.summary(),
        blocking.stream().filter(i -> !consequences.contains(i)).map(PolicyIssue::of).toList(),
        consequences.stream().map(issue -> issue.reason().label()).distinct().toList(),
        issues.stream().filter(i -> weakens(evaluated, i)).map(PolicyIssue::of).toList());
  }

  /** Of a workload that is not found there are no series, no GPUs and no capacity. */
  private static List<Issue> consequences(List<Issue> blocking) {
    boolean isNotFound =
        blocking.stream().anyMatch(i -> i.reason() == Issue.Reason.WORKLOAD_NOT_FOUND);
    return isNotFound
        ? blocking.stream().filter(i -> needsTheWorkload(i.reason())).toList()
        : List.of();
  }

  private static boolean needsTheWorkload(Issue.Reason reason) {
    return switch (reason) {
      case SERIES_MISSING, NO_TRAFFIC_DATA, GPU_PRICE_MISSING, CAPACITY_UNKNOWN -> true;
      default -> false;
    };
  }

  private static boolean weakens(EvaluatedPolicy evaluated, Issue issue) {
    return issue.reason().weight() == Issue.Weight.WEAKENS && !blocks(evaluated, issue);
  }

  /** Whether the issue keeps a policy from a verdict. */
  private static boolean blocks(EvaluatedPolicy evaluated, Issue issue) {
    if (issue.reason().weight() == Issue.Weight.BLOCKS) {
      return true;
    }
    return !evaluated.isConclusive()
        && ((isOfTheApisPrice(issue) && mayUseAnApi(evaluated))
            || (issue.reason().weight() == Issue.Weight.WEAKENS
                && causeFirst(issue) <= LAST_OF_READING));
  }

  /** Nothing can be compared with an API that has no price. */
  private static boolean isOfTheApisPrice(Issue issue) {
    return switch (issue.reason()) {
      case API_PRICE_MISSING, OFFER_GONE, RATE_CARD_UNAVAILABLE -> true;
      default -> false;
    };
  }

  private static boolean mayUseAnApi(EvaluatedPolicy evaluated) {
    CostPolicySpec.Constraints constraints = evaluated.policy().getSpec().constraints();
    return !constraints.dataMustStay() && !constraints.customWeights() && !constraints.apiTooSlow();
  }

  /** Causes before what follows from them: what is read, then prices, capacity and traffic. */
  private static int causeFirst(Issue issue) {
    if (issue.message().cause() == Cause.LABELS_NOT_PROVEN
        || issue.message().cause() == Cause.LABELS_NOT_FROM_PROMETHEUS) {
      return 0;
    }
    return switch (issue.reason()) {
      case INTERNAL_ERROR, SOURCE_UNKNOWN, ENGINE_UNKNOWN -> 0;
      case SOURCE_UNAVAILABLE, PARTIAL_ANSWER, STALE, CLUSTERS_MIXED -> 1;
      case WORKLOAD_NOT_FOUND, CONTESTED_WORKLOAD -> 2;
      case SERIES_MISSING, AMBIGUOUS_ATTRIBUTION, PODS_UNOWNED, GATEWAY_DISAGREES -> 3;
      case NO_TRAFFIC_DATA, NO_TRAFFIC, COVERAGE_LOW, HISTORY_TOO_SHORT, SHORT_HISTORY -> 4;
      case RATE_CARD_UNAVAILABLE, CURRENCY_MISMATCH -> 5;
      case GPU_PRODUCTS_DIFFER, GPU_PRICE_MISSING, API_PRICE_MISSING, OFFER_GONE, OFFER_STALE -> 6;
      case CAPACITY_UNKNOWN,
          CAPACITY_UNCERTAIN,
          CAPACITY_NOT_NEEDED,
          CAPACITY_PUBLISHED,
          CAPACITY_CONTRADICTED,
          CAPACITY_MISSES ->
          7;
      default -> 8;
    };
  }
}
