package dev.breakeven.cli.advise;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.cli.console.OutputFormat;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.evaluation.PoliciesAndTraffic;
import dev.breakeven.render.text.StatusText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code breakeven advise}: the status that the operator would write, without a cluster. */
@Command(
    name = "advise",
    description = "Prints what the operator would recommend for a policy, without a cluster.")
public final class AdviseCommand implements Callable<Integer> {

  @Mixin PoliciesAndTraffic selected = new PoliciesAndTraffic();

  @Mixin OutputFormat format = new OutputFormat();

  @Override
  public Integer call() {
    List<EvaluatedPolicy> policies = selected.evaluate();
    format.printEach(() -> text(policies), policies.stream().map(AdviseCommand::named).toList());
    return EvaluatedPolicy.exitCode(policies);
  }

  private static String text(List<EvaluatedPolicy> policies) {
    StringBuilder text = new StringBuilder();
    for (EvaluatedPolicy evaluated : policies) {
      if (policies.size() > 1) {
        text.append("== ").append(evaluated.policy().getMetadata().getName()).append('\n');
      }
      text.append(StatusText.of(evaluated.status()));
    }
    return text.toString();
  }

  private static Map<String, Object> named(EvaluatedPolicy evaluated) {
    CostPolicy policy = evaluated.policy();
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("name", policy.getMetadata().getName());
    metadata.put("namespace", policy.getMetadata().getNamespace());
    Map<String, Object> named = new LinkedHashMap<>();
    named.put("apiVersion", policy.getApiVersion());
    named.put("kind", policy.getKind());
    named.put("metadata", metadata);
    named.put("status", evaluated.status());
    return named;
  }
}
