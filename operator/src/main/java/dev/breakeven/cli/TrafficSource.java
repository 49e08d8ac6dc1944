package dev.breakeven.cli;

import java.nio.file.Path;
import java.util.List;
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

  GivenTraffic given() {
    return new GivenTraffic(csv, prometheus, config, requests);
  }
}
