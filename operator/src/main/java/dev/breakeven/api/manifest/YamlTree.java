package dev.breakeven.api.manifest;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.JacksonYAMLParseException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One YAML document that remembers the line of each of its nodes. Numbers keep their digits.
 *
 * @param node what it says
 * @param lines the line, counted from 1, on which the node at a path starts
 */
record YamlTree(JsonNode node, Map<JsonPointer, Integer> lines) {

  private static final String ITEMS = "items";

  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
          .build();

  /** The line of a node, or of the nearest one around it that stands in the text. */
  int lineOf(JsonPointer path) {
    JsonPointer at = path;
    while (!lines.containsKey(at) && !at.matches()) {
      at = at.head();
    }
    return lines.getOrDefault(at, 1);
  }

  /**
   * The documents of a text; empty ones are left out.
   *
   * @param name what error lines call the text
   * @throws IllegalArgumentException with one line, {@code NAME:LINE: what is wrong}
   */
  static List<YamlTree> read(String name, String text) {
    List<YamlTree> documents = new ArrayList<>();
    try (YAMLParser parser = YAML.createParser(text)) {
      while (parser.nextToken() != null) {
        Map<JsonPointer, Integer> lines = new HashMap<>();
        JsonNode node = new Reader(parser, lines).read(JsonPointer.empty(), lineAt(parser));
        if (!node.isNull()) {
          documents.add(new YamlTree(node, lines));
        }
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      throw new IllegalArgumentException("%s:%d: %s".formatted(name, line, said(e)), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return documents;
  }

  /** What a List of kubectl's holds, each by itself; a document that is none is itself. */
  Stream<YamlTree> items() {
    JsonNode items = node.path(ITEMS);
    if (!node.path("kind").asText().endsWith("List") || !items.isArray()) {
      return Stream.of(this);
    }
    List<Map<JsonPointer, Integer>> linesOf =
        IntStream.range(0, items.size())
            .<Map<JsonPointer, Integer>>mapToObj(i -> new HashMap<>())
            .toList();
    lines.forEach(
        (path, line) -> {
          if (ITEMS.equals(path.getMatchingProperty()) && !path.tail().matches()) {
            JsonPointer item = path.tail();
            linesOf.get(item.getMatchingIndex()).put(item.tail(), line);
          }
        });
    return IntStream.range(0, items.size())
        .mapToObj(i -> new YamlTree(items.get(i), linesOf.get(i)));
  }

  private static int lineAt(JsonParser parser) {
    return Math.max(1, parser.currentTokenLocation().getLineNr());
  }

  /** The parser's message without the excerpt of the text that it puts under it. */
  private static String said(JsonProcessingException e) {
    String[] lines = e.getOriginalMessage().split("\n", -1);
    if (e instanceof JacksonYAMLParseException) {
      for (String line : lines) {
        if (line.startsWith("expected")
            || line.startsWith("found")
            || line.startsWith("could not")) {
          return "not YAML: " + line;
        }
      }
      return "not YAML: " + lines[0];
    }
    return lines[0];
  }

  /** Reads one document from where the parser stands. */
  private record Reader(YAMLParser parser, Map<JsonPointer, Integer> lines) {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    JsonNode read(JsonPointer path, int line) throws IOException {
      lines.put(path, line);
      if (parser.isCurrentAlias()) {
        throw new JsonParseException(
            parser, "aliases (*" + parser.getText() + ") are not read here: write it out");
      }
      return switch (parser.currentToken()) {
        case START_OBJECT -> object(path);
        case START_ARRAY -> array(path);
        case VALUE_NULL -> NODES.nullNode();
        case VALUE_TRUE -> NODES.booleanNode(true);
        case VALUE_FALSE -> NODES.booleanNode(false);
        case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
        case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
        default -> NODES.textNode(parser.getText());
      };
    }

    private ObjectNode object(JsonPointer path) throws IOException {
      ObjectNode object = NODES.objectNode();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String field = parser.currentName();
        int line = lineAt(parser);
        parser.nextToken();
        object.set(field, read(path.appendProperty(field), line));
      }
      return object;
    }

    private ArrayNode array(JsonPointer path) throws IOException {
      ArrayNode array = NODES.arrayNode();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        array.add(read(path.appendIndex(array.size()), lineAt(parser)));
      }
      return array;
    }
  }
}
