package dev.breakeven.prometheus.query;

import java.util.List;

/**
 * Every question this operator asks a source: its name, its template, and why it is asked. A cycle
 * asks each at most once for all policies of a source and engine together, so that their number
 * depends on the metrics and not on the policies.
 *
 * <p>Parameters of a template stand in angle brackets: {@code <metric>}, {@code <matchers>} (the
 * source's fixed matchers, the metric's own, the namespaces asked about), {@code <step>} and {@code
 * <range>} (the time a figure stands for), {@code <over>} ({@code rate} for counters, {@code
 * avg_over_time} for gauges), {@code <model>} and {@code <fold>} (labels of the engine profile).
 * Where a profile or a version of an engine knows several metrics for a figure, the template is
 * repeated for each and joined with {@code or}: for each pod the first that exists counts.
 */
public enum QueryCatalog {
  /** How often each engine pod was scraped. */
  SAMPLES(
      "engine-samples",
      Scope.ENGINE,
      "max by (namespace, pod) (count_over_time(<metric>{<matchers>}<step>))",
      "Which pods an engine ran in, and in which steps a pod that lived was scraped too seldom for"
          + " its figures to be believed: a gap is never a low figure."),
  /** Prompt tokens. */
  INPUT_TOKENS(
      "input-tokens", Scope.ENGINE, Templates.PER_POD, "Prompt tokens, the first part of demand."),
  /** Prompt tokens found in the prefix cache. */
  CACHED_TOKENS(
      "cached-tokens",
      Scope.ENGINE,
      Templates.PER_POD,
      "Prompt tokens found in the prefix cache: cheaper on an API, nearly free on a GPU."),
  /** Generated tokens. */
  OUTPUT_TOKENS(
      "output-tokens", Scope.ENGINE, Templates.PER_POD, "Generated tokens, the dear part."),
  /** Requests finished. */
  REQUESTS(
      "requests",
      Scope.ENGINE,
      Templates.PER_POD,
      "Requests finished: the mean lengths of a request, and an API's limit on requests."),
  /** Requests queued. */
  WAITING(
      "requests-waiting",
      Scope.ENGINE,
      Templates.PER_POD,
      "Requests queued: where they wait, served tokens are a lower bound of demand."),
  /** Long prompts. */
  INPUT_TAIL(
      "input-length-p95",
      Scope.TAIL,
      Templates.TAIL,
      "Prompt length that 95 % of a day's requests stay below: long tails make the context term of"
          + " a capacity an underestimate. Asked once an hour."),
  /** Long answers. */
  OUTPUT_TAIL(
      "output-length-p95",
      Scope.TAIL,
      Templates.TAIL,
      "Generated length that 95 % of a day's requests stay below. Asked once an hour."),
  /** Replicas that existed. */
  REPLICAS(
      "replicas-held",
      Scope.STATE,
      "max by (namespace, exported_namespace, job, <workload>)"
          + " (avg_over_time(<metric>{<matchers>}<step>))",
      "Replicas that existed in each step, pending and loading ones included: they are paid."),
  /** How busy the GPUs were. */
  GPU_UTILIZATION(
      "gpu-utilization",
      Scope.GPU,
      "<scale> * avg by (namespace, pod, exported_namespace, exported_pod, job)"
          + " (avg_over_time(<metric>{<matchers>}<step>))",
      "Share of time in which the GPUs of a pod ran anything: evidence, never the load."),
  /** Prompt tokens sent to an API. */
  BURST_INPUT(
      "gateway-input-tokens",
      Scope.GATEWAY,
      Templates.PER_GATEWAY_MODEL,
      "Prompt tokens that already go to an API through a gateway: demand the engines do not see."),
  /** Generated tokens that came from an API. */
  BURST_OUTPUT(
      "gateway-output-tokens",
      Scope.GATEWAY,
      Templates.PER_GATEWAY_MODEL,
      "Generated tokens that come from an API through a gateway."),
  /** Prompt tokens that an API had in its cache. */
  BURST_CACHED(
      "gateway-cached-tokens",
      Scope.GATEWAY,
      Templates.PER_GATEWAY_MODEL,
      "Prompt tokens of those that an API found in its cache: how well its cache hits."),
  /** Requests sent to an API. */
  BURST_REQUESTS(
      "gateway-requests",
      Scope.GATEWAY,
      Templates.PER_GATEWAY_MODEL,
      "Requests that already go to an API through a gateway."),
  /** What a GPU costs. */
  GPU_PRICES(
      "gpu-prices",
      Scope.NODE,
      "max by (node, exported_node) (last_over_time(<metric>{<matchers>}[<range>]))",
      "What a GPU of each node costs an hour, as OpenCost says, in the last ten minutes: asked only"
          + " of a source whose owner says in which currency. Several exporters name the same"
          + " price, which counts once."),
  /** Who owns pods not met before. */
  POD_OWNERS(
      "pod-owners",
      Scope.LOOKUP,
      "group by (namespace, pod, exported_namespace, exported_pod, job, owner_kind, owner_name)"
          + " (present_over_time(<metric>{<matchers>}[<range>]))",
      "Which ReplicaSet or StatefulSet a pod belonged to, also when it is long gone. Asked only"
          + " when pods are seen that were not seen before."),
  /** Who owns ReplicaSets not met before. */
  REPLICASET_OWNERS(
      "replicaset-owners",
      Scope.LOOKUP,
      "group by (namespace, exported_namespace, job, replicaset, owner_kind, owner_name)"
          + " (present_over_time(<metric>{<matchers>}[<range>]))",
      "Which Deployment a ReplicaSet belonged to. Asked only for ReplicaSets not seen before."),
  /** Engine series whose namespace is the engine's own word. */
  UNTRUSTED_TARGETS(
      "untrusted-targets",
      Scope.LOOKUP,
      "group by (job, instance, namespace) ((<claims> unless on (job, instance, namespace, pod)"
          + " <targets>) and on (job, instance) <targets>)",
      "Scrape targets whose engine series carry a namespace or pod that Prometheus did not set:"
          + " an engine could claim to be another tenant's. Their series are left out.");

