package dev.breakeven.api.manifest;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.breakeven.api.Excerpt;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * The schema of a CRD, applied as the API server applies it: defaults filled in, unknown fields
 * refused, types and bounds checked, and where all of that holds the CEL rules. It reads the very
 * CRD that is installed, so a file and a cluster cannot disagree. Only the keywords that our CRDs
 * use are known; one that is not is an error, not a rule that silently passes.
 */
public final class StructuralSchema {

  private static final Set<String> KEYWORDS =
      Set.of(
          "type",
          "description",
          "default",
          "properties",
          "required",
          "items",
          "enum",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "minLength",
          "maxLength",
          "minItems",
          "maxItems",
          "x-kubernetes-list-type",
          "x-kubernetes-list-map-keys",
          "x-kubernetes-validations");

  private final JsonNode root;
  private final CelRules rules;

  private StructuralSchema(JsonNode root, CelRules rules) {
    this.root = root;
    this.rules = rules;
  }

  /** The schema of a kind's spec, from the CRD that the build made. */
  static StructuralSchema ofSpec(Class<? extends HasMetadata> kind, CelRules rules) {
    JsonNode spec = partOf(kind, "spec");
    requireKnown(spec);
    return new StructuralSchema(spec, rules);
  }

  /** The schema of a part of a kind, {@code spec} or {@code status}, as it stands in its CRD. */
  public static JsonNode partOf(Class<? extends HasMetadata> kind, String part) {
    String resource = "/META-INF/fabric8/" + HasMetadata.getFullResourceName(kind) + "-v1.yml";
    try (InputStream crd = kind.getResourceAsStream(resource)) {
      return new YAMLMapper()
          .readTree(Objects.requireNonNull(crd, resource))
          .at("/spec/versions/0/schema/openAPIV3Schema/properties/" + part);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireKnown(JsonNode schema) {
    schema
        .fieldNames()
        .forEachRemaining(
            keyword -> {
              if (!KEYWORDS.contains(keyword)) {
                throw new IllegalStateException("schema keyword not known: " + keyword);
              }
            });
    schema.path("properties").forEach(StructuralSchema::requireKnown);
    if (schema.has("items")) {
      requireKnown(schema.get("items"));
    }
  }

  /** Fills in what is left out and has a default. */
  void fillIn(JsonNode spec) {
    var unused = fillIn(root, spec);
  }

  /**
   * Fills in what is left out and has a default.
   *
   * @return the fields that were filled in, below the value, such as {@code planning.scaling}
   */
  static List<String> fillIn(JsonNode schema, JsonNode value) {
    List<String> filled = new ArrayList<>();
    if (value instanceof ObjectNode object) {
      schema
          .path("properties")
          .properties()
          .forEach(
              property -> {
                String name = property.getKey();
                JsonNode standard = property.getValue().get("default");
                JsonNode given = object.get(name);
                if (standard != null && (given == null || given.isNull())) {
                  object.set(name, standard.deepCopy());
                  filled.add(name);
                } else if (given != null && given.isNull()) {
                  object.remove(name);
                }
                if (object.has(name)) {
                  fillIn(property.getValue(), object.get(name))
                      .forEach(inner -> filled.add(name + "." + inner));
                }
              });
    } else if (value instanceof ArrayNode array) {
      array.forEach(item -> filled.addAll(fillIn(schema.path("items"), item)));
    }
    return filled;
  }

  /**
   * Everything that is wrong with a spec whose defaults are filled in. A rule is asked only of what
   * keeps its types and bounds throughout, since it may rely on them.
   *
   * @param at where the spec stands in its resource
   */
  List<Refusal> refusals(JsonPointer at, JsonNode spec) {
    List<Refusal> refusals = new ArrayList<>();
    bounds(root, at, spec, refusals);
    List<JsonPointer> outOfBounds = refusals.stream().map(Refusal::at).toList();
    rules(root, at, spec, outOfBounds, refusals);
    return refusals;
  }

  private static void bounds(JsonNode schema, JsonPointer at, JsonNode value, List<Refusal> out) {
    String type = schema.path("type").asText();
    if (!isA(type, value)) {
      out.add(
          new Refusal(
              at,
              "must be of type %s, not %s%s"
                  .formatted(
                      type,
                      typeName(value),
                      type.equals("string") && value.isNumber() ? ": put it in quotes" : "")));
      return;
    }
    switch (type) {
      case "object" -> object(schema, at, value, out);
      case "array" -> array(schema, at, value, out);
      case "string" -> string(schema, at, value.textValue(), out);
      case "integer", "number" -> number(schema, at, value, out);
      default -> {}
    }
  }

  private static boolean isA(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
      case "number" -> value.isNumber();
      default -> throw new IllegalStateException("schema type not known: " + type);
    };
  }

  private static String typeName(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case NULL -> "nothing";
      default -> Excerpt.of(value.toString());
    };
  }

