package dev.breakeven.prometheus.query;

import dev.breakeven.prometheus.Source;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The rows of {@link QueryCatalog} with their parameters filled in, for one source, one engine
 * profile and the namespaces of a set of targets.
 */
public final class QueryBuilder {

  private static final Pattern PARAMETER = Pattern.compile("<(\\w+)>");
  // Above this a matcher on namespaces costs the server more than it saves.
  private static final int MOST_NAMESPACES = 200;
  // Above this many names every object of the namespaces is asked for instead.
  private static final int MOST_NAMES = 100;
  // Labels that tell apart nothing but scrapes of the same gateway.
  private static final List<String> SCRAPE_LABELS =
      List.of(
          "job", "endpoint", "service", "container", "prometheus", "prometheus_replica", "replica");

  private record State(String metric, String label) {}

  // A status counts the pods that exist, which is what is paid; where only the wish is known, the
  // wish.
  private static final List<State> REPLICAS =
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

  private final Source source;
  private final EngineProfile profile;
  private final Set<String> namespaces;
  private final Set<String> untrustedInstances;

  /**
   * @param namespaces of the targets asked about
   * @param untrustedInstances scrape targets whose engine series are left out
   */
  public QueryBuilder(
      Source source,
      EngineProfile profile,
      Collection<String> namespaces,
      Collection<String> untrustedInstances) {
    this.source = source;
    this.profile = profile;
    this.namespaces = new TreeSet<>(namespaces);
    this.untrustedInstances = new TreeSet<>(untrustedInstances);
  }

  /** Whether this profile and source have metrics for it. */
  public boolean canAnswer(QueryCatalog query) {
    return switch (query.scope()) {
      case ENGINE, TAIL -> !profile.metricsFor(query).isEmpty();
      case GATEWAY ->
          source.gateway() instanceof Source.Gateway.Configured configured
              && !configured.profile().metricsFor(query).isEmpty();
      case NODE -> source.opencost() instanceof Source.OpenCost.Scraped;
      case STATE, GPU, LOOKUP -> true;
    };
  }

  /** PromQL of a question of scope engine or tail. */
  public String engine(QueryCatalog query, int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (EngineProfile.Metric metric : profile.metricsFor(query)) {
      Map<String, String> with = new LinkedHashMap<>();
      with.put("metric", metric.metric());
      with.put("matchers", String.join(",", engineMatchers(metric)));
      with.put("range", rangeSeconds + "s");
      boolean gauge = metric.kind() == EngineProfile.Kind.gauge;
      with.put("over", gauge ? "avg_over_time" : "rate");
      with.put(
          "step",
          gauge || query == QueryCatalog.SAMPLES
              ? gaugeStep(rangeSeconds)
              : counterStep(rangeSeconds));
      with.put("model", profile.modelLabel().isEmpty() ? "" : ", " + profile.modelLabel());
      with.put("fold", metric.fold().stream().map(l -> ", " + l).collect(Collectors.joining()));
      alternatives.add(filled(query.template(), with));
    }
    return String.join(" or ", alternatives);
  }

  /** A counter is known by its samples at both ends of the step. */
  private static String counterStep(int seconds) {
    return "[" + seconds + "s]";
  }

  /** A gauge's sample at the very end of a step is the next one's. */
  private static String gaugeStep(int seconds) {
    return "[" + (seconds * 1000L - 1) + "ms] offset 1ms";
  }

  private List<String> engineMatchers(EngineProfile.Metric metric) {
    List<String> matchers = fixed();
    matchers.addAll(PromQl.allOf(metric.matchers()));
    matchers.addAll(inNamespaces("namespace"));
    if (!untrustedInstances.isEmpty()) {
      matchers.add(PromQl.isNoneOf("instance", untrustedInstances));
    }
    return matchers;
  }

  /** PromQL for the replicas that existed. */
  public String replicas(int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (State state : REPLICAS) {
      for (Layout layout : layouts(source.trust().stateJobs())) {
        alternatives.add(
            filled(
                QueryCatalog.REPLICAS.template(),
                Map.of(
                    "metric", state.metric(),
                    "workload", state.label(),
                    "matchers", String.join(",", layout.matchers()),
                    "step", gaugeStep(rangeSeconds))));
      }
    }
    return String.join(" or ", alternatives);
  }

  /** PromQL for how busy GPUs were, percent. */
  public String gpuUtilization(int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (Gpu gpu : GPU_UTILIZATION) {
      for (Layout layout : layouts(source.trust().gpuJobs())) {
        alternatives.add(
            filled(
                QueryCatalog.GPU_UTILIZATION.template(),
                Map.of(
                    "metric", gpu.metric(),
                    "scale", Integer.toString(gpu.scaleToPercent()),
                    "matchers", String.join(",", layout.matchers()),
                    "step", gaugeStep(rangeSeconds))));
      }
    }
    return String.join(" or ", alternatives);
  }

  /** PromQL for the owners of pods, of these alone where they are few. */
  public String podOwners(Collection<String> pods, int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (Layout layout : layouts(source.trust().stateJobs())) {
      alternatives.add(
          owners(
              QueryCatalog.POD_OWNERS,
              "kube_pod_owner",
              layout,
              layout.podLabel(),
              pods,
              rangeSeconds));
    }
    return String.join(" or ", alternatives);
  }

