package dev.breakeven.render.status;

import static dev.breakeven.render.status.StatusFormat.firstOf;
import static dev.breakeven.render.status.StatusFormat.found;
import static dev.breakeven.render.status.StatusFormat.missing;
import static dev.breakeven.render.status.StatusFormat.percent;
import static dev.breakeven.render.status.StatusFormat.rate;
import static dev.breakeven.render.status.StatusFormat.ratio;
import static dev.breakeven.render.status.StatusFormat.sentence;
import static dev.breakeven.render.status.StatusFormat.time;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Observed;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.traffic.TokenRates;
import org.jspecify.annotations.Nullable;

/** What was seen, as a status shows it. */
final class ObservedMapper {

  private ObservedMapper() {}

  static CostPolicyStatus.Observed observed(Observed seen, CapacityEvidence capacity) {
    TokenRates demand =
        seen.tokens().demand() instanceof Estimate.Found<TokenRates> found ? found.value() : null;
    return new CostPolicyStatus.Observed(
        found(seen.tokens().burstPercent(), StatusFormat::percent),
        demand == null ? null : rate(demand.cachedInput()),
        capacity(capacity),
        percent(seen.window().coveragePercent()),
        time(seen.window().from()),
        found(seen.gpuUtilizationPercent(), StatusFormat::percent),
        found(seen.requests().inputTokens(), StatusFormat::rate),
        demand == null ? null : rate(demand.uncachedInput()),
        // Where the capacity is not known, its own message says so.
        firstOf(
            missing(seen.tokens().demand()),
            capacity instanceof CapacityEvidence.Unknown
                ? null
                : missing(seen.replicas().utilizationPercent())),
        found(seen.requests().outputTokens(), StatusFormat::rate),
        demand == null ? null : rate(demand.output()),
        found(seen.replicas().peakLoad(), StatusFormat::ratio),
        found(seen.replicas().held(), StatusFormat::ratio),
        found(seen.requests().perSecond(), StatusFormat::rate),
        found(seen.requests().waiting(), StatusFormat::ratio),
        time(seen.window().to()),
        found(seen.tokens().perMonth(), StatusFormat::rate),
        found(seen.replicas().utilizationPercent(), StatusFormat::percent));
  }

  private static CostPolicyStatus.CapacitySeen capacity(CapacityEvidence evidence) {
    if (evidence instanceof CapacityEvidence.Unknown unknown) {
      return new CostPolicyStatus.CapacitySeen(
          null,
          null,
          "Unknown",
          null,
          null,
          null,
          null,
          null,
          sentence(unknown.message()),
          null,
          null);
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
    } else if (evidence instanceof CapacityEvidence.Curve curve) {
      name = "ConcurrencyCurve";
      points = curve.steps();
      message = "extrapolated along the concurrency curve of steps with nothing waiting";
    } else if (evidence instanceof CapacityEvidence.Published published) {
      name = "Published";
      message = "published by " + published.source() + ", not measured here";
    }
    Capacity capacity = known.capacity();
    return new CostPolicyStatus.CapacitySeen(
        finite(capacity.cachedInputTokensPerSecond()),
        finite(capacity.contextTokensPerSecond()),
        name,
        error == null ? null : percent(error.greatest() * 100),
        known.range().isExact() ? null : percent(known.range().highFactor() * 100),
        finite(capacity.inputTokensPerSecond()),
        known.range().isExact() ? null : percent(known.range().lowFactor() * 100),
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
    if (!(advice.basis().scenario() instanceof Estimate.Found<ScenarioFinding> found)) {
      return new CostPolicyStatus.Scenario(
          null, null, missing(advice.basis().scenario()), null, null);
    }
    ScenarioFinding scenario = found.value();
    return new CostPolicyStatus.Scenario(
        found(scenario.dayToDayVariation(), StatusFormat::ratio),
        scenario.scenario().label(),
        sentence(scenario.message()),
        ratio(scenario.peakToMean()),
        percent(scenario.steadinessPercent()));
  }
}
