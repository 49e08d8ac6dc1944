package dev.breakeven.cli.evaluation;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where traffic comes from: one of these. */
public final class TrafficSource {

  @Option(
      names = "--traffic",
      paramLabel = "TRAFFIC.csv",
      description =
          "Traffic by step: workload,t_s,input_tokens_per_s,output_tokens_per_s"
              + "[,cached_tokens_per_s][,requests_per_s][,replicas]; - is standard input, and"
              + " .gz is unpacked.")
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
      description =
          "Request logs or usage exports, as the traffic command reads them; it has options for"
              + " columns that are not found.")
  @Nullable List<Path> requests;

  public GivenTraffic given() {
    return new GivenTraffic(csv, prometheus, config, requests);
  }
}
