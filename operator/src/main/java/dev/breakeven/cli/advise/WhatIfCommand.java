package dev.breakeven.cli.advise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.ReplicaTerms;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.manifest.InvalidManifestsException;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.evaluation.PoliciesOrCluster;
import dev.breakeven.operator.evaluation.PolicyEvaluation;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.render.text.StatusText;
import dev.breakeven.render.text.TextTable;
import dev.breakeven.render.words.Phrases;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private static final YAMLMapper YAML = new YAMLMapper();

  @Parameters(
      arity = "0..1",
      paramLabel = "POLICY",
      description = "The policy to change (default: all).")
  @Nullable String policy;

  @Mixin PoliciesOrCluster selected = new PoliciesOrCluster();

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
        selected.evaluateWithVariants(policy == null ? "" : policy, this::changed);
    if (policies.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no CostPolicy" + (policy == null ? "" : " " + policy));
    }
    List<EvaluatedPolicy> before = policies.subList(0, policies.size() / 2);
    List<EvaluatedPolicy> after = policies.subList(policies.size() / 2, policies.size());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < before.size(); i++) {
      text.append(table(before.get(i), after.get(i)));
      text.append("now   ").append(summary(before.get(i)));
      text.append("\nthen  ").append(summary(after.get(i))).append("\n\n");
    }
    command.commandLine().getOut().print(text);
    command.commandLine().getOut().flush();
    return after.stream().allMatch(EvaluatedPolicy::isConclusive)
        ? ExitCode.ANSWERED
        : ExitCode.INCONCLUSIVE;
  }

  /** The same policies with their changes, held to the schema as those of a file are. */
  private List<CostPolicy> changed(List<EvaluatedPolicy> policies) {
    return policies.stream()
        .map(evaluated -> changed(evaluated.policy(), changes(evaluated)))
        .toList();
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

  private static CostPolicy changed(CostPolicy policy, Map<String, String> changes) {
    try {
      return parsed(policy, changes, Set.of());
    } catch (InvalidManifestsException e) {
      // Amounts are strings in manifests; on a command line they come without quotes.
      Set<String> texts = new HashSet<>();
      for (String path : changes.keySet()) {
        String wrong = "spec." + path.replaceFirst("^spec[.]", "") + ": must be of type string";
        if (e.problems().stream().anyMatch(problem -> problem.contains(wrong))) {
          texts.add(path);
        }
      }
      if (texts.isEmpty()) {
        throw withoutLines(e);
      }
      try {
        return parsed(policy, changes, texts);
      } catch (InvalidManifestsException other) {
        throw withoutLines(other);
      }
    }
  }

  /** Drops line numbers of the generated text, which the user has not seen. */
  private static IllegalArgumentException withoutLines(InvalidManifestsException e) {
    return new IllegalArgumentException(
        e.problems().stream()
            .map(problem -> problem.replaceFirst("^--set:\\d+:", "--set:"))
            .distinct()
            .collect(Collectors.joining("\n")),
        e);
  }

  private static CostPolicy parsed(
      CostPolicy policy, Map<String, String> changes, Set<String> texts) {
    return Manifests.parse(List.of(new Manifests.Text("--set", yaml(policy, changes, texts))))
        .policies()
        .get(0);
  }

  private static String yaml(CostPolicy policy, Map<String, String> changes, Set<String> texts) {
    try {
      ObjectNode resource = (ObjectNode) YAML.readTree(YAML.writeValueAsString(policy));
      resource.remove("status"); // of the policy as it is
      resource.withObjectProperty("metadata").retain("name", "namespace");
      withoutNulls(resource);
      JsonNode spec = resource.path("spec");
      for (Map.Entry<String, String> change : changes.entrySet()) {
        set((ObjectNode) spec, change.getKey(), change.getValue(), texts.contains(change.getKey()));
      }
      return YAML.writeValueAsString(resource);
    } catch (IOException e) {
      throw new IllegalStateException("a policy could not be written", e);
    }
  }

  private static void withoutNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      List<String> empty = new ArrayList<>();
      object
          .properties()
          .forEach(
              field -> {
                if (field.getValue().isNull()) {
                  empty.add(field.getKey());
                }
              });
      object.remove(empty);
    }
    node.forEach(WhatIfCommand::withoutNulls);
  }

  /** Sets a field at a path such as {@code api.offers[0].name}. */
  private static void set(ObjectNode spec, String path, String value, boolean isText) {
    String[] names = path.replaceFirst("^spec[.]", "").replace("[", ".[").split("[.]", -1);
    JsonNode at = spec;
    for (int i = 0; i < names.length - 1; i++) {
      JsonNode inner = inner(at, names[i]);
      if (inner == null && at instanceof ObjectNode object && !names[i + 1].startsWith("[")) {
        inner = object.putObject(names[i]);
      }
      if (inner == null) {
        throw new IllegalArgumentException("--set " + path + ": there is no " + names[i]);
      }
      at = inner;
    }
    String last = names[names.length - 1];
    if (!(at instanceof ObjectNode object) || last.startsWith("[")) {
      throw new IllegalArgumentException("--set " + path + ": not the path of a field");
    }
    object.set(last, isText ? TextNode.valueOf(value) : typed(object.get(last), value));
  }

  private static @Nullable JsonNode inner(JsonNode at, String name) {
    return at instanceof ArrayNode && name.matches("\\[\\d{1,6}]")
        ? at.get(Integer.parseInt(name.substring(1, name.length() - 1)))
        : at.get(name);
  }

  /** What was a text stays one; amounts are texts in manifests. */
  private static JsonNode typed(@Nullable JsonNode before, String value) {
    if (before != null && before.isTextual()) {
      return TextNode.valueOf(value);
    }
    try {
      JsonNode read = YAML.readTree(value);
      // A decimal point makes an amount, which manifests quote.
      return read == null || read.isFloatingPointNumber() ? TextNode.valueOf(value) : read;
    } catch (IOException e) {
      return TextNode.valueOf(value);
    }
  }

  private TextTable table(EvaluatedPolicy before, EvaluatedPolicy after) {
    TextTable table = TextTable.withHeader(before.policy().getMetadata().getName(), "now", "then");
    if (gpus != null) {
      held(table, before, gpus);
    }
    CostPolicyStatus.Advice now = before.status().advice();
    CostPolicyStatus.Advice then = after.status().advice();
    table.row(
        "verdict",
        text(now == null ? null : now.verdict()),
        text(then == null ? null : then.verdict()));
    table.row(
        "action",
        text(now == null ? null : now.action()),
        text(then == null ? null : then.action()));
    table.row(
        "replicas advised",
        text(now == null ? null : now.replicasAdvised()),
        text(then == null ? null : then.replicasAdvised()));
    table.row(
        "saving a month",
        StatusText.grouped(now == null ? null : now.monthlySaving()),
        StatusText.grouped(then == null ? null : then.monthlySaving()));
    Stream.concat(before.status().alternatives().stream(), after.status().alternatives().stream())
        .map(alternative -> text(alternative.kind()))
        .distinct()
        .forEach(kind -> table.row(kind + " a month", total(before, kind), total(after, kind)));
    return table;
  }

  /** The GPUs that are held and what they cost, which is known where nothing else is. */
  private static void held(TextTable table, EvaluatedPolicy before, String gpus) {
    AdvisorInput input = ((PolicyEvaluation.Answered) before.evaluation()).input();
    double aReplica = input.selfHost().gpusPerReplica();
    double now = input.replicasNow() * aReplica;
    double then = replicasThen(before, gpus) * aReplica;
    table.row("GPUs held", Phrases.decimal(now, 2), Phrases.decimal(then, 2));
    if (input.selfHost().gpu() instanceof GpuPricing.Priced priced) {
      double aMonth = priced.hour().perHour().value() * ReplicaCostModel.HOURS_PER_MONTH;
      table.row("GPUs a month", "%,.0f".formatted(now * aMonth), "%,.0f".formatted(then * aMonth));
    }
  }

  private static String total(EvaluatedPolicy evaluated, String kind) {
    return StatusText.grouped(
        evaluated.status().alternatives().stream()
            .filter(alternative -> text(alternative.kind()).equals(kind))
            .map(CostPolicyStatus.Alternative::monthlyTotal)
            .findFirst()
            .orElse(null));
  }

  private static String summary(EvaluatedPolicy evaluated) {
    CostPolicyStatus.Advice advice = evaluated.status().advice();
    return text(advice == null ? null : advice.summary());
  }

  private static String text(@Nullable Object value) {
    return value == null ? "not known" : value.toString();
  }
}
