package dev.breakeven.cli.evaluation;

import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.cluster.ClusterOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
              + " --config; - is standard input; may be repeated (default: those in the"
              + " cluster).")
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

  /** The files that are named, for a check that one of them at most is standard input. */
  public List<Path> files() {
    return Stream.concat(files.stream(), given().files()).toList();
  }

  /** Whether policies are asked about: those of files, or those that a source is named for. */
  public boolean isNamed() {
    return !files.isEmpty() || given().count() > 0;
  }

  /**
   * The answers.
   *
   * @param only the one policy's name; empty for all
   * @throws IllegalArgumentException if the options do not fit together, or no policy has the name
   */
  public ClusterEvaluation evaluate(String only) {
    return evaluate(only, Variants.NONE);
  }

  /** The answers, then those of variants. */
  public ClusterEvaluation evaluate(String only, Variants variants) {
    ClusterEvaluation evaluation = evaluate(all -> named(only, all), variants);
    if (evaluation.policies().isEmpty()) {
      throw new IllegalArgumentException(
          only.isEmpty()
              ? "there is no CostPolicy; breakeven discover prints one for each model that is"
                  + " served"
              : "there is no CostPolicy " + only);
    }
    return evaluation;
  }

  /** The answers; none where there is no policy at all. */
  public ClusterEvaluation evaluateIfAny(String only) {
    return only.isEmpty() ? evaluate(all -> all, Variants.NONE) : evaluate(only, Variants.NONE);
  }

  private static Manifests named(String only, Manifests all) {
    return new Manifests(
        all.policies().stream()
            .filter(p -> only.isEmpty() || p.getMetadata().getName().equals(only))
            .toList(),
        all.rateCards());
  }

  /**
   * The answers of a selection, then those of variants.
   *
   * @param selection the policies that are answered, and the cards to answer them with
   * @throws IllegalArgumentException if the options do not fit together
   */
  public ClusterEvaluation evaluate(UnaryOperator<Manifests> selection, Variants variants) {
    PrintWriter err = command.commandLine().getErr();
    if (files.isEmpty()) {
      if (csv != null || requests != null) {
        throw new IllegalArgumentException(
            "--traffic and --requests are for policies of files: name those with -f");
      }
      List<String> notes = new ArrayList<>();
      ClusterEvaluation evaluation = ClusterEvaluation.of(cluster, selection, variants, notes);
      notes.forEach(err::println);
      err.flush();
      return evaluation;
    }
    if (given().count() != 1) {
      throw new IllegalArgumentException(
          "policies of files need exactly one of --traffic, --requests, --prometheus and --config");
    }
    return new ClusterEvaluation(
        PoliciesAndTraffic.evaluate(files, given(), selection, variants, err), Map.of());
  }

  /** Whether sources are read, and not only files. */
  public boolean readsSources() {
    return files.isEmpty() || cluster.prometheus() != null || cluster.config() != null;
  }

  public ClusterOptions cluster() {
    return cluster;
  }

  private GivenTraffic given() {
    return new GivenTraffic(csv, cluster.prometheus(), cluster.config(), requests);
  }
}
