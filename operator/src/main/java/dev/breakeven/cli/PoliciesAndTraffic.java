package dev.breakeven.cli;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.manifest.Manifests;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What is asked about, for the commands that answer without a cluster: policies and traffic. */
final class PoliciesAndTraffic {

  /** Where the traffic comes from: exactly one of these. */
  static final class TrafficFrom {
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
            "The operator's options, for its Prometheus sources with their credentials, headers"
                + " and matchers; - is standard input.")
    @Nullable Path config;

    @Option(
        names = "--requests",
        arity = "1..*",
        paramLabel = "LOG",
        description =
            "Request logs or usage exports, as the traffic command reads them; it has options for"
                + " columns that are not found.")
    @Nullable List<Path> requests;
  }

  @Spec(Spec.Target.MIXEE)
  CommandSpec command = CommandSpec.create();

  @Option(
      names = {"-f", "--policy"},
      required = true,
      paramLabel = "FILE",
      description = "CostPolicies and RateCards, as YAML; - is standard input; may be repeated.")
  List<Path> files = List.of();

  @ArgGroup(multiplicity = "1")
  TrafficFrom traffic = new TrafficFrom();

  /**
   * Every policy's answer.
   *
   * @throws IllegalArgumentException if the files hold no policy or something in them is wrong
   */
  List<RecordedAnswer> answers() {
    return answers(
        files,
        new GivenTraffic(traffic.csv, traffic.prometheus, traffic.config, traffic.requests),
        policies -> policies,
        answers -> List.of(),
        command.commandLine().getErr());
  }

  /**
   * Every policy's answer, from exactly one kind of traffic.
   *
   * @param asked which of the files' policies are answered
   * @param beside what is answered besides, once those are: policies with changes
   * @throws IllegalArgumentException if the files hold no policy or something in them is wrong
   */
  static List<RecordedAnswer> answers(
      List<Path> files,
      GivenTraffic traffic,
      UnaryOperator<List<CostPolicy>> asked,
      Function<List<RecordedAnswer>, List<CostPolicy>> beside,
      PrintWriter told) {
    List<Path> read = new ArrayList<>(files);
    traffic.files().forEach(read::add);
    InputFile.requireOneStandardInput(read);
    Manifests given = InputFile.manifests(files);
    if (given.policies().isEmpty()) {
      throw new IllegalArgumentException("no CostPolicy in the files given with -f");
    }
    Manifests manifests = new Manifests(asked.apply(given.policies()), given.rateCards());
    try (GivenTraffic.Answering answering = traffic.answering(told)) {
      List<RecordedAnswer> answers = new ArrayList<>(answering.to(manifests));
      List<CostPolicy> others = beside.apply(List.copyOf(answers));
      if (!others.isEmpty()) {
        answers.addAll(answering.to(new Manifests(others, given.rateCards())));
      }
      return answers;
    }
  }
}
