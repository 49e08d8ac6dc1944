package dev.breakeven.cli.evaluation;

import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.input.InputFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of the commands that need no cluster: policies and traffic. */
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
  public List<EvaluatedPolicy> evaluate() {
    return evaluate(
        files,
        traffic.given(),
        manifests -> manifests,
        Variants.NONE,
        command.commandLine().getErr());
  }

  /**
   * Every policy's answer, from exactly one kind of traffic.
   *
   * @param selection which of the files' policies are answered, and with which cards
   * @throws IllegalArgumentException if the files hold no policy or something in them is wrong
   */
  static List<EvaluatedPolicy> evaluate(
      List<Path> files,
      GivenTraffic traffic,
      UnaryOperator<Manifests> selection,
      Variants variants,
      PrintWriter notes) {
    List<Path> read = new ArrayList<>(files);
    traffic.files().forEach(read::add);
    InputFile.requireOneStandardInput(read);
    Manifests given = InputFile.manifests(files);
    if (given.policies().isEmpty()) {
      throw new IllegalArgumentException("no CostPolicy in the files given with -f");
    }
    Manifests manifests = selection.apply(given);
    try (GivenTraffic.Evaluator evaluator = traffic.evaluator(notes)) {
      List<EvaluatedPolicy> policies = new ArrayList<>(evaluator.evaluate(manifests));
      Manifests others = variants.of(List.copyOf(policies), manifests.rateCards());
      if (!others.policies().isEmpty()) {
        policies.addAll(evaluator.evaluate(others));
      }
      return policies;
    }
  }
}
