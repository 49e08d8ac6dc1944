package dev.breakeven.cli.advise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.manifest.InvalidManifestsException;
import dev.breakeven.api.manifest.Manifests;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A policy with fields set by {@code --set}, held to the schema as one of a file is. */
final class ChangedPolicy {

  private static final YAMLMapper YAML = new YAMLMapper();

  private ChangedPolicy() {}

  /**
   * The policy with its changes.
   *
   * @param changes values by the path of a field below spec
   * @throws IllegalArgumentException if there is no such field, or it cannot have this value
   */
  static CostPolicy of(CostPolicy policy, Map<String, String> changes) {
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
    node.forEach(ChangedPolicy::withoutNulls);
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
}
