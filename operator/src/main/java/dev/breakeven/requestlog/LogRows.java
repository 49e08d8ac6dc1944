package dev.breakeven.requestlog;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.breakeven.api.Excerpt;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rows of a log, one at a time: CSV with a header, one JSON object a line, a JSON list, or an
 * object that holds the list in a field. Usage exports nest: an object that has a list of {@code
 * results} is as many rows, each with the fields around the list.
 */
final class LogRows {

  /** What is done with a row. */
  interface Sink {
    void row(LogRow row);

    /** A line that is none; it may be passed over, or an exception thrown. */
    void bad(long line, String what);
  }

  private static final int LOOK_AHEAD = 8192;

  /** Where lists of rows are found in an object around them. */
  private static final Set<String> LISTS =
      Set.of("data", "logs", "rows", "records", "items", "buckets");

  /** Lists of what a bucket of time counts; see the usage APIs of OpenAI and Anthropic. */
  private static final List<String> RESULTS = List.of("results", "result");

  /** Bodies of requests and answers are long, and nothing in them is needed. */
  private static final Set<String> NOT_READ =
      Set.of(
          "messages", "response", "proxy_server_request", "choices", "prompt", "input", "output");

  /** Objects that some exports write as a text. */
  private static final Set<String> TEXT_OF_JSON = Set.of("metadata", "usage");

  private static final int MOST_DEPTH = 6;

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final String file;

  LogRows(String file) {
    this.file = file;
  }

  /**
   * Reads a log.
   *
   * @throws IllegalArgumentException with one line, {@code FILE:LINE: what is wrong}, if it is none
   */
  void read(InputStream in, Sink sink) throws IOException {
    BufferedInputStream content = new BufferedInputStream(in, LOOK_AHEAD);
    content.mark(LOOK_AHEAD);
    String start = new String(content.readNBytes(LOOK_AHEAD), StandardCharsets.UTF_8);
    content.reset();
    start = start.replaceFirst("^\uFEFF", "").stripLeading();
    if (start.isEmpty()) {
      throw new IllegalArgumentException(file + ": empty");
    }
    try {
      if (isObjectALine(start)) {
        lines(content, sink);
      } else if (start.startsWith("{") || start.startsWith("[")) {
        try (JsonParser parser = JSON.createParser(content)) {
          json(parser, 0, sink);
        }
      } else {
        csv(content, sink);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s:%d: not JSON: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()),
          e);
    } catch (CsvParseException e) {
      throw new IllegalArgumentException(file + ": not CSV: " + e.getMessage(), e);
    }
  }

  /** Whether the first line is a whole object, so that each line is one. */
  private static boolean isObjectALine(String start) {
    int end = start.indexOf('\n');
    if (!start.startsWith("{") || end < 0) {
      return false;
    }
    try {
      return JSON.readTree(start.substring(0, end)).isObject();
    } catch (IOException e) {
      return false;
    }
  }

  private void lines(InputStream content, Sink sink) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8));
    long line = 0;
    for (String text = reader.readLine(); text != null; text = reader.readLine()) {
      line++;
      if (text.isBlank() || text.equals("\uFEFF")) {
        continue;
      }
      try (JsonParser parser = JSON.createParser(text.replaceFirst("^\uFEFF", ""))) {
        json(parser, line - 1, sink);
      } catch (JsonProcessingException e) {
        sink.bad(line, "not JSON: " + e.getOriginalMessage());
      }
    }
  }

  private void csv(InputStream content, Sink sink) {
    List<String> header = List.of();
    for (CsvRecord record :
        CsvReader.builder()
            .skipEmptyLines(true)
            .detectBomHeader(true)
            .ofCsvRecord(new InputStreamReader(content, StandardCharsets.UTF_8))) {
      if (header.isEmpty()) {
        header = record.getFields().stream().map(String::strip).toList();
        continue;
      }
      if (record.getFieldCount() > header.size()) {
        sink.bad(
            record.getStartingLineNumber(),
            "%d columns, more than the header's %d"
                .formatted(record.getFieldCount(), header.size()));
        continue;
      }
      Map<String, String> fields = new LinkedHashMap<>();
      for (int i = 0; i < record.getFieldCount(); i++) {
        put(fields, header.get(i), record.getField(i));
      }
      sink.row(new LogRow(record.getStartingLineNumber(), fields, false));
    }
  }

  private void json(JsonParser parser, long linesBefore, Sink sink) throws IOException {
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (token == JsonToken.START_ARRAY) {
        list(parser, linesBefore, sink);
      } else if (token == JsonToken.START_OBJECT) {
        topLevel(parser, linesBefore, sink);
      } else {
        sink.bad(
            linesBefore + parser.currentLocation().getLineNr(),
            "neither an object nor a list: " + Excerpt.of(parser.getText()));
      }
    }
  }

  private static void list(JsonParser parser, long linesBefore, Sink sink) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      long line = linesBefore + parser.currentTokenLocation().getLineNr();
      rows(line, parser.readValueAsTree(), sink);
    }
  }

  /** A row, or what a server answers: an object with the rows in one of its fields. */
  private static void topLevel(JsonParser parser, long linesBefore, Sink sink) throws IOException {
    long line = linesBefore + parser.currentTokenLocation().getLineNr();
    ObjectNode own = JSON.createObjectNode();
    boolean around = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value == JsonToken.START_ARRAY && LISTS.contains(name)) {
        around = true;
        list(parser, linesBefore, sink);
      } else {
        JsonNode field = parser.readValueAsTree();
        own.set(name, field);
      }
    }
    if (!around) {
      rows(line, own, sink);
    }
  }

  private static void rows(long line, JsonNode row, Sink sink) throws IOException {
    if (!row.isObject()) {
      sink.bad(line, "a row is an object, not " + Excerpt.of(row.toString()));
      return;
    }
    for (String results : RESULTS) {
      if (row.path(results).isArray()) {
        bucket(line, row, row.path(results), sink);
        return;
      }
    }
    Map<String, String> fields = new LinkedHashMap<>();
    flatten("", row, 0, fields);
    sink.row(new LogRow(line, fields, false));
  }

  private static void bucket(long line, JsonNode row, JsonNode results, Sink sink)
      throws IOException {
    Map<String, String> around = new LinkedHashMap<>();
    flatten("", row, 0, around);
    if (results.isEmpty()) {
      // Nothing was asked in that bucket, which is known and not missing.
      sink.row(new LogRow(line, around, true));
    }
    for (JsonNode result : results) {
      Map<String, String> fields = new LinkedHashMap<>(around);
      flatten("", result, 0, fields);
      sink.row(new LogRow(line, fields, false));
    }
  }

  private static void flatten(String path, JsonNode node, int depth, Map<String, String> fields)
      throws IOException {
    if (depth > MOST_DEPTH) {
      return;
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      JsonNode value = field.getValue();
      String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      if (value.isObject()) {
        if (!NOT_READ.contains(field.getKey())) {
          flatten(name, value, depth + 1, fields);
        }
      } else if (value.isValueNode() && !value.isNull()) {
        put(fields, name, value.asText());
      }
    }
  }

  private static void put(Map<String, String> fields, String name, String text) {
    if (text.isBlank()) {
      return;
    }
    if (TEXT_OF_JSON.contains(name) && text.strip().startsWith("{")) {
      try {
        flatten(name, JSON.readTree(text), 0, fields);
        return;
      } catch (IOException e) {
        // A text that only looks like an object is a text.
      }
    }
    fields.put(name, text.strip());
  }
}
