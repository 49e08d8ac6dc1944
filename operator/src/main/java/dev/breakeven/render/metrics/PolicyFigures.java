package dev.breakeven.render.metrics;

import dev.breakeven.advice.Advice;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The figures of one policy's last answer: what each is called, and a number. A twentieth of the
 * answer that they were read off, of which thousands would be kept for the next scrape. Immutable.
 */
final class PolicyFigures {

  /** Of a policy that has not been answered yet. */
  static final PolicyFigures NONE_YET = new PolicyFigures(new Name[0], new double[0]);

  /**
   * The name of a figure.
   *
   * @param labels values of the labels beside namespace and policy
   */
  record Name(PolicyFamily family, List<String> labels) {}

  /** Names that policies have in common, so that each is held once. Safe for many threads. */
  static final class Names {
    private final Map<Name, Name> known = new ConcurrentHashMap<>();

    private Name shared(Name name) {
      // What holds a workload's name is one policy's own, and would stay when that is gone.
      return name.family().isOfWorkload() ? name : known.computeIfAbsent(name, n -> n);
    }
  }

  private final Name[] names;
  private final double[] values;

  private PolicyFigures(Name[] names, double[] values) {
    this.names = names;
    this.values = values;
  }

  /** Reads them off an answer. */
  static PolicyFigures of(Advice advice, Names shared) {
    Map<Name, Double> figures = new LinkedHashMap<>();
    for (PolicyFamily family : PolicyFamily.values()) {
      family.read(
          advice,
          // A second sample with the same labels would spoil the whole scrape.
          (value, labels) -> figures.putIfAbsent(new Name(family, List.of(labels)), value));
    }
    return new PolicyFigures(
        figures.keySet().stream().map(shared::shared).toArray(Name[]::new),
        figures.values().stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Adds the samples of one family. */
  void show(PolicyFamily family, PolicyMetrics.Key policy, List<Sample> into) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].family() == family) {
        into.add(family.sample(policy, names[i].labels(), values[i]));
      }
    }
  }
}
