package dev.breakeven.figures;

import dev.breakeven.cli.input.TrafficCsv;
import dev.breakeven.traffic.TrafficHistory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What one workload is asked for, in steps of ten minutes. */
final class Demand {

  static final int STEP_SECONDS = 600;
  static final int STEPS_A_DAY = 144;
  private static final int SYNTHETIC_DAYS = 14;
  private static final double SYNTHETIC_PROMPT = 700;
  private static final double SYNTHETIC_ANSWER = 200;

  private final double[] input;
  private final double[] output;
  private final double[] requests;

  private Demand(double[] input, double[] output, double[] requests) {
    this.input = input;
    this.output = output;
    this.requests = requests;
  }

  /** Prompt tokens/s. */
  double[] input() {
    return input;
  }

  /** Generated tokens/s. */
  double[] output() {
    return output;
  }

  /** Requests/s. */
  double[] requests() {
    return requests;
  }

  /** The busiest workloads of a traffic file, or as many made up where there is no file. */
  static List<Demand> read(@Nullable Path csv, int most) {
    if (csv == null) {
      return synthetic(most);
    }
    Map<String, TrafficHistory> byName = TrafficCsv.read(csv);
    return byName.entrySet().stream()
        .map(e -> of(e.getKey(), e.getValue()))
        .sorted(Comparator.comparingDouble((Demand d) -> -Arrays.stream(d.output).sum()))
        .limit(most)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static Demand of(String name, TrafficHistory history) {
    if (history.grid().stepSeconds() != STEP_SECONDS) {
      throw new IllegalArgumentException(name + ": its steps are not ten minutes");
    }
    int steps = history.grid().steps();
    double[] input = new double[steps];
    double[] output = new double[steps];
    double[] requests = new double[steps];
    for (int i = 0; i < steps; i++) {
      input[i] = history.uncachedInput().at(i, 0) + history.cachedInput().at(i, 0);
      output[i] = history.output().at(i, 0);
      requests[i] = history.requests().at(i, output[i] / SYNTHETIC_ANSWER);
    }
    return new Demand(input, output, requests);
  }

  /** Two weeks with a day, a night and a weekend, each workload of another size and hour. */
  private static List<Demand> synthetic(int most) {
    List<Demand> made = new ArrayList<>();
    for (int w = 0; w < most; w++) {
      double[] requests = new double[SYNTHETIC_DAYS * STEPS_A_DAY];
      for (int i = 0; i < requests.length; i++) {
        double hour = (i % STEPS_A_DAY) / 6.0 + w % 24;
        double day = 1 + Math.sin(2 * Math.PI * hour / 24);
        double weekend = i / STEPS_A_DAY % 7 >= 5 ? 0.4 : 1;
        requests[i] = (1 + w % 10) * weekend * (0.2 + day);
      }
      made.add(
          new Demand(
              times(requests, SYNTHETIC_PROMPT), times(requests, SYNTHETIC_ANSWER), requests));
    }
    return made;
  }

  /** Requests as a part of the most there are in a step, percent. */
  double[] percentOfPeak() {
    double peak = Arrays.stream(requests).max().orElse(1);
    return times(requests, 100 / Math.max(peak, 1e-9));
  }

  /** The same over as many steps, repeated from its start, and so many times as much. */
  Demand over(int steps, int from, double factor) {
    return new Demand(
        times(repeated(input, steps, from), factor),
        times(repeated(output, steps, from), factor),
        times(repeated(requests, steps, from), factor));
  }

  /** Every n-th step of it. */
  Demand every(int n) {
    return n == 1 ? this : new Demand(every(input, n), every(output, n), every(requests, n));
  }

  private static double[] every(double[] values, int n) {
    double[] copy = new double[values.length / n];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i * n];
    }
    return copy;
  }

  /** The same, but for its last steps, which are as the mean of its last day. */
  Demand withConstantEnd(int steps) {
    return new Demand(
        constantEnd(input, steps), constantEnd(output, steps), constantEnd(requests, steps));
  }

  private static double[] constantEnd(double[] values, int steps) {
    double[] copy = values.clone();
    Arrays.fill(copy, copy.length - steps, copy.length, lastDay(values));
    return copy;
  }

  private static double lastDay(double[] values) {
    return Arrays.stream(values, Math.max(0, values.length - STEPS_A_DAY), values.length)
        .average()
        .orElse(0);
  }

  private static double[] repeated(double[] values, int steps, int from) {
    double[] copy = new double[steps];
    for (int i = 0; i < steps; i++) {
      copy[i] = values[(from + i) % values.length];
    }
    return copy;
  }

  static double[] times(double[] values, double factor) {
    return Arrays.stream(values).map(v -> v * factor).toArray();
  }
}
