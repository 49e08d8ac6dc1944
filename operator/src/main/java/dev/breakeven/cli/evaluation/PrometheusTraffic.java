package dev.breakeven.cli.evaluation;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.configuration.PrometheusServer;
import dev.breakeven.operator.cycle.MetricsPollingEventSource;
import dev.breakeven.operator.evaluation.CommitmentSharing;
import dev.breakeven.prometheus.CollectionReport;
import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.ConfiguredSources;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Target;
import dev.breakeven.render.status.Inspected;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Traffic from Prometheus servers, read as the operator reads it. */
final class PrometheusTraffic implements GivenTraffic.Evaluator {

  /** How long all of the past may take to be read. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Function<Manifests, OperatorConfiguration> configured;
  private final Clock clock;
  private Set<String> sources = Set.of();
  private Set<Target> read = Set.of();
  private @Nullable MetricsCollector collector;

  private PrometheusTraffic(Function<Manifests, OperatorConfiguration> configured, Clock clock) {
    this.configured = configured;
    this.clock = clock;
  }

  /** One server; each policy's source is this one, whatever it calls it. */
  static PrometheusTraffic of(String url, Clock clock) {
    return new PrometheusTraffic(
        manifests -> {
          OperatorConfiguration configuration = new OperatorConfiguration();
          for (CostPolicy policy : manifests.policies()) {
            configuration =
                configuration.withSource(policy.getSpec().source(), PrometheusServer.at(url));
          }
          return configuration.checked();
        },
        clock);
  }

  /** The sources of the operator's options. */
  static PrometheusTraffic of(OperatorConfiguration configuration, Clock clock) {
    return new PrometheusTraffic(manifests -> configuration, clock);
  }

  /** Evaluates every policy. The servers are queried only for what was not read before. */
  @Override
  public List<EvaluatedPolicy> evaluate(Manifests manifests) {
    List<Target> targets =
        manifests.policies().stream().map(MetricsPollingEventSource::targetOf).toList();
    MetricsCollector cycle = of(configured.apply(manifests));
    if (!read.containsAll(targets)) {
      readThePast(cycle, targets, clock);
      read = Set.copyOf(targets);
    }
    CommitmentSharing sharing =
        EvaluatedPolicy.sharing(
            manifests,
            policy -> cycle.of(MetricsPollingEventSource.targetOf(policy)),
            clock.instant());
    return manifests.policies().stream()
        .map(
            policy ->
                EvaluatedPolicy.of(
                    policy,
                    manifests,
                    cycle.of(MetricsPollingEventSource.targetOf(policy)),
                    Set.of(Inspected.SOURCE),
                    sharing,
                    clock.instant()))
        .toList();
  }

  private MetricsCollector of(OperatorConfiguration configuration) {
    MetricsCollector known = collector;
    if (known != null && sources.equals(configuration.sources().keySet())) {
      return known;
    }
    close();
    MetricsCollector made =
        new MetricsCollector(
            ConfiguredSources.of(configuration),
            ConfiguredSources.engines(configuration),
            CollectorSettings.DEFAULT,
            clock);
    collector = made;
    sources = configuration.sources().keySet();
    read = Set.of();
    return made;
  }

  /** Reads all that there is of the past, or as much as patience allows. */
  static void readThePast(MetricsCollector cycle, List<Target> targets, Clock clock) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    CollectionReport report = cycle.run(targets, clock.instant());
    while (!isDone(report) && System.nanoTime() < deadline) {
      // Where the source's requests of this minute are spent there is nothing to do but wait.
      if (report.readings().stream().allMatch(r -> r.requests() == 0)) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      report = cycle.run(targets, clock.instant());
    }
  }

  @Override
  public void close() {
    if (collector != null) {
      collector.close();
    }
  }

  /** All of the past is read, or asking on is in vain. */
  private static boolean isDone(CollectionReport report) {
    return report.readings().stream().allMatch(r -> r.loaded() || !r.failures().isEmpty());
  }
}
