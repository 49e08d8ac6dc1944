package dev.breakeven.prometheus;

import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.QueryResult;
import dev.breakeven.prometheus.client.ResponseParser;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.EngineProfiles;
import dev.breakeven.prometheus.query.GatewayProfile;
import dev.breakeven.prometheus.query.GatewayProfiles;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.SurveyQueries;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a source holds of engines and gateways over the last week, whatever policies there are: for
 * the commands that help to write and to mend policies.
 *
 * @param source name of the source
 * @param engines tokens by pod and model, as engines count them
 * @param gateways tokens by model, as gateways count them
 * @param nodeByPod on which node a pod was, by {@code namespace/pod}
 * @param gpuHourByNode OpenCost's price of a GPU hour, by node
 * @param metrics every metric that was looked for, and how many series of it there are
 * @param jobs who was scraped, by metric
 * @param untrusted jobs whose engine series the operator leaves out: there is no {@code up} of
 *     them, so nothing shows who set their labels, and the source does not trust them
 * @param failures why some of it is not known, in one sentence each
 */
public record EngineSurvey(
    String source,
    List<EngineSeries> engines,
    List<GatewaySeries> gateways,
    Map<String, String> nodeByPod,
    Map<String, BigDecimal> gpuHourByNode,
    Map<String, Integer> metrics,
    List<ScrapeJob> jobs,
    Set<String> untrusted,
    Set<String> failures) {

  /** Metrics of others than engines that the operator reads. */
  public static final List<String> AROUND =
      List.of(
          "kube_pod_info",
          "kube_pod_owner",
          "kube_pod_container_resource_requests",
          "kube_deployment_spec_replicas",
          "kube_replicaset_owner",
          "DCGM_FI_DEV_GPU_UTIL",
          "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
          "gpu_gfx_activity",
          "node_gpu_hourly_cost");

  private static final double SECONDS_OF_AN_HOUR = 3600;

  public EngineSurvey {
    engines = List.copyOf(engines);
    gateways = List.copyOf(gateways);
    nodeByPod = Map.copyOf(nodeByPod);
    gpuHourByNode = Map.copyOf(gpuHourByNode);
    metrics = Map.copyOf(metrics);
    jobs = List.copyOf(jobs);
    untrusted = Set.copyOf(untrusted);
    failures = Set.copyOf(failures);
  }

  /**
   * One model in one pod.
   *
   * @param engine the profile that fits
   * @param metric the metric by which it was found
   * @param model as the engine's label has it; empty where it has none
   * @param inputTokens read in the last week
   * @param outputTokens generated in the last week
   * @param coverage part of the week in which the model was there at all, in any pod of its
   *     namespace
   */
  public record EngineSeries(
      String engine,
      String metric,
      String namespace,
      String pod,
      String job,
      String model,
      double inputTokens,
      double outputTokens,
      double coverage) {}

  /**
   * One model that a gateway sends to APIs.
   *
   * @param gateway the profile that fits
   * @param namespace of the gateway's series; empty where they have none
   */
  public record GatewaySeries(
      String gateway, String namespace, String model, double inputTokens, double outputTokens) {}

  /**
   * Targets of one scrape job that have a metric.
   *
   * @param series how many there are now
   * @param interval between two samples; empty where there are too few
   * @param first when its first sample of the last four weeks is from
   */
  public record ScrapeJob(
      String metric,
      String job,
      int series,
      Optional<Duration> interval,
      Optional<Instant> first) {}

  /**
   * Asks a source.
   *
   * @param namespace the one that is looked at; empty for all
   * @param withJobs whether scrape jobs are looked at too
   */
  public static EngineSurvey of(
      Source source, EngineProfiles engines, String namespace, boolean withJobs, Instant now) {
    return new Asking(source, namespace, now).survey(engines, withJobs);
  }

  /** Names of all the metrics by which one of these profiles is found. */
  public static Set<String> metricsOf(EngineProfile engine) {
    return engine.metricsFor(QueryCatalog.OUTPUT_TOKENS).stream()
        .map(EngineProfile.Metric::metric)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** One survey under way. */
  private static final class Asking {
    private final Source source;
    private final SurveyQueries queries;
    private final String namespace;
    private final Instant now;
    private final Set<String> failures = new LinkedHashSet<>();
    private final Map<String, Integer> present = new TreeMap<>();

    Asking(Source source, String namespace, Instant now) {
      this.source = source;
      this.queries = new SurveyQueries(source.matchers(), namespace);
      this.namespace = namespace;
      this.now = now;
    }

    EngineSurvey survey(EngineProfiles engines, boolean withJobs) {
      GatewayProfiles gateways = GatewayProfiles.builtIn();
      Set<String> wanted = new LinkedHashSet<>(AROUND);
      for (EngineProfile engine : engines.all()) {
        wanted.addAll(EngineSurvey.metricsOf(engine));
        engine.metricsFor(QueryCatalog.INPUT_TOKENS).forEach(m -> wanted.add(m.metric()));
      }
      for (String name : gateways.names()) {
        wanted.addAll(namesOf(gateways.named(name).output()));
        wanted.addAll(namesOf(gateways.named(name).input()));
      }
      wanted.forEach(metric -> present.put(metric, 0));
      ask(
          queries.present(wanted),
          (labels, value) -> present.put(labels.getOrDefault("__name__", ""), (int) value));
      List<EngineSeries> found = engines(engines);
      List<GatewaySeries> sent = new ArrayList<>();
      gateways.names().forEach(name -> sent.addAll(gateway(gateways.named(name))));
      return new EngineSurvey(
          source.name(),
          found,
          sent,
          nodes(),
          prices(),
          present,
          withJobs ? jobs() : List.of(),
          untrusted(found),
          failures);
    }

    private static Set<String> namesOf(List<GatewayProfile.Metric> metrics) {
      return metrics.stream()
          .flatMap(metric -> metric.parts().stream())
          .map(GatewayProfile.Metric::metric)
          .collect(Collectors.toSet());
    }

    private boolean isPresent(String metric) {
      return present.getOrDefault(metric, 0) > 0;
    }

    /** Names of two profiles may be the same: the first in the order of the file counts. */
    private List<EngineSeries> engines(EngineProfiles engines) {
      List<EngineSeries> all = new ArrayList<>();
      Set<String> taken = new LinkedHashSet<>();
      for (EngineProfile engine : engines.all()) {
        for (EngineProfile.Metric output : engine.metricsFor(QueryCatalog.OUTPUT_TOKENS)) {
          if (isPresent(output.metric()) && taken.add(output.metric())) {
            all.addAll(engine(engine, output));
          }
        }
      }
      return all;
    }

    private List<EngineSeries> engine(EngineProfile engine, EngineProfile.Metric output) {
      List<String> byPod = new ArrayList<>(List.of(engine.namespaceLabel(), engine.podLabel()));
      List<String> byModel = new ArrayList<>(List.of(engine.namespaceLabel()));
      if (engine.hasModelLabel()) {
        byPod.add(engine.modelLabel());
        byModel.add(engine.modelLabel());
      }
      byPod.add("job");
      Map<List<String>, Double> read = new HashMap<>();
      for (EngineProfile.Metric input : engine.metricsFor(QueryCatalog.INPUT_TOKENS)) {
        if (isPresent(input.metric())) {
          ask(
              queries.rise(input.metric(), input.matchers(), byPod),
              (labels, value) -> read.putIfAbsent(values(labels, byPod), value));
        }
      }
      Map<List<String>, Double> coverage = new HashMap<>();
      ask(
          queries.coverage(output.metric(), output.matchers(), byModel),
          (labels, value) ->
              coverage.put(values(labels, byModel), Math.min(1, value / SurveyQueries.STEPS)));
      List<EngineSeries> found = new ArrayList<>();
      ask(
          queries.rise(output.metric(), output.matchers(), byPod),
          (labels, value) ->
              found.add(
                  new EngineSeries(
                      engine.name(),
                      output.metric(),
                      labels.getOrDefault(engine.namespaceLabel(), ""),
                      labels.getOrDefault(engine.podLabel(), ""),
                      labels.getOrDefault("job", ""),
                      labels.getOrDefault(engine.modelLabel(), ""),
                      read.getOrDefault(values(labels, byPod), 0.0),
                      value,
                      coverage.getOrDefault(values(labels, byModel), 1.0))));
      return found;
    }

    private static List<String> values(Map<String, String> labels, List<String> names) {
      return names.stream().map(name -> labels.getOrDefault(name, "")).toList();
    }

    private List<GatewaySeries> gateway(GatewayProfile gateway) {
      Map<List<String>, double[]> tokens = new LinkedHashMap<>();
      gatewayTokens(gateway, gateway.input(), 0, tokens);
      gatewayTokens(gateway, gateway.output(), 1, tokens);
      return tokens.entrySet().stream()
          .map(
              e ->
                  new GatewaySeries(
                      gateway.name(),
                      e.getKey().get(0),
                      e.getKey().get(1),
                      e.getValue()[0],
                      e.getValue()[1]))
          .toList();
    }

    private void gatewayTokens(
        GatewayProfile gateway,
        Collection<GatewayProfile.Metric> metrics,
        int place,
        Map<List<String>, double[]> tokens) {
      List<String> by = new ArrayList<>(List.of("namespace"));
      by.addAll(gateway.modelLabels());
      for (GatewayProfile.Metric metric :
          metrics.stream().flatMap(m -> m.parts().stream()).toList()) {
        if (!isPresent(metric.metric())) {
          continue;
        }
        Map<String, String> held = new HashMap<>(gateway.ownGpus());
        if (source.gateway() instanceof Source.Gateway.Configured configured) {
          held.putAll(configured.matchers());
        }
        ask(
            queries.rise(metric.metric(), List.of(metric.matchers(), held), by),
            (labels, value) ->
                gateway.modelLabels().stream()
                    .map(label -> labels.getOrDefault(label, ""))
                    .filter(model -> !model.isEmpty())
                    .findFirst()
                    .ifPresent(
                        model ->
                            tokens
                                    .computeIfAbsent(
                                        List.of(labels.getOrDefault("namespace", ""), model),
                                        key -> new double[2])[place] +=
                                value));
        return;
      }
    }

    private Set<String> untrusted(List<EngineSeries> found) {
      Set<String> jobs = new TreeSet<>();
      found.forEach(series -> jobs.add(series.job()));
      jobs.removeAll(source.trust().engineJobs());
      ask(queries.jobsWithUp(), (labels, value) -> jobs.remove(job(labels)));
      return jobs;
    }

    private Map<String, String> nodes() {
      Map<String, String> nodes = new HashMap<>();
      if (isPresent("kube_pod_info")) {
        ask(
            queries.nodesOfPods(),
            (labels, value) -> {
              String space =
                  labels.getOrDefault("exported_namespace", labels.getOrDefault("namespace", ""));
              String pod = labels.getOrDefault("exported_pod", labels.getOrDefault("pod", ""));
              if (namespace.isEmpty() || namespace.equals(space)) {
                nodes.put(space + "/" + pod, labels.getOrDefault("node", ""));
              }
            });
      }
      return nodes;
    }

    private Map<String, BigDecimal> prices() {
      Map<String, BigDecimal> prices = new HashMap<>();
      if (isPresent("node_gpu_hourly_cost")) {
        Map<String, String> held =
            source.opencost() instanceof Source.OpenCost.Scraped scraped
                ? scraped.matchers()
                : Map.of();
        ask(
            queries.gpuPrices(held),
            (labels, value) ->
                prices.put(
                    labels.getOrDefault("node", ""),
                    BigDecimal.valueOf(value)
                        .setScale(4, RoundingMode.HALF_UP)
                        .stripTrailingZeros()));
      }
      return prices;
    }

    private List<ScrapeJob> jobs() {
      List<ScrapeJob> jobs = new ArrayList<>();
      present.forEach(
          (metric, series) -> {
            if (series > 0) {
              jobs.addAll(jobs(metric));
            }
          });
      return jobs;
    }

    private List<ScrapeJob> jobs(String metric) {
      Map<String, Double> samples = new HashMap<>();
      Map<String, Double> first = new HashMap<>();
      ask(queries.samplesOfAnHour(metric), (l, value) -> samples.put(job(l), value));
      ask(queries.firstSample(metric), (l, value) -> first.put(job(l), value));
      Map<String, Double> series = new TreeMap<>();
      first.keySet().forEach(job -> series.put(job, 0.0));
      ask(queries.seriesByJob(metric), (l, value) -> series.put(job(l), value));
      return series.entrySet().stream()
          .map(
              e ->
                  new ScrapeJob(
                      metric,
                      e.getKey(),
                      e.getValue().intValue(),
                      Optional.ofNullable(samples.get(e.getKey()))
                          .filter(count -> count > 1)
                          .map(count -> Duration.ofSeconds(Math.round(SECONDS_OF_AN_HOUR / count))),
                      Optional.ofNullable(first.get(e.getKey()))
                          .map(at -> Instant.ofEpochSecond(at.longValue()))))
          .toList();
    }

    private static String job(Map<String, String> labels) {
      return labels.getOrDefault("job", "");
    }

    private interface Value {
      void is(Map<String, String> labels, double value);
    }

    private void ask(String promql, Value each) {
      QueryResult result =
          ResponseParser.read(
              source
                  .transport()
                  .ask(new ApiRequest.Instant(QueryCatalog.SAMPLES, promql, now.getEpochSecond())),
              (labels, points) -> {
                if (points.size() > 0 && Double.isFinite(points.valueAt(points.size() - 1))) {
                  each.is(Map.copyOf(labels), points.valueAt(points.size() - 1));
                }
              });
      if (result instanceof QueryResult.Failed failed) {
        failures.add(failed.failure().message());
      }
    }
  }
}
