package dev.breakeven.prometheus.query;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The parts of PromQL that hold words from outside. Whatever a policy or a label says ends up
 * inside one quoted string and matches itself alone.
 */
final class PromQl {

  private static final Pattern REGEX_SPECIAL = Pattern.compile("[\\\\.+*?()|\\[\\]{}^$]");

  private PromQl() {}

  /** A string literal that stands for exactly this text. */
  static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }

  /** A regular expression that matches exactly this text. */
  static String literalRegex(String text) {
    return REGEX_SPECIAL
        .matcher(text)
        .replaceAll(found -> "\\\\" + escapedForReplacement(found.group()));
  }

  private static String escapedForReplacement(String c) {
    return c.equals("\\") || c.equals("$") ? "\\" + c : c;
  }

  /** {@code label="value"}. */
  static String is(String label, String value) {
    return label + "=" + quoted(value);
  }

  /** A matcher for a label that has one of these values and no other. */
  static String isOneOf(String label, Collection<String> values) {
    List<String> sorted = values.stream().distinct().sorted().toList();
    return sorted.size() == 1
        ? is(label, sorted.get(0))
        : label + "=~" + quoted(alternatives(sorted));
  }

  /** A matcher for a label that has none of these values. */
  static String isNoneOf(String label, Collection<String> values) {
    return label + "!~" + quoted(alternatives(values.stream().distinct().sorted().toList()));
  }

  private static String alternatives(Collection<String> values) {
    return values.stream().map(PromQl::literalRegex).collect(Collectors.joining("|"));
  }

  /**
   * A matcher as the operator's owner writes it: a value that the label has, or one with {@code
   * !=}, {@code =~} or {@code !~} before it.
   */
  static String matcher(String label, String value) {
    for (String operator : List.of("!=", "=~", "!~")) {
      if (value.startsWith(operator)) {
        return label + operator + quoted(value.substring(operator.length()));
      }
    }
    return is(label, value);
  }

  /** A matcher's value, as the operator's owner writes it, that matches what that one does not. */
  static String not(String value) {
    if (value.startsWith("!")) {
      return value.startsWith("!~") ? "=~" + value.substring(2) : value.substring(2);
    }
    return value.startsWith("=~") ? "!~" + value.substring(2) : "!=" + value;
  }

  /** A matcher for each label, in their order. */
  static List<String> allOf(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream().map(e -> matcher(e.getKey(), e.getValue())).toList();
  }
}
