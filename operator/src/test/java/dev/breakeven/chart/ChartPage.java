package dev.breakeven.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The chart's README, of two sources: the prose of {@code README.head.md}, and a table of every
 * value that {@code values.yaml} describes with a comment that starts with {@code # --}.
 */
final class ChartPage {

  /** One described value. */
  record Value(String path, String meaning, String standard) {}

  private static final Pattern KEY = Pattern.compile("( *)([A-Za-z][A-Za-z0-9]*):.*");
  private static final Pattern COMMENT = Pattern.compile(" *# ?(.*)");
  private static final String DESCRIPTION = "-- ";

  private ChartPage() {}

  static String of(String prose, String valuesYaml) {
    StringBuilder page = new StringBuilder();
    page.append("<!-- Generated from README.head.md and values.yaml: do not edit. -->\n");
    page.append(prose.strip())
        .append("\n\n## Values\n\n| value | default | meaning |\n|---|---|---|\n");
    for (Value value : values(valuesYaml)) {
      page.append(
          "| `%s` | `%s` | %s |%n"
              .formatted(value.path(), value.standard(), value.meaning().replace("|", "\\|")));
    }
    return page.toString();
  }

  /** The described values, in the order of the file. */
  static List<Value> values(String valuesYaml) {
    JsonNode tree = tree(valuesYaml);
    List<Value> values = new ArrayList<>();
    Deque<String> parents = new ArrayDeque<>();
    StringBuilder meaning = new StringBuilder();
    for (String line : valuesYaml.lines().toList()) {
      Matcher comment = COMMENT.matcher(line);
      Matcher key = KEY.matcher(line);
      if (comment.matches()) {
        String text = comment.group(1);
        if (text.startsWith(DESCRIPTION)) {
          meaning.setLength(0);
          meaning.append(text.substring(DESCRIPTION.length()));
        } else if (!meaning.isEmpty()) {
          meaning.append(' ').append(text.strip());
        }
      } else if (key.matches()) {
        while (parents.size() > key.group(1).length() / 2) {
          parents.removeLast();
        }
        parents.addLast(key.group(2));
        if (!meaning.isEmpty()) {
          JsonNode standard = tree.at("/" + String.join("/", parents));
          values.add(new Value(String.join(".", parents), meaning.toString(), standard.toString()));
          meaning.setLength(0);
        }
      }
    }
    return values;
  }

  /** Paths of every leaf of the values file; a list or an empty map is a leaf. */
  static List<String> leaves(String valuesYaml) {
    List<String> leaves = new ArrayList<>();
    collect(tree(valuesYaml), "", leaves);
    return leaves;
  }

  private static void collect(JsonNode node, String path, List<String> leaves) {
    if (node.isObject() && !node.isEmpty()) {
      node.properties()
          .forEach(
              entry ->
                  collect(
                      entry.getValue(),
                      path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
                      leaves));
    } else {
      leaves.add(path);
    }
  }

  private static JsonNode tree(String yaml) {
    try {
      return new ObjectMapper(new YAMLFactory()).readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("values.yaml: " + e.getOriginalMessage(), e);
    }
  }
}
