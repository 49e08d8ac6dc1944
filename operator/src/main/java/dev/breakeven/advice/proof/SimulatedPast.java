package dev.breakeven.advice.proof;

import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.TrafficHistory;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * A recorded past, as a gateway and engines would have counted it had other numbers of replicas
 * been held: these serve what they can with their headroom, and the rest goes to the API. What was
 * recorded of replicas stands where nothing else is said.
 */
public final class SimulatedPast {

  private final TrafficHistory recorded;
  private final PricedLoad load;
  private final ReplicaCostModel terms;
  private final ApiAccess overflow;
  private final double[] uncachedInput;
  private final double[] cachedInput;
  private final double[] output;
  private final double[] requests;
  private final double[] burstInput;
  private final double[] burstCachedInput;
  private final double[] burstOutput;
  private final double[] burstRequests;
  private final double[] replicasHeld;

  /**
   * The past as it was recorded.
   *
   * @param load of it
   * @param overflow where goes what the replicas do not carry; {@link ApiAccess#NONE} lets them
   *     carry it
   */
  public SimulatedPast(
      TrafficHistory recorded, PricedLoad load, ReplicaCostModel terms, ApiAccess overflow) {
    this.recorded = recorded;
    this.load = load;
    this.terms = terms;
    this.overflow = overflow;
    uncachedInput = values(recorded.uncachedInput(), Double.NaN);
    cachedInput = values(recorded.cachedInput(), Double.NaN);
    output = values(recorded.output(), Double.NaN);
    requests = values(recorded.requests(), Double.NaN);
    burstInput = values(recorded.burstInput(), 0);
    burstCachedInput = values(recorded.burstCachedInput(), 0);
    burstOutput = values(recorded.burstOutput(), 0);
    burstRequests = values(recorded.burstRequests(), 0);
    replicasHeld = values(recorded.replicasHeld(), Double.NaN);
  }

  private static double[] values(Series series, double otherwise) {
    double[] values = new double[series.steps()];
    Arrays.setAll(values, i -> series.at(i, otherwise));
    return values;
  }

  /**
   * So many are held from one step to before another.
   *
   * @param held by step
   * @param ready of those, by step
   */
  void hold(int from, int to, IntUnaryOperator held, IntUnaryOperator ready) {
    for (int step = from; step < to; step++) {
      replicasHeld[step] = held.applyAsInt(step);
      int known = load.firstFrom(recorded.grid().startOf(step));
      if (recorded.isServedMeasured(step)
          && known < load.steps()
          && load.startOf(known) == recorded.grid().startOf(step)) {
        send(step, overflowAt(known, terms.usable(ready.applyAsInt(step))));
      }
    }
  }

  private double overflowAt(int known, double usable) {
    double work = load.replicasAt(known);
    return work > usable && overflow.priced()
        ? Math.min(1 - usable / work, overflow.timesThatFit(load, known))
        : 0;
  }

  /** A part of what was asked for goes to the API. */
  private void send(int step, double part) {
    split(step, part, uncachedInput, burstInput, recorded.uncachedInput(), recorded.burstInput());
    double cached = recorded.cachedInput().at(step, 0);
    burstInput[step] += part * cached;
    split(
        step,
        part,
        cachedInput,
        burstCachedInput,
        recorded.cachedInput(),
        recorded.burstCachedInput());
    split(step, part, output, burstOutput, recorded.output(), recorded.burstOutput());
    split(step, part, requests, burstRequests, recorded.requests(), recorded.burstRequests());
  }

  private static void split(
      int step, double part, double[] own, double[] sent, Series served, Series burst) {
    double counted = served.at(step, 0);
    own[step] = served.isMeasured(step) ? (1 - part) * counted : Double.NaN;
    sent[step] = burst.at(step, 0) + part * counted;
  }

  /** The first steps of it. */
  TrafficHistory until(int end) {
    TrafficHistory first = recorded.slice(0, end);
    return new TrafficHistory(
        first.grid(),
        series(uncachedInput, end),
        series(cachedInput, end),
        series(output, end),
        series(requests, end),
        series(burstInput, end),
        series(burstCachedInput, end),
        series(burstOutput, end),
        series(burstRequests, end),
        series(replicasHeld, end),
        first.requestsWaiting(),
        first.gpuUtilizationPercent(),
        first.engines());
  }

  private static Series series(double[] values, int end) {
    return Series.of(Arrays.copyOf(values, end));
  }
}
