package dev.breakeven.reconcile;

import static dev.breakeven.reconcile.Shown.isSaidOnce;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Caveat;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.CostPolicyStatus.Condition;
import dev.breakeven.terms.ResolvedTerms;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a policy's status afresh from the advice: every field, every time. */
public final class StatusFactory {

  private StatusFactory() {}

  /**
   * The status of a policy that was answered.
   *
   * @param advice the answer
   * @param terms the prices it was answered with, and where they come from
   * @param previous the status as it was, or none
   * @param generation of the policy that was answered
   * @param asOf end of the last step that it was decided from
   */
  public static CostPolicyStatus answered(
      Advice advice,
      ResolvedTerms terms,
      @Nullable CostPolicyStatus previous,
      long generation,
      Instant asOf,
      Instant now) {
    return new CostPolicyStatus(
        AdviceShown.advice(advice, previous, asOf),
        advice.alternatives().stream().map(a -> AlternativesShown.alternative(a, terms)).toList(),
        isSaidOnce(advice.breakeven(), advice) ? null : CostShown.breakeven(advice.breakeven()),
        PolicyCondition.all(advice.caveats(), conditionsOf(previous), generation, now),
        CostShown.cost(advice, terms),
        advice.changes().stream().map(AdviceShown::change).toList(),
        ObservedShown.observed(advice.observed(), advice.capacity()),
        generation,
        isSaidOnce(advice.proof(), advice) ? null : ProofShown.proof(advice),
        isSaidOnce(advice.scenario(), advice) ? null : ObservedShown.scenario(advice),
        workloads(advice, terms));
  }

  /**
   * The status of a policy that cannot be answered now: the last good figures stay, and the
   * conditions say what happened.
   *
   * @param caveats why not, heaviest first
   */
  public static CostPolicyStatus unanswered(
      List<Caveat> caveats, @Nullable CostPolicyStatus previous, long generation, Instant now) {
    List<Condition> conditions =
        PolicyCondition.all(caveats, conditionsOf(previous), generation, now);
    if (previous == null || previous.advice() == null) {
      String why =
          caveats.stream().map(Caveat::message).distinct().collect(Collectors.joining("; "));
      return new CostPolicyStatus(
          AdviceShown.inconclusive(caveats, why, now),
          List.of(),
          null,
          conditions,
          null,
          List.of(),
          null,
          generation,
          null,
          null,
          List.of());
    }
    return new CostPolicyStatus(
        previous.advice(),
        previous.alternatives(),
        previous.breakeven(),
        conditions,
        previous.cost(),
        previous.history(),
        previous.observed(),
        generation,
        previous.proof(),
        previous.scenario(),
        previous.workloads());
  }

  private static List<Condition> conditionsOf(@Nullable CostPolicyStatus previous) {
    return previous == null ? List.of() : previous.conditions();
  }

  private static List<CostPolicyStatus.WorkloadStatus> workloads(
      Advice advice, ResolvedTerms terms) {
    return terms.workloads().stream()
        .map(
            w -> {
              Integer advised =
                  advice.workloads().stream()
                      .filter(
                          a ->
                              a.workload().kind().equals(w.kind())
                                  && a.workload().name().equals(w.name()))
                      .map(Advice.WorkloadAdvice::replicasAdvised)
                      .findFirst()
                      .orElse(null);
              return TermsShown.workload(w, advised);
            })
        .toList();
  }
}
