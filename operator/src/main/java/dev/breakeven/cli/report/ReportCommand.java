package dev.breakeven.cli.report;

import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.evaluation.PoliciesOrCluster;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code breakeven report}: what {@code advise} answers, as one self-contained HTML page. */
@Command(
    name = "report",
    description =
        "Writes the advice as HTML: costs, breakeven, traffic and the terms used, for"
            + " policies from files or from the cluster. The pages load nothing from the"
            + " network.")
public final class ReportCommand implements Callable<Integer> {

  @Mixin PoliciesOrCluster selected = new PoliciesOrCluster();

  @Option(
      names = "-o",
      defaultValue = WrittenReport.DEFAULT_FILE,
      paramLabel = "FILE.html|DIRECTORY",
      description =
          "Where to write it: a file, or a directory for a page of the whole fleet,"
              + " index.html, and a page for each policy (default: ${DEFAULT-VALUE}).")
  Path file = Path.of(WrittenReport.DEFAULT_FILE);

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    List<EvaluatedPolicy> policies = selected.evaluate("").policies();
    PrintWriter out = command.commandLine().getOut();
    for (EvaluatedPolicy evaluated : policies) {
      out.println(evaluated.policy().getMetadata().getName() + ": " + summary(evaluated.status()));
    }
    WrittenReport report = WrittenReport.of(policies);
    out.println(
        report.isEmpty()
            ? "No report is written: nothing is known of any policy's traffic."
            : report.at(file));
    out.flush();
    return EvaluatedPolicy.exitCode(policies);
  }

  private static String summary(CostPolicyStatus status) {
    CostPolicyStatus.@Nullable Advice advice = status.advice();
    @Nullable String summary = advice == null ? null : advice.summary();
    return summary == null ? "nothing is known" : summary;
  }
}
