package dev.breakeven.capacity.estimation;

import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.traffic.TokenRates;

/**
 * What one replica did in one step, a mean over the step and over the replicas that served. {@link
 * Double#NaN} where a figure was not measured.
 *
 * @param tokens tokens/s of one replica
 * @param requestsPerSecond requests finished per second; NaN where not counted
 * @param requestsRunning requests in the batch (vLLM's num_requests_running); NaN where not known
 * @param requestsWaiting requests queued for one replica; NaN where not known
 * @param kvCacheUsage share of the KV cache in use, 0 to 1; NaN where not known
 * @param timeToFirstTokenSeconds NaN where not measured
 * @param interTokenLatencySeconds NaN where not measured
 */
public record ReplicaStep(
    TokenRates tokens,
    double requestsPerSecond,
    double requestsRunning,
    double requestsWaiting,
    double kvCacheUsage,
    double timeToFirstTokenSeconds,
    double interTokenLatencySeconds) {

  /** Requests waiting for a replica, mean over a step, up to which nothing counts as queued. */
  public static final double NOTHING_WAITING_UP_TO = 0.1;

  /** Tokens alone, with nothing waiting: what a traffic file can say. */
  public static ReplicaStep served(TokenRates tokens, double requestsPerSecond) {
    return new ReplicaStep(
        tokens, requestsPerSecond, Double.NaN, 0, Double.NaN, Double.NaN, Double.NaN);
  }

  /** Whether it is known that all that was asked for was served at once. */
  public boolean hasNothingWaiting() {
    return requestsWaiting <= NOTHING_WAITING_UP_TO;
  }

  /** Whether requests were waiting all through the step, so that the replica did all it could. */
  public boolean isSaturated() {
    return requestsWaiting >= CapacityAssessment.SATURATED_AT_WAITING_PER_REPLICA;
  }

  /** Whether it kept to a target, as far as its latencies were measured. */
  boolean isWithin(LatencyTarget target) {
    return !(timeToFirstTokenSeconds > target.timeToFirstTokenSeconds())
        && !(interTokenLatencySeconds > target.interTokenLatencySeconds());
  }

  /** Mean lengths of its requests; unknown where they were not counted. */
  RequestLengths lengths() {
    return RequestLengths.of(tokens, requestsPerSecond);
  }

  /** The step as a rate of one replica. */
  SaturatedRate rate() {
    return new SaturatedRate(tokens, lengths().contextTokens());
  }
}
