package dev.breakeven.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.render.text.StatusText;
import dev.breakeven.render.text.TextTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code breakeven whatif}: the answer with changed fields beside the answer as it is. */
@Command(
    name = "whatif",
    description =
        "Prints what advise answers with fields of the policy changed, beside what it answers now.",
    footer = {
      "",
      "A discount, beside today's price:",
      "  breakeven whatif -f policy.yaml --traffic traffic.csv --set api.discountPercent=30",
    })
final class WhatIfCommand implements Callable<Integer> {

  private static final YAMLMapper YAML = new YAMLMapper();

  @Option(
      names = {"-f", "--policy"},
      required = true,
      paramLabel = "FILE",
      description = "CostPolicies and RateCards, as YAML; may be given more than once.")
  List<Path> files = List.of();

  @ArgGroup(multiplicity = "1")
  TrafficSource traffic = new TrafficSource();

  @Option(
      names = "--set",
      required = true,
      paramLabel = "PATH=VALUE",
      description =
          "A field below spec of every policy and its value, such as"
              + " selfHost.gpu.hourlyPrice=1.90; may be repeated.")
  Map<String, String> changes = Map.of();

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    if (traffic.csv != null && new InputFile(traffic.csv).isStandardInput()) {
      throw new IllegalArgumentException("--traffic: standard input cannot be read twice");
    }
    if (traffic.config != null && new InputFile(traffic.config).isStandardInput()) {
      throw new IllegalArgumentException("--config: standard input cannot be read twice");
    }
    Manifests now = InputFile.manifests(files);
    if (now.policies().isEmpty()) {
      throw new IllegalArgumentException("no CostPolicy in the files given with -f");
    }
    // Changed resources pass the same schema as those of a file.
    List<Manifests.Text> changed = new ArrayList<>();
    for (CostPolicy policy : now.policies()) {
      changed.add(new Manifests.Text("--set", changed(policy)));
    }
    Manifests then = new Manifests(Manifests.parse(changed).policies(), now.rateCards());
    Clock clock = Clock.systemUTC();
    List<RecordedAnswer> before = traffic.answers(now, clock, command.commandLine().getErr());
    List<RecordedAnswer> after = traffic.answers(then, clock, command.commandLine().getErr());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < before.size(); i++) {
      text.append(table(before.get(i), after.get(i)));
    }
    command.commandLine().getOut().print(text);
    command.commandLine().getOut().flush();
    return after.stream().allMatch(RecordedAnswer::isConclusive)
        ? Breakeven.ANSWERED
        : Breakeven.INCONCLUSIVE;
  }

  private String changed(CostPolicy policy) {
    try {
      ObjectNode resource = (ObjectNode) YAML.readTree(YAML.writeValueAsString(policy));
      withoutNulls(resource);
      JsonNode spec = resource.path("spec");
      for (Map.Entry<String, String> change : changes.entrySet()) {
        set((ObjectNode) spec, change.getKey(), change.getValue());
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
  private static void set(ObjectNode spec, String path, String value) {
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
    object.set(last, typed(object.get(last), value));
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

  private static TextTable table(RecordedAnswer before, RecordedAnswer after) {
    TextTable table = TextTable.withHeader(before.policy().getMetadata().getName(), "now", "then");
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
    for (CostPolicyStatus.Alternative alternative : before.status().alternatives()) {
      table.row(
          text(alternative.kind()) + " a month",
          StatusText.grouped(alternative.monthlyTotal()),
          StatusText.grouped(
              after.status().alternatives().stream()
                  .filter(
                      other ->
                          String.valueOf(other.kind()).equals(String.valueOf(alternative.kind())))
                  .map(CostPolicyStatus.Alternative::monthlyTotal)
                  .findFirst()
                  .orElse(null)));
    }
    return table;
  }

  private static String text(@Nullable Object value) {
    return value == null ? "not known" : value.toString();
  }
}
