package dev.breakeven.figures.promises;

import dev.breakeven.advice.review.ReviewReplay;
import dev.breakeven.advice.review.SpanCosts;
import java.util.Arrays;

/** A trace as replicas' worth of work and money at the API, by step. */
final class PricedTrace implements ReviewReplay.Past {

  final Trace trace;
  final Scenario scenario;
  final double[] load;
  final double[] api; // money a step

  PricedTrace(Trace trace, Scenario scenario) {
    this.trace = trace;
    this.scenario = scenario;
    load = new double[trace.steps()];
    api = new double[trace.steps()];
    for (int i = 0; i < load.length; i++) {
      load[i] = scenario.load(trace.input()[i], trace.output()[i]);
      api[i] = scenario.apiPerSecond(trace.input()[i], trace.output()[i]) * trace.stepSeconds();
    }
  }

  int indexOf(long epochSecond) {
    return (int)
        Math.max(0, Math.min(load.length, (epochSecond - trace.start()) / trace.stepSeconds()));
  }

  @Override
  public SpanCosts between(long from, long to) {
    return span(indexOf(from), indexOf(to));
  }

  /** Mean load between two times, seconds UTC. */
  double meanLoad(long from, long to) {
    return Arrays.stream(load, indexOf(from), indexOf(to)).average().orElse(Double.NaN);
  }

  Span span(int from, int to) {
    return new Span(from, to);
  }

  /** Steps {@code from} to before {@code to}; costs of constant numbers on the sorted load. */
  final class Span implements SpanCosts {
    private final double[] loads; // rising
    private final double[] apiFrom;
    private final double[] apiPerLoadFrom;
    private final double hours;

    private Span(int from, int to) {
      int n = Math.max(0, to - from);
      Integer[] order = new Integer[n];
      Arrays.setAll(order, i -> from + i);
      Arrays.sort(order, (a, b) -> Double.compare(load[a], load[b]));
      loads = new double[n];
      apiFrom = new double[n + 1];
      apiPerLoadFrom = new double[n + 1];
      for (int i = n - 1; i >= 0; i--) {
        loads[i] = load[order[i]];
        apiFrom[i] = apiFrom[i + 1] + api[order[i]];
        apiPerLoadFrom[i] = apiPerLoadFrom[i + 1] + (loads[i] > 0 ? api[order[i]] / loads[i] : 0);
      }
      hours = n * trace.stepHours();
    }

    @Override
    public double hours() {
      return hours;
    }

    @Override
    public double holding(int replicas) {
      return holding(replicas, 1);
    }

    /** The same if there had been {@code scale} times the load. */
    double holding(int replicas, double scale) {
      double level = replicas * scenario.targetUtilization() / scale;
      int low = 0;
      int high = loads.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (loads[middle] > level) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return replicas * scenario.replicaHour() * hours
          + scale * (apiFrom[low] - level * apiPerLoadFrom[low]);
    }

    /** People included. */
    double total(int replicas, double scale) {
      return holding(replicas, scale) + (replicas > 0 ? people() : 0);
    }

    @Override
    public double people() {
      return scenario.peopleHour() * hours;
    }

    @Override
    public int cheapest(int least, int most) {
      int low = least;
      int high = Math.max(least, Math.min(most, neededForPeak(1)));
      while (low < high) {
        int middle = low + (high - low) / 2;
        if (holding(middle + 1) < holding(middle)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    @Override
    public int neededForPeak(double times) {
      double peak = loads.length == 0 ? 0 : loads[loads.length - 1];
      return (int) Math.max(0, Math.ceil(times * peak / scenario.targetUtilization() - 1e-9));
    }
  }
}
