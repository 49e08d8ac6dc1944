package dev.breakeven.prometheus.query;

import dev.breakeven.prometheus.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Queries for what exporters report about Kubernetes objects: replicas, owners, GPUs, prices. */
final class KubernetesQueries {

  /** A metric of kube-state-metrics, and the label that names its object. */
  record State(String metric, String label) {}

  // A status counts the pods that exist, which is what is paid; a spec is used if there is none.
  static final List<State> REPLICAS =
      List.of(
          new State("kube_deployment_status_replicas", "deployment"),
          new State("kube_deployment_spec_replicas", "deployment"),
          new State("kube_statefulset_status_replicas", "statefulset"),
          new State("kube_statefulset_replicas", "statefulset"));

  private record Gpu(String metric, int scaleToPercent) {}

  private static final List<Gpu> GPU_UTILIZATION =
      List.of(
          new Gpu("DCGM_FI_PROF_GR_ENGINE_ACTIVE", 100),
          new Gpu("DCGM_FI_DEV_GPU_UTIL", 1),
          new Gpu("gpu_gfx_activity", 1),
          new Gpu("amd_gpu_gfx_activity", 1));

  private static final Set<String> OF_OWNERS = Set.of("job", "uid", "pod", "namespace");

  /** Where an object's labels are: its own, or renamed by a scrape without honorLabels. */
  private record Layout(String podLabel, List<String> matchers) {}

  private KubernetesQueries() {}

  private static List<Layout> layouts(QueryScope scope, List<String> trustedJobs) {
    List<Layout> layouts = new ArrayList<>();
    List<String> own = scope.fixed();
    own.add(PromQl.is("exported_namespace", ""));
    own.addAll(scope.inNamespaces("namespace"));
    layouts.add(new Layout("pod", own));
    if (!trustedJobs.isEmpty()) {
      List<String> renamed = scope.fixed();
      renamed.add(PromQl.isOneOf("job", trustedJobs));
      List<String> within = scope.inNamespaces("exported_namespace");
      renamed.addAll(within.isEmpty() ? List.of("exported_namespace!=\"\"") : within);
      layouts.add(new Layout("exported_pod", renamed));
    }
    return layouts;
  }

  static String replicas(QueryScope scope, int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (State state : REPLICAS) {
      for (Layout layout : layouts(scope, scope.source().trust().stateJobs())) {
        alternatives.add(
            QueryScope.filled(
                QueryCatalog.REPLICAS.template(),
                Map.of(
                    "metric", state.metric(),
                    "workload", state.label(),
                    "scrape", QueryScope.listed(scope.scrapes().engines()),
                    "matchers", String.join(",", layout.matchers()),
                    "step", QueryScope.gaugeRange(rangeSeconds))));
      }
    }
    return String.join(QueryScope.OR, alternatives);
  }

  static String gpuUtilization(QueryScope scope, int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (Gpu gpu : GPU_UTILIZATION) {
      for (Layout layout : layouts(scope, scope.source().trust().gpuJobs())) {
        List<String> matchers = new ArrayList<>(layout.matchers());
        matchers.addAll(scope.inPods(layout.podLabel()));
        alternatives.add(
            QueryScope.filled(
                QueryCatalog.GPU_UTILIZATION.template(),
                Map.of(
                    "metric", gpu.metric(),
                    "scale", Integer.toString(gpu.scaleToPercent()),
                    "matchers", String.join(",", matchers),
                    "step", QueryScope.gaugeRange(rangeSeconds))));
      }
    }
    return String.join(QueryScope.OR, alternatives);
  }

  static String podOwners(QueryScope scope, Collection<String> pods, int rangeSeconds) {
    return owners(
        scope, QueryCatalog.POD_OWNERS, "kube_pod_owner", Layout::podLabel, pods, rangeSeconds);
  }

  static String replicaSetOwners(
      QueryScope scope, Collection<String> replicaSets, int rangeSeconds) {
    return owners(
        scope,
        QueryCatalog.REPLICASET_OWNERS,
        "kube_replicaset_owner",
        layout -> "replicaset",
        replicaSets,
        rangeSeconds);
  }

  private static String owners(
      QueryScope scope,
      QueryCatalog query,
      String metric,
      Function<Layout, String> label,
      Collection<String> names,
      int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (Layout layout : layouts(scope, scope.source().trust().stateJobs())) {
      List<String> matchers = new ArrayList<>(layout.matchers());
      if (names.size() <= QueryScope.MOST_NAMES) {
        matchers.add(PromQl.isOneOf(label.apply(layout), names));
      }
      alternatives.add(
          QueryScope.filled(
              query.template(),
              Map.of(
                  "metric",
                  metric,
                  "matchers",
                  String.join(",", matchers),
                  "range",
                  rangeSeconds + "s",
                  "scrape",
                  QueryScope.listed(
                      scope.scrapes().engines().stream()
                          .filter(l -> !OF_OWNERS.contains(l))
                          .toList()))));
    }
    return String.join(QueryScope.OR, alternatives);
  }

  static String gpuPrices(Source source, Source.OpenCost.Scraped opencost, int rangeSeconds) {
    List<String> matchers = new ArrayList<>(PromQl.allOf(source.matchers()));
    matchers.addAll(PromQl.allOf(opencost.matchers()));
    return opencost.metrics().stream()
        .map(
            metric ->
                QueryScope.filled(
                    QueryCatalog.GPU_PRICES.template(),
                    Map.of(
                        "metric",
                        metric,
                        "matchers",
                        String.join(",", matchers),
                        "range",
                        rangeSeconds + "s")))
        .collect(Collectors.joining(" / "));
  }
}
