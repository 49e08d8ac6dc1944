package dev.breakeven.cli.advise;

import dev.breakeven.cli.console.OutputFormat;
import dev.breakeven.cli.evaluation.ClusterEvaluation;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.evaluation.PoliciesOrCluster;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code breakeven explain}: each number of an answer with what it was made from. */
@Command(
    name = "explain",
    description =
        "Shows each number in a policy's advice with its inputs, its formula, the PromQL that"
            + " read it, and the price, source and date behind it.")
public final class ExplainCommand implements Callable<Integer> {

  @Parameters(arity = "1", paramLabel = "POLICY", description = "The policy's name.")
  String policy = "";

  @Mixin PoliciesOrCluster selected = new PoliciesOrCluster();

  @Mixin OutputFormat format = new OutputFormat();

  @Override
  public Integer call() {
    ClusterEvaluation evaluation = selected.evaluate(policy);
    List<Explanation> explanations =
        evaluation.policies().stream()
            .map(one -> new Explainer(one, evaluation.promqlFor(one.policy())).explanation())
            .toList();
    format.printEach(
        () -> explanations.stream().map(Explanation::text).collect(Collectors.joining()),
        explanations);
    return EvaluatedPolicy.exitCode(evaluation.policies());
  }
}
