package dev.breakeven.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.api.CostPolicyStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a new status differs from the one that stands by enough that a person would care. Words
 * count at once: a verdict, an advice, a condition, a sentence, a whole number. Figures count only
 * when one of them has moved by 5 % and the last write is ten minutes old, and the passing of time
 * alone never does.
 */
enum StatusChange {
  /** Nothing a person would care about; do not write. */
  NOTHING,
  /** A figure has moved by 5 % or more. */
  FIGURES,
  /** The answer reads differently. */
  WORDS;

  /** How far a figure has to move, as a fraction. */
  static final double MATERIAL_FRACTION = 0.05;

  /** How old the last write must be for a figure's sake. */
  static final Duration SETTLING_TIME = Duration.ofMinutes(10);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?Z)?");
  private static final Pattern NUMBER = Pattern.compile("-?\\d[\\d,]*(\\.\\d+)?");

  /** Below a hundredth of a whole, percent, the movement of a percentage is noise. */
  private static final double PERCENT_FLOOR = 1;

  /** A variation is told apart by twentieths: it is held against a half. */
  private static final double VARIATION_FLOOR = 0.05;

  /** Queues of less than one request come and go. */
  private static final double WAITING_FLOOR = 1;

  /**
   * Compares two statuses.
   *
   * @param before the status that stands, or none
   * @param after the status made afresh
   */
  static StatusChange between(@Nullable CostPolicyStatus before, CostPolicyStatus after) {
    if (before == null) {
      return WORDS;
    }
    JsonNode then = JSON.valueToTree(before);
    JsonNode now = JSON.valueToTree(after);
    return compare("", then, now, greatestAmount(now));
  }

  /** Whether it should be written, this long after the last write. */
  boolean isWorthWriting(Duration sinceLastWrite) {
    return switch (this) {
      case NOTHING -> false;
      case FIGURES -> sinceLastWrite.compareTo(SETTLING_TIME) >= 0;
      case WORDS -> true;
    };
  }

  private static StatusChange compare(
      String field, JsonNode before, JsonNode after, double greatestAmount) {
    if (before.isObject() && after.isObject()) {
      Set<String> fields = new TreeSet<>();
      names(before, fields);
      names(after, fields);
      StatusChange most = NOTHING;
      for (String name : fields) {
        most = most.orMore(compare(name, before.path(name), after.path(name), greatestAmount));
      }
      return most;
    }
    if (before.isArray() && after.isArray()) {
      if (before.size() != after.size()) {
        return WORDS;
      }
      StatusChange most = NOTHING;
      for (int i = 0; i < before.size(); i++) {
        most = most.orMore(compare(field, before.get(i), after.get(i), greatestAmount));
      }
      return most;
    }
    if (absent(before) || absent(after)) {
      return absent(before) == absent(after) ? NOTHING : WORDS;
    }
    if (before.isTextual() && after.isTextual()) {
      return compareText(field, before.asText(), after.asText(), greatestAmount);
    }
    return before.equals(after) ? NOTHING : WORDS;
  }

  /** Two texts: the same words with other numbers in them differ by their numbers only. */
  private static StatusChange compareText(
      String field, String before, String after, double greatestAmount) {
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
    for (int i = 0; i < figuresThen.size(); i++) {
      if (moved(field, figuresThen.get(i), figuresNow.get(i), greatestAmount)) {
        return FIGURES;
      }
    }
    return NOTHING;
  }

  private static boolean moved(String field, double before, double after, double greatestAmount) {
    double distance = Math.abs(after - before);
    double whole = Math.max(Math.abs(before), Math.abs(after));
    if (field.startsWith("monthlySaving")) {
      // A saving is a difference of two bills: it may pass through zero while neither bill moves.
      whole = Math.max(whole, greatestAmount);
    }
    double floor = 0;
    if (field.endsWith("Percent")) {
      floor = PERCENT_FLOOR;
    } else if (field.equals("dayToDayVariation")) {
      floor = VARIATION_FLOOR;
    } else if (field.equals("requestsWaiting")) {
      floor = WAITING_FLOOR;
    }
    return distance >= Math.max(MATERIAL_FRACTION * whole, floor) && distance > 0;
  }

  private static double greatestAmount(JsonNode status) {
    double greatest = 0;
    for (JsonNode alternative : status.path("alternatives")) {
      greatest = Math.max(greatest, alternative.path("monthlyTotal").asDouble(0));
    }
    return greatest;
  }

  private static List<Double> numbers(String text) {
    List<Double> numbers = new ArrayList<>();
    Matcher matcher = NUMBER.matcher(text);
    while (matcher.find()) {
      numbers.add(Double.parseDouble(matcher.group().replace(",", "")));
    }
    return numbers;
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull() || (node.isArray() && node.isEmpty());
  }

  private static void names(JsonNode object, Set<String> into) {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      into.add(names.next());
    }
  }

  private StatusChange orMore(StatusChange other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
