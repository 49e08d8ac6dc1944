package dev.breakeven.prometheus.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Queries for what pods counted while they were scraped too seldom. */
final class GapQueries {

  // An increase is looked for across a gap of at most a day.
  private static final int LONGEST_GAP_SECONDS = 86_400;
  // Slack that finds a restart on the edge of a step.
  private static final int EDGE_SECONDS = 300;
  private static final List<QueryCatalog> COUNTERS =
      List.of(
          QueryCatalog.INPUT_TOKENS,
          QueryCatalog.CACHED_TOKENS,
          QueryCatalog.OUTPUT_TOKENS,
          QueryCatalog.REQUESTS);

  private GapQueries() {}

  /** Parts for whether pods answered, and for the names of their counters. */
  static List<String> metrics(QueryScope scope, int rangeSeconds) {
    EngineProfile profile = scope.profile();
    List<String> parts = new ArrayList<>();
    for (String over : List.of("max", "count")) {
      parts.add(
          "label_replace(max by (%s, %s) (%s_over_time(up{%s}%s)), \"figure\", \"up-%s\", \"\", \"\")"
              .formatted(
                  profile.namespaceLabel(),
                  profile.podLabel(),
                  over,
                  scope.ofEngineTargets(),
                  QueryScope.gaugeRange(rangeSeconds),
                  over));
    }
    for (QueryCatalog counter : COUNTERS) {
      for (EngineProfile.Metric metric : profile.metricsFor(counter)) {
        parts.add(
            "label_replace(group(last_over_time(%s{%s}[%ds])), \"metric\", \"%s\", \"\", \"\")"
                .formatted(
                    metric.metric(), scope.ofEngines(metric), rangeSeconds, metric.metric()));
      }
    }
    return parts;
  }

  /** Parts for the increases of these metrics. */
  static List<String> increases(
      QueryScope scope, Set<String> metrics, int rangeSeconds, int gapSeconds) {
    List<String> parts = new ArrayList<>();
    for (QueryCatalog counter : COUNTERS) {
      List<String> alternatives = new ArrayList<>();
      for (EngineProfile.Metric metric : scope.profile().metricsFor(counter)) {
        if (metrics.contains(metric.metric())) {
          alternatives.add(increase(scope, counter, metric, rangeSeconds, gapSeconds));
        }
      }
      if (!alternatives.isEmpty()) {
        parts.add(String.join(QueryScope.OR, alternatives));
      }
    }
    return parts;
  }

  private static String increase(
      QueryScope scope,
      QueryCatalog counter,
      EngineProfile.Metric metric,
      int rangeSeconds,
      int gapSeconds) {
    String matchers = scope.ofEngines(metric);
    String selector = metric.metric() + "{" + matchers + "}";
    Map<String, String> with = scope.profileLabels();
    with.put("metric", metric.metric());
    with.put("matchers", matchers);
    with.put("range", rangeSeconds + "s");
    with.put("wider", rangeSeconds + EDGE_SECONDS + "s");
    with.put("last", "last_over_time(%s[%ds])".formatted(selector, rangeSeconds));
    with.put(
        "before",
        "last_over_time(%s[%ds] offset %ds)"
            .formatted(selector, Math.min(gapSeconds, LONGEST_GAP_SECONDS), rangeSeconds));
    with.put("scrape", QueryScope.listed(scope.scrapes().apart()));
    with.put("figure", counter.label());
    return QueryScope.filled(QueryCatalog.GAPS.template(), with);
  }
}
