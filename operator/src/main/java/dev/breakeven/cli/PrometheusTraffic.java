package dev.breakeven.cli;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.configuration.PrometheusServer;
import dev.breakeven.operator.CommitmentSharing;
import dev.breakeven.operator.MetricsPollingEventSource;
import dev.breakeven.prometheus.CollectionReport;
import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.ConfiguredSources;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.prometheus.Target;
import dev.breakeven.render.status.LookedAt;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Prometheus servers, asked once as the operator would ask them. */
final class PrometheusTraffic {

  /** How long all of the past may take to be read. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private PrometheusTraffic() {}

  /** Every policy's answer; each policy's source is this server, whatever it calls it. */
  static List<RecordedAnswer> answers(String url, Manifests manifests, Clock clock) {
    OperatorConfiguration configuration = new OperatorConfiguration();
    for (CostPolicy policy : manifests.policies()) {
      configuration = configuration.withSource(policy.getSpec().source(), PrometheusServer.at(url));
    }
    return answers(configuration.checked(), manifests, clock);
  }

  /** Every policy's answer, from the source that it names. */
  static List<RecordedAnswer> answers(
      OperatorConfiguration configuration, Manifests manifests, Clock clock) {
    try (MetricsCollector cycle =
        new MetricsCollector(
            ConfiguredSources.of(configuration),
            ConfiguredSources.engines(configuration),
            CollectorSettings.DEFAULT,
            clock)) {
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
      CommitmentSharing sharing =
          RecordedAnswer.sharing(
              manifests,
              policy -> cycle.of(MetricsPollingEventSource.targetOf(policy)),
              clock.instant());
      return manifests.policies().stream()
          .map(
              policy -> {
                Observation observation = cycle.of(MetricsPollingEventSource.targetOf(policy));
                return RecordedAnswer.to(
                    policy,
                    manifests,
                    observation,
                    Set.of(LookedAt.SOURCE),
                    sharing,
                    clock.instant());
              })
          .toList();
    }
  }

  /** All of the past is read, or asking on is in vain. */
  private static boolean isDone(CollectionReport report) {
    return report.readings().stream().allMatch(r -> r.loaded() || !r.failures().isEmpty());
  }
}
