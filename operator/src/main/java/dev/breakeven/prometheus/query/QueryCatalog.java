package dev.breakeven.prometheus.query;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Every query that the operator sends: its name, its template, and its reason. A cycle sends each
 * at most once for all policies of a source and engine together, so that their number depends on
 * the metrics and not on the policies.
 *
 * <p>Parameters of a template are in angle brackets; the page {@code QUERIES.md} explains them. If
 * a profile or the versions of an engine know several metrics for a figure, the template is
 * repeated for each and joined with {@code or}: for each pod, the first that exists counts.
 */
public enum QueryCatalog {
  /** How often each engine pod was scraped. */
  SAMPLES(
      "engine-samples",
      Scope.ENGINE,
      "max by (<namespace>, <pod><model><scrape>) (count_over_time(<metric>{<matchers>}<step>)) or"
          + " label_replace(count by (<namespace>, <pod><model><scrape><splits>)"
          + " (count_over_time(<metric>{<matchers>}<step>)) > 1, \"several\", \"yes\", \"\", \"\")",
      "How often each engine pod was scraped, and by whom. It shows which pods there"
          + " were, and in which steps a running pod was scraped too seldom: such a step is a"
          + " gap and not low traffic. It also shows pods with several series of a counter"
          + " where the engine profile expects one."),
  /** Prompt tokens. */
  INPUT_TOKENS(
      "input-tokens", Scope.ENGINE, Templates.PER_POD, "Prompt tokens, the first part of demand."),
  /** Prompt tokens found in the prefix cache. */
  CACHED_TOKENS(
      "cached-tokens",
      Scope.ENGINE,
      Templates.PER_POD,
      "Prompt tokens found in the prefix cache: cheaper on an API, nearly free on a" + " GPU."),
  /** Generated tokens. */
  OUTPUT_TOKENS(
      "output-tokens",
      Scope.ENGINE,
      Templates.PER_POD,
      "Generated tokens, the most expensive part of demand."),
  /** Finished requests. */
  REQUESTS(
      "requests",
      Scope.ENGINE,
      Templates.PER_POD,
      "Finished requests. They give the mean length of a request, and show whether an"
          + " API's request limit would be reached."),
  /** Queued requests. */
  WAITING(
      "requests-waiting",
      Scope.ENGINE,
      Templates.GAUGE_PER_POD,
      "Queued requests. While requests wait, the tokens served are less than the" + " demand."),
  /** Running requests. */
  RUNNING(
      "requests-running",
      Scope.ENGINE,
      Templates.GAUGE_PER_POD,
      "Running requests. Together with the tokens served, they show how many tokens a"
          + " full replica would serve. Part of engine-state."),
  /** How full the KV cache is. */
  KV_CACHE_USAGE(
      "kv-cache-usage",
      Scope.ENGINE,
      "avg by (<namespace>, <pod><model>) (avg_over_time(<metric>{<matchers>}<step>))",
      "Share of the KV cache in use. It shows how many requests would fill it. Part of"
          + " engine-state."),
  /** Time to the first token. */
  TIME_TO_FIRST_TOKEN(
      "time-to-first-token",
      Scope.ENGINE,
      Templates.LATENCY,
      "Seconds to the first token: the mean, or the percentile that the SLOs of"
          + " policies name. Part of engine-state."),
  /** Time between tokens. */
  INTER_TOKEN(
      "inter-token-latency",
      Scope.ENGINE,
      Templates.LATENCY,
      "Seconds between two tokens of a response: the mean, or the percentile that the"
          + " SLOs of policies name. Part of engine-state."),
  /** Several figures of engine pods. */
  ENGINE_STATE(
      "engine-state",
      Scope.TOGETHER,
      "label_replace((<part>), \"figure\", \"<figure>\", \"\", \"\")",
      "Combines requests-waiting, requests-running, kv-cache-usage and the latencies"
          + " in one query."),
  /** Several figures of a gateway. */
  GATEWAY(
      "gateway",
      Scope.TOGETHER,
      "label_replace((<part>), \"figure\", \"<figure>\", \"\", \"\")",
      "Combines the tokens and requests of a gateway in one query."),
  /** Long prompts. */
  INPUT_TAIL(
      "input-length-p95",
      Scope.TAIL,
      Templates.TAIL,
      "The prompt length that 95 % of a day's requests do not exceed. If some requests"
          + " are much longer than the mean, the mean underestimates how much context costs"
          + " capacity. Sent once an hour."),
  /** Long answers. */
  OUTPUT_TAIL(
      "output-length-p95",
      Scope.TAIL,
      Templates.TAIL,
      "The response length that 95 % of a day's requests do not exceed. Sent once an" + " hour."),
  /** How often engines restarted. */
  RESTARTS(
      "restarts",
      Scope.TAIL,
      "label_replace(sum by (<namespace>, <pod><model>) (resets(<metric>{<matchers>}[<range>])),"
          + " \"figure\", \"resets\", \"\", \"\") or label_replace(sum by (<namespace>, <pod><model>)"
          + " (count_over_time(<metric>{<matchers>}[<range>])), \"figure\", \"samples\", \"\", \"\")"
          + " or label_replace(count by (<namespace>, <pod><model>) (present_over_time("
          + "<metric>{<matchers>}[<range>]) unless last_over_time(<metric>{<matchers>}[1h] offset"
          + " <range>)), \"figure\", \"begun\", \"\", \"\")",
      "How often counters began at 0 again, how many series are new, and how often they were"
          + " scraped: what an engine counts after its last scrape is lost when it restarts or ends."
          + " Sent for each day of the window, and then once an hour for what has passed."),
  /** Replicas that existed. */
  REPLICAS(
      "replicas-held",
      Scope.STATE,
      "max by (namespace, exported_namespace, job, <workload><scrape>)"
          + " (avg_over_time(<metric>{<matchers>}<step>))",
      "Replicas that existed in each step, including those that are pending or loading"
          + " a model, because they are paid for."),
  /** How busy the GPUs were. */
  GPU_UTILIZATION(
      "gpu-utilization",
      Scope.GPU,
      "<scale> * avg by (namespace, pod, exported_namespace, exported_pod, job)"
          + " (avg_over_time(<metric>{<matchers>}<step>))",
      "Share of time in which the GPUs of a pod ran any kernel. It is shown as"
          + " evidence and never used as the load."),
  /** Prompt tokens sent to an API. */
  BURST_INPUT(
      "gateway-input-tokens",
      Scope.GATEWAY,
      Templates.PER_GATEWAY_MODEL,
      "Prompt tokens that already go to an API through a gateway: demand that the"
          + " engines do not see."),
  /** Generated tokens that came from an API. */
  BURST_OUTPUT(
      "gateway-output-tokens",
      Scope.GATEWAY,
      Templates.PER_GATEWAY_MODEL,
      "Generated tokens that already come from an API through a gateway."),
  /** Prompt tokens that an API had in its cache. */
  BURST_CACHED(
      "gateway-cached-tokens",
      Scope.GATEWAY,
      Templates.PER_GATEWAY_MODEL,
      "Prompt tokens that the API found in its cache. They show the API's cache hit" + " rate."),
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
      "Generated tokens of a day that a gateway received from own GPUs. If the engines"
          + " count fewer, some engines are not scraped. Sent once an hour, for gateways"
          + " whose series name the provider."),
  /** What a GPU costs. */
  GPU_PRICES(
      "gpu-prices",
      Scope.NODE,
      "max by (node, exported_node) (last_over_time(<metric>{<matchers>}[<range>]))",
      "OpenCost's price of a GPU hour on each node, not older than ten minutes. Sent"
          + " only if the source configures OpenCost's currency. Several exporters report the"
          + " same price, which counts once."),
  /** Owners of pods that are seen for the first time. */
  POD_OWNERS(
      "pod-owners",
      Scope.LOOKUP,
      "group by (namespace, pod, exported_namespace, exported_pod, job, uid, owner_kind,"
          + " owner_name<scrape>) (present_over_time(<metric>{<matchers>}[<range>]))",
      "The ReplicaSet or StatefulSet that a pod belonged to, even if the pod is gone,"
          + " and the scrapers that reported it: two scrapers that report the same pod are in"
          + " one cluster. Sent only for pods that are seen for the first time."),
  /** Owners of ReplicaSets that are seen for the first time. */
  REPLICASET_OWNERS(
      "replicaset-owners",
      Scope.LOOKUP,
      "group by (namespace, exported_namespace, job, replicaset, owner_kind, owner_name)"
          + " (present_over_time(<metric>{<matchers>}[<range>]))",
      "The Deployment that a ReplicaSet belonged to. Sent only for ReplicaSets that"
          + " are seen for the first time."),
  /** Labels that scrapers set, and targets that are not trusted. */
  SCRAPES(
      "scrapes",
      Scope.LOOKUP,
      "group without (<pod>, <namespace>, instance, container) (<ups> and on (job, instance,"
          + " <namespace>, <pod>) <claims>) or label_replace(group by (job, instance, <namespace>)"
          + " (<claims> unless on (job, instance, <namespace>, <pod>) <ups>), \"untrusted\","
          + " \"yes\", \"\", \"\")",
      "The labels that scrapers set. A label that is also on `up` was set by the"
          + " scraper and not by the engine: two scrapes of a target that differ only in such"
          + " labels read the same counter, while every other label splits a counter into"
          + " parts that add up. The query also finds scrape targets whose namespace or pod"
          + " was not set by Prometheus, or not provably: their series are left out, because"
          + " an engine could claim to belong to another tenant."),
  /** The same, if the source has no `up`. */
  SCRAPES_WITHOUT_UP(
      "scrapes-without-up",
      Scope.LOOKUP,
      "label_replace(group(up{<fixed>} or last_over_time(up{<state>}[<range>])), \"up\", \"yes\", \"\","
          + " \"\") or"
          + " group without (namespace, exported_namespace, <workload>)"
          + " (present_over_time(<metric>{<matchers>}[<range>]))",
      "Sent if the source has no `up` of the engines. If it has no `up` at all, the"
          + " state of Kubernetes takes its place: only pods that kube-state-metrics reports"
          + " count, each under one address, and labels that an engine's series share with"
          + " those of kube-state-metrics were set by the scraper."),
  /** Whether addresses of a pod lead to one server. */
  SERVERS(
      "servers",
      Scope.LOOKUP,
      "sum by (<namespace>, <pod><scrape>) (last_over_time(<metric>{<matchers>}[<range>])) or"
          + " label_replace(max by (<namespace>, <pod><scrape>)"
          + " (process_start_time_seconds{<targets>}), \"started\", \"yes\", \"\", \"\")",
      "Compares the counters at the addresses of a pod that has several. If two"
          + " addresses show the same values, one server is shown twice, by a proxy or a"
          + " service mesh, and counts once. If they differ, there are two servers, and their"
          + " counts add up. Sent once an hour, only for such pods."),
  /** Whether several series of a scrape are copies. */
  COPIES(
      "copies",
      Scope.LOOKUP,
      "last_over_time(<metric>{<matchers>}[<range>]) or"
          + " label_replace(last_over_time(<gauge>{<matchers>}[<range>]), \"figure\", \"gauge\","
          + " \"\", \"\")",
      "Compares the series of a counter that a scrape of a pod shows several times. If"
          + " they have the same values, they are copies that were stored under a label that"
          + " `up` does not have, and count once. If they differ, they are parts of a"
          + " counter, and add up. Sent once an hour, only for such pods."),
  /** Whether a gateway's series are stored more than once. */
  GATEWAY_COPIES(
      "gateway-copies",
      Scope.LOOKUP,
      "last_over_time(process_start_time_seconds{<fixed>}[<range>]) and on (job, instance)"
          + " (<claims>)",
      "Whether a gateway's series are stored more than once under a label that `up` does not have."
          + " A process has one start time: if a scrape target shows it several times, that label"
          + " marks copies, and the gateway's counts are taken once. Sent once an hour, only if the"
          + " source has a gateway."),
  /** Increases of counters across gaps. */
  GAPS(
      "gaps",
      Scope.GAPS,
      "label_replace(sum by (<namespace>, <pod><model><scrape>) (((<last> - <before>) >= 0 unless"
          + " resets(<metric>{<matchers>}[<wider>]) > 0) or (increase(<metric>{<matchers>}[<range>])"
          + " and <last>) or (<last> and <before>)), \"figure\", \"<figure>\", \"\", \"\")",
      "How far counters increased across a gap, only for pods that were scraped too"
          + " seldom. A counter's values before and after a gap show what the engine counted"
          + " in it. The query also shows whether scrapes of such a pod failed (`up` is 0) or"
          + " were not attempted."),
  /** The source's clock. */
  SOURCE_TIME(
      "source-time",
      Scope.LOOKUP,
      "vector(time())",
      "Whether the source answers, and how far its clock differs from the operator's."
          + " The first query of each cycle, and the only one while the source does not"
          + " answer."),
  /** Series of the model that could not be attributed. */
  STRAY_SERIES(
      "stray-series",
      Scope.LOOKUP,
      "topk(200, last_over_time({<matchers>}[<range>]))",
      "Under which metric names and labels the model of a workload is stored that"
          + " shows no series. Sent once an hour, only for such workloads.");

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

  /** PromQL of the prompt tokens in the ratio of two counters; 0 if neither of them increased. */
  static String partOfPrompts() {
    String part =
        "sum by (<namespace>, <pod><model><scrape>) (increase(<metric>{<matchers>}[<range>]))";
    return part
        + " / (sum by (<namespace>, <pod><model><scrape>) (increase(<of>{<matchers>}[<range>])) > 0)"
        + " * (<prompts>) or "
        + part
        + " == 0";
  }

  /** The increase of one of a gateway's counters; its figures are sums of these. */
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

  /** Templates that several queries share. */
  private static final class Templates {
    // A counter's labels split one count (streamed or not, tenant, priority, rank, adapter): within
    // one scrape all parts add up, whatever the labels are called. Only what was scraped twice
    // counts once: <scrape> keeps such scrapes apart, and ScrapeDeduplicator decides.
    static final String PER_POD =
        "sum by (<namespace>, <pod><model><scrape>) (increase(<metric>{<matchers>}[<range>]))"
            + " / <seconds>";
    // Every rank of an engine may report a gauge of the whole engine, so the parts of a gauge add
    // up
    // only over labels that the profile names.
    static final String GAUGE_PER_POD =
        "sum by (<namespace>, <pod><model><scrape>) (max by (<namespace>, <pod><model>"
            + "<within>) (avg_over_time(<metric>{<matchers>}<step>)))";
    // A mean over the step's requests: the increase of the sum by that of the count.
    static final String LATENCY =
        "sum by (<namespace>, <pod><model>) (increase(<metric>_sum{<matchers>}[<range>])) / (sum by"
            + " (<namespace>, <pod><model>) (increase(<metric>_count{<matchers>}[<range>])) > 0)";
    static final String TAIL =
        "histogram_quantile(0.95, sum by (<namespace><model>, le)"
            + " (rate(<metric>_bucket{<matchers>}[<range>])))";
    // A series that begins with its first value (one for each user, for example) has no increase
    // yet.
    // Its first value counts if the gateway was scraped before the series was there, unless none of
    // the earlier series is left: then the same series go on under other labels.
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
