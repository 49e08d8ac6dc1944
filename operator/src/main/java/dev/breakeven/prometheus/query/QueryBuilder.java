package dev.breakeven.prometheus.query;

import dev.breakeven.prometheus.Source;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The queries of {@link QueryCatalog} with their parameters filled in, for one source, one engine
 * profile and the namespaces of a set of targets.
 */
public final class QueryBuilder {

  /**
   * Stores refuse long queries, the strictest those above 16 KiB, and proxies before them URLs
   * above 8 KiB. Above this, or above what a source was found to accept, a query does not name
   * namespaces and what is not wanted is left out when the answer is read. So the number of queries
   * is the same for any number of namespaces.
   */
  public static final int MOST_CHARACTERS = 12_000;

  private final QueryScope scope;

  private QueryBuilder(QueryScope scope) {
    this.scope = scope;
  }

  /**
   * @param namespaces of the targets
   * @param untrusted scrape targets whose engine series are left out
   * @param scrapes labels by which scrapes differ
   * @param mostCharacters of a query that names the namespaces
   */
  public QueryBuilder(
      Source source,
      EngineProfile profile,
      Collection<String> namespaces,
      UntrustedTargets untrusted,
      ScrapeLabels scrapes,
      int mostCharacters) {
    this(
        new QueryScope(
            source,
            profile,
            new TreeSet<>(namespaces),
            untrusted,
            scrapes,
            mostCharacters,
            Set.of()));
  }

  /** One that knows nothing about scrapers. */
  public QueryBuilder(
      Source source, EngineProfile profile, Collection<String> namespaces, UntrustedTargets none) {
    this(source, profile, namespaces, none, ScrapeLabels.NONE, MOST_CHARACTERS);
  }

  /** Restricted to the figures of these pods, if they are few enough to be named. */
  public QueryBuilder ofPods(Set<String> few) {
    return new QueryBuilder(scope.ofPods(few));
  }

  /** Whether this profile and source have metrics for it. */
  public boolean canAnswer(QueryCatalog query) {
    return switch (query.scope()) {
      case ENGINE, TAIL -> !scope.profile().metricsFor(query).isEmpty();
      case GATEWAY ->
          scope.source().gateway() instanceof Source.Gateway.Configured gateway
              && new GatewayQueries(scope, gateway).canAnswer(query);
      case NODE -> scope.source().opencost() instanceof Source.OpenCost.Scraped;
      case STATE, GPU, LOOKUP, GAPS, TOGETHER -> true;
    };
  }

  /** PromQL of a query of scope engine or tail. */
  public String engine(QueryCatalog query, int rangeSeconds) {
    return scope.fitted(its -> EngineQueries.metric(its, query, rangeSeconds));
  }

  /**
   * PromQL for several figures of engine pods at once, told apart by the label {@code figure}.
   *
   * @param parts queries that this profile has metrics for
   * @param percentiles of latencies, in addition to their means
   */
  public String engineState(
      Collection<QueryCatalog> parts, Collection<Integer> percentiles, int rangeSeconds) {
    return scope.fitted(its -> EngineQueries.state(its, parts, percentiles, rangeSeconds));
  }

  /** The label {@code figure} of a percentile of a latency. */
  public static String percentileOf(QueryCatalog part, int percentile) {
    return part.label() + "-p" + percentile;
  }

  /** PromQL for the counters of addresses of pods, and when their processes started. */
  public String servers(int rangeSeconds) {
    return scope.fitted(its -> EngineQueries.servers(its, rangeSeconds));
  }

  /** PromQL for all series of a counter and of a gauge of pods. */
  public String copies(int rangeSeconds) {
    return scope.fitted(its -> EngineQueries.copies(its, rangeSeconds));
  }

  /** PromQL for those of the counter alone. */
  public String copiedCounters(int rangeSeconds) {
    return scope.fitted(its -> EngineQueries.copiedCounters(its, rangeSeconds));
  }

  /** PromQL for the same, summed by these labels. */
  public String copiedCounters(Collection<String> labels, int rangeSeconds) {
    return scope.fitted(its -> EngineQueries.copiedCounters(its, labels, rangeSeconds));
  }

