package dev.breakeven.prometheus.query;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Queries for what engines report. */
final class EngineQueries {

  private EngineQueries() {}

  static String metric(QueryScope scope, QueryCatalog query, int rangeSeconds) {
    return metric(scope, query, query.template(), Map.of(), rangeSeconds);
  }

  private static String metric(
      QueryScope scope,
      QueryCatalog query,
      String template,
      Map<String, String> more,
      int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (EngineProfile.Metric metric : scope.profile().metricsFor(query)) {
      Map<String, String> with = parameters(scope, query, metric, rangeSeconds);
      with.putAll(more);
      boolean isPart = query == QueryCatalog.CACHED_TOKENS && !metric.of().isEmpty();
      if (isPart) {
        with.put("of", metric.of());
        with.put("prompts", metric(scope, QueryCatalog.INPUT_TOKENS, template, more, rangeSeconds));
      }
      alternatives.add(QueryScope.filled(isPart ? QueryCatalog.partOfPrompts() : template, with));
    }
    return String.join(QueryScope.OR, alternatives);
  }

  private static Map<String, String> parameters(
      QueryScope scope, QueryCatalog query, EngineProfile.Metric metric, int rangeSeconds) {
    Map<String, String> with = scope.profileLabels();
    with.put("metric", metric.metric());
    with.put("matchers", scope.ofEngines(metric));
    with.put("range", rangeSeconds + "s");
    with.put("seconds", Integer.toString(rangeSeconds));
    with.put("step", QueryScope.gaugeRange(rangeSeconds));
    Set<String> apart =
        query == QueryCatalog.SAMPLES ? scope.scrapes().engines() : scope.scrapes().apart();
    Set<String> within = new TreeSet<>(apart);
    within.add("instance");
    within.addAll(metric.fold());
    with.put("scrape", QueryScope.listed(apart));
    with.put("within", QueryScope.listed(within));
    with.put("splits", QueryScope.listed(scope.profile().splits()));
    return with;
  }

  static String state(
      QueryScope scope,
      Collection<QueryCatalog> parts,
      Collection<Integer> percentiles,
      int rangeSeconds) {
    List<String> all = new ArrayList<>();
    for (QueryCatalog part : parts) {
      all.add(
          QueryScope.figure(
              QueryCatalog.ENGINE_STATE, part.label(), metric(scope, part, rangeSeconds)));
      if (part == QueryCatalog.TIME_TO_FIRST_TOKEN || part == QueryCatalog.INTER_TOKEN) {
        for (int percentile : percentiles) {
          all.add(
              QueryScope.figure(
                  QueryCatalog.ENGINE_STATE,
                  QueryBuilder.percentileOf(part, percentile),
                  metric(
                      scope,
                      part,
                      QueryCatalog.latencyPercentile(),
                      Map.of("quantile", BigDecimal.valueOf(percentile, 2).toString()),
                      rangeSeconds)));
        }
      }
    }
    return String.join(QueryScope.OR, all);
  }

  static String servers(QueryScope scope, int rangeSeconds) {
    return metric(
        scope,
        QueryCatalog.OUTPUT_TOKENS,
        QueryCatalog.SERVERS.template(),
        Map.of("targets", scope.ofEngineTargets()),
        rangeSeconds);
  }

  static String copies(QueryScope scope, int rangeSeconds) {
    return copiedCounters(scope, rangeSeconds) + QueryScope.OR + copiedGauges(scope, rangeSeconds);
  }

  /** Counters as they are stored, for {@link QueryCatalog#COPIES}. */
  static String copiedCounters(QueryScope scope, int rangeSeconds) {
    return metric(scope, QueryCatalog.OUTPUT_TOKENS, partsOfCopies()[0], Map.of(), rangeSeconds);
  }

  /** The same, summed by these labels. */
  static String copiedCounters(QueryScope scope, Collection<String> labels, int rangeSeconds) {
    String sums =
        "sum by (<namespace>, <pod><model>%s) (%s)"
            .formatted(QueryScope.listed(labels), partsOfCopies()[0]);
    return metric(scope, QueryCatalog.OUTPUT_TOKENS, sums, Map.of(), rangeSeconds);
  }

  private static String[] partsOfCopies() {
    return QueryCatalog.COPIES.template().split(QueryScope.OR, 2);
  }

  static String copiedGauges(QueryScope scope, int rangeSeconds) {
    List<String> all = new ArrayList<>();
    for (EngineProfile.Metric gauge : scope.profile().metricsFor(QueryCatalog.WAITING)) {
      all.add(
          QueryScope.filled(
              partsOfCopies()[1],
              Map.of(
                  "gauge",
                  gauge.metric(),
                  "matchers",
                  scope.ofEngines(gauge),
                  "range",
                  rangeSeconds + "s")));
    }
    return String.join(QueryScope.OR, all);
  }

  /**
   * Where the model of targets without series is stored: under names like the engine's, with
   * another prefix or without their suffix; or in their namespaces under another engine's names.
   */
  static String unattributed(
      QueryScope scope,
      Collection<String> models,
      Collection<String> otherMetrics,
      int rangeSeconds) {
    EngineProfile profile = scope.profile();
    List<String> alternatives = new ArrayList<>();
    if (profile.hasModelLabel()) {
      List<String> matchers = scope.fixed();
      matchers.add("__name__=~" + PromQl.quoted(profile.namesLikeItsOutput()));
      matchers.add(PromQl.isOneOf(profile.modelLabel(), models));
      alternatives.add(unattributed(matchers, rangeSeconds));
    }
    if (!otherMetrics.isEmpty()) {
      List<String> matchers = scope.fixed();
      matchers.add(PromQl.isOneOf("__name__", otherMetrics));
      matchers.addAll(scope.inNamespaces(profile.namespaceLabel()));
      alternatives.add(unattributed(matchers, rangeSeconds));
    }
    return String.join(QueryScope.OR, alternatives);
  }

  private static String unattributed(List<String> matchers, int rangeSeconds) {
    return QueryScope.filled(
        QueryCatalog.STRAY_SERIES.template(),
        Map.of("matchers", String.join(",", matchers), "range", rangeSeconds + "s"));
  }
}