  /** What a question is asked for, which decides how its parameters are filled in. */
  public enum Scope {
    /** Per engine pod, from the engine profile. */
    ENGINE,
    /** Per namespace and model, from the engine profile. */
    TAIL,
    /** Per workload, from kube-state-metrics. */
    STATE,
    /** Per pod, from a GPU exporter. */
    GPU,
    /** Per model, from a gateway. */
    GATEWAY,
    /** Per node, from OpenCost. */
    NODE,
    /** Not a figure: what a figure's labels stand for. */
    LOOKUP
  }

  private final String label;
  private final Scope scope;
  private final String template;
  private final String reason;

  QueryCatalog(String label, Scope scope, String template, String reason) {
    this.label = label;
    this.scope = scope;
    this.template = template;
    this.reason = reason;
  }

  /** Its name, in metrics, logs and the reference page. */
  public String label() {
    return label;
  }

  /** What it is asked for. */
  public Scope scope() {
    return scope;
  }

  /** PromQL with parameters in angle brackets. */
  public String template() {
    return template;
  }

  /** Why it is asked. */
  public String reason() {
    return reason;
  }

  /** Names of the template's parameters, in their order. */
  public List<String> parameters() {
    return java.util.regex.Pattern.compile("<(\\w+)>")
        .matcher(template)
        .results()
        .map(r -> r.group(1))
        .distinct()
        .toList();
  }

  /** Templates that several questions share. */
  private static final class Templates {
    // Two Prometheus replicas, or two jobs that scrape the same pod, give every series twice: of
    // what differs in nothing but where it was scraped the greatest counts once.
    static final String PER_POD =
        "sum by (namespace, pod<model>) (max by (namespace, pod<model><fold>)"
            + " (<over>(<metric>{<matchers>}<step>)))";
    static final String TAIL =
        "histogram_quantile(0.95, sum by (namespace<model>, le)"
            + " (rate(<metric>_bucket{<matchers>}[<range>])))";
    static final String PER_GATEWAY_MODEL =
        "sum by (namespace<model>) (max without (<scrape>)"
            + " (rate(<metric>{<matchers>}[<range>])))";
  }
}
