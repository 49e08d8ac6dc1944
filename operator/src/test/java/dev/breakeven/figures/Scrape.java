package dev.breakeven.figures;

import dev.breakeven.testing.Loopback;
import java.util.function.Predicate;

/** A page of metrics, read once. */
record Scrape(String text) {

  static Scrape of(String url) {
    return new Scrape(Loopback.textAt(url));
  }

  /** How many series a metric has. */
  long count(String metric) {
    return text.lines().filter(line -> line.startsWith(metric + "{")).count();
  }

  /** The sum over a metric's series; 0 where it has none. */
  double sum(String metric) {
    return sum(metric, labels -> true);
  }

  /** The sum over the series of a metric whose labels are as wanted. */
  double sum(String metric, Predicate<String> labels) {
    return text.lines()
        .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
        .filter(line -> labels.test(line.substring(metric.length(), line.lastIndexOf(' '))))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Queries that a Prometheus has answered, on its own page. */
  double queriesAnswered() {
    return sum(
        "prometheus_http_requests_total", labels -> labels.contains("handler=\"/api/v1/query"));
  }
}