  private static void object(JsonNode schema, JsonPointer at, JsonNode value, List<Refusal> out) {
    JsonNode known = schema.path("properties");
    value
        .properties()
        .forEach(
            field -> {
              JsonPointer inner = at.appendProperty(field.getKey());
              if (known.has(field.getKey())) {
                bounds(known.get(field.getKey()), inner, field.getValue(), out);
              } else {
                out.add(
                    new Refusal(
                        inner, "unknown field; there are " + String.join(", ", namesOf(known))));
              }
            });
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.asText())) {
        out.add(new Refusal(at.appendProperty(name.asText()), "Required value"));
      }
    }
  }

  private static List<String> namesOf(JsonNode properties) {
    List<String> names = new ArrayList<>();
    properties.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static void array(JsonNode schema, JsonPointer at, JsonNode value, List<Refusal> out) {
    if (value.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE)) {
      out.add(
          new Refusal(
              at,
              "Too many: %d: must have at most %d items"
                  .formatted(value.size(), schema.get("maxItems").asInt())));
      return;
    }
    if (value.size() < schema.path("minItems").asInt(0)) {
      out.add(
          new Refusal(
              at, "should have at least %d items".formatted(schema.get("minItems").asInt())));
    }
    for (int i = 0; i < value.size(); i++) {
      bounds(schema.get("items"), at.appendIndex(i), value.get(i), out);
    }
    duplicates(schema, at, value, out);
  }

  private static void duplicates(
      JsonNode schema, JsonPointer at, JsonNode value, List<Refusal> out) {
    String list = schema.path("x-kubernetes-list-type").asText();
    if (list.isEmpty()) {
      return;
    }
    List<String> keys =
        StreamSupport.stream(schema.path("x-kubernetes-list-map-keys").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < value.size(); i++) {
      JsonNode item = value.get(i);
      Object key = keys.isEmpty() ? item : keys.stream().map(item::path).toList();
      if (!seen.add(key)) {
        out.add(
            new Refusal(
                at.appendIndex(i),
                "Duplicate value"
                    + (keys.isEmpty() ? "" : ": the same " + String.join(" and ", keys))));
      }
    }
  }

  private static void string(JsonNode schema, JsonPointer at, String text, List<Refusal> out) {
    int length = text.codePointCount(0, text.length());
    int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
    if (length > most) {
      out.add(new Refusal(at, "Too long: may not be more than %d bytes".formatted(most)));
    } else if (length < schema.path("minLength").asInt(0)) {
      out.add(
          new Refusal(
              at, "should be at least %d chars long".formatted(schema.get("minLength").asInt())));
    } else if (schema.has("enum")) {
      List<String> choices =
          StreamSupport.stream(schema.get("enum").spliterator(), false)
              .map(JsonNode::asText)
              .toList();
      if (!choices.contains(text)) {
        out.add(
            new Refusal(
                at,
                "Unsupported value: \"%s\": supported values: \"%s\""
                    .formatted(Excerpt.of(text), String.join("\", \"", choices))));
      }
    }
  }

  private static void number(JsonNode schema, JsonPointer at, JsonNode value, List<Refusal> out) {
    JsonNode least = schema.path("minimum");
    JsonNode most = schema.path("maximum");
    boolean above = schema.path("exclusiveMinimum").asBoolean();
    if (least.isNumber()) {
      int order = value.decimalValue().compareTo(least.decimalValue());
      if (order < 0 || (above && order == 0)) {
        out.add(
            new Refusal(
                at,
                "%s should be greater than %s%s"
                    .formatted(value, above ? "" : "or equal to ", plain(least))));
      }
    }
    if (most.isNumber() && value.decimalValue().compareTo(most.decimalValue()) > 0) {
      out.add(
          new Refusal(at, "%s should be less than or equal to %s".formatted(value, plain(most))));
    }
  }

  private static String plain(JsonNode number) {
    return number.decimalValue().stripTrailingZeros().toPlainString();
  }

  private void rules(
      JsonNode schema,
      JsonPointer at,
      JsonNode value,
      List<JsonPointer> outOfBounds,
      List<Refusal> out) {
    if (outOfBounds.contains(at)) {
      return;
    }
    boolean isWithin = outOfBounds.stream().noneMatch(wrong -> isUnder(wrong, at));
    for (JsonNode rule : schema.path("x-kubernetes-validations")) {
      if (isWithin && !rules.keeps(rule.get("rule").asText(), celOf(schema, value))) {
        out.add(new Refusal(at, rule.get("message").asText()));
      }
    }
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              if (value.has(field.getKey())) {
                rules(
                    field.getValue(),
                    at.appendProperty(field.getKey()),
                    value.get(field.getKey()),
                    outOfBounds,
                    out);
              }
            });
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        rules(schema.get("items"), at.appendIndex(i), value.get(i), outOfBounds, out);
      }
    }
  }

  private static boolean isUnder(JsonPointer inner, JsonPointer outer) {
    return inner.toString().startsWith(outer + "/");
  }

  private static Object celOf(JsonNode schema, JsonNode value) {
    if (value.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      value
          .properties()
          .forEach(
              field ->
                  map.put(
                      field.getKey(),
                      celOf(schema.path("properties").path(field.getKey()), field.getValue())));
      return map;
    }
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(item -> celOf(schema.path("items"), item))
          .toList();
    }
    if (value.isNumber()) {
      boolean whole = schema.path("type").asText().equals("integer");
      return whole ? (Object) value.longValue() : (Object) value.doubleValue();
    }
    return value.isBoolean() ? (Object) value.booleanValue() : value.asText();
  }
}
