package dev.breakeven.advice.costing;

import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.capacity.estimation.CapacityAssessment;
import dev.breakeven.reason.Cause;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import java.util.OptionalDouble;

/**
 * Means over the known steps of a window.
 *
 * @param demand asked for, tokens/s
 * @param burst of that, sent to an API through a gateway, tokens/s
 * @param requestsPerSecond mean over the steps in which requests were counted; 0 where they never
 *     were
 * @param lengths mean lengths over the same steps
 * @param saturatedSteps known steps with requests waiting
 * @param burstSeen whether a gateway measured any step
 * @param unseenSteps known steps with no replica in which no gateway saw what was asked
 * @param cacheMeasured whether the engine's cache hits were measured in any step
 */
public record TrafficSummary(
    TokenRates demand,
    TokenRates burst,
    double requestsPerSecond,
    RequestLengths lengths,
    int saturatedSteps,
    boolean burstSeen,
    int unseenSteps,
    boolean cacheMeasured) {

  public static TrafficSummary of(TrafficHistory history) {
    double[] demand = new double[3];
    double[] burst = new double[3];
    double[] counted = new double[3];
    double requests = 0;
    int countedSteps = 0;
    int known = 0;
    int saturated = 0;
    boolean burstSeen = false;
    boolean cacheMeasured = false;
    int unseen = 0;
    for (int i = 0; i < history.grid().steps(); i++) {
      burstSeen |= history.isBurstMeasured(i);
      cacheMeasured |= history.cachedInput().isMeasured(i);
      if (!history.isKnown(i)) {
        continue;
      }
      known++;
      unseen += history.isDemandUnseen(i) ? 1 : 0;
      saturated += CapacityAssessment.isSaturated(history, i) ? 1 : 0;
      add(demand, history.demandAt(i));
      add(burst, history.burstAt(i));
      boolean servedCounted = history.isServedMeasured(i) && history.requests().isMeasured(i);
      boolean burstCounted = history.isBurstMeasured(i) && history.burstRequests().isMeasured(i);
      if (servedCounted) {
        add(counted, history.servedAt(i));
        requests += history.requests().measuredAt(i);
      }
      if (burstCounted) {
        add(counted, history.burstAt(i));
        requests += history.burstRequests().measuredAt(i);
      }
      countedSteps += servedCounted || burstCounted ? 1 : 0;
    }
    return new TrafficSummary(
        mean(demand, known),
        mean(burst, known),
        countedSteps == 0 ? 0 : requests / countedSteps,
        RequestLengths.of(mean(counted, 1), requests),
        saturated,
        burstSeen,
        unseen,
        cacheMeasured);
  }

  /** The mean of a series as a finding, or why there is none. */
  public static Estimate<Double> mean(Series series, String what) {
    OptionalDouble mean = series.mean();
    return mean.isPresent()
        ? Estimate.of(mean.getAsDouble())
        : Estimate.notFound(Issue.Reason.SERIES_MISSING, Cause.SERIES_NOT_MEASURED, name(what));
  }

  private static void add(double[] sum, TokenRates more) {
    sum[0] += more.uncachedInput();
    sum[1] += more.cachedInput();
    sum[2] += more.output();
  }

  private static TokenRates mean(double[] sum, int steps) {
    return steps == 0
        ? TokenRates.ZERO
        : new TokenRates(sum[0] / steps, sum[1] / steps, sum[2] / steps);
  }
}
