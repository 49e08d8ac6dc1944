package dev.breakeven.render.status;

import static dev.breakeven.render.status.StatusFormat.isSaidOnce;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Issue;
import dev.breakeven.api.Change;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.CostPolicyStatus.Condition;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.render.words.Words;
import dev.breakeven.terms.ResolvedTerms;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
   * @param inspected what was looked at to answer
   * @param asOf end of the last step that it was decided from
   */
  public static CostPolicyStatus answered(
      Advice advice,
      ResolvedTerms terms,
      @Nullable CostPolicyStatus previous,
      long generation,
      Set<Inspected> inspected,
      Instant asOf,
      Instant now) {
    return new CostPolicyStatus(
        AdviceMapper.advice(advice, previous, asOf),
        advice.comparison().alternatives().stream()
            .map(
                a ->
                    AlternativesMapper.alternative(
                        a, advice.basis().capacity() instanceof CapacityEvidence.Known, terms))
            .toList(),
        isSaidOnce(advice.costs().breakeven(), advice)
            ? null
            : CostMapper.breakeven(advice.costs().breakeven()),
        PolicyCondition.all(
            PolicyCondition.Answer.of(advice),
            advice.issues(),
            inspected,
            conditionsOf(previous),
            generation,
            now),
        CostMapper.cost(advice, terms, now),
        StatusMessages.of(advice, terms).hash(),
        advice.trackRecord().changes().stream()
            .map(AdviceMapper::change)
            .map(Change::line)
            .toList(),
        ObservedMapper.observed(advice.basis().observed(), advice.basis().capacity()),
        generation,
        isSaidOnce(advice.trackRecord().proof(), advice) ? null : ProofMapper.proof(advice),
        isSaidOnce(advice.basis().scenario(), advice) ? null : ObservedMapper.scenario(advice),
        workloads(advice, terms));
  }

  /**
   * The status of a policy that cannot be answered now: the last good figures of this generation
   * stay, and the conditions say what happened.
   *
   * @param issues why not, heaviest first
   * @param inspected what was looked at to answer
   */
  public static CostPolicyStatus unanswered(
      List<Issue> issues,
      @Nullable CostPolicyStatus previous,
      long generation,
      Set<Inspected> inspected,
      Instant now) {
    List<Condition> conditions =
        PolicyCondition.all(
            PolicyCondition.Answer.NOT_GIVEN,
            issues,
            inspected,
            conditionsOf(previous),
            generation,
            now);
    String hash = StatusMessages.of(issues).hash();
    if (previous == null || !isOf(previous, generation) || isNoAnswer(previous)) {
      // What else would make an answer less certain is no reason that there is none.
      List<Issue> against = PolicyCondition.againstAnAnswer(issues);
      String why = Words.of(against.stream().map(Issue::message).toList());
      return new CostPolicyStatus(
          AdviceMapper.inconclusive(issues, why, since(previous, generation, now)),
          List.of(),
          null,
          conditions,
          null,
          hash,
          previous == null ? List.of() : previous.changes(),
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
        hash,
        previous.changes(),
        previous.observed(),
        generation,
        previous.proof(),
        previous.scenario(),
        previous.workloads());
  }

  /**
   * Whether a status answers this generation of its policy: the figures of another are no answer.
   */
  private static boolean isOf(@Nullable CostPolicyStatus status, long generation) {
    return status != null
        && status.advice() != null
        && Objects.equals(status.observedGeneration(), generation);
  }

  /** Whether it says only why there was no answer: then what it says is of another time. */
  private static boolean isNoAnswer(CostPolicyStatus status) {
    return status.alternatives().isEmpty() && status.observed() == null;
  }

  /** Since when there is no answer. */
  private static String since(@Nullable CostPolicyStatus previous, long generation, Instant now) {
    CostPolicyStatus.Advice before =
        previous == null || !isOf(previous, generation) ? null : previous.advice();
    return before == null || before.since() == null ? StatusFormat.time(now) : before.since();
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
              return TermsMapper.workload(w, advised);
            })
        .toList();
  }
}
