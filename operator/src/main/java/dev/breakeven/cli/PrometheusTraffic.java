package dev.breakeven.cli;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.configuration.PrometheusServer;
import dev.breakeven.operator.MetricsPollingEventSource;
import dev.breakeven.prometheus.CollectionReport;
import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.ConfiguredSources;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.Target;
import dev.breakeven.render.status.LookedAt;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** A Prometheus server, asked once as the operator would ask it. */
final class PrometheusTraffic {

  /** How long all of the past may take to be read. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private PrometheusTraffic() {}

  /** Every policy's answer; each policy's source is this server, whatever it calls it. */
  static List<RecordedAnswer> answers(String url, Manifests manifests, Clock clock) {
    Map<String, Source> sources = new TreeMap<>();
    for (CostPolicy policy : manifests.policies()) {
      String name = policy.getSpec().source();
      OperatorConfiguration one =
          new OperatorConfiguration().withSource(name, PrometheusServer.at(url)).checked();
      ConfiguredSources.of(one).forEach(source -> sources.put(name, source));
    }
    try (MetricsCollector cycle =
        new MetricsCollector(sources.values(), CollectorSettings.DEFAULT)) {
      List<Target> targets =
          manifests.policies().stream().map(MetricsPollingEventSource::targetOf).toList();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      CollectionReport report = cycle.run(targets, clock.instant());
      while (!isDone(report) && System.nanoTime() < deadline) {
        // Where the source's requests of this minute are spent there is nothing to do but wait.
        if (report.readings().stream().allMatch(r -> r.requests() == 0)) {
          LockSupport.parkNanos(PAUSE_NANOS);
        }
        report = cycle.run(targets, clock.instant());
      }
      return manifests.policies().stream()
          .map(
              policy -> {
                Observation observation = cycle.of(MetricsPollingEventSource.targetOf(policy));
                return RecordedAnswer.to(
                    policy, manifests, observation, Set.of(LookedAt.SOURCE), clock.instant());
              })
          .toList();
    }
  }

  /** All of the past is read, or asking on is in vain. */
  private static boolean isDone(CollectionReport report) {
    return report.readings().stream().allMatch(r -> r.loaded() || !r.failures().isEmpty());
  }
}
