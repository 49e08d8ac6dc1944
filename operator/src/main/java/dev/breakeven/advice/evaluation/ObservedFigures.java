package dev.breakeven.advice.evaluation;

import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.Observed;
import dev.breakeven.advice.costing.ObservationWindow;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.TrafficSummary;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.traffic.TrafficHistory;

/** What the window shows, as figures of the answer. */
final class ObservedFigures {

  private static final int SECONDS_PER_HOUR = 3600;

  private ObservedFigures() {}

  /** What was seen, and why a figure is not known. */
  static Observed of(
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
        new Observed.Window(window.from(), window.to(), window.coveragePercent()),
        new Observed.Tokens(
            found(known, seen.demand(), nothing),
            found(known, perSecond * SECONDS_PER_HOUR * ReplicaCostModel.HOURS_PER_MONTH, nothing),
            found(
                known && seen.burstSeen(),
                perSecond > 0 ? 100 * seen.burst().total() / perSecond : 0,
                known
                    ? new Issue(Reason.SERIES_MISSING, Message.of(Cause.GATEWAY_NOT_MEASURED))
                    : nothing)),
        new Observed.Replicas(
            utilization, peak, TrafficSummary.mean(history.replicasHeld(), "replicas that ran")),
        new Observed.Requests(
            found(counted, seen.requestsPerSecond(), uncounted),
            found(counted, seen.lengths().inputTokens(), uncounted),
            found(counted, seen.lengths().outputTokens(), uncounted),
            TrafficSummary.mean(history.requestsWaiting(), "requests waiting")),
        TrafficSummary.mean(history.gpuUtilizationPercent(), "GPU utilisation"));
  }

  private static <T> Estimate<T> found(boolean known, T value, Issue otherwise) {
    return known ? Estimate.of(value) : new Estimate.NotFound<>(otherwise);
  }
}
