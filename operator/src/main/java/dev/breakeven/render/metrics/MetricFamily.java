package dev.breakeven.render.metrics;

import io.prometheus.client.Collector;
import java.util.List;

/**
 * A metric as its reader meets it: one row of the reference page.
 *
 * @param name full name, unit last, in base units (seconds, bytes, ratios of 1)
 * @param type counter, gauge or histogram
 * @param help one sentence
 * @param labels names of its labels, in order
 */
record MetricFamily(String name, Collector.Type type, String help, List<String> labels) {

  MetricFamily {
    labels = List.copyOf(labels);
  }

  static MetricFamily gauge(String name, String help, String... labels) {
    return new MetricFamily(name, Collector.Type.GAUGE, help, List.of(labels));
  }

  static MetricFamily counter(String name, String help, String... labels) {
    return new MetricFamily(name, Collector.Type.COUNTER, help, List.of(labels));
  }

  static MetricFamily histogram(String name, String help, String... labels) {
    return new MetricFamily(name, Collector.Type.HISTOGRAM, help, List.of(labels));
  }

  /** Label names as the client library takes them. */
  String[] labelNames() {
    return labels.toArray(new String[0]);
  }
}
