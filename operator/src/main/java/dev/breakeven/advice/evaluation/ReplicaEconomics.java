package dev.breakeven.advice.evaluation;

import static dev.breakeven.reason.Parameter.replicas;

import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Advice.Marginal;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.BreakevenPoint;
import dev.breakeven.advice.costing.HeadroomUse;
import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.decision.CapacityIssues;
import dev.breakeven.advice.decision.VerdictDecision;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Cause;
import java.util.Optional;

/** What own replicas cost and carry: the next one, the last one, and where they break even. */
record ReplicaEconomics(AdvisorInput input, Candidates comparison) {

  private static final int HOURLY_DECIMALS = 4;

  /** What one more and one less would cost, beside the API's price of what they would carry. */
  Estimate<Marginal> marginal() {
    if (!comparison.api().priced()) {
      return Estimate.notFound(Reason.API_PRICE_MISSING, Cause.NO_API_PRICE_FOR_OVERFLOW);
    }
    if (!comparison.mayBurst()) {
      return Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NO_API_FOR_OVERFLOW);
    }
    int now = input.replicasNow();
    double hours = comparison.load().hours();
    ReplicaCostModel terms = comparison.terms();
    LoadDurationCurve curve = comparison.curve();
    double overflow = comparison.present().cost().api();
    double withOneMore = curve.overflowApi(terms.usable(now + 1));
    double withOneLess = curve.overflowApi(terms.usable(Math.max(0, now - 1)));
    return Estimate.of(
        new Marginal(
            hourly(terms.nextPerHour(now)),
            hourly(Math.max(0, overflow - withOneMore) / hours),
            hourly(now == 0 ? 0 : terms.nextPerHour(now - 1)),
            hourly(Math.max(0, withOneLess - overflow) / hours)));
  }

  /** The utilization at which self-hosting costs as much as the API for this traffic. */
  Estimate<Breakeven> breakeven() {
    if (!comparison.api().priced()) {
      return Estimate.notFound(Reason.API_PRICE_MISSING, Cause.NO_API_PRICE_TO_BREAK_EVEN);
    }
    if (comparison.load().api() <= 0) {
      return comparison.load().tokens() > 0
          ? Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.API_IS_FREE)
          : Estimate.notFound(Reason.NO_TRAFFIC, Cause.NO_PRICED_TRAFFIC);
    }
    if (comparison.terms().maxReplicas() == 0) {
      return Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NO_REPLICA_ALLOWED);
    }
    return Estimate.of(
        new BreakevenPoint(
                comparison.load(),
                comparison.curve(),
                comparison.terms(),
                comparison.api(),
                comparison.mayBurst())
            .at(sizeInQuestion()));
  }

  /** Replicas that run, else those that would be started; at least one. */
  int sizeInQuestion() {
    int replicas = input.replicasNow();
    if (replicas == 0) {
      replicas =
          (comparison.mayBurst()
                  ? comparison.option(Kind.BASELINE_BURST)
                  : comparison.option(Kind.SELF_HOST_PEAK))
              .map(Candidate::next)
              .orElse(1);
    }
    return Math.max(1, replicas);
  }

  /** Work that own replicas did over what all that were held can do; headroom is no cap on it. */
  Estimate<Double> utilization() {
    PricedLoad load = comparison.load();
    ReplicaCostModel terms = comparison.terms();
    double sizeHours = terms.sizeHours(load, input.replicasNow());
    if (!(sizeHours > 0)) {
      return Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NO_REPLICA_HELD);
    }
    PlanCost ran = PlanCost.ofWhatRan(load, terms, ApiAccess.NONE, input.replicasNow());
    return Estimate.of(100 * ran.servedLoad() / sizeHours);
  }

  /** How the headroom was used, if the replicas that ran used it in more than a few steps. */
  Optional<HeadroomUse> headroomUse() {
    HeadroomUse use = HeadroomUse.of(comparison.load(), comparison.terms(), input.replicasNow());
    return Optional.of(use).filter(CapacityIssues::isMaterial);
  }

  /** Where what is advised bursts; where less is changed than wanted, at what is held. */
  BurstPoint burst(VerdictDecision decision) {
    if (!(decision instanceof VerdictDecision.Serve serve)) {
      return new BurstPoint.Never();
    }
    Candidate option = serve.option();
    double perReplica = comparison.tokensPerSecondPerReplica();
    if (serve.replicas() == option.next() && serve.verdict() == option.verdict()) {
      return option.burst(comparison.terms(), perReplica);
    }
    double level = comparison.terms().usable(serve.replicas());
    double all = comparison.load().tokens();
    double share = all > 0 ? 100 * comparison.curve().overflowTokens(level) / all : 0;
    return share > 0 && comparison.mayBurst()
        ? new BurstPoint.Above(level * perReplica, share)
        : new BurstPoint.Never();
  }

  private Money hourly(double amount) {
    return Money.rounded(amount, HOURLY_DECIMALS, input.currency());
  }
}