  /** PromQL for those of the gauge alone. */
  public String copiedGauges(int rangeSeconds) {
    return scope.fitted(its -> EngineQueries.copiedGauges(its, rangeSeconds));
  }

  /**
   * PromQL for where the model of targets without series is stored. It names no pods.
   *
   * @param models names that engines may report
   * @param otherMetrics of other engines; may be empty
   */
  public String unattributedSeries(
      Collection<String> models, Collection<String> otherMetrics, int rangeSeconds) {
    return EngineQueries.unattributed(scope, models, otherMetrics, rangeSeconds);
  }

  /**
   * PromQL for whether these pods answered (label {@code figure}), and for the names under which
   * their counters are stored (label {@code metric}). As many queries as it takes to name the pods.
   */
  public List<String> gapMetrics(Set<String> few, int rangeSeconds) {
    return scope.fittedParts(few, its -> GapQueries.metrics(its, rangeSeconds));
  }

  /**
   * PromQL for the increases of these pods' counters since they were last scraped, told apart by
   * the label {@code figure}. As many queries as it takes to name the pods.
   *
   * @param metrics names under which the counters are stored
   * @param gapSeconds how long before a point a pod may have been scraped last
   */
  public List<String> gaps(Set<String> few, Set<String> metrics, int rangeSeconds, int gapSeconds) {
    return scope.fittedParts(
        few, its -> GapQueries.increases(its, metrics, rangeSeconds, gapSeconds));
  }

  /** PromQL for several figures of a gateway at once, told apart by the label {@code figure}. */
  public String gateway(Collection<QueryCatalog> parts, int rangeSeconds) {
    return scope.fitted(its -> gateway(its).figures(parts, rangeSeconds));
  }

  /** PromQL for the tokens that already go to an API. */
  public String gateway(QueryCatalog query, int rangeSeconds) {
    return scope.fitted(its -> gateway(its).figure(query, rangeSeconds));
  }

  /** PromQL for the start times of the gateway's processes, with all their labels. */
  public String gatewayCopies(int rangeSeconds) {
    return scope.fitted(its -> gateway(its).copies(rangeSeconds));
  }

  private static GatewayQueries gateway(QueryScope scope) {
    return new GatewayQueries(scope, (Source.Gateway.Configured) scope.source().gateway());
  }

  /** PromQL for the replicas that existed. */
  public String replicas(int rangeSeconds) {
    return scope.fitted(its -> KubernetesQueries.replicas(its, rangeSeconds));
  }

  /** PromQL for how busy GPUs were, percent. */
  public String gpuUtilization(int rangeSeconds) {
    return scope.fitted(its -> KubernetesQueries.gpuUtilization(its, rangeSeconds));
  }

  /** PromQL for the owners of pods, restricted to these if they are few. */
  public String podOwners(Collection<String> pods, int rangeSeconds) {
    return scope.fitted(its -> KubernetesQueries.podOwners(its, pods, rangeSeconds));
  }

  /** PromQL for the owners of ReplicaSets, restricted to these if they are few. */
  public String replicaSetOwners(Collection<String> replicaSets, int rangeSeconds) {
    return scope.fitted(its -> KubernetesQueries.replicaSetOwners(its, replicaSets, rangeSeconds));
  }

  /**
   * PromQL for who scraped: label sets of `up` of engines, those of the gateway with {@code
   * gateway="yes"}, and targets that are not trusted with {@code untrusted="yes"}.
   */
  public String scrapes(int rangeSeconds) {
    return scope.fitted(its -> ScrapeQueries.scrapes(its, rangeSeconds));
  }

  /**
   * PromQL for whether the source keeps any `up` at all, labelled {@code up="yes"}, and for the
   * labels of whoever scraped Kubernetes' state.
   */
  public String scrapesWithoutUp(int rangeSeconds) {
    return ScrapeQueries.withoutUp(scope, rangeSeconds);
  }

  /** PromQL for what a GPU of each node costs an hour. */
  public static String gpuPrices(
      Source source, Source.OpenCost.Scraped opencost, int rangeSeconds) {
    return KubernetesQueries.gpuPrices(source, opencost, rangeSeconds);
  }
}
