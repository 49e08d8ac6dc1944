package dev.breakeven.cli.advise;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.ReplicaTerms;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.console.OutputFormat;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.evaluation.PoliciesOrCluster;
import dev.breakeven.operator.evaluation.PolicyEvaluation;
import dev.breakeven.render.text.StatusText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code breakeven whatif}: the advice with changed fields, compared with the present advice. */
@Command(
    name = "whatif",
    description =
        "Prints the advice for policies with some of their fields changed, beside the advice"
            + " now. The policies are read from files or from the cluster, and not changed"
            + " there.",
    footer = {
      "",
      "A discount, beside today's price:",
      "  breakeven whatif chat -n inference --prometheus URL --set api.discountPercent=30",
      "  breakeven whatif -f policy.yaml --traffic traffic.csv --set api.discountPercent=30",
      "",
      "Eight more GPUs than now, whatever is advised:",
      "  breakeven whatif chat -n inference --prometheus URL --gpus +8",
    })
public final class WhatIfCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "POLICY",
      description = "The policy to change (default: all).")
  @Nullable String policy;

  @Mixin PoliciesOrCluster selected = new PoliciesOrCluster();

  @Mixin OutputFormat format = new OutputFormat();

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "A field below spec of every policy and its value, such as"
              + " selfHost.gpu.hourlyPrice=1.90; may be repeated.")
  Map<String, String> changes = Map.of();

  @Option(
      names = "--gpus",
      paramLabel = "+N|-N",
      description =
          "How many more or fewer GPUs than now each policy holds all the time; a whole"
              + " number of replicas.")
  @Nullable String gpus;

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    if (changes.isEmpty() && gpus == null) {
      throw new ParameterException(
          command.commandLine(), "say what changes: --set, --gpus or both");
    }
    List<EvaluatedPolicy> policies =
        selected
            .evaluate(
                policy == null ? "" : policy,
                (now, cards) -> new Manifests(now.stream().map(this::changed).toList(), cards))
            .policies();
    List<EvaluatedPolicy> now = policies.subList(0, policies.size() / 2);
    List<EvaluatedPolicy> then = policies.subList(policies.size() / 2, policies.size());
    List<WhatIf> answers = new ArrayList<>();
    for (int i = 0; i < now.size(); i++) {
      answers.add(
          WhatIf.of(
              now.get(i),
              then.get(i),
              changes,
              gpus == null ? null : WhatIf.Held.of(now.get(i), replicasThen(now.get(i), gpus))));
    }
    format.printEach(
        () -> answers.stream().map(WhatIf::text).collect(Collectors.joining()), answers);
    return EvaluatedPolicy.exitCode(then);
  }

  private CostPolicy changed(EvaluatedPolicy now) {
    return ChangedPolicy.of(now.policy(), changes(now));
  }

  private Map<String, String> changes(EvaluatedPolicy now) {
    if (gpus == null) {
      return changes;
    }
    String replicas = String.valueOf(replicasThen(now, gpus));
    Map<String, String> all = new LinkedHashMap<>(changes);
    all.put("selfHost.minReplicas", replicas);
    all.put("selfHost.maxReplicas", replicas);
    return all;
  }

  private static int replicasThen(EvaluatedPolicy now, String gpus) {
    String name = now.policy().getMetadata().getName();
    if (!gpus.matches("[+-]\\d{1,6}")) {
      throw new IllegalArgumentException(
          "--gpus: GPUs more or fewer than run now, such as +8 or -8, not " + gpus);
    }
    if (!(now.evaluation() instanceof PolicyEvaluation.Answered answered)) {
      throw new IllegalArgumentException("--gpus: what " + name + " runs now is not known");
    }
    AdvisorInput input = answered.input();
    if (!input.workloads().stream().allMatch(w -> w.replica() instanceof ReplicaTerms.Common)) {
      throw new IllegalArgumentException(
          "--gpus: the workloads of "
              + name
              + " take different GPUs; set minReplicas and maxReplicas of each with --set instead");
    }
    double aReplica = input.selfHost().gpusPerReplica();
    double more = Integer.parseInt(gpus) / aReplica;
    long replicas = input.replicasNow() + Math.round(more);
    if (Math.abs(more - Math.round(more)) > 1e-9) {
      throw new IllegalArgumentException(
          "--gpus: a replica of %s takes %s GPUs, and %s are no whole replicas"
              .formatted(
                  name,
                  StatusText.grouped(BigDecimal.valueOf(aReplica).toPlainString()),
                  gpus.substring(1)));
    }
    if (replicas < 0) {
      throw new IllegalArgumentException(
          "--gpus: %s runs %d replicas, fewer than %s GPUs take"
              .formatted(name, input.replicasNow(), gpus.substring(1)));
    }
    return (int) replicas;
  }
}
