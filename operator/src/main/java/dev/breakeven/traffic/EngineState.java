package dev.breakeven.traffic;

import java.util.function.UnaryOperator;

/**
 * How the engines stood in each step: what tells how full they were while nothing queued.
 *
 * @param requestsRunning requests in the batches of all replicas, mean over the step
 * @param kvCacheUsage share of the KV cache in use, 0 to 1, mean over the replicas
 * @param timeToFirstTokenSeconds of the step's requests, mean or the percentile asked for
 * @param interTokenSeconds time between two tokens of an answer, same
 */
public record EngineState(
    Series requestsRunning,
    Series kvCacheUsage,
    Series timeToFirstTokenSeconds,
    Series interTokenSeconds) {

  /** Nobody measured any of it. */
  public static EngineState unmeasured(int steps) {
    Series none = Series.absent(steps);
    return new EngineState(none, none, none, none);
  }

  EngineState each(UnaryOperator<Series> change) {
    return new EngineState(
        change.apply(requestsRunning),
        change.apply(kvCacheUsage),
        change.apply(timeToFirstTokenSeconds),
        change.apply(interTokenSeconds));
  }
}
