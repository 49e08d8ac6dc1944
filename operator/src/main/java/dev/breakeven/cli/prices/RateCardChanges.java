package dev.breakeven.cli.prices;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakeven.api.RateCard;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two states of a rate card.
 *
 * @param changes in the order of what they are about
 * @param readAnew offers and GPU prices whose day or source changed and nothing else
 */
record RateCardChanges(List<Change> changes, int readAnew) {

  /** What became of an offer or a GPU price. */
  enum Kind {
    added,
    removed,
    changed
  }

  /**
   * One difference.
   *
   * @param kind what became of it
   * @param what the offer or the GPU price
   * @param field the field, as in the manifest; of one that is added or removed, its prices
   * @param before the value before; null where there was none
   * @param after the value after; null where there is none
   * @param percent how much a number changed; null where it is none or was 0
   */
  record Change(
      Kind kind,
      String what,
      String field,
      @Nullable String before,
      @Nullable String after,
      @Nullable BigDecimal percent) {}

  /** Where and when a price was read is no change of the price. */
  private static final Set<String> OF_READING = Set.of("source", "asOf");

  private static final ObjectMapper JSON =
      JsonMapper.builder().serializationInclusion(JsonInclude.Include.NON_EMPTY).build();

  RateCardChanges {
    changes = List.copyOf(changes);
  }

  /** Compares two states of one card. */
  static RateCardChanges between(RateCard before, RateCard after) {
    List<Change> changes = new ArrayList<>();
    Map<String, Map<String, String>> old = parts(before);
    Map<String, Map<String, String>> now = parts(after);
    Set<String> names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    int readAnew = 0;
    for (String name : names) {
      Map<String, String> was = old.get(name);
      Map<String, String> is = now.get(name);
      if (was == null || is == null) {
        whole(changes, name, was, is);
      } else if (!was.equals(is)) {
        int known = changes.size();
        fields(changes, name, was, is);
        readAnew += changes.size() == known ? 1 : 0;
      }
    }
    return new RateCardChanges(changes, readAnew);
  }

  private static void whole(
      List<Change> changes,
      String name,
      @Nullable Map<String, String> was,
      @Nullable Map<String, String> is) {
    Map<String, String> added = is == null ? Map.of() : is;
    Map<String, String> there = was == null ? added : was;
    for (Map.Entry<String, String> field : there.entrySet()) {
      if (isPrice(field.getKey())) {
        changes.add(
            was == null
                ? new Change(Kind.added, name, field.getKey(), null, field.getValue(), null)
                : new Change(Kind.removed, name, field.getKey(), field.getValue(), null, null));
      }
    }
  }

  private static void fields(
      List<Change> changes, String name, Map<String, String> was, Map<String, String> is) {
    Set<String> fields = new TreeSet<>(was.keySet());
    fields.addAll(is.keySet());
    for (String field : fields) {
      String before = was.get(field);
      String after = is.get(field);
      boolean ofReading = OF_READING.contains(field.substring(field.lastIndexOf('.') + 1));
      if (!ofReading && !isSame(before, after)) {
        changes.add(new Change(Kind.changed, name, field, before, after, percent(before, after)));
      }
    }
  }

  /** The two figures by which an offer is known, and an hour's price. */
  private static boolean isPrice(String field) {
    return field.equals("prices.inputPerMillion")
        || field.equals("prices.outputPerMillion")
        || field.equals("hourlyPrice")
        || field.equals("ownership.purchasePrice");
  }

  private static boolean isSame(@Nullable String before, @Nullable String after) {
    BigDecimal was = number(before);
    BigDecimal is = number(after);
    return (was != null && is != null)
        ? was.compareTo(is) == 0
        : before != null && before.equals(after);
  }

  private static @Nullable BigDecimal percent(@Nullable String before, @Nullable String after) {
    BigDecimal was = number(before);
    BigDecimal is = number(after);
    return was == null || is == null || was.signum() == 0
        ? null
        : is.subtract(was)
            .multiply(BigDecimal.valueOf(100))
            .divide(was, MathContext.DECIMAL64)
            .setScale(1, RoundingMode.HALF_UP);
  }

  private static @Nullable BigDecimal number(@Nullable String text) {
    return text != null && text.matches("\\d{1,18}([.]\\d{1,18})?") ? new BigDecimal(text) : null;
  }

  /** The card's parts by name, each as its fields in the manifest. */
  private static Map<String, Map<String, String>> parts(RateCard card) {
    Map<String, Map<String, String>> parts = new TreeMap<>();
    JsonNode spec = JSON.valueToTree(card.getSpec());
    for (JsonNode gpu : spec.path("gpus")) {
      Map<String, String> fields = flat(gpu);
      parts.put("GPU " + fields.remove("product") + " " + fields.remove("purchase"), fields);
    }
    for (JsonNode offer : spec.path("offers")) {
      Map<String, String> fields = flat(offer);
      parts.put("offer " + fields.remove("name"), fields);
    }
    parts.put("card", new TreeMap<>(Map.of("currency", spec.path("currency").asText())));
    return parts;
  }

  private static Map<String, String> flat(JsonNode part) {
    Map<String, String> fields = new LinkedHashMap<>();
    flatten("", part, fields);
    return new TreeMap<>(fields);
  }

  private static void flatten(String path, JsonNode node, Map<String, String> fields) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  flatten(
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue(),
                      fields));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        JsonNode above = node.get(i).path("aboveInputTokens");
        flatten(
            path + "[" + (above.isMissingNode() ? i : "above " + above) + "]", node.get(i), fields);
      }
    } else if (!node.isNull()) {
      fields.put(path, node.asText());
    }
  }
}
