package dev.breakeven.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The page of the resources, of two sources: the prose of {@code crds/README.head.md}, and tables
 * of every field, made from the schemas of the CRDs.
 */
final class ResourceReference {

  /** Kinds of string that many fields share, by what is said when one is not of that kind. */
  private static final Map<String, String> FORMS = forms();

  /** A string of a form is short of itself; only longer ones need their length said. */
  private static final int LONGEST_FORM = 24;

  private final StringBuilder page = new StringBuilder();

  private ResourceReference() {}

  /**
   * The page, in Markdown.
   *
   * @param head what is written by hand and stands before the tables
   */
  static String page(String head) {
    ResourceReference reference = new ResourceReference();
    reference.line(
        "<!-- Generated from README.head.md and the schemas of the CRDs: do not edit. -->");
    reference.line(head.strip() + "\n");
    FORMS.forEach((message, form) -> reference.line("- *" + form + "*: " + message));
    reference.line("");
    CustomResourceDefinitions.kinds().forEach(reference::kind);
    return reference.page.toString();
  }

  private void kind(Class<? extends HasMetadata> kind) {
    JsonNode crd = CustomResourceDefinitions.treeOf(kind);
    JsonNode schema = crd.at("/spec/versions/0/schema/openAPIV3Schema");
    String version = crd.at("/spec/versions/0/name").asText();
    line("## " + kind.getSimpleName() + "\n");
    line(schema.path("description").asText() + "\n");
    line(
        "`%s/%s`, %s, short name `%s`.\n"
            .formatted(
                crd.at("/spec/group").asText(),
                version,
                crd.at("/spec/scope").asText().equals("Cluster") ? "cluster-scoped" : "namespaced",
                crd.at("/spec/names/shortNames/0").asText()));
    part("spec", schema.at("/properties/spec"));
    if (schema.at("/properties/status/properties").size() > 0) {
      part("status", schema.at("/properties/status"));
    }
    columns(crd.at("/spec/versions/0/additionalPrinterColumns"));
  }

  private void part(String name, JsonNode schema) {
    line("### " + name + "\n");
    boolean asked = name.equals("spec");
    line(
        asked
            ? "| field | type | default | bounds | what it is |"
            : "| field | type | what it is |");
    line(asked ? "|---|---|---|---|---|" : "|---|---|---|");
    List<String> rules = new ArrayList<>();
    fields(name, schema, asked, rules);
    line("");
    rules.forEach(this::line);
    if (!rules.isEmpty()) {
      line("");
    }
  }

  private void fields(String path, JsonNode schema, boolean asked, List<String> rules) {
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              JsonNode of = field.getValue();
              String at = path + "." + field.getKey();
              boolean required =
                  StreamSupport.stream(schema.path("required").spliterator(), false)
                      .anyMatch(name -> name.asText().equals(field.getKey()));
              line(
                  asked
                      ? "| `%s` | %s | %s | %s | %s |"
                          .formatted(at, type(of), standard(of, required), bounds(of), words(of))
                      : "| `%s` | %s | %s |".formatted(at, type(of), words(of)));
              boolean list = of.path("type").asText().equals("array");
              JsonNode inner = list ? of.path("items") : of;
              String innerPath = list ? at + "[]" : at;
              if (list) {
                rulesOf(at, of, rules);
              }
              rulesOf(innerPath, inner, rules);
              fields(innerPath, inner, asked, rules);
            });
  }

  private static void rulesOf(String path, JsonNode schema, List<String> rules) {
    String type = schema.path("type").asText();
    if (type.equals("object") || type.equals("array")) {
      messages(schema).forEach(message -> rules.add("- `%s`: %s".formatted(path, message)));
    }
    keys(schema, path, rules);
  }

  private static void keys(JsonNode schema, String path, List<String> rules) {
    if (schema.has("x-kubernetes-list-map-keys")) {
      String keys =
          StreamSupport.stream(schema.get("x-kubernetes-list-map-keys").spliterator(), false)
              .map(key -> "`" + key.asText() + "`")
              .collect(Collectors.joining(" and "));
      rules.add("- `%s`: no two items with the same %s".formatted(path, keys));
    }
  }

  private static List<String> messages(JsonNode schema) {
    return StreamSupport.stream(schema.path("x-kubernetes-validations").spliterator(), false)
        .map(rule -> rule.path("message").asText())
        .toList();
  }

  private static String type(JsonNode schema) {
    return switch (schema.path("type").asText()) {
      case "array" -> "list of " + type(schema.path("items")).replaceFirst("^object$", "objects");
      case "string" ->
          schema.has("enum")
              ? choices(schema)
              : messages(schema).stream()
                  .filter(FORMS::containsKey)
                  .map(FORMS::get)
                  .findFirst()
                  .orElse("string");
      case "boolean" -> "true or false";
      case "integer" -> "whole number";
      default -> schema.path("type").asText();
    };
  }

  private static Map<String, String> forms() {
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put(said(Amount.class), "money");
    forms.put(said(PositiveDecimal.class), "decimal from 0.001 to 1000000000");
    forms.put(said(Day.class), "day");
    forms.put(said(ModelName.class), "model name");
    forms.put(said(KubernetesName.class), "Kubernetes name");
    forms.put(said(ConfiguredName.class), "configured name");
    forms.put(said(GpuProductName.class), "GPU product");
    forms.put(said(CurrencyCode.class), "currency");
    return forms;
  }

  private static String said(Class<? extends Annotation> form) {
    return Objects.requireNonNull(form.getAnnotation(ValidationRule.class)).message();
  }

  private static String choices(JsonNode schema) {
    return StreamSupport.stream(schema.get("enum").spliterator(), false)
        .map(choice -> "`" + choice.asText() + "`")
        .collect(Collectors.joining(", "));
  }

  private static String standard(JsonNode schema, boolean required) {
    JsonNode value = schema.path("default");
    if (required) {
      return "needed";
    }
    return value.isMissingNode() || value.isObject() ? "" : "`" + value + "`";
  }

  private static String bounds(JsonNode schema) {
    List<String> bounds = new ArrayList<>();
    if (schema.has("minimum") || schema.has("maximum")) {
      String least = schema.path("exclusiveMinimum").asBoolean() ? "above " : "";
      bounds.add(
          least + schema.path("minimum").asText() + " to " + schema.path("maximum").asText());
    }
    if (schema.has("maxItems")) {
      bounds.add("at most %d items".formatted(schema.get("maxItems").asInt()));
    }
    if (schema.path("type").asText().equals("string") && schema.has("maxLength")) {
      int most = schema.get("maxLength").asInt();
      if (most > LONGEST_FORM) {
        bounds.add("at most %d characters".formatted(most));
      }
      messages(schema).stream().filter(message -> !FORMS.containsKey(message)).forEach(bounds::add);
    }
    return cell(String.join("; ", bounds));
  }

  private static String words(JsonNode schema) {
    return cell(schema.path("description").asText());
  }

  private void columns(JsonNode columns) {
    line("### Columns of `kubectl get`\n");
    line("| column | shown | what it is |");
    line("|---|---|---|");
    for (JsonNode column : columns) {
      line(
          "| %s | %s | %s |"
              .formatted(
                  column.get("name").asText(),
                  column.path("priority").asInt() == 0 ? "always" : "with `-o wide`",
                  cell(column.path("description").asText())));
    }
    line("");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
