package dev.breakeven.render.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.api.CostPolicyStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a new status differs from the one that stands by enough that a person would care. Words
 * count at once: a verdict, an advice, a condition, a whole number, or what the sentences say,
 * which {@code messagesHash} tells; no sentence is compared. Figures count only when one of them
 * has moved by 5 % and the last write is ten minutes old, and the passing of time alone never does.
 * What an alternative consists of is news when its total is.
 */
public enum StatusChange {
  /** No change that matters to a reader; the status is not written. */
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

  /** A field that holds a decimal. */
  private static final Pattern FIGURE = Pattern.compile("-?\\d+(\\.\\d+)?");

  /** Sentences are told apart by the hash of their reasons. */
  private static final Set<String> SENTENCES =
      Set.of("actionMessage", "message", "shortMessage", "summary");

  /** Points in time: the passing of time is no news. */
  private static final Set<String> TIMES =
      Set.of(
          "asOf",
          "from",
          "hourFrom",
          "lastTransitionTime",
          "predictedAt",
          "priceReportedAt",
          "replicasSince",
          "since",
          "to");

  /** Between two reviews a verdict stands; its reason is that of the review. */
  private static final String REASON = ".advice.reason";

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
    return new Comparison(greatest(now.path("alternatives").findValuesAsText("monthlyTotal")))
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
   */
  private record Comparison(double largestBill) {

    StatusChange compare(String path, JsonNode before, JsonNode after) {
      if (before.equals(after) || ridesAlong(path)) { // most of a status is as it was
        return NOTHING;
      }
      if (path.equals(REASON)
          && after.asText().equals(VerdictRules.Reason.REVIEW_NOT_DUE.label())) {
        return NOTHING; // what the last review said stands until the next
      }
      if (isTime(path)) {
        return absent(before) == absent(after) ? NOTHING : WORDS;
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

    /** Two decimals differ by how far they are apart, other texts in what they say. */
    private StatusChange compareText(String path, String before, String after) {
      if (!FIGURE.matcher(before).matches() || !FIGURE.matcher(after).matches()) {
        return WORDS;
      }
      double then = Double.parseDouble(before);
      double now = Double.parseDouble(after);
      double least =
          Math.max(MATERIAL_FRACTION * Math.max(Math.abs(then), Math.abs(now)), floor(path));
      double distance = Math.abs(now - then);
      return distance > 0 && distance >= least ? FIGURES : NOTHING;
    }

    /** Below this, in the figure's own unit, its movement is noise. */
    private double floor(String path) {
      String field = fieldOf(path);
      if (field.startsWith("monthlySaving") || field.endsWith("Saving")) {
        // A saving is a difference of two bills: it may pass through zero while neither bill moves.
        return MATERIAL_FRACTION * largestBill;
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
      return !OF_AN_ALTERNATIVE.contains(fieldOf(path));
    }
    return SENTENCES.contains(fieldOf(path));
  }

  private static boolean isTime(String path) {
    return TIMES.contains(fieldOf(path));
  }

  private static String fieldOf(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
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

  private static double greatest(List<String> amounts) {
    return amounts.stream()
        .filter(amount -> FIGURE.matcher(amount).matches())
        .mapToDouble(Double::parseDouble)
        .max()
        .orElse(0);
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull() || (node.isArray() && node.isEmpty());
  }
}
