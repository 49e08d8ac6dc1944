package dev.breakeven.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.breakeven.api.manifest.StructuralSchema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a status may hold at most. One field beyond its bound would have the API server refuse the
 * whole answer, so a status is made to fit before it is written; the bounds are those of the CRD.
 */
public final class StatusBounds {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Bounds OF_A_STATUS =
      Bounds.of(StructuralSchema.partOf(CostPolicy.class, "status"));
  private static final Pattern FIGURE = Pattern.compile("-?[0-9.]+");

  private StatusBounds() {}

  /**
   * The bounds of one value, and of what it holds.
   *
   * @param fields by name, of an object
   * @param items of a list, each
   * @param maxItems of a list
   * @param maxLength of a text, characters
   * @param words the only ones that a text may be; empty where it may be any
   * @param minimum of a whole number
   * @param maximum of a whole number
   */
  private record Bounds(
      Map<String, Bounds> fields,
      @Nullable Bounds items,
      int maxItems,
      int maxLength,
      Set<String> words,
      long minimum,
      long maximum) {

    static final Bounds NONE =
        new Bounds(
            Map.of(),
            null,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Set.of(),
            Long.MIN_VALUE,
            Long.MAX_VALUE);

    static Bounds of(JsonNode schema) {
      Map<String, Bounds> fields = new HashMap<>();
      schema.path("properties").properties().forEach(f -> fields.put(f.getKey(), of(f.getValue())));
      Set<String> words = new HashSet<>();
      schema.path("enum").forEach(word -> words.add(word.asText()));
      return new Bounds(
          fields,
          schema.has("items") ? of(schema.get("items")) : null,
          schema.path("maxItems").asInt(NONE.maxItems),
          schema.path("maxLength").asInt(NONE.maxLength),
          words,
          schema.path("minimum").asLong(NONE.minimum),
          schema.path("maximum").asLong(NONE.maximum));
    }

    boolean allow(JsonNode value) {
      if (value.isIntegralNumber()) {
        return value.longValue() >= minimum && value.longValue() <= maximum;
      }
      return !value.isTextual() || (allowWord(value.textValue()) && allowLength(value.textValue()));
    }

    boolean allowWord(String word) {
      return words.isEmpty() || words.contains(word);
    }

    private boolean allowLength(String text) {
      return text.length() <= maxLength || text.codePointCount(0, text.length()) <= maxLength;
    }
  }

  /**
   * The same status, cut where it does not fit: a text ends in …, a list keeps its first items, a
   * whole number stops at its bound. A figure that is too long and a word that is none of those
   * allowed are left out, because cut they would say something else.
   */
  public static CostPolicyStatus fit(ObjectNode status) {
    fit(OF_A_STATUS, status);
    return JSON.convertValue(status, CostPolicyStatus.class);
  }

  /** Makes what a value holds fit, in place; whether anything had to change. */
  private static boolean fit(Bounds of, JsonNode value) {
    boolean changed = false;
    if (value instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        Bounds bounds = of.fields.getOrDefault(field.getKey(), Bounds.NONE);
        if (!bounds.allow(field.getValue())) {
          field.setValue(cut(bounds, field.getValue()));
          changed = true;
        }
        changed |= fit(bounds, field.getValue());
      }
    } else if (value instanceof ArrayNode array) {
      changed = array.size() > of.maxItems;
      while (array.size() > of.maxItems) {
        array.remove(array.size() - 1);
      }
      Bounds bounds = Objects.requireNonNullElse(of.items, Bounds.NONE);
      for (int i = 0; i < array.size(); i++) {
        if (!bounds.allow(array.get(i))) {
          array.set(i, cut(bounds, array.get(i)));
          changed = true;
        }
        changed |= fit(bounds, array.get(i));
      }
    }
    return changed;
  }

  /** What is shown in place of a value that is not within its bounds. */
  private static JsonNode cut(Bounds bounds, JsonNode value) {
    if (value.isIntegralNumber()) {
      return LongNode.valueOf(value.longValue() > bounds.maximum ? bounds.maximum : bounds.minimum);
    }
    String text = value.textValue();
    if (!bounds.allowWord(text) || FIGURE.matcher(text).matches()) {
      return JSON.nullNode();
    }
    return TextNode.valueOf(
        text.substring(0, text.offsetByCodePoints(0, bounds.maxLength - 1)) + "…");
  }
}
