package dev.breakeven.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * What a status may hold at most. One field beyond its bound would have the API server refuse the
 * whole answer, so a status is made to fit before it is written; the bounds are those of the CRD.
 */
public final class StatusBounds {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode SCHEMA = StructuralSchema.partOf(CostPolicy.class, "status");
  private static final Pattern FIGURE = Pattern.compile("-?[0-9.]+");

  private StatusBounds() {}

  /**
   * The same status, cut where it does not fit: a text ends in …, a list keeps its first items, a
   * whole number stops at its bound. A figure that is too long and a word that is none of those
   * allowed are left out, because cut they would say something else.
   */
  public static CostPolicyStatus fit(CostPolicyStatus status) {
    ObjectNode tree = JSON.valueToTree(status);
    return fit(SCHEMA, tree) ? JSON.convertValue(tree, CostPolicyStatus.class) : status;
  }

  /** Makes what a value holds fit, in place; whether anything had to change. */
  private static boolean fit(JsonNode schema, JsonNode value) {
    boolean changed = false;
    if (value instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        JsonNode bounds = schema.path("properties").path(field.getKey());
        if (!isWithin(bounds, field.getValue())) {
          field.setValue(cut(bounds, field.getValue()));
          changed = true;
        }
        changed |= fit(bounds, field.getValue());
      }
    } else if (value instanceof ArrayNode array) {
      int most = schema.path("maxItems").asInt(Integer.MAX_VALUE);
      changed = array.size() > most;
      while (array.size() > most) {
        array.remove(array.size() - 1);
      }
      JsonNode bounds = schema.path("items");
      for (int i = 0; i < array.size(); i++) {
        if (!isWithin(bounds, array.get(i))) {
          array.set(i, cut(bounds, array.get(i)));
          changed = true;
        }
        changed |= fit(bounds, array.get(i));
      }
    }
    return changed;
  }

  private static boolean isWithin(JsonNode bounds, JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.longValue() >= bounds.path("minimum").asLong(Long.MIN_VALUE)
          && value.longValue() <= bounds.path("maximum").asLong(Long.MAX_VALUE);
    }
    return !value.isTextual() || (isAllowed(bounds, value) && !isTooLong(bounds, value));
  }

  private static boolean isAllowed(JsonNode bounds, JsonNode word) {
    return !bounds.has("enum")
        || StreamSupport.stream(bounds.get("enum").spliterator(), false).anyMatch(word::equals);
  }

  private static boolean isTooLong(JsonNode bounds, JsonNode text) {
    int most = bounds.path("maxLength").asInt(Integer.MAX_VALUE);
    String characters = text.textValue();
    return characters.length() > most && characters.codePointCount(0, characters.length()) > most;
  }

  /** What is shown in place of a value that is not within its bounds. */
  private static JsonNode cut(JsonNode bounds, JsonNode value) {
    if (value.isIntegralNumber()) {
      return bounds.get(
          value.longValue() > bounds.path("maximum").asLong(Long.MAX_VALUE)
              ? "maximum"
              : "minimum");
    }
    String text = value.textValue();
    if (!isAllowed(bounds, value) || FIGURE.matcher(text).matches()) {
      return JSON.nullNode();
    }
    int kept = bounds.get("maxLength").asInt() - 1;
    return TextNode.valueOf(text.substring(0, text.offsetByCodePoints(0, kept)) + "…");
  }
}
