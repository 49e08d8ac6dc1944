package dev.breakeven.api;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** A status in which every field of the schema is as large as it may be. */
final class FullStatus {

  private FullStatus() {}

  /**
   * A status in which everything is too much: texts ten times as long as they may be, in characters
   * that take two places, twice as many items, numbers beyond their bounds, words that are none.
   */
  static CostPolicyStatus beyondEveryBound() {
    return new ObjectMapper().convertValue(beyond(schema()), CostPolicyStatus.class);
  }

  private static JsonNode beyond(JsonNode schema) {
    return switch (schema.path("type").asText()) {
      case "object" -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        schema
            .path("properties")
            .properties()
            .forEach(field -> object.set(field.getKey(), beyond(field.getValue())));
        yield object;
      }
      case "array" -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < 2 * schema.get("maxItems").asInt(); i++) {
          array.add(beyond(schema.get("items")));
        }
        yield array;
      }
      case "boolean" -> BooleanNode.TRUE;
      case "integer" -> IntNode.valueOf(schema.has("maximum") ? Integer.MAX_VALUE : -1);
      default -> TextNode.valueOf("\uD83D\uDCB8\n".repeat(5 * schema.path("maxLength").asInt(64)));
    };
  }

  static JsonNode schema() {
    return CustomResourceDefinitions.treeOf(CostPolicy.class)
        .at("/spec/versions/0/schema/openAPIV3Schema/properties/status");
  }

  /** The status; reading it fails where the Java types lack a field of the schema. */
  static CostPolicyStatus status() {
    return JsonMapper.builder()
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build()
        .convertValue(filled(schema(), 0), CostPolicyStatus.class);
  }

  private static JsonNode filled(JsonNode schema, int item) {
    return switch (schema.path("type").asText()) {
      case "object" -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        schema
            .path("properties")
            .properties()
            .forEach(field -> object.set(field.getKey(), filled(field.getValue(), item)));
        yield object;
      }
      case "array" -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < schema.get("maxItems").asInt(); i++) {
          array.add(filled(schema.get("items"), i));
        }
        yield array;
      }
      case "boolean" -> BooleanNode.TRUE;
      case "integer" -> IntNode.valueOf(schema.path("maximum").asInt(7));
      default -> text(schema, item);
    };
  }

  /** Different in every item of a list, since a key may be among them. */
  private static TextNode text(JsonNode schema, int item) {
    if (schema.has("enum")) {
      return TextNode.valueOf(schema.at("/enum/0").asText());
    }
    String number = String.valueOf(item);
    return TextNode.valueOf("9".repeat(schema.get("maxLength").asInt() - number.length()) + number);
  }
}
