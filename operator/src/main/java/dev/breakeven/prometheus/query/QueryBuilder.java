package dev.breakeven.prometheus.query;

import dev.breakeven.prometheus.Source;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
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
  // Above this many names, every object of the namespaces is queried instead.
  private static final int MOST_NAMES = 60;

  /**
   * Stores refuse long queries, the strictest those above 16 KiB, and doors before them URLs above
   * 8 KiB: past this, or past what was learned of a source, namespaces are not named and the answer
   * is sorted out here. So the number of queries is the same for any number of namespaces.
   */
  public static final int MOST_CHARACTERS = 12_000;

  // A counter's rise is looked for across a gap of at most a day.
  private static final int LONGEST_GAP_SECONDS = 86_400;
  private static final String OR = " or ";
  // Slack that finds a restart on the edge of a step.
  private static final int EDGE_SECONDS = 300;
  private static final List<QueryCatalog> COUNTED =
      List.of(
          QueryCatalog.INPUT_TOKENS,
          QueryCatalog.CACHED_TOKENS,
          QueryCatalog.OUTPUT_TOKENS,
          QueryCatalog.REQUESTS);

  private static final Set<String> OF_OWNERS = Set.of("job", "uid", "pod", "namespace");

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
  private final UntrustedTargets leftOut;
  private final ScrapeLabels scrapes;
  private final int mostCharacters;
  private final Set<String> pods;

  /**
   * @param namespaces of the targets
   * @param leftOut scrape targets whose engine series are left out
   * @param scrapes labels by which scrapes differ
   */
  public QueryBuilder(
      Source source,
      EngineProfile profile,
      Collection<String> namespaces,
      UntrustedTargets leftOut,
      ScrapeLabels scrapes) {
    this(source, profile, namespaces, leftOut, scrapes, MOST_CHARACTERS);
  }

  /**
   * @param namespaces of the targets
   * @param leftOut scrape targets whose engine series are left out
   * @param scrapes labels by which scrapes differ
   * @param mostCharacters of a query that names the namespaces
   */
  public QueryBuilder(
      Source source,
      EngineProfile profile,
      Collection<String> namespaces,
      UntrustedTargets leftOut,
      ScrapeLabels scrapes,
      int mostCharacters) {
    this(source, profile, namespaces, leftOut, scrapes, mostCharacters, Set.of());
  }

  private QueryBuilder(
      Source source,
      EngineProfile profile,
      Collection<String> namespaces,
      UntrustedTargets leftOut,
      ScrapeLabels scrapes,
      int mostCharacters,
      Set<String> pods) {
    this.pods = pods;
    this.mostCharacters = mostCharacters;
    this.source = source;
    this.profile = profile;
    this.namespaces = new TreeSet<>(namespaces);
    this.leftOut = leftOut;
    this.scrapes = scrapes;
  }

  /** One that knows nothing of who scraped. */
  public QueryBuilder(
      Source source,
      EngineProfile profile,
      Collection<String> namespaces,
      UntrustedTargets leftOut) {
    this(source, profile, namespaces, leftOut, ScrapeLabels.NONE);
  }

  /** Figures of these pods alone, where they are few enough to be named. */
  public QueryBuilder ofPods(Set<String> few) {
    return new QueryBuilder(
        source,
        profile,
        namespaces,
        leftOut,
        scrapes,
        mostCharacters,
        few.size() > MOST_NAMES ? Set.of() : new TreeSet<>(few));
  }

  /** A query as it is, or without names of pods, or of namespaces, where stores would refuse it. */
  private String fitted(Function<QueryBuilder, String> query) {
    String promql = query.apply(this);
    if (promql.length() > mostCharacters && !pods.isEmpty()) {
      promql = query.apply(ofPods(Set.of()));
    }
    return promql.length() <= mostCharacters || namespaces.isEmpty()
        ? promql
        : query.apply(new QueryBuilder(source, profile, Set.of(), leftOut, scrapes));
  }

  /** Whether this profile and source have metrics for it. */
  public boolean canAnswer(QueryCatalog query) {
    return switch (query.scope()) {
      case ENGINE, TAIL -> !profile.metricsFor(query).isEmpty();
      case GATEWAY ->
          source.gateway() instanceof Source.Gateway.Configured configured
              && !configured.profile().metricsFor(query).isEmpty()
              && (query != QueryCatalog.GATEWAY_OWN_GPUS || tellsOwnGpusApart(configured));
      case NODE -> source.opencost() instanceof Source.OpenCost.Scraped;
      case STATE, GPU, LOOKUP, GAPS, TOGETHER -> true;
    };
  }

  /** PromQL of a query of scope engine or tail. */
  public String engine(QueryCatalog query, int rangeSeconds) {
    return fitted(
        builder -> builder.engineUnfitted(query, query.template(), Map.of(), rangeSeconds));
  }

  private String engineUnfitted(
      QueryCatalog query, String template, Map<String, String> more, int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (EngineProfile.Metric metric : profile.metricsFor(query)) {
      Map<String, String> with = profileLabels();
      with.put("metric", metric.metric());
      with.put("matchers", String.join(",", engineMatchers(metric)));
      with.put("range", rangeSeconds + "s");
      with.put("seconds", Integer.toString(rangeSeconds));
      with.put("step", gaugeStep(rangeSeconds));
      Set<String> apart = query == QueryCatalog.SAMPLES ? scrapes.engines() : scrapes.apart();
      Set<String> within = new TreeSet<>(apart);
      within.add("instance");
      within.addAll(metric.fold());
      with.put("scrape", listed(apart));
      with.put("within", listed(within));
      with.put("splits", listed(profile.splits()));
      with.putAll(more);
      boolean isPart = query == QueryCatalog.CACHED_TOKENS && !metric.of().isEmpty();
      if (isPart) {
        with.put("of", metric.of());
        with.put(
            "prompts", engineUnfitted(QueryCatalog.INPUT_TOKENS, template, more, rangeSeconds));
      }
      alternatives.add(filled(isPart ? QueryCatalog.partOfPrompts() : template, with));
    }
    return String.join(" or ", alternatives);
  }

  private Map<String, String> profileLabels() {
    Map<String, String> with = new LinkedHashMap<>();
    with.put("namespace", profile.namespaceLabel());
    with.put("pod", profile.podLabel());
    with.put("model", profile.modelLabel().isEmpty() ? "" : ", " + profile.modelLabel());
    return with;
  }

  /**
   * PromQL for several figures of engine pods at once, told apart by the label {@code figure}.
   *
   * @param parts rows that this profile has metrics for
   * @param percentiles of latencies, asked beside their means
   */
  public String engineState(
      Collection<QueryCatalog> parts, Collection<Integer> percentiles, int rangeSeconds) {
    return fitted(
        builder -> {
          List<String> all = new ArrayList<>();
          for (QueryCatalog part : parts) {
            all.add(
                figure(
                    QueryCatalog.ENGINE_STATE,
                    part.label(),
                    builder.engineUnfitted(part, part.template(), Map.of(), rangeSeconds)));
            if (part == QueryCatalog.TIME_TO_FIRST_TOKEN || part == QueryCatalog.INTER_TOKEN) {
              for (int percentile : percentiles) {
                all.add(
                    figure(
                        QueryCatalog.ENGINE_STATE,
                        percentileOf(part, percentile),
                        builder.engineUnfitted(
                            part,
                            QueryCatalog.latencyPercentile(),
                            Map.of("quantile", BigDecimal.valueOf(percentile, 2).toString()),
                            rangeSeconds)));
              }
            }
          }
          return String.join(" or ", all);
        });
  }

  /** The label {@code figure} of a percentile of a latency. */
  public static String percentileOf(QueryCatalog part, int percentile) {
    return part.label() + "-p" + percentile;
  }

  private static String figure(QueryCatalog query, String label, String part) {
    return filled(query.template(), Map.of("part", part, "figure", label));
  }

  /** PromQL for several figures of a gateway at once, told apart by the label {@code figure}. */
  public String gateway(Collection<QueryCatalog> parts, int rangeSeconds) {
    return fitted(
        builder ->
            parts.stream()
                .map(
                    part ->
                        figure(
                            QueryCatalog.GATEWAY,
                            part.label(),
                            builder.gatewayUnfitted(part, rangeSeconds)))
                .collect(Collectors.joining(" or ")));
  }

  private static String listed(Collection<String> labels) {
    return labels.stream().map(l -> ", " + l).collect(Collectors.joining());
  }

  /**
   * PromQL for whether these pods answered, which the label {@code figure} says, and by which names
   * their counters are stored, which the label {@code metric} does. As many queries as it takes to
   * name the pods.
   */
  public List<String> gapMetrics(Set<String> few, int rangeSeconds) {
    return restrictedTo(few, builder -> builder.gapMetrics(rangeSeconds));
  }

  private List<String> gapMetrics(int rangeSeconds) {
    List<String> parts = new ArrayList<>();
    List<String> ups = fixed();
    ups.addAll(inNamespaces(profile.namespaceLabel()));
    ups.addAll(named(profile.podLabel()));
    for (String over : List.of("max", "count")) {
      parts.add(
          "label_replace(max by (%s, %s) (%s_over_time(up{%s}%s)), \"figure\", \"up-%s\", \"\", \"\")"
              .formatted(
                  profile.namespaceLabel(),
                  profile.podLabel(),
                  over,
                  String.join(",", ups),
                  gaugeStep(rangeSeconds),
                  over));
    }
    for (QueryCatalog figure : COUNTED) {
      for (EngineProfile.Metric metric : profile.metricsFor(figure)) {
        parts.add(
            "label_replace(group(last_over_time(%s{%s}[%ds])), \"metric\", \"%s\", \"\", \"\")"
                .formatted(
                    metric.metric(),
                    String.join(",", engineMatchers(metric)),
                    rangeSeconds,
                    metric.metric()));
      }
    }
    return parts;
  }

  /**
   * PromQL for how far the counters of these pods rose since they were last seen. The label {@code
   * figure} says which it is. As many queries as it takes to name the pods.
   *
   * @param metrics names by which they are stored
   * @param gapSeconds how long before a point a pod may have been seen last
   */
  public List<String> gaps(Set<String> few, Set<String> metrics, int rangeSeconds, int gapSeconds) {
    int seconds = Math.min(gapSeconds, LONGEST_GAP_SECONDS);
    return restrictedTo(few, builder -> builder.gaps(metrics, rangeSeconds, seconds));
  }

  private List<String> gaps(Set<String> metrics, int rangeSeconds, int gapSeconds) {
    List<String> parts = new ArrayList<>();
    for (QueryCatalog figure : COUNTED) {
      List<String> alternatives = new ArrayList<>();
      for (EngineProfile.Metric metric : profile.metricsFor(figure)) {
        if (!metrics.contains(metric.metric())) {
          continue;
        }
        String matchers = String.join(",", engineMatchers(metric));
        String selector = metric.metric() + "{" + matchers + "}";
        Map<String, String> with = profileLabels();
        with.put("metric", metric.metric());
        with.put("matchers", matchers);
        with.put("range", rangeSeconds + "s");
        with.put("wider", rangeSeconds + EDGE_SECONDS + "s");
        with.put("last", "last_over_time(%s[%ds])".formatted(selector, rangeSeconds));
        with.put(
            "before",
            "last_over_time(%s[%ds] offset %ds)".formatted(selector, gapSeconds, rangeSeconds));
        with.put("scrape", listed(scrapes.apart()));
        with.put("figure", figure.label());
        alternatives.add(filled(QueryCatalog.GAPS.template(), with));
      }
      if (!alternatives.isEmpty()) {
        parts.add(String.join(OR, alternatives));
      }
    }
    return parts;
  }

  /**
   * Parts of a query, in as few queries as hold them. Their selectors are many: rather than leave
   * pods or namespaces out of them, several queries are made.
   */
  private List<String> restrictedTo(Set<String> few, Function<QueryBuilder, List<String>> parts) {
    List<QueryBuilder> builders =
        List.of(
            ofPods(few),
            ofPods(Set.of()),
            new QueryBuilder(source, profile, Set.of(), leftOut, scrapes));
    List<String> made = List.of();
    for (QueryBuilder builder : builders) {
      made = parts.apply(builder);
      if (made.stream().allMatch(part -> part.length() <= mostCharacters)) {
        break;
      }
    }
    return together(made, mostCharacters);
  }

  /** As few queries as hold all parts, none longer than that unless a part is. */
  private static List<String> together(List<String> parts, int mostCharacters) {
    List<String> queries = new ArrayList<>();
    StringBuilder query = new StringBuilder();
    for (String part : parts) {
      if (!query.isEmpty() && query.length() + OR.length() + part.length() > mostCharacters) {
        queries.add(query.toString());
        query.setLength(0);
      }
      query.append(query.isEmpty() ? "" : OR).append(part);
    }
    if (!query.isEmpty()) {
      queries.add(query.toString());
    }
    return queries;
  }

  /** PromQL for the counters of addresses of pods, and when their processes started. */
  public String servers(int rangeSeconds) {
    return fitted(
        builder -> {
          List<String> targets = builder.fixed();
          targets.addAll(builder.inNamespaces(profile.namespaceLabel()));
          targets.addAll(builder.named(profile.podLabel()));
          return builder.engineUnfitted(
              QueryCatalog.OUTPUT_TOKENS,
              QueryCatalog.SERVERS.template(),
              Map.of("targets", String.join(",", targets)),
              rangeSeconds);
        });
  }

  /** PromQL for all series of the counter and of a gauge of pods. */
  public String copies(int rangeSeconds) {
    List<EngineProfile.Metric> gauges = profile.metricsFor(QueryCatalog.WAITING);
    String[] parts = QueryCatalog.COPIES.template().split(" or ", 2);
    return fitted(
        builder -> {
          List<String> all = new ArrayList<>();
          all.add(
              builder.engineUnfitted(QueryCatalog.OUTPUT_TOKENS, parts[0], Map.of(), rangeSeconds));
          for (EngineProfile.Metric gauge : gauges) {
            all.add(
                filled(
                    parts[1],
                    Map.of(
                        "gauge",
                        gauge.metric(),
                        "matchers",
                        String.join(",", builder.engineMatchers(gauge)),
                        "range",
                        rangeSeconds + "s")));
          }
          return String.join(OR, all);
        });
  }

  /** A gauge's sample at the very end of a step is the next one's. */
  private static String gaugeStep(int seconds) {
    return "[" + (seconds * 1000L - 1) + "ms] offset 1ms";
  }

  private List<String> engineMatchers(EngineProfile.Metric metric) {
    List<String> matchers = fixed();
    matchers.addAll(PromQl.allOf(metric.matchers()));
    matchers.addAll(inNamespaces(profile.namespaceLabel()));
    matchers.addAll(named(profile.podLabel()));
    matchers.addAll(leftOut.matchers());
    return matchers;
  }

  /** PromQL for the replicas that existed. */
  public String replicas(int rangeSeconds) {
    return fitted(builder -> builder.replicasUnfitted(rangeSeconds));
  }

  private String replicasUnfitted(int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (State state : REPLICAS) {
      for (Layout layout : layouts(source.trust().stateJobs())) {
        alternatives.add(
            filled(
                QueryCatalog.REPLICAS.template(),
                Map.of(
                    "metric", state.metric(),
                    "workload", state.label(),
                    "scrape", listed(scrapes.engines()),
                    "matchers", String.join(",", layout.matchers()),
                    "step", gaugeStep(rangeSeconds))));
      }
    }
    return String.join(" or ", alternatives);
  }

  /** PromQL for how busy GPUs were, percent. */
  public String gpuUtilization(int rangeSeconds) {
    return fitted(builder -> builder.gpuUtilizationUnfitted(rangeSeconds));
  }

  private String gpuUtilizationUnfitted(int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (Gpu gpu : GPU_UTILIZATION) {
      for (Layout layout : layouts(source.trust().gpuJobs())) {
        List<String> matchers = new ArrayList<>(layout.matchers());
        matchers.addAll(named(layout.podLabel()));
        alternatives.add(
            filled(
                QueryCatalog.GPU_UTILIZATION.template(),
                Map.of(
                    "metric", gpu.metric(),
                    "scale", Integer.toString(gpu.scaleToPercent()),
                    "matchers", String.join(",", matchers),
                    "step", gaugeStep(rangeSeconds))));
      }
    }
    return String.join(" or ", alternatives);
  }

  /** PromQL for the owners of pods, of these alone where they are few. */
  public String podOwners(Collection<String> pods, int rangeSeconds) {
    return fitted(builder -> builder.podOwnersUnfitted(pods, rangeSeconds));
  }

  private String podOwnersUnfitted(Collection<String> pods, int rangeSeconds) {
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
    return fitted(builder -> builder.replicaSetOwnersUnfitted(replicaSets, rangeSeconds));
  }

  private String replicaSetOwnersUnfitted(Collection<String> replicaSets, int rangeSeconds) {
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

  private String owners(
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
            "metric",
            metric,
            "matchers",
            String.join(",", matchers),
            "range",
            rangeSeconds + "s",
            "scrape",
            listed(scrapes.engines().stream().filter(l -> !OF_OWNERS.contains(l)).toList())));
  }

  /**
   * PromQL for who scraped: label sets of `up` of engines, those of the gateway with {@code
   * gateway="yes"}, and targets that are not believed with {@code untrusted="yes"}.
   */
  public String scrapes(int rangeSeconds) {
    return fitted(builder -> builder.scrapesUnfitted(rangeSeconds));
  }

  private String scrapesUnfitted(int rangeSeconds) {
    String identity =
        "job, instance, %s, %s".formatted(profile.namespaceLabel(), profile.podLabel());
    List<String> ups = fixed();
    ups.addAll(inNamespaces(profile.namespaceLabel()));
    Map<String, String> with = profileLabels();
    List<String> engineJobs = source.trust().engineJobs();
    with.put(
        "claims",
        "("
            + profile.metricsFor(QueryCatalog.OUTPUT_TOKENS).stream()
                .map(metric -> claim(identity, metric, engineJobs, rangeSeconds))
                .collect(Collectors.joining(" or "))
            + ")");
    with.put(
        "ups", "present_over_time(up{%s}[%ds])".formatted(String.join(",", ups), rangeSeconds));
    String query = filled(QueryCatalog.SCRAPES.template(), with);
    if (!engineJobs.isEmpty()) {
      List<String> vouchedFor = fixed();
      vouchedFor.add(PromQl.isOneOf("job", engineJobs));
      query +=
          " or present_over_time(up{%s}[%ds])"
              .formatted(String.join(",", vouchedFor), rangeSeconds);
    }
    if (source.gateway() instanceof Source.Gateway.Configured configured) {
      query +=
          " or label_replace(up{%s} and on (job, instance) (%s), \"gateway\", \"yes\", \"\", \"\")"
              .formatted(
                  String.join(",", fixed()),
                  configured.profile().output().stream()
                      .map(
                          metric ->
                              "group by (job, instance) (present_over_time(%s{%s}[%ds]))"
                                  .formatted(
                                      metric.metric(),
                                      String.join(",", gatewayMatchers(configured, metric, false)),
                                      rangeSeconds))
                      .collect(Collectors.joining(" or ")));
    }
    return query;
  }

  /**
   * PromQL for whether the source keeps any `up` at all, labelled {@code up="yes"}, and for the
   * labels of whoever scraped Kubernetes' state.
   */
  public String scrapesWithoutUp(int rangeSeconds) {
    List<String> alternatives = new ArrayList<>();
    for (State state : REPLICAS) {
      List<String> ofState = fixed();
      ofState.add(PromQl.isOneOf("job", source.trust().stateJobs()));
      List<String> matchers = new ArrayList<>(ofState);
      matchers.addAll(inNamespaces("namespace"));
      alternatives.add(
          filled(
              QueryCatalog.SCRAPES_WITHOUT_UP.template(),
              Map.of(
                  "fixed", String.join(",", fixed()),
                  "state", String.join(",", ofState),
                  "metric", state.metric(),
                  "workload", state.label(),
                  "matchers", String.join(",", matchers),
                  "range", rangeSeconds + "s")));
    }
    return String.join(" or ", alternatives);
  }

  private String claim(
      String identity, EngineProfile.Metric metric, List<String> engineJobs, int rangeSeconds) {
    List<String> matchers = fixed();
    matchers.addAll(PromQl.allOf(metric.matchers()));
    matchers.addAll(inNamespaces(profile.namespaceLabel()));
    matchers.add(profile.namespaceLabel() + "!=\"\"");
    if (!engineJobs.isEmpty()) {
      matchers.add(PromQl.isNoneOf("job", engineJobs));
    }
    return "group by (%s) (present_over_time(%s{%s}[%ds]))"
        .formatted(identity, metric.metric(), String.join(",", matchers), rangeSeconds);
  }

  private List<String> gatewayMatchers(
      Source.Gateway.Configured configured, GatewayProfile.Metric metric, boolean ownGpus) {
    Map<String, String> labels = new TreeMap<>();
    // What goes to own GPUs is in the engines' counts already.
    configured
        .profile()
        .ownGpus()
        .forEach((label, value) -> labels.put(label, ownGpus ? PromQl.not(value) : value));
    labels.putAll(configured.matchers());
    List<String> matchers = fixed();
    matchers.addAll(PromQl.allOf(metric.matchers()));
    matchers.addAll(PromQl.allOf(labels));
    if (configured.sharedWith().isEmpty()) {
      matchers.addAll(inNamespaces("namespace"));
    }
    return matchers;
  }

  /** PromQL for the tokens that already go to an API. */
  public String gateway(QueryCatalog query, int rangeSeconds) {
    return fitted(builder -> builder.gatewayUnfitted(query, rangeSeconds));
  }

  /** PromQL for the generated tokens that a gateway had from own GPUs. */
  public String gatewayToOwnGpus(int rangeSeconds) {
    return fitted(builder -> builder.gatewayUnfitted(QueryCatalog.GATEWAY_OWN_GPUS, rangeSeconds));
  }

  /** Whether the profile's own labels do: what else is matched on them nobody knows. */
  private static boolean tellsOwnGpusApart(Source.Gateway.Configured configured) {
    return configured.matchers().keySet().stream()
        .noneMatch(configured.profile().ownGpus()::containsKey);
  }

  /** Matchers for what was scraped of the gateway. */
  private List<String> ofGatewayTargets() {
    if (scrapes.gateways().isEmpty()) {
      // Where nothing is known of who scraped, nothing was certainly scraped before.
      return List.of("job=\"\"", "job!=\"\"");
    }
    List<String> matchers = fixed();
    if (!scrapes.gatewayJobs().isEmpty() && scrapes.gatewayJobs().size() <= MOST_NAMES) {
      matchers.add(PromQl.isOneOf("job", scrapes.gatewayJobs()));
    }
    return matchers;
  }

  private String gatewayUnfitted(QueryCatalog query, int rangeSeconds) {
    GatewayProfile gateway = ((Source.Gateway.Configured) source.gateway()).profile();
    List<String> alternatives = new ArrayList<>();
    for (GatewayProfile.Metric metric : gateway.metricsFor(query)) {
      String template = query.template();
      for (GatewayProfile.Metric part : metric.plus()) {
        String rise = QueryCatalog.riseAtAGateway();
        template =
            template.replace(
                rise, rise + OR + filled(rise, gatewayParameters(query, part, rangeSeconds)));
      }
      alternatives.add(filled(template, gatewayParameters(query, metric, rangeSeconds)));
    }
    return String.join(" or ", alternatives);
  }

  private Map<String, String> gatewayParameters(
      QueryCatalog query, GatewayProfile.Metric metric, int rangeSeconds) {
    Source.Gateway.Configured configured = (Source.Gateway.Configured) source.gateway();
    return Map.of(
        "metric",
        metric.metric(),
        "matchers",
        String.join(
            ",", gatewayMatchers(configured, metric, query == QueryCatalog.GATEWAY_OWN_GPUS)),
        "fixed",
        String.join(",", ofGatewayTargets()),
        "range",
        rangeSeconds + "s",
        "seconds",
        Integer.toString(rangeSeconds),
        "scrape",
        listed(scrapes.gateways().stream().filter(l -> !l.equals("namespace")).toList()),
        "target",
        String.join(", ", scrapes.gateways().isEmpty() ? List.of("job") : scrapes.gateways()),
        "model",
        listed(configured.profile().modelLabels()));
  }

  /**
   * PromQL for where the model of targets that show no series is stored: by the model label under
   * names like the engine's, with another prefix or without their ending; or in their namespaces
   * under another engine's names.
   *
   * @param models names that engines may report
   * @param otherMetrics of other engines; may be empty
   */
  public String straySeries(
      Collection<String> models, Collection<String> otherMetrics, int rangeSeconds) {
    List<String> names =
        profile.metricsFor(QueryCatalog.OUTPUT_TOKENS).stream()
            .map(m -> m.metric().replaceFirst("_total$", ""))
            .map(name -> ".*" + PromQl.literalRegex(name).replace(":", "[:_]") + "(_total)?")
            .distinct()
            .toList();
    List<String> alternatives = new ArrayList<>();
    if (profile.hasModelLabel()) {
      List<String> matchers = fixed();
      matchers.add("__name__=~" + PromQl.quoted(String.join("|", names)));
      matchers.add(PromQl.isOneOf(profile.modelLabel(), models));
      alternatives.add(stray(matchers, rangeSeconds));
    }
    if (!otherMetrics.isEmpty()) {
      List<String> matchers = fixed();
      matchers.add(PromQl.isOneOf("__name__", otherMetrics));
      matchers.addAll(inNamespaces(profile.namespaceLabel()));
      alternatives.add(stray(matchers, rangeSeconds));
    }
    return String.join(" or ", alternatives);
  }

  private static String stray(List<String> matchers, int rangeSeconds) {
    return filled(
        QueryCatalog.STRAY_SERIES.template(),
        Map.of("matchers", String.join(",", matchers), "range", rangeSeconds + "s"));
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

  private List<String> named(String podLabel) {
    return pods.isEmpty() ? List.of() : List.of(PromQl.isOneOf(podLabel, pods));
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
