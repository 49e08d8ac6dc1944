package dev.breakeven.prometheus.query;

import dev.breakeven.prometheus.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Queries for who scraped what, and whose labels are trusted. */
final class ScrapeQueries {

  private ScrapeQueries() {}

  static String scrapes(QueryScope scope, int rangeSeconds) {
    EngineProfile profile = scope.profile();
    String identity =
        "job, instance, %s, %s".formatted(profile.namespaceLabel(), profile.podLabel());
    List<String> ups = scope.fixed();
    ups.addAll(scope.inNamespaces(profile.namespaceLabel()));
    Map<String, String> with = scope.profileLabels();
    List<String> engineJobs = scope.source().trust().engineJobs();
    with.put(
        "claims",
        "("
            + profile.metricsFor(QueryCatalog.OUTPUT_TOKENS).stream()
                .map(metric -> claim(scope, identity, metric, rangeSeconds))
                .collect(Collectors.joining(QueryScope.OR))
            + ")");
    with.put("ups", present("up", ups, rangeSeconds));
    List<String> parts = new ArrayList<>();
    parts.add(QueryScope.filled(QueryCatalog.SCRAPES.template(), with));
    if (!engineJobs.isEmpty()) {
      List<String> trusted = scope.fixed();
      trusted.add(PromQl.isOneOf("job", engineJobs));
      parts.add(present("up", trusted, rangeSeconds));
    }
    if (scope.source().gateway() instanceof Source.Gateway.Configured gateway) {
      parts.add(new GatewayQueries(scope, gateway).ups(rangeSeconds));
    }
    return String.join(QueryScope.OR, parts);
  }

  /** The engine series whose labels have to be checked. */
  private static String claim(
      QueryScope scope, String identity, EngineProfile.Metric metric, int rangeSeconds) {
    String namespaceLabel = scope.profile().namespaceLabel();
    List<String> engineJobs = scope.source().trust().engineJobs();
    List<String> matchers = scope.fixed();
    matchers.addAll(PromQl.allOf(metric.matchers()));
    matchers.addAll(scope.inNamespaces(namespaceLabel));
    matchers.add(namespaceLabel + "!=\"\"");
    if (!engineJobs.isEmpty()) {
      matchers.add(PromQl.isNoneOf("job", engineJobs));
    }
    return "group by (%s) (%s)"
        .formatted(identity, present(metric.metric(), matchers, rangeSeconds));
  }

  private static String present(String metric, List<String> matchers, int rangeSeconds) {
    return "present_over_time(%s{%s}[%ds])"
        .formatted(metric, String.join(",", matchers), rangeSeconds);
  }

  static String withoutUp(QueryScope scope, int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (KubernetesQueries.State state : KubernetesQueries.REPLICAS) {
      List<String> ofState = scope.fixed();
      ofState.add(PromQl.isOneOf("job", scope.source().trust().stateJobs()));
      List<String> matchers = new ArrayList<>(ofState);
      matchers.addAll(scope.inNamespaces("namespace"));
      alternatives.add(
          QueryScope.filled(
              QueryCatalog.SCRAPES_WITHOUT_UP.template(),
              Map.of(
                  "fixed", String.join(",", scope.fixed()),
                  "state", String.join(",", ofState),
                  "metric", state.metric(),
                  "workload", state.label(),
                  "matchers", String.join(",", matchers),
                  "range", rangeSeconds + "s")));
    }
    return String.join(QueryScope.OR, alternatives);
  }
}
