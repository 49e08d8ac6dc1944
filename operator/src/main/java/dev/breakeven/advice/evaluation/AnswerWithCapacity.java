package dev.breakeven.advice.evaluation;

import static dev.breakeven.reason.Parameter.percent;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Advice.Recommendation;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.alternatives.ConstraintCosts;
import dev.breakeven.advice.alternatives.MonthlyBills;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.HeadroomUse;
import dev.breakeven.advice.costing.LastHour;
import dev.breakeven.advice.costing.OwnTokenPrices;
import dev.breakeven.advice.costing.TrafficSummary;
import dev.breakeven.advice.costing.WorkloadAllocation;
import dev.breakeven.advice.decision.ActionRules;
import dev.breakeven.advice.decision.CapacityIssues;
import dev.breakeven.advice.decision.DecisionHistory;
import dev.breakeven.advice.decision.Hysteresis;
import dev.breakeven.advice.decision.IssueRules;
import dev.breakeven.advice.decision.SavingCheck;
import dev.breakeven.advice.decision.VerdictDecision;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.advice.proof.ForecastScore;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.traffic.TrafficHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The whole answer: every way is compared, at what one replica sustains. */
record AnswerWithCapacity(
    Evidence evidence, Candidates comparison, CapacityInterval.Checked checked, Planner planner) {

  private static final Issue NUMBER_NEEDS_CAPACITY =
      new Issue(Reason.NOTHING_TO_COMPARE, Message.of(Cause.NUMBER_NEEDS_CAPACITY));

  Advice advice() {
    AdvisorInput input = evidence.input();
    ReplicaEconomics economics = new ReplicaEconomics(input, comparison);
    ScenarioFinding scenario = evidence.scenario(comparison);
    Optional<HeadroomUse> headroomUse = economics.headroomUse();
    Hysteresis.Outcome steadied =
        Hysteresis.of(input, evidence.decide(checked.issues(), comparison, scenario), comparison);
    VerdictDecision decision = steadied.decision();
    BurstPoint burst = economics.burst(decision);
    Recommendation recommendation =
        ActionRules.recommend(
            new ActionRules.Case(
                decision,
                input.replicasNow(),
                comparison.present().isSelfHosted(),
                economics.marginal(),
                headroomUse.isPresent()),
            burst,
            Answer.offer(input));
    DecisionHistory history = Answer.history(evidence, decision, recommendation);
    return Answer.of(
        evidence,
        issues(steadied, burst, headroomUse),
        steadied,
        recommendation,
        history,
        figures(decision, history, scenario, economics));
  }

  private Figures figures(
      VerdictDecision decision,
      DecisionHistory history,
      ScenarioFinding scenario,
      ReplicaEconomics economics) {
    AdvisorInput input = evidence.input();
    CapacityEvidence.Known known = (CapacityEvidence.Known) evidence.capacity();
    MonthlyBills bills = MonthlyBills.of(input, comparison);
    SavingEstimator estimator = new SavingEstimator(input, comparison, checked.atEnds());
    boolean numberIsOpen = decision.reason() == VerdictRules.Reason.CHEAPER_AS_IT_RUNS;
    Advice.Savings savings =
        numberIsOpen
            ? estimator.onlyOfFollowing(decision, NUMBER_NEEDS_CAPACITY)
            : estimator.of(decision);
    return new Figures(
        savings,
        numberIsOpen ? Answer.review(evidence, NUMBER_NEEDS_CAPACITY) : estimator.review(decision),
        new Advice.Comparison(Answer.chosen(decision), bills.alternatives(), constraints(input)),
        costs(bills, economics),
        new Advice.Basis(
            ObservedFigures.of(
                evidence.window(),
                evidence.seen(),
                economics.utilization(),
                Estimate.of(comparison.curve().peak())),
            evidence.capacity(),
            Estimate.of(scenario)),
        new ForecastScore(
                input,
                evidence.window().history(),
                comparison,
                known,
                asked -> Advisor.review(asked, known))
            .trackRecord(decision, history, savings.monthly()));
  }

  private List<Advice.ConstraintCost> constraints(AdvisorInput input) {
    PastByCapacity.Spans at = evidence.past().at(capacity());
    return ConstraintCosts.of(
        comparison,
        input.constraints(),
        input.currency(),
        new PlansOnOtherTerms(input, at.earlier(), at.charged(), planner));
  }

  private Advice.Costs costs(MonthlyBills bills, ReplicaEconomics economics) {
    AdvisorInput input = evidence.input();
    TrafficHistory history = evidence.window().history();
    return new Advice.Costs(
        economics.breakeven(),
        LastHour.cost(input, history, comparison.load(), comparison.terms(), comparison.api()),
        bills.hiddenCosts(),
        Estimate.of(
            OwnTokenPrices.of(
                history,
                comparison.load(),
                capacity(),
                comparison.terms(),
                economics.sizeInQuestion(),
                input.replicasNow(),
                input.currency())));
  }

  private Capacity capacity() {
    return ((CapacityEvidence.Known) evidence.capacity()).capacity();
  }

  /** What can only be said once the advice is known. */
  private List<Issue> issues(
      Hysteresis.Outcome steadied, BurstPoint burst, Optional<HeadroomUse> headroomUse) {
    AdvisorInput input = evidence.input();
    TrafficSummary seen = evidence.seen();
    List<Issue> all = new ArrayList<>(checked.issues());
    WorkloadAllocation.misplaced(input, comparison.terms()).ifPresent(all::add);
    steadied.held().ifPresent(all::add);
    headroomUse.ifPresent(use -> all.add(CapacityIssues.headroomIsUsed(use, input)));
    SavingCheck.of(steadied.decision(), comparison, input.currency()).ifPresent(all::add);
    if (burst instanceof BurstPoint.Above && input.replicasNow() > 0 && !seen.burstSeen()) {
      all.add(new Issue(Reason.OVERFLOW_UNSEEN, Message.of(Cause.BURST_TRAFFIC_NOT_SEEN)));
    }
    if (seen.unseenSteps() > 0
        && all.stream().noneMatch(issue -> issue.reason() == Reason.OVERFLOW_UNSEEN)) {
      all.add(
          new Issue(Reason.OVERFLOW_UNSEEN, Message.of(Cause.DEMAND_AT_ZERO_REPLICAS_NOT_SEEN)));
    }
    if (burst instanceof BurstPoint.Above && comparison.api().isLimited()) {
      all.add(
          new Issue(
              Reason.LIMITS_BY_MEAN,
              Message.of(
                  Cause.LIMITS_PLANNED_WITH_MARGIN,
                  percent(100 * ApiAccess.PLANNED_SHARE_OF_LIMIT))));
    }
    return IssueRules.heaviestFirst(all);
  }
}
