package dev.breakeven.prometheus;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongToDoubleFunction;
import java.util.stream.Collectors;

/** Samples of a past that never was, in the form that {@code promtool} makes blocks from. */
final class OpenMetrics {

  private final Map<String, StringBuilder> byMetric = new LinkedHashMap<>();

  /**
   * Samples of one series at every {@code everySeconds} of {@code [from, to)}; NaN is no sample.
   */
  OpenMetrics series(
      String metric,
      Map<String, String> labels,
      long from,
      long to,
      int everySeconds,
      LongToDoubleFunction valueAt) {
    StringBuilder lines = byMetric.computeIfAbsent(metric, m -> new StringBuilder());
    String name =
        new TreeMap<>(labels)
            .entrySet().stream()
                .map(e -> e.getKey() + "=\"" + e.getValue() + "\"")
                .collect(Collectors.joining(",", metric + "{", "} "));
    for (long t = from; t < to; t += everySeconds) {
      double value = valueAt.applyAsDouble(t);
      if (!Double.isNaN(value)) {
        lines.append(name).append(value).append(' ').append(t).append('\n');
      }
    }
    return this;
  }

  /** A counter that rises by {@code perSecond} from 0 at {@code from}. */
  OpenMetrics counter(
      String metric, Map<String, String> labels, long from, long to, double perSecond) {
    return series(metric, labels, from, to, 30, t -> (t - from) * perSecond);
  }

  /** A gauge that keeps one value. */
  OpenMetrics gauge(String metric, Map<String, String> labels, long from, long to, double value) {
    return series(metric, labels, from, to, 30, t -> value);
  }

  String text() {
    StringBuilder out = new StringBuilder();
    byMetric.forEach(
        (metric, lines) -> out.append("# TYPE ").append(metric).append(" unknown\n").append(lines));
    return out.append("# EOF\n").toString();
  }
}
