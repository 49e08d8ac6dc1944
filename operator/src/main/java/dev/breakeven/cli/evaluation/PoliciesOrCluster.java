package dev.breakeven.cli.evaluation;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.cli.cluster.ClusterOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Policies from files with recorded traffic, or those of a cluster with what it counts. */
public final class PoliciesOrCluster {

  @Spec(Spec.Target.MIXEE)
  CommandSpec command = CommandSpec.create();

  @Mixin ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = {"-f", "--policy"},
      paramLabel = "FILE",
      description =
          "CostPolicies and RateCards as YAML, with --traffic, --requests, --prometheus or"
              + " --config; - is standard input (default: those in the cluster).")
  List<Path> files = List.of();

  @Option(
      names = "--traffic",
      paramLabel = "TRAFFIC.csv",
      description = "Traffic by step, as advise reads it; for -f.")
  @Nullable Path csv;

  @Option(
      names = "--requests",
      arity = "1..*",
      paramLabel = "LOG",
      description = "Request logs or usage exports, as the traffic command reads them; for -f.")
  @Nullable List<Path> requests;

  /**
   * The answers.
   *
   * @param only the one policy's name; empty for all
   * @throws IllegalArgumentException if the options do not fit together
   */
  public ClusterEvaluation evaluate(String only) {
    return evaluate(only, policies -> List.of());
  }

  /**
   * The answers, then those of the same policies with changes.
   *
   * @param changed from the evaluated policies, changed policies to evaluate too
   */
  public List<EvaluatedPolicy> evaluateWithVariants(
      String only, Function<List<EvaluatedPolicy>, List<CostPolicy>> changed) {
    return evaluate(only, changed).policies();
  }

  private ClusterEvaluation evaluate(
      String only, Function<List<EvaluatedPolicy>, List<CostPolicy>> variants) {
    if (files.isEmpty()) {
      if (csv != null || requests != null) {
        throw new IllegalArgumentException(
            "--traffic and --requests are for policies of files: name those with -f");
      }
      List<String> notes = new ArrayList<>();
      ClusterEvaluation evaluation = ClusterEvaluation.of(cluster, only, variants, notes);
      notes.forEach(command.commandLine().getErr()::println);
      command.commandLine().getErr().flush();
      return evaluation;
    }
    GivenTraffic given = new GivenTraffic(csv, cluster.prometheus(), cluster.config(), requests);
    if (given.count() != 1) {
      throw new IllegalArgumentException(
          "policies of files need exactly one of --traffic, --requests, --prometheus and --config");
    }
    return new ClusterEvaluation(
        PoliciesAndTraffic.evaluate(
            files,
            given,
            policies -> named(only, policies),
            variants,
            command.commandLine().getErr()),
        Map.of());
  }

  private static List<CostPolicy> named(String only, List<CostPolicy> policies) {
    return policies.stream()
        .filter(p -> only.isEmpty() || p.getMetadata().getName().equals(only))
        .toList();
  }
}