  /** PromQL for the owners of ReplicaSets, of these alone where they are few. */
  public String replicaSetOwners(Collection<String> replicaSets, int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (Layout layout : layouts(source.trust().stateJobs())) {
      alternatives.add(
          owners(
              QueryCatalog.REPLICASET_OWNERS,
              "kube_replicaset_owner",
              layout,
              "replicaset",
              replicaSets,
              rangeSeconds));
    }
    return String.join(" or ", alternatives);
  }

  private static String owners(
      QueryCatalog query,
      String metric,
      Layout layout,
      String label,
      Collection<String> names,
      int rangeSeconds) {
    List<String> matchers = new ArrayList<>(layout.matchers());
    if (names.size() <= MOST_NAMES) {
      matchers.add(PromQl.isOneOf(label, names));
    }
    return filled(
        query.template(),
        Map.of(
            "metric", metric, "matchers", String.join(",", matchers), "range", rangeSeconds + "s"));
  }

  /** PromQL for scrape targets whose engine series carry a namespace Prometheus did not set. */
  public String untrustedTargets(int rangeSeconds) {
    List<String> claims = new ArrayList<>();
    for (EngineProfile.Metric metric : profile.output()) {
      List<String> matchers = fixed();
      matchers.addAll(PromQl.allOf(metric.matchers()));
      matchers.addAll(inNamespaces("namespace"));
      matchers.add("namespace!=\"\"");
      if (!source.trust().engineJobs().isEmpty()) {
        matchers.add(PromQl.isNoneOf("job", source.trust().engineJobs()));
      }
      claims.add(
          "group by (job, instance, namespace, pod) (present_over_time(%s{%s}[%ds]))"
              .formatted(metric.metric(), String.join(",", matchers), rangeSeconds));
    }
    return filled(
        QueryCatalog.UNTRUSTED_TARGETS.template(),
        Map.of(
            "claims",
            "(" + String.join(" or ", claims) + ")",
            "targets",
            "group by (job, instance, namespace, pod) (present_over_time(up{%s}[%ds]))"
                .formatted(String.join(",", fixed()), rangeSeconds)));
  }

  /** PromQL for the tokens that already go to an API. */
  public String gateway(QueryCatalog query, int rangeSeconds) {
    Source.Gateway.Configured configured = (Source.Gateway.Configured) source.gateway();
    GatewayProfile gateway = configured.profile();
    List<String> alternatives = new ArrayList<>();
    for (GatewayProfile.Metric metric : gateway.metricsFor(query)) {
      List<String> matchers = fixed();
      matchers.addAll(PromQl.allOf(metric.matchers()));
      matchers.addAll(PromQl.allOf(configured.matchers()));
      if (configured.sharedWith().isEmpty()) {
        matchers.addAll(inNamespaces("namespace"));
      }
      alternatives.add(
          filled(
              query.template(),
              Map.of(
                  "metric",
                  metric.metric(),
                  "matchers",
                  String.join(",", matchers),
                  "range",
                  rangeSeconds + "s",
                  "scrape",
                  String.join(", ", SCRAPE_LABELS),
                  "model",
                  gateway.modelLabels().stream()
                      .map(l -> ", " + l)
                      .collect(Collectors.joining()))));
    }
    return String.join(" or ", alternatives);
  }

  /** PromQL for what a GPU of each node costs an hour. */
  public static String gpuPrices(
      Source source, Source.OpenCost.Scraped opencost, int rangeSeconds) {
    List<String> matchers = new ArrayList<>(PromQl.allOf(source.matchers()));
    matchers.addAll(PromQl.allOf(opencost.matchers()));
    return opencost.metrics().stream()
        .map(
            metric ->
                filled(
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

  /** Where the labels of an object stand: its own, or renamed by a scrape without honorLabels. */
  private record Layout(String podLabel, List<String> matchers) {}

  private List<Layout> layouts(List<String> trustedJobs) {
    List<Layout> layouts = new ArrayList<>();
    List<String> own = fixed();
    own.add(PromQl.is("exported_namespace", ""));
    own.addAll(inNamespaces("namespace"));
    layouts.add(new Layout("pod", own));
    if (!trustedJobs.isEmpty()) {
      List<String> renamed = fixed();
      renamed.add(PromQl.isOneOf("job", trustedJobs));
      List<String> within = inNamespaces("exported_namespace");
      renamed.addAll(within.isEmpty() ? List.of("exported_namespace!=\"\"") : within);
      layouts.add(new Layout("exported_pod", renamed));
    }
    return layouts;
  }

  private List<String> fixed() {
    return new ArrayList<>(PromQl.allOf(source.matchers()));
  }

  private List<String> inNamespaces(String label) {
    return namespaces.isEmpty() || namespaces.size() > MOST_NAMESPACES
        ? List.of()
        : List.of(PromQl.isOneOf(label, namespaces));
  }

  private static String filled(String template, Map<String, String> with) {
    return PARAMETER
        .matcher(template)
        .replaceAll(
            found -> {
              String value = with.get(found.group(1));
              if (value == null) {
                throw new IllegalArgumentException("no value for " + found.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }
}
