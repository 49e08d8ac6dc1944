package dev.breakeven.prometheus.query;

import java.util.List;
import java.util.regex.Pattern;

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
      "max by (<namespace>, <pod><model><scrape>) (count_over_time(<metric>{<matchers>}<step>)) or"
          + " label_replace(count by (<namespace>, <pod><model><scrape><splits>)"
          + " (count_over_time(<metric>{<matchers>}<step>)) > 1, \"several\", \"yes\", \"\", \"\")",
      "Which pods an engine ran in, by whom each was scraped, and in which steps a pod that lived"
          + " was scraped too seldom for its figures to be believed: a gap is never a low figure."
          + " And which pods show several series of a count where the profile knows of one."),
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
      Templates.GAUGE_PER_POD,
      "Requests queued: where they wait, served tokens are a lower bound of demand."),
  /** Requests in the batch. */
  RUNNING(
      "requests-running",
      Scope.ENGINE,
      Templates.GAUGE_PER_POD,
      "Requests in the batch: with the tokens served, how long work stays in a replica at that"
          + " concurrency, and so what a full one would serve. Asked within engine-state."),
  /** How full the KV cache is. */
  KV_CACHE_USAGE(
      "kv-cache-usage",
      Scope.ENGINE,
      "avg by (<namespace>, <pod><model>) (avg_over_time(<metric>{<matchers>}<step>))",
      "Share of the KV cache in use: how many requests would fill it. Asked within engine-state."),
  /** Time to the first token. */
  TIME_TO_FIRST_TOKEN(
      "time-to-first-token",
      Scope.ENGINE,
      Templates.LATENCY,
      "Seconds to the first token, on average or at the percentile of the policies' SLO. Asked"
          + " within engine-state."),
  /** Time between tokens. */
  INTER_TOKEN(
      "inter-token-latency",
      Scope.ENGINE,
      Templates.LATENCY,
      "Seconds between two tokens of an answer, same. Asked within engine-state."),
  /** Several figures of engine pods. */
  ENGINE_STATE(
      "engine-state",
      Scope.TOGETHER,
      "label_replace((<part>), \"figure\", \"<figure>\", \"\", \"\")",
      "requests-waiting, requests-running, kv-cache-usage and latencies in one answer."),
  /** Several figures of a gateway. */
  GATEWAY(
      "gateway",
      Scope.TOGETHER,
      "label_replace((<part>), \"figure\", \"<figure>\", \"\", \"\")",
      "A gateway's tokens and requests in one answer."),
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
      "max by (namespace, exported_namespace, job, <workload><scrape>)"
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
  /** Generated tokens of own GPUs, as a gateway counts them. */
  GATEWAY_OWN_GPUS(
      "gateway-own-gpus",
      Scope.GATEWAY,
      "sum by (namespace<model><scrape>) (increase(<metric>{<matchers>}[<range>])) / <seconds>",
      "Generated tokens of a day that a gateway had from own GPUs: engines that count less are not"
          + " all seen. Asked once an hour, of gateways that name the provider."),
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
      "group by (namespace, pod, exported_namespace, exported_pod, job, uid, owner_kind,"
          + " owner_name<scrape>) (present_over_time(<metric>{<matchers>}[<range>]))",
      "Which ReplicaSet or StatefulSet a pod belonged to, also when it is long gone, and which"
          + " scraper reported it: two scrapers that report the same pod are in one cluster. Asked"
          + " only when pods are seen that were not seen before."),
  /** Who owns ReplicaSets not met before. */
  REPLICASET_OWNERS(
      "replicaset-owners",
      Scope.LOOKUP,
      "group by (namespace, exported_namespace, job, replicaset, owner_kind, owner_name)"
          + " (present_over_time(<metric>{<matchers>}[<range>]))",
      "Which Deployment a ReplicaSet belonged to. Asked only for ReplicaSets not seen before."),
  /** Who scraped what. */
  SCRAPES(
      "scrapes",
      Scope.LOOKUP,
      "group without (<pod>, <namespace>, instance, container) (<ups> and on (job, instance,"
          + " <namespace>, <pod>) <claims>) or label_replace(group by (job, instance, <namespace>)"
          + " (<claims> unless on (job, instance, <namespace>, <pod>) <ups>), \"untrusted\","
          + " \"yes\", \"\", \"\")",
      "Labels that stand on `up` too were set by whoever scraped, and not by the engine: scrapes of"
          + " one target that differ in them are one count read twice, and every other label splits"
          + " a count. And scrape targets whose engine series carry a namespace or pod that"
          + " Prometheus did not set, or of which nothing tells who set them: an engine could claim"
          + " to be another tenant's. Their series are left out."),
  /** Who scraped, where the source keeps no `up`. */
  SCRAPES_WITHOUT_UP(
      "scrapes-without-up",
      Scope.LOOKUP,
      "label_replace(group(up{<fixed>} or last_over_time(up{<state>}[<range>])), \"up\", \"yes\", \"\","
          + " \"\") or"
          + " group without (namespace, exported_namespace, <workload>)"
          + " (present_over_time(<metric>{<matchers>}[<range>]))",
      "Asked where no `up` of the engines is stored. If there is none of anything, Kubernetes' state"
          + " stands in: only pods that kube-state-metrics tells of count, each under one address,"
          + " and labels that its series share with an engine's were set by whoever scraped."),
  /** Whether addresses of a pod lead to one server. */
  SERVERS(
      "servers",
      Scope.LOOKUP,
      "sum by (<namespace>, <pod><scrape>) (last_over_time(<metric>{<matchers>}[<range>])) or"
          + " label_replace(max by (<namespace>, <pod><scrape>)"
          + " (process_start_time_seconds{<targets>}), \"started\", \"yes\", \"\", \"\")",
      "Where pods have series at several addresses: the series of one server, repeated by a proxy or"
          + " a mesh, have the same values and count once; the series of several servers differ and"
          + " add up. Asked once an hour, and only for such pods."),
  /** Whether several series of a scrape are copies. */
  COPIES(
      "copies",
      Scope.LOOKUP,
      "last_over_time(<metric>{<matchers>}[<range>]) or"
          + " label_replace(last_over_time(<gauge>{<matchers>}[<range>]), \"figure\", \"gauge\","
          + " \"\", \"\")",
      "Where a scrape of a pod shows several series of a count: copies, stored by another under a"
          + " label that `up` does not have, hold the same values and count once; parts of a count"
          + " differ and add up. Asked once an hour, and only for such pods."),
  /** What engines counted across gaps. */
  GAPS(
      "gaps",
      Scope.GAPS,
      "label_replace(sum by (<namespace>, <pod><model><scrape>) (((<last> - <before>) >= 0 unless"
          + " resets(<metric>{<matchers>}[<wider>]) > 0) or (increase(<metric>{<matchers>}[<range>])"
          + " and <last>) or (<last> and <before>)), \"figure\", \"<figure>\", \"\", \"\")",
      "How far counters rose since they were last seen, for the pods alone that were scraped too"
          + " seldom: what an engine counted while nobody looked stands in the two ends of the gap."
          + " And whether such a pod did not answer (`up` 0) or nobody asked it."),
  /** What time it is by the source's clock. */
  SOURCE_TIME(
      "source-time",
      Scope.LOOKUP,
      "vector(time())",
      "Whether the source answers at all, and how far its clock is from ours. The first question of"
          + " each cycle, and the only one while the source fails."),
  /** Series of the model that could not be attributed. */
  STRAY_SERIES(
      "stray-series",
      Scope.LOOKUP,
      "topk(200, last_over_time({<matchers>}[<range>]))",
      "Where a workload shows no series: under which names and labels its model is stored. Asked"
          + " once an hour, and only then.");

  /** The scope of a query, which decides how its parameters are filled in. */
  public enum Scope {
    /** Per engine pod, from the engine profile. */
    ENGINE,
    /** Per namespace and model, from the engine profile. */
    TAIL,
    /** Per workload, from kube-state-metrics. */
    STATE,
    /** Per pod, from a GPU exporter. */
    GPU,
    /** Per engine pod, from the engine profile, for pods with gaps. */
    GAPS,
    /** Per model, from a gateway. */
    GATEWAY,
    /** Several figures in one answer. */
    TOGETHER,
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

  /** Its scope. */
  public Scope scope() {
    return scope;
  }

  /** PromQL with parameters in angle brackets. */
  public String template() {
    return template;
  }

  /** Why it is sent. */
  public String reason() {
    return reason;
  }

  /** PromQL of a percentile of the figure that this query averages. */
  static String latencyPercentile() {
    return "histogram_quantile(<quantile>, sum by (<namespace>, <pod><model>, le)"
        + " (increase(<metric>_bucket{<matchers>}[<range>]))) >= 0";
  }

  /** PromQL of the part of the prompt tokens that a counter is of another; 0 where both rest. */
  static String partOfPrompts() {
    String part =
        "sum by (<namespace>, <pod><model><scrape>) (increase(<metric>{<matchers>}[<range>]))";
    return part
        + " / (sum by (<namespace>, <pod><model><scrape>) (increase(<of>{<matchers>}[<range>])) > 0)"
        + " * (<prompts>) or "
        + part
        + " == 0";
  }

  /** What a gateway's figure is the sum of: the rises of one of its counters. */
  static String riseAtAGateway() {
    return Templates.RISE_AT_A_GATEWAY;
  }

  /** Names of the template's parameters, in their order. */
  public List<String> parameters() {
    return Pattern.compile("<(\\w+)>")
        .matcher(template)
        .results()
        .map(r -> r.group(1))
        .distinct()
        .toList();
  }

  /** Templates that several questions share. */
  private static final class Templates {
    // A counter's labels split one count (streamed or not, tenant, priority, rank, adapter): within
    // one scrape all of it adds up, whatever the labels are called. Only what was scraped twice
    // counts once; <scrape> keeps such scrapes apart and the reader takes the greatest.
    static final String PER_POD =
        "sum by (<namespace>, <pod><model><scrape>) (increase(<metric>{<matchers>}[<range>]))"
            + " / <seconds>";
    // A gauge is shown by every rank of an engine as a whole, so its parts are not known to add up:
    // only labels that the profile names do.
    static final String GAUGE_PER_POD =
        "sum by (<namespace>, <pod><model><scrape>) (max by (<namespace>, <pod><model>"
            + "<within>) (avg_over_time(<metric>{<matchers>}<step>)))";
    // A mean over the step's requests: rises of the sum over rises of the count.
    static final String LATENCY =
        "sum by (<namespace>, <pod><model>) (increase(<metric>_sum{<matchers>}[<range>])) / (sum by"
            + " (<namespace>, <pod><model>) (increase(<metric>_count{<matchers>}[<range>])) > 0)";
    static final String TAIL =
        "histogram_quantile(0.95, sum by (<namespace><model>, le)"
            + " (rate(<metric>_bucket{<matchers>}[<range>])))";
    // A series that is born with its first value (one for each user) has no rise to show: its first
    // value is one, if the gateway was scraped before it was there; but not where nothing that was
    // there before is left: then series go on under other labels.
    static final String RISE_AT_A_GATEWAY =
        "((last_over_time(<metric>{<matchers>}[<range>]) unless"
            + " last_over_time(<metric>{<matchers>}[<range>] offset <range>)) and on (<target>)"
            + " (max by (<target>) (max_over_time(up{<fixed>}[<range>] offset <range>)) == 1)"
            + " unless on (<target>) (last_over_time(<metric>{<matchers>}[<range>] offset <range>)"
            + " unless on (<target>) (<metric>{<matchers>} and"
            + " last_over_time(<metric>{<matchers>}[<range>] offset <range>))))"
            + " or increase(<metric>{<matchers>}[<range>])";
    static final String PER_GATEWAY_MODEL =
        "sum by (namespace<model><scrape>) (" + RISE_AT_A_GATEWAY + ") / <seconds>";
  }
}
