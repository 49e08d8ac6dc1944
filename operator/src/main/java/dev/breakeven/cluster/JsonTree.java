package dev.breakeven.cluster;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a resource as the tree of maps and lists that it is, whatever its kind. */
final class JsonTree {

  private JsonTree() {}

  /** The map at this path; empty where there is none. */
  @SuppressWarnings("unchecked") // keys of a JSON object are strings
  static Map<String, Object> map(@Nullable Object node, String... path) {
    Object at = node;
    for (String key : path) {
      at = at instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return at instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }

  /** The maps in this list; empty where there is none. */
  static List<Map<String, Object>> maps(@Nullable Object node) {
    return node instanceof List<?> list
        ? list.stream().filter(Map.class::isInstance).map(item -> map(item)).toList()
        : List.of();
  }

  /** The whole number under this key, or what to take where there is none. */
  static int whole(Map<String, Object> map, String key, int otherwise) {
    return map.get(key) instanceof Number number ? number.intValue() : otherwise;
  }

  /** The text under this key; empty where there is none. */
  static String text(Map<String, Object> map, String key) {
    return map.get(key) instanceof String text ? text : "";
  }
}
