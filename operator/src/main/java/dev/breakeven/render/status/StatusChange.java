package dev.breakeven.render.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.breakeven.api.CostPolicyStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a new status differs from the one that stands by enough that a person would care. Words
 * count at once: a verdict, an advice, a condition, a sentence, a whole number. Figures count only
 * when one of them has moved by 5 % and the last write is ten minutes old, and the passing of time
 * alone never does. What an alternative consists of is news when its total is.
 */
public enum StatusChange {
  /** Nothing a person would care about; do not write. */
  NOTHING,
  /** A figure has moved by 5 % or more. */
  FIGURES,
  /** The answer reads differently. */
  WORDS;

  /** How far a figure has to move, as a fraction. */
  static final double MATERIAL_FRACTION = 0.05;

  /** How old the last write must be for a figure's sake. */
  public static final Duration SETTLING_TIME = Duration.ofMinutes(10);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?Z)?");
  private static final Pattern NUMBER = Pattern.compile("-?\\d[\\d,]*(\\.\\d+)?");

  /** Below a hundredth of a whole, percent, the movement of a percentage is noise. */
  private static final double PERCENT_FLOOR = 1;

  /** A line of a bill counts by hundredths of the largest bill. */
  private static final double LINE_FLOOR = 0.01;

  /** A variation is told apart by twentieths: it is held against a half. */
  private static final double VARIATION_FLOOR = 0.05;

  /** Queues of less than one request come and go. */
  private static final double WAITING_FLOOR = 1;

  /** What tells the entries of a list apart, whatever their order. */
  private static final List<String> KEYS = List.of("type", "alternative", "kind", "name");

  private static final Pattern FIELD_OF_AN_ALTERNATIVE =
      Pattern.compile("\\.alternatives\\[[^]]*]\\.\\w+");

  /** What an alternative is judged by. */
  private static final Set<String> OF_AN_ALTERNATIVE =
      Set.of("alternative", "feasible", "reason", "monthlyTotal");

  /**
   * Compares two statuses.
   *
   * @param before the status that stands, or none
   * @param after the status made afresh
   */
  public static StatusChange between(@Nullable CostPolicyStatus before, CostPolicyStatus after) {
    if (before == null) {
      return WORDS;
    }
    JsonNode then = JSON.valueToTree(before);
    JsonNode now = JSON.valueToTree(after);
    return new Comparison(
            greatest(now.path("alternatives").findValuesAsText("monthlyTotal")),
            greatest(texts(now.path("advice").path("marginal"))))
        .compare("", then, now);
  }

  /** Whether it should be written, this long after the last write. */
  public boolean isWorthWriting(Duration sinceLastWrite) {
    return switch (this) {
      case NOTHING -> false;
      case FIGURES -> sinceLastWrite.compareTo(SETTLING_TIME) >= 0;
      case WORDS -> true;
    };
  }

  /**
   * Compares, field by field, with what the figures are held against.
   *
   * @param largestBill the dearest alternative, money a month
   * @param largestMargin the greatest of what one replica more or less costs or saves an hour
   */
  private record Comparison(double largestBill, double largestMargin) {

    StatusChange compare(String path, JsonNode before, JsonNode after) {
      if (before.equals(after) || ridesAlong(path)) { // most of a status is as it was
        return NOTHING;
      }
      if (before.isObject() && after.isObject()) {
        return compareEach(path, byName(before), byName(after));
      }
      if (before.isArray() && after.isArray()) {
        return before.size() == after.size()
            ? compareEach(path, byKey(before), byKey(after))
            : WORDS;
      }
      if (absent(before) || absent(after)) {
        return absent(before) == absent(after) ? NOTHING : WORDS;
      }
      if (before.isTextual() && after.isTextual()) {
        return compareText(path, before.asText(), after.asText());
      }
      return before.equals(after) ? NOTHING : WORDS;
    }

    private StatusChange compareEach(
        String path, Map<String, JsonNode> before, Map<String, JsonNode> after) {
      Set<String> names = new TreeSet<>(before.keySet());
      names.addAll(after.keySet());
      StatusChange most = NOTHING;
      for (String name : names) {
        StatusChange change =
            compare(
                path + name,
                before.getOrDefault(name, MissingNode.getInstance()),
                after.getOrDefault(name, MissingNode.getInstance()));
        most = most.compareTo(change) >= 0 ? most : change;
      }
      return most;
    }

    /** Two texts: the same words with other numbers in them differ by their numbers only. */
    private StatusChange compareText(String path, String before, String after) {
      if (before.equals(after)) {
        return NOTHING;
      }
      String then = TIME.matcher(before).replaceAll("@");
      String now = TIME.matcher(after).replaceAll("@");
      if (then.equals(now)) {
        return NOTHING;
      }
      if (!NUMBER.matcher(then).replaceAll("#").equals(NUMBER.matcher(now).replaceAll("#"))) {
        return WORDS;
      }
      List<Double> figuresThen = numbers(then);
      List<Double> figuresNow = numbers(now);
      // A range from a little below zero to a thousand moves when the thousand does.
      double whole =
          Stream.concat(figuresThen.stream(), figuresNow.stream())
              .mapToDouble(Math::abs)
              .max()
              .orElse(0);
      double least = Math.max(MATERIAL_FRACTION * whole, floor(path));
      for (int i = 0; i < figuresThen.size(); i++) {
        double distance = Math.abs(figuresNow.get(i) - figuresThen.get(i));
        if (distance > 0 && distance >= least) {
          return FIGURES;
        }
      }
      return NOTHING;
    }

    /** Below this, in the figure's own unit, its movement is noise. */
    private double floor(String path) {
      String field = path.substring(path.lastIndexOf('.') + 1);
      if (field.startsWith("monthlySaving")) {
        // A saving is a difference of two bills: it may pass through zero while neither bill moves.
        return MATERIAL_FRACTION * largestBill;
      }
      if (path.startsWith(".advice.marginal.")) {
        return MATERIAL_FRACTION * largestMargin;
      }
      if (field.equals("perMonth") || path.startsWith(".cost.apiPerMonth.")) {
        return LINE_FLOOR * largestBill;
      }
      if (field.endsWith("Percent")) {
        return PERCENT_FLOOR;
      }
      return switch (field) {
        case "dayToDayVariation" -> VARIATION_FLOOR;
        case "requestsWaiting" -> WAITING_FLOOR;
        default -> 0;
      };
    }
  }

  /** Whether it is shown with something else and is no news without it. */
  private static boolean ridesAlong(String path) {
    if (FIELD_OF_AN_ALTERNATIVE.matcher(path).matches()) {
      return !OF_AN_ALTERNATIVE.contains(path.substring(path.lastIndexOf('.') + 1));
    }
    // Another node at the same price is none.
    return (path.startsWith(".cost.hidden[") && path.endsWith(".perMillion"))
        || (path.startsWith(".workloads[") && path.endsWith(".nodes"));
  }

  private static Map<String, JsonNode> byName(JsonNode object) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    object.properties().forEach(field -> fields.put("." + field.getKey(), field.getValue()));
    return fields;
  }

  /** The entries of a list by what tells them apart, else by their place. */
  private static Map<String, JsonNode> byKey(JsonNode list) {
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    for (JsonNode entry : list) {
      String key =
          KEYS.stream()
              .filter(entry::hasNonNull)
              .map(name -> entry.get(name).asText())
              .collect(Collectors.joining("/"));
      entries.put("[" + (key.isEmpty() ? entries.size() : key) + "]", entry);
    }
    return entries;
  }

  private static List<String> texts(JsonNode object) {
    List<String> texts = new ArrayList<>();
    object.forEach(field -> texts.add(field.asText()));
    return texts;
  }

  private static double greatest(List<String> amounts) {
    return amounts.stream()
        .flatMap(amount -> numbers(amount).stream())
        .mapToDouble(Double::doubleValue)
        .max()
        .orElse(0);
  }

  private static List<Double> numbers(String text) {
    return NUMBER
        .matcher(text)
        .results()
        .map(number -> Double.valueOf(number.group().replace(",", "")))
        .toList();
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull() || (node.isArray() && node.isEmpty());
  }
}
