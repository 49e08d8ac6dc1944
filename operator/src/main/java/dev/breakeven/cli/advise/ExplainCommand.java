package dev.breakeven.cli.advise;

import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.evaluation.ClusterAnswers;
import dev.breakeven.cli.evaluation.PoliciesOrCluster;
import dev.breakeven.cli.evaluation.RecordedAnswer;
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

  @Mixin PoliciesOrCluster asked = new PoliciesOrCluster();

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    ClusterAnswers answers = asked.answers(policy);
    if (answers.answers().isEmpty()) {
      throw new IllegalArgumentException("there is no CostPolicy " + policy);
    }
    for (RecordedAnswer answer : answers.answers()) {
      command
          .commandLine()
          .getOut()
          .print(
              Explanation.of(
                  answer,
                  answers
                      .promqlBySource()
                      .getOrDefault(answer.policy().getSpec().source(), java.util.Map.of())));
    }
    command.commandLine().getOut().flush();
    return answers.answers().stream().allMatch(RecordedAnswer::isConclusive)
        ? ExitCode.ANSWERED
        : ExitCode.INCONCLUSIVE;
  }
}
