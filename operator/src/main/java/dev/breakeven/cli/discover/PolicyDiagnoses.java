package dev.breakeven.cli.discover;

import dev.breakeven.advice.Issue;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.operator.evaluation.PolicyEvaluation;
import dev.breakeven.reason.Cause;
import dev.breakeven.render.words.Remedies;
import dev.breakeven.render.words.Words;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Why policies have no verdict, or one that is less certain: causes first, each once, with what to
 * do about it. What weakens several policies in the same words is said once for all of them.
 */
final class PolicyDiagnoses {

  /** What is wrong with reading brings everything else with it. */
  private static final int LAST_OF_READING = 3;

  private final PrintWriter out;
  private final List<EvaluatedPolicy> policies;

  PolicyDiagnoses(PrintWriter out, List<EvaluatedPolicy> policies) {
    this.out = out;
    this.policies = policies;
  }

  void print() {
    Map<Issue, List<EvaluatedPolicy>> common = common();
    if (!common.isEmpty()) {
      out.println("more than one policy");
      common.forEach(
          (issue, affected) -> {
            sentence("less certain", issue);
            out.println("    in: " + names(affected));
            remedy(issue);
          });
      out.println();
    }
    policies.forEach(evaluated -> policy(evaluated, common));
  }

  /** What weakens at least two policies, and keeps neither from its verdict. */
  private Map<Issue, List<EvaluatedPolicy>> common() {
    Map<Issue, List<EvaluatedPolicy>> affected =
        new TreeMap<>(
            Comparator.comparingInt(PolicyDiagnoses::causeFirst).thenComparing(Words::of));
    for (EvaluatedPolicy evaluated : policies) {
      for (Issue issue : issues(evaluated)) {
        if (weakens(evaluated, issue)) {
          affected.computeIfAbsent(issue, i -> new ArrayList<>()).add(evaluated);
        }
      }
    }
    affected.values().removeIf(those -> those.size() < 2);
    return affected;
  }

  private String names(List<EvaluatedPolicy> affected) {
    return affected.size() == policies.size()
        ? "every policy"
        : affected.stream().map(PolicyDiagnoses::name).collect(Collectors.joining(", "));
  }

  private static String name(EvaluatedPolicy evaluated) {
    CostPolicy policy = evaluated.policy();
    return policy.getMetadata().getNamespace() + "/" + policy.getMetadata().getName();
  }

  private void policy(EvaluatedPolicy evaluated, Map<Issue, List<EvaluatedPolicy>> common) {
    out.println("policy %s: %s".formatted(name(evaluated), headline(evaluated)));
    List<Issue> issues = issues(evaluated);
    List<Issue> blocking = issues.stream().filter(i -> blocks(evaluated, i)).toList();
    List<Issue> consequences = consequences(blocking);
    say("why not", blocking.stream().filter(i -> !consequences.contains(i)).toList());
    if (!consequences.isEmpty()) {
      out.println(
          "  then look again: "
              + consequences.stream()
                  .map(issue -> issue.reason().label())
                  .distinct()
                  .collect(Collectors.joining(", "))
              + " may follow from it");
    }
    List<Issue> weakening = issues.stream().filter(i -> weakens(evaluated, i)).toList();
    say("less certain", weakening.stream().filter(i -> !common.containsKey(i)).toList());
    if (blocking.isEmpty() && weakening.isEmpty()) {
      out.println("  nothing to do");
    }
    out.println();
  }

  /** The reasons follow where there is no verdict. */
  private static String headline(EvaluatedPolicy evaluated) {
    var advice = evaluated.status().advice();
    if (advice == null || advice.summary() == null) {
      return "no answer";
    }
    return evaluated.isConclusive() ? advice.summary() : "Inconclusive";
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

  /** Prints a remedy once, after all sentences in a row that share it. */
  private void say(String title, List<Issue> issues) {
    for (int i = 0; i < issues.size(); i++) {
      sentence(title, issues.get(i));
      Optional<String> todo = Remedies.of(issues.get(i));
      if (i + 1 == issues.size() || !todo.equals(Remedies.of(issues.get(i + 1)))) {
        remedy(issues.get(i));
      }
    }
  }

  private void sentence(String title, Issue issue) {
    out.println("  %s: %s: %s".formatted(title, issue.reason().label(), Words.of(issue)));
  }

  private void remedy(Issue issue) {
    Remedies.of(issue).ifPresent(todo -> out.println("    do: " + todo));
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
  private static List<Issue> issues(EvaluatedPolicy evaluated) {
    List<Issue> issues =
        evaluated.evaluation() instanceof PolicyEvaluation.Answered answered
            ? answered.advice().issues()
            : ((PolicyEvaluation.Unanswered) evaluated.evaluation()).issues();
    return issues.stream()
        .distinct()
        .sorted(Comparator.comparingInt(PolicyDiagnoses::causeFirst))
        .toList();
  }

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
