package dev.breakeven.traffic;

/**
 * What one policy's model was asked for and what served it, step by step; all series have the
 * grid's length. Tokens served on the GPUs and tokens that already went to an API are apart; demand
 * is their sum.
 *
 * @param grid the steps
 * @param uncachedInput prompt tokens computed on the GPUs, tokens/s
 * @param cachedInput prompt tokens served from the GPUs' prefix cache, tokens/s
 * @param output tokens generated on the GPUs, tokens/s
 * @param requests requests finished on the GPUs, requests/s
 * @param burstInput prompt tokens that went to an API through a gateway, cached ones included,
 *     tokens/s
 * @param burstCachedInput of those, found in the API's cache, tokens/s
 * @param burstOutput generated tokens that came from an API through a gateway, tokens/s
 * @param burstRequests requests that went to an API through a gateway, requests/s
 * @param replicasHeld replicas that existed and were paid for, pending ones included; measured as 0
 *     where nothing ran, and throughout where a policy has no workload yet
 * @param requestsWaiting requests queued, mean over the step
 * @param gpuUtilizationPercent share of time any kernel ran, mean over the GPUs, percent; evidence,
 *     never the load
 * @param engines how full the engines were and how fast they answered
 */
public record TrafficHistory(
    StepGrid grid,
    Series uncachedInput,
    Series cachedInput,
    Series output,
    Series requests,
    Series burstInput,
    Series burstCachedInput,
    Series burstOutput,
    Series burstRequests,
    Series replicasHeld,
    Series requestsWaiting,
    Series gpuUtilizationPercent,
    EngineState engines) {

  /** A history of engines that do not tell how full they were. */
  public TrafficHistory(
      StepGrid grid,
      Series uncachedInput,
      Series cachedInput,
      Series output,
      Series requests,
      Series burstInput,
      Series burstCachedInput,
      Series burstOutput,
      Series burstRequests,
      Series replicasHeld,
      Series requestsWaiting,
      Series gpuUtilizationPercent) {
    this(
        grid,
        uncachedInput,
        cachedInput,
        output,
        requests,
        burstInput,
        burstCachedInput,
        burstOutput,
        burstRequests,
        replicasHeld,
        requestsWaiting,
        gpuUtilizationPercent,
        EngineState.unmeasured(grid.steps()));
  }

  /**
   * @throws IllegalArgumentException if a series is not as long as the grid
   */
  public TrafficHistory {
    for (Series s :
        new Series[] {
          uncachedInput,
          cachedInput,
          output,
          requests,
          burstInput,
          burstCachedInput,
          burstOutput,
          burstRequests,
          replicasHeld,
          requestsWaiting,
          gpuUtilizationPercent,
          engines.requestsRunning(),
          engines.kvCacheUsage(),
          engines.timeToFirstTokenSeconds(),
          engines.interTokenSeconds()
        }) {
      if (s.steps() != grid.steps()) {
        throw new IllegalArgumentException(
            "a series of " + s.steps() + " steps on a grid of " + grid.steps());
      }
    }
  }

  /** No steps, up to that time: where nothing is kept. */
  public static TrafficHistory none(long endEpochSecond) {
    Series none = Series.absent(0);
    return ofTokens(new StepGrid(endEpochSecond, 1, 0), none, none, none);
  }

  /** A history of tokens alone: no requests, no gateway, no replicas, no GPUs measured. */
  public static TrafficHistory ofTokens(
      StepGrid grid, Series uncachedInput, Series cachedInput, Series output) {
    Series none = Series.absent(grid.steps());
    return new TrafficHistory(
        grid, uncachedInput, cachedInput, output, none, none, none, none, none, none, none, none);
  }

  /**
   * Whether the demand of step {@code i} is known: its tokens were measured on the GPUs; or no
   * replica was held, so that nothing was served, and what was asked is what a gateway saw, or
   * nothing where there is no gateway. Where there is one, its gaps are not known. An engine
   * without a prefix cache metric counts all input as uncached.
   */
  public boolean isKnown(int i) {
    return isServedMeasured(i) || (nothingRan(i) && (isBurstMeasured(i) || !hasGateway()));
  }

  /** Whether somebody counted what was asked in step {@code i}, on the GPUs or at a gateway. */
  public boolean isDemandMeasured(int i) {
    return isServedMeasured(i) || (nothingRan(i) && isBurstMeasured(i));
  }

  /** Whether step {@code i} had no replica, and nobody counted what was asked of none. */
  public boolean isDemandUnseen(int i) {
    return nothingRan(i)
        && !isBurstMeasured(i)
        && !(uncachedInput.at(i, 0) > 0)
        && !(output.at(i, 0) > 0);
  }

  private boolean hasGateway() {
    return burstInput.isAnyMeasured() && burstOutput.isAnyMeasured();
  }

  /** Whether tokens were measured on the GPUs in step {@code i}. */
  public boolean isServedMeasured(int i) {
    return uncachedInput.isMeasured(i) && output.isMeasured(i);
  }

  /** Whether a gateway measured what went to an API in step {@code i}. */
  public boolean isBurstMeasured(int i) {
    return burstInput.isMeasured(i) && burstOutput.isMeasured(i);
  }

  private boolean isAnyBurstMeasured(int i) {
    return burstInput.isMeasured(i) || burstOutput.isMeasured(i);
  }

  /** Whether step {@code i} is known to have had no replica at all. */
  public boolean nothingRan(int i) {
    return replicasHeld.isMeasured(i) && replicasHeld.measuredAt(i) == 0;
  }

  /** Served on the GPUs in a known step, tokens/s; nothing where nothing ran. */
  public TokenRates servedAt(int i) {
    if (!isServedMeasured(i) && nothingRan(i)) {
      return TokenRates.ZERO;
    }
    return new TokenRates(uncachedInput.measuredAt(i), cachedInput.at(i, 0), output.measuredAt(i));
  }

  /** Sent to an API through a gateway, tokens/s; nothing where no gateway measured any. */
  public TokenRates burstAt(int i) {
    if (!isAnyBurstMeasured(i)) {
      return TokenRates.ZERO;
    }
    double cached = Math.min(burstCachedInput.at(i, 0), burstInput.at(i, 0));
    return new TokenRates(burstInput.at(i, 0) - cached, cached, burstOutput.at(i, 0));
  }

  /**
   * Asked for in a known step, tokens/s: served on the GPUs, plus what a gateway sent to an API.
   */
  public TokenRates demandAt(int i) {
    TokenRates served = servedAt(i);
    return isAnyBurstMeasured(i) ? served.plus(burstAt(i)) : served;
  }

  /**
   * Both together, as one policy's traffic: a figure is known where both are, and GPU utilisation
   * is left out, since it is no sum.
   *
   * @throws IllegalArgumentException if the steps are not the same
   */
  public TrafficHistory plus(TrafficHistory other) {
    if (!grid.equals(other.grid)) {
      throw new IllegalArgumentException("the steps are not the same: " + grid + ", " + other.grid);
    }
    return new TrafficHistory(
        grid,
        uncachedInput.plus(other.uncachedInput),
        cachedInput.plus(other.cachedInput),
        output.plus(other.output),
        requests.plus(other.requests),
        burstInput.plus(other.burstInput),
        burstCachedInput.plus(other.burstCachedInput),
        burstOutput.plus(other.burstOutput),
        burstRequests.plus(other.burstRequests),
        replicasHeld.plus(other.replicasHeld),
        requestsWaiting.plus(other.requestsWaiting),
        Series.absent(grid.steps()));
  }

  /** A copy without replicas, for traffic that is served elsewhere. */
  public TrafficHistory withoutReplicas() {
    return new TrafficHistory(
        grid,
        uncachedInput,
        cachedInput,
        output,
        requests,
        burstInput,
        burstCachedInput,
        burstOutput,
        burstRequests,
        Series.absent(grid.steps()),
        requestsWaiting,
        gpuUtilizationPercent,
        engines);
  }

  /** Steps {@code from} (included) to {@code to} (excluded). */
  public TrafficHistory slice(int from, int to) {
    if (from == 0 && to == grid.steps()) {
      return this;
    }
    return new TrafficHistory(
        grid.slice(from, to),
        uncachedInput.slice(from, to),
        cachedInput.slice(from, to),
        output.slice(from, to),
        requests.slice(from, to),
        burstInput.slice(from, to),
        burstCachedInput.slice(from, to),
        burstOutput.slice(from, to),
        burstRequests.slice(from, to),
        replicasHeld.slice(from, to),
        requestsWaiting.slice(from, to),
        gpuUtilizationPercent.slice(from, to),
        engines.each(series -> series.slice(from, to)));
  }
}
