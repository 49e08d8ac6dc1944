package dev.breakeven.cli.evaluation;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.input.InputFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What is asked about, for the commands that answer without a cluster: policies and traffic. */
public final class PoliciesAndTraffic {

  @Spec(Spec.Target.MIXEE)
  CommandSpec command = CommandSpec.create();

  @Option(
      names = {"-f", "--policy"},
      required = true,
      paramLabel = "FILE",
      description = "CostPolicies and RateCards, as YAML; - is standard input; may be repeated.")
  List<Path> files = List.of();

  @ArgGroup(multiplicity = "1")
  TrafficSource traffic = new TrafficSource();

  /**
   * Every policy's answer.
   *
   * @throws IllegalArgumentException if the files hold no policy or something in them is wrong
   */
  public List<RecordedAnswer> answers() {
    return answers(
        files,
        traffic.given(),
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
