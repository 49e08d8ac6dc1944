package dev.breakeven.advice;

import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.costing.ObservationWindow;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.TrafficSummary;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;

/**
 * What was seen in the window. Every figure is a mean over the known steps.
 *
 * @param gpuUtilizationPercent share of time any kernel ran; evidence, never the load
 */
public record Observed(
    Window window,
    Tokens tokens,
    Replicas replicas,
    Requests requests,
    Estimate<Double> gpuUtilizationPercent) {

  /**
   * The window.
   *
   * @param from its start
   * @param to end of its last step
   * @param coveragePercent of its steps that are known
   */
  public record Window(Instant from, Instant to, double coveragePercent) {}

  /**
   * Tokens that were asked for, GPUs and gateway together.
   *
   * @param demand tokens/s
   * @param perMonth all tokens at that rate
   * @param burstPercent of the tokens already go to an API through a gateway
   */
  public record Tokens(
      Estimate<TokenRates> demand, Estimate<Double> perMonth, Estimate<Double> burstPercent) {}

  /**
   * Replicas that ran.
   *
   * @param utilizationPercent served load ÷ replicas held, mean(r/n)
   * @param peakLoad the highest step's load, replicas' worth of work
   * @param held replicas held
   */
  public record Replicas(
      Estimate<Double> utilizationPercent, Estimate<Double> peakLoad, Estimate<Double> held) {}

  /**
   * Requests.
   *
   * @param perSecond requests/s
   * @param inputTokens mean prompt length, tokens, cached ones included
   * @param outputTokens mean generated length, tokens
   * @param waiting requests queued
   */
  public record Requests(
      Estimate<Double> perSecond,
      Estimate<Double> inputTokens,
      Estimate<Double> outputTokens,
      Estimate<Double> waiting) {}

  private static final int SECONDS_PER_HOUR = 3600;

  public static Observed of(
      ObservationWindow window,
      TrafficSummary seen,
      Estimate<Double> utilization,
      Estimate<Double> peak) {
    TrafficHistory history = window.history();
    Issue nothing = new Issue(Reason.NO_TRAFFIC_DATA, Message.of(Cause.NO_STEP_KNOWN));
    boolean known = window.knownSteps() > 0;
    double perSecond = seen.demand().total();
    Issue uncounted = new Issue(Reason.SERIES_MISSING, Message.of(Cause.REQUESTS_NOT_COUNTED));
    boolean counted = seen.lengths().areKnown();
    return new Observed(
        new Window(window.from(), window.to(), window.coveragePercent()),
        new Tokens(
            found(known, seen.demand(), nothing),
            found(known, perSecond * SECONDS_PER_HOUR * ReplicaCostModel.HOURS_PER_MONTH, nothing),
            found(
                known && seen.burstSeen(),
                perSecond > 0 ? 100 * seen.burst().total() / perSecond : 0,
                known
                    ? new Issue(Reason.SERIES_MISSING, Message.of(Cause.GATEWAY_NOT_MEASURED))
                    : nothing)),
        new Replicas(
            utilization, peak, TrafficSummary.mean(history.replicasHeld(), "replicas that ran")),
        new Requests(
            found(counted, seen.requestsPerSecond(), uncounted),
            found(counted, seen.lengths().inputTokens(), uncounted),
            found(counted, seen.lengths().outputTokens(), uncounted),
            TrafficSummary.mean(history.requestsWaiting(), "requests waiting")),
        TrafficSummary.mean(history.gpuUtilizationPercent(), "GPU utilisation"));
  }

  private static <T> Estimate<T> found(boolean known, T value, Issue otherwise) {
    return known ? Estimate.of(value) : new Estimate.NotFound<>(otherwise);
  }

  /** Work that own replicas did over what all that were held can do; headroom is no cap on it. */
  public static Estimate<Double> utilization(PlanCost ran, double sizeHours) {
    return sizeHours > 0
        ? Estimate.of(100 * ran.servedLoad() / sizeHours)
        : Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NO_REPLICA_HELD);
  }
}
