package dev.breakeven.reconcile;

import static dev.breakeven.reconcile.Shown.firstOf;
import static dev.breakeven.reconcile.Shown.found;
import static dev.breakeven.reconcile.Shown.missing;
import static dev.breakeven.reconcile.Shown.percent;
import static dev.breakeven.reconcile.Shown.rate;
import static dev.breakeven.reconcile.Shown.ratio;
import static dev.breakeven.reconcile.Shown.sentence;
import static dev.breakeven.reconcile.Shown.time;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Finding;
import dev.breakeven.advice.Observed;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.traffic.TokenRates;
import org.jspecify.annotations.Nullable;

/** What was seen, as a status shows it. */
final class ObservedShown {

  private ObservedShown() {}

  static CostPolicyStatus.Observed observed(Observed seen, CapacityEvidence capacity) {
    TokenRates demand =
        seen.demand() instanceof Finding.Found<TokenRates> found ? found.value() : null;
    return new CostPolicyStatus.Observed(
        found(seen.burstPercent(), Shown::percent),
        demand == null ? null : rate(demand.cachedInput()),
        capacity(capacity),
        percent(seen.coveragePercent()),
        time(seen.from()),
        found(seen.gpuUtilizationPercent(), Shown::percent),
        found(seen.inputTokensPerRequest(), Shown::rate),
        demand == null ? null : rate(demand.uncachedInput()),
        sentence(firstOf(missing(seen.demand()), missing(seen.utilizationPercent()))),
        found(seen.outputTokensPerRequest(), Shown::rate),
        demand == null ? null : rate(demand.output()),
        found(seen.peakReplicasOfLoad(), Shown::ratio),
        found(seen.replicasHeld(), Shown::ratio),
        found(seen.requestsPerSecond(), Shown::rate),
        found(seen.requestsWaiting(), Shown::ratio),
        time(seen.to()),
        found(seen.tokensPerMonth(), Shown::rate),
        found(seen.utilizationPercent(), Shown::percent));
  }

  private static CostPolicyStatus.CapacitySeen capacity(CapacityEvidence evidence) {
    if (evidence instanceof CapacityEvidence.Unknown unknown) {
      return new CostPolicyStatus.CapacitySeen(
          null, null, "Unknown", null, null, null, sentence(unknown.message()), null, null);
    }
    CapacityEvidence.Known known = (CapacityEvidence.Known) evidence;
    CapacityEvidence.@Nullable FitError error = null;
    @Nullable Integer points = null;
    String name = "Declared";
    @Nullable String message = null;
    if (evidence instanceof CapacityEvidence.Fitted fitted) {
      name = "Fitted";
      error = fitted.error();
      points = fitted.points();
    } else if (evidence instanceof CapacityEvidence.Learned learned) {
      name = "Learned";
      error = learned.error();
      points = learned.steps();
      message = "learned from steps in which requests were waiting";
    } else if (evidence instanceof CapacityEvidence.Extrapolated extrapolated) {
      name = "Extrapolated";
      message =
          "extrapolated from a GPU utilisation of "
              + percent(extrapolated.gpuUtilizationPercent())
              + " %, which is a weak guide";
    }
    Capacity capacity = known.capacity();
    return new CostPolicyStatus.CapacitySeen(
        finite(capacity.cachedInputTokensPerSecond()),
        finite(capacity.contextTokensPerSecond()),
        name,
        error == null ? null : percent(error.greatest() * 100),
        finite(capacity.inputTokensPerSecond()),
        error == null ? null : percent(error.mean() * 100),
        message,
        finite(capacity.outputTokensPerSecond()),
        points);
  }

  /** A kind of token that takes nothing of a replica has no limit to show. */
  private static @Nullable String finite(double tokensPerSecond) {
    return Double.isFinite(tokensPerSecond) ? rate(tokensPerSecond) : null;
  }

  static CostPolicyStatus.Scenario scenario(Advice advice) {
    if (!(advice.scenario() instanceof Finding.Found<ScenarioFinding> found)) {
      return new CostPolicyStatus.Scenario(
          null, null, sentence(missing(advice.scenario())), null, null);
    }
    ScenarioFinding scenario = found.value();
    return new CostPolicyStatus.Scenario(
        found(scenario.dayToDayVariation(), Shown::ratio),
        scenario.scenario().label(),
        sentence(scenario.message()),
        ratio(scenario.peakToMean()),
        percent(scenario.steadinessPercent()));
  }
}
