package dev.breakeven.cli.advise;

import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.evaluation.ClusterEvaluation;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.evaluation.PoliciesOrCluster;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    ClusterEvaluation evaluation = selected.evaluate(policy);
    if (evaluation.policies().isEmpty()) {
      throw new IllegalArgumentException("there is no CostPolicy " + policy);
    }
    for (EvaluatedPolicy evaluated : evaluation.policies()) {
      command
          .commandLine()
          .getOut()
          .print(
              Explanation.of(
                  evaluated,
                  evaluation
                      .promqlBySource()
                      .getOrDefault(evaluated.policy().getSpec().source(), Map.of())));
    }
    command.commandLine().getOut().flush();
    return evaluation.policies().stream().allMatch(EvaluatedPolicy::isConclusive)
        ? ExitCode.ANSWERED
        : ExitCode.INCONCLUSIVE;
  }
}
