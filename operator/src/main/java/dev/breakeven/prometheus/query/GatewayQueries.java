package dev.breakeven.prometheus.query;

import dev.breakeven.prometheus.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Queries for what a gateway counts. */
final class GatewayQueries {

  private final QueryScope scope;
  private final Source.Gateway.Configured gateway;

  GatewayQueries(QueryScope scope, Source.Gateway.Configured gateway) {
    this.scope = scope;
    this.gateway = gateway;
  }

  /** Whether there are metrics for a query. */
  boolean canAnswer(QueryCatalog query) {
    // If the source matches the profile's own labels, nobody knows what they tell apart.
    return !gateway.profile().metricsFor(query).isEmpty()
        && (query != QueryCatalog.GATEWAY_OWN_GPUS
            || gateway.matchers().keySet().stream()
                .noneMatch(gateway.profile().ownGpus()::containsKey));
  }

  String figures(Collection<QueryCatalog> parts, int rangeSeconds) {
    return parts.stream()
        .map(
            part ->
                QueryScope.figure(QueryCatalog.GATEWAY, part.label(), figure(part, rangeSeconds)))
        .collect(Collectors.joining(QueryScope.OR));
  }

  String figure(QueryCatalog query, int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (GatewayProfile.Metric metric : gateway.profile().metricsFor(query)) {
      String template = query.template();
      for (GatewayProfile.Metric part : metric.plus()) {
        String rise = QueryCatalog.riseAtAGateway();
        template =
            template.replace(
                rise,
                rise
                    + QueryScope.OR
                    + QueryScope.filled(rise, parameters(query, part, rangeSeconds)));
      }
      alternatives.add(QueryScope.filled(template, parameters(query, metric, rangeSeconds)));
    }
    return String.join(QueryScope.OR, alternatives);
  }

  private Map<String, String> parameters(
      QueryCatalog query, GatewayProfile.Metric metric, int rangeSeconds) {
    Set<String> scraped = scope.scrapes().gateways();
    return Map.of(
        "metric",
        metric.metric(),
        "matchers",
        matchers(metric, query == QueryCatalog.GATEWAY_OWN_GPUS),
        "fixed",
        String.join(",", ofTargets()),
        "range",
        rangeSeconds + "s",
        "seconds",
        Integer.toString(rangeSeconds),
        "scrape",
        QueryScope.listed(
            scope.scrapes().ofGatewaySeries().stream()
                .filter(l -> !l.equals("namespace"))
                .toList()),
        "target",
        String.join(", ", scraped.isEmpty() ? List.of("job") : scraped),
        "model",
        QueryScope.listed(gateway.profile().modelLabels()));
  }

  private String matchers(GatewayProfile.Metric metric, boolean ownGpus) {
    Map<String, String> labels = new TreeMap<>();
    // What goes to own GPUs is in the engines' counts already.
    gateway
        .profile()
        .ownGpus()
        .forEach((label, value) -> labels.put(label, ownGpus ? PromQl.not(value) : value));
    labels.putAll(gateway.matchers());
    List<String> matchers = scope.fixed();
    matchers.addAll(PromQl.allOf(metric.matchers()));
    matchers.addAll(PromQl.allOf(labels));
    if (gateway.sharedWith().isEmpty()) {
      matchers.addAll(scope.inNamespaces("namespace"));
    }
    return String.join(",", matchers);
  }

  /** Matchers for the scrape targets of the gateway. */
  private List<String> ofTargets() {
    if (scope.scrapes().gateways().isEmpty()) {
      // If it is not known who scraped the gateway, no series is certain to have been there before.
      return List.of("job=\"\"", "job!=\"\"");
    }
    List<String> matchers = scope.fixed();
    Set<String> jobs = scope.scrapes().gatewayJobs();
    if (!jobs.isEmpty() && jobs.size() <= QueryScope.MOST_NAMES) {
      matchers.add(PromQl.isOneOf("job", jobs));
    }
    return matchers;
  }

  /** The `up` of whoever scraped the gateway, with {@code gateway="yes"}. */
  String ups(int rangeSeconds) {
    return "label_replace(up{%s} and on (job, instance) (%s), \"gateway\", \"yes\", \"\", \"\")"
        .formatted(String.join(",", scope.fixed()), scraped(rangeSeconds));
  }

  String copies(int rangeSeconds) {
    return QueryScope.filled(
        QueryCatalog.GATEWAY_COPIES.template(),
        Map.of(
            "fixed", String.join(",", ofTargets()),
            "claims", scraped(rangeSeconds),
            "range", rangeSeconds + "s"));
  }

  /** The scrape targets that have the gateway's series. */
  private String scraped(int rangeSeconds) {
    return gateway.profile().output().stream()
        .map(
            metric ->
                "group by (job, instance) (present_over_time(%s{%s}[%ds]))"
                    .formatted(metric.metric(), matchers(metric, false), rangeSeconds))
        .collect(Collectors.joining(QueryScope.OR));
  }
}
