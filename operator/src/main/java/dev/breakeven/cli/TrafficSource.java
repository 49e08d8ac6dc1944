package dev.breakeven.cli;

import dev.breakeven.api.manifest.Manifests;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where traffic comes from, for a command that may do without: at most one of these. */
final class TrafficSource {

  @Option(
      names = "--traffic",
      paramLabel = "TRAFFIC.csv",
      description = "Traffic by step, as advise reads it.")
  @Nullable Path csv;

  @Option(
      names = "--prometheus",
      paramLabel = "URL",
      description = "A Prometheus-compatible server that scrapes the engines.")
  @Nullable String prometheus;

  @Option(
      names = "--config",
      paramLabel = "OPERATOR.yaml",
      description =
          "The operator's options, for its Prometheus sources with their credentials, headers and"
              + " matchers; - is standard input.")
  @Nullable Path config;

  @Option(
      names = "--requests",
      arity = "1..*",
      paramLabel = "LOG",
      description = "Request logs or usage exports, as the traffic command reads them.")
  @Nullable List<Path> requests;

  boolean isGiven() {
    return csv != null || prometheus != null || config != null || requests != null;
  }

  /** Every policy's answer, in the order of the policies. */
  List<RecordedAnswer> answers(Manifests manifests, Clock clock, PrintWriter told) {
    if (csv != null || requests != null) {
      RecordedTraffic recorded =
          csv == null
              ? RecordedTraffic.ofRequests(Objects.requireNonNull(requests), told)
              : RecordedTraffic.read(csv);
      return manifests.policies().stream()
          .map(policy -> recorded.answer(policy, manifests, clock.instant()))
          .toList();
    }
    return config == null
        ? PrometheusTraffic.answers(Objects.requireNonNull(prometheus), manifests, clock)
        : PrometheusTraffic.answers(ClusterOptions.sources(config), manifests, clock);
  }
}
