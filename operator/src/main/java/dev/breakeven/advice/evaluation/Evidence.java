package dev.breakeven.advice.evaluation;

import static dev.breakeven.reason.Parameter.clause;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.Scaling;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.ObservationWindow;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.TrafficSummary;
import dev.breakeven.advice.costing.WorkloadAllocation;
import dev.breakeven.advice.decision.IssueRules;
import dev.breakeven.advice.decision.ScenarioRules;
import dev.breakeven.advice.decision.VerdictDecision;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.CapacityFinding;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.traffic.TrafficHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A question and what its past shows, before any cost is compared.
 *
 * @param window the part of the past that is charged
 * @param seen the traffic of that window
 * @param finding what one replica sustains
 * @param past the past, priced at each capacity that is asked about
 */
record Evidence(
    AdvisorInput input,
    ObservationWindow window,
    TrafficSummary seen,
    CapacityFinding finding,
    PastByCapacity past) {

  static Evidence of(AdvisorInput input) {
    ObservationWindow window = ObservationWindow.of(input);
    return of(input, window, WorkloadAllocation.capacityOfAReplica(input, window));
  }

  /** Evidence with a known capacity of one replica. */
  static Evidence of(AdvisorInput input, CapacityFinding finding) {
    return of(input, ObservationWindow.of(input), finding);
  }

  private static Evidence of(
      AdvisorInput input, ObservationWindow window, CapacityFinding finding) {
    TrafficSummary seen = TrafficSummary.of(window.history());
    return new Evidence(
        input,
        window,
        seen,
        finding,
        new PastByCapacity(window, ApiAccess.tariffs(input.api()), seen.lengths()));
  }

  /** The issues that are known before any costs are compared. */
  List<Issue> issues() {
    return IssueRules.of(new IssueRules.Situation(input, window, seen, finding));
  }

  CapacityEvidence capacity() {
    return finding.evidence();
  }

  boolean isManual() {
    return input.planning().scaling() == Scaling.MANUAL;
  }

  /** The ways there are, were a replica to sustain that. */
  Candidates candidates(GpuPricing.Priced priced, Capacity each, Planner planner) {
    PastByCapacity.Spans at = past.at(each);
    return Candidates.of(input, at.earlier(), at.charged(), terms(priced, each), access(), planner);
  }

  /** The alternatives that a person can set and leave: what runs now, and fixed numbers. */
  Candidates numbers(GpuPricing.Priced priced, Capacity each) {
    PastByCapacity.Spans at = past.at(each);
    return Candidates.ofNumbers(input, at.earlier(), at.charged(), terms(priced, each), access());
  }

  private ReplicaCostModel terms(GpuPricing.Priced priced, Capacity each) {
    return WorkloadAllocation.terms(input, priced, new CapacityEvidence.Declared(each));
  }

  private ApiAccess access() {
    return ApiAccess.of(input.api(), seen.lengths().inputTokens());
  }

  /**
   * What the verdict rules say of those candidates. Where a person sets a number, only numbers are
   * compared.
   */
  VerdictDecision decide(List<Issue> issues, Candidates candidates) {
    return decide(issues, candidates, scenario(candidates));
  }

  /** The verdict in a given scenario. */
  VerdictDecision decide(List<Issue> issues, Candidates candidates, ScenarioFinding scenario) {
    return VerdictRules.rule(
        new VerdictRules.Case(
            input, issues, isManual() ? candidates.ofNumbers() : candidates, scenario));
  }

  ScenarioFinding scenario(Candidates candidates) {
    return ScenarioRules.of(candidates.load(), candidates.curve(), input.constraints());
  }

  /**
   * The issues of an answer that keeps what runs, because own GPUs cost less than the API whatever
   * one replica sustains; empty where that is not so.
   *
   * @param open why the right number of replicas is not known
   */
  Optional<List<Issue>> keepingWhatRuns(List<Issue> others, Message open, Candidates candidates) {
    if (!servedByNoMoreThanRunsNow()) {
      return Optional.empty();
    }
    List<Issue> issues =
        notNeeded(others, Message.of(Cause.OWN_GPUS_WHATEVER_CAPACITY, clause(open)));
    return Optional.of(issues)
        .filter(i -> decide(i, candidates).reason() == VerdictRules.Reason.CHEAPER_AS_IT_RUNS);
  }

  static List<Issue> notNeeded(List<Issue> others, Message message) {
    return with(others, new Issue(Reason.CAPACITY_NOT_NEEDED, message));
  }

  static List<Issue> with(List<Issue> issues, Issue another) {
    List<Issue> all = new ArrayList<>(issues);
    all.add(another);
    return IssueRules.heaviestFirst(all);
  }

  /**
   * Whether no more replicas than run now served what was counted, as far as is known; a rollout
   * holds one more for a part of a step.
   */
  private boolean servedByNoMoreThanRunsNow() {
    TrafficHistory history = window.history();
    int now = input.replicasNow();
    for (int i = 0; i < history.grid().steps(); i++) {
      if (history.isKnown(i)
          && !(history.replicasHeld().isMeasured(i)
              && Math.round(history.replicasHeld().measuredAt(i)) <= now)) {
        return false;
      }
    }
    return true;
  }
}
