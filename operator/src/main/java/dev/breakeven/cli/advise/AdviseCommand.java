package dev.breakeven.cli.advise;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.evaluation.EvaluatedPolicy;
import dev.breakeven.cli.evaluation.PoliciesAndTraffic;
import dev.breakeven.render.text.StatusText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code breakeven advise}: the status that the operator would write, without a cluster. */
@Command(
    name = "advise",
    description = "Prints what the operator would recommend for a policy, without a cluster.")
public final class AdviseCommand implements Callable<Integer> {

  /** How the answer is printed. */
  enum Format {
    table,
    json,
    yaml
  }

  @Mixin PoliciesAndTraffic selected = new PoliciesAndTraffic();

  @Option(
      names = "-o",
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "table, json or yaml (default: ${DEFAULT-VALUE}).")
  Format format = Format.table;

  @Spec CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    List<EvaluatedPolicy> policies = selected.evaluate();
    print(policies);
    return policies.stream().allMatch(EvaluatedPolicy::isConclusive)
        ? ExitCode.ANSWERED
        : ExitCode.INCONCLUSIVE;
  }

  private void print(List<EvaluatedPolicy> policies) {
    StringBuilder out = new StringBuilder();
    for (EvaluatedPolicy evaluated : policies) {
      if (format == Format.table) {
        if (policies.size() > 1) {
          out.append("== ").append(evaluated.policy().getMetadata().getName()).append('\n');
        }
        out.append(StatusText.of(evaluated.status()));
      }
    }
    if (format != Format.table) {
      out.append(serialized(policies));
    }
    command.commandLine().getOut().print(out);
    command.commandLine().getOut().flush();
  }

  private String serialized(List<EvaluatedPolicy> policies) {
    List<Map<String, Object>> statuses = new ArrayList<>();
    for (EvaluatedPolicy evaluated : policies) {
      statuses.add(named(evaluated.policy(), evaluated.status()));
    }
    try {
      if (format == Format.yaml) {
        // One object a document, as kubectl reads them.
        List<String> documents = new ArrayList<>();
        for (Map<String, Object> status : statuses) {
          documents.add(yaml().writeValueAsString(status));
        }
        return String.join("---\n", documents);
      }
      // One policy is an object, several are a list: a script that asks about one needs no index.
      return json().writeValueAsString(statuses.size() == 1 ? statuses.get(0) : statuses) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a status could not be written as " + format, e);
    }
  }

  private static Map<String, Object> named(CostPolicy policy, CostPolicyStatus status) {
    Map<String, Object> named = new LinkedHashMap<>();
    named.put("apiVersion", policy.getApiVersion());
    named.put("kind", policy.getKind());
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("name", policy.getMetadata().getName());
    if (policy.getMetadata().getNamespace() != null) {
      metadata.put("namespace", policy.getMetadata().getNamespace());
    }
    named.put("metadata", metadata);
    named.put("status", status);
    return named;
  }

  private static ObjectMapper json() {
    return JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .serializationInclusion(JsonInclude.Include.NON_EMPTY)
        .build();
  }

  private static ObjectMapper yaml() {
    return YAMLMapper.builder()
        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
        .serializationInclusion(JsonInclude.Include.NON_EMPTY)
        .build();
  }
}
