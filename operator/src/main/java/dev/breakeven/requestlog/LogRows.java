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
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** Whether a page of an export says that another follows. */
    void page(boolean more);
  }

  private static final int LOOK_AHEAD = 8192;

  /** Where lists of rows are found in an object around them. */
  private static final Set<String> LISTS =
      Set.of("data", "logs", "rows", "records", "items", "buckets");

  /** Lists of what a bucket of time counts; see the usage APIs of OpenAI and Anthropic. */
  private static final List<String> RESULTS = List.of("results", "result");

  /** Bodies of requests and answers are long, and nothing in them is needed. */
  private static final Set<String> NOT_READ =
      Set.of("messages", "response", "proxy_server_request", "choices", "prompt");

  /** Bodies too, for some; others count the tokens in them. */
  private static final Set<String> ONLY_FIGURES_READ = Set.of("input", "output");

  /** Objects that some exports write as a text. */
  private static final Set<String> TEXT_OF_JSON = Set.of("metadata", "usage");

  /** What parts the columns of a CSV: the one that its header has most of. */
  private static final String SEPARATORS = ",;\t|";

  private static final Charset WINDOWS = Charset.forName("windows-1252");

  /** How a spreadsheet says what parts its columns. */
  private static final Pattern SEPARATOR_LINE = Pattern.compile("(?i)\"?sep=(.)\"?");

  /** Numbers where commas are decimal: 1.234, 1.234,00 and 5,0. */
  private static final Pattern THOUSANDS_BY_DOTS =
      Pattern.compile("\\d{1,3}([.]\\d{3})+(,0+)?|\\d+,0+");

  private static final int MOST_DEPTH = 6;

  private static final int MOST_NAMES = 10_000;

  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final String file;
  private final Map<String, String> keys = new HashMap<>();

  LogRows(String file) {
    this.file = file;
  }

  /**
   * Reads a log.
   *
   * @throws IllegalArgumentException with one line, {@code FILE:LINE: what is wrong}, if it is none
   */
  void read(InputStream in, Sink sink) throws IOException {
    BufferedReader content = decoded(in);
    content.mark(LOOK_AHEAD);
    char[] ahead = new char[LOOK_AHEAD];
    String start = new String(ahead, 0, Math.max(0, content.read(ahead))).stripLeading();
    content.reset();
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
        csv(content, separator(start), sink);
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

  /** A text, whichever of the ways of spreadsheets, shells and clouds it is written in. */
  private static BufferedReader decoded(InputStream in) throws IOException {
    BufferedInputStream content = new BufferedInputStream(in, LOOK_AHEAD);
    content.mark(LOOK_AHEAD);
    byte[] ahead = content.readNBytes(LOOK_AHEAD);
    content.reset();
    BufferedReader text = new BufferedReader(new InputStreamReader(content, charset(ahead)));
    text.mark(1);
    if (text.read() != '\uFEFF') {
      text.reset();
    }
    return text;
  }

  /** UTF-8, or UTF-16 by its mark or by the zeros in it, or else Windows' own. */
  private static Charset charset(byte[] start) {
    if (start.length >= 2) {
      if ((start[0] == (byte) 0xFF && start[1] == (byte) 0xFE)
          || (start[0] != 0 && start[1] == 0)) {
        return StandardCharsets.UTF_16LE;
      }
      if ((start[0] == (byte) 0xFE && start[1] == (byte) 0xFF)
          || (start[0] == 0 && start[1] != 0)) {
        return StandardCharsets.UTF_16BE;
      }
    }
    // The last character may be cut off.
    ByteBuffer bytes = ByteBuffer.wrap(start);
    CharBuffer chars = CharBuffer.allocate(start.length);
    return StandardCharsets.UTF_8.newDecoder().decode(bytes, chars, false).isError()
        ? WINDOWS
        : StandardCharsets.UTF_8;
  }

  private static char separator(String start) {
    String header = start.lines().findFirst().orElse("");
    Matcher stated = SEPARATOR_LINE.matcher(header);
    if (stated.matches()) {
      return stated.group(1).charAt(0);
    }
    char most = SEPARATORS.charAt(0);
    long times = 0;
    for (int i = 0; i < SEPARATORS.length(); i++) {
      char candidate = SEPARATORS.charAt(i);
      long count = header.chars().filter(c -> c == candidate).count();
      if (count > times) {
        times = count;
        most = candidate;
      }
    }
    return most;
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

  private void lines(BufferedReader content, Sink sink) throws IOException {
    long line = 0;
    for (String text = content.readLine(); text != null; text = content.readLine()) {
      line++;
      if (text.isBlank()) {
        continue;
      }
      try (JsonParser parser = JSON.createParser(text)) {
        json(parser, line - 1, sink);
      } catch (JsonProcessingException e) {
        sink.bad(line, "not JSON: " + e.getOriginalMessage());
      }
    }
  }

  private void csv(Reader content, char separator, Sink sink) throws IOException {
    List<String> header = List.of();
    for (CsvRecord record :
        CsvReader.builder().skipEmptyLines(true).fieldSeparator(separator).ofCsvRecord(content)) {
      if (header.isEmpty()) {
        if (!SEPARATOR_LINE.matcher(String.join(separator + "", record.getFields())).matches()) {
          header = record.getFields().stream().map(String::strip).toList();
        }
        continue;
      }
      if (isHeader(record, header)) {
        continue; // files that were put one after another
      }
      if (record.getFieldCount() > header.size()) {
        sink.bad(
            record.getStartingLineNumber(),
            "%d columns, more than the header's %d"
                .formatted(record.getFieldCount(), header.size()));
        continue;
      }
      Map<String, LogRow.Field> fields = new LinkedHashMap<>();
      for (int i = 0; i < header.size(); i++) {
        String text = i < record.getFieldCount() ? record.getField(i) : "";
        put(fields, header.get(i), separator == ';' ? withoutDots(text) : text);
      }
      sink.row(new LogRow(record.getStartingLineNumber(), fields, LogRow.Kind.ROW));
    }
  }

  private static boolean isHeader(CsvRecord record, List<String> header) {
    return record.getField(0).strip().equals(header.get(0))
        && record.getFields().stream().map(String::strip).toList().equals(header);
  }

  /** Semicolons part columns where commas part decimals, and then dots part thousands. */
  private static String withoutDots(String text) {
    return text.isEmpty()
            || !Character.isDigit(text.charAt(0))
            || !THOUSANDS_BY_DOTS.matcher(text).matches()
        ? text
        : text.replaceFirst(",0+", "").replace(".", "");
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

  private void list(JsonParser parser, long linesBefore, Sink sink) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      long line = linesBefore + parser.currentTokenLocation().getLineNr();
      rows(line, parser.readValueAsTree(), sink);
    }
  }

  /** A row, or what a server answers: an object with the rows in one of its fields. */
  private void topLevel(JsonParser parser, long linesBefore, Sink sink) throws IOException {
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
    if (own.path("has_more").isBoolean()) {
      sink.page(own.path("has_more").booleanValue());
    }
    if (!around) {
      rows(line, own, sink);
    }
  }

  private void rows(long line, JsonNode row, Sink sink) throws IOException {
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
    Map<String, LogRow.Field> fields = new LinkedHashMap<>();
    flatten("", row, 0, fields);
    sink.row(new LogRow(line, fields, LogRow.Kind.ROW));
  }

  private void bucket(long line, JsonNode row, JsonNode results, Sink sink) throws IOException {
    Map<String, LogRow.Field> around = new LinkedHashMap<>();
    flatten("", row, 0, around);
    if (results.isEmpty()) {
      // Nothing was asked in that bucket, which is known and not missing.
      sink.row(new LogRow(line, around, LogRow.Kind.EMPTY_BUCKET));
    }
    for (JsonNode result : results) {
      Map<String, LogRow.Field> fields = new LinkedHashMap<>(around);
      flatten("", result, 0, fields);
      sink.row(new LogRow(line, fields, LogRow.Kind.BUCKET));
    }
  }

  private void flatten(String path, JsonNode node, int depth, Map<String, LogRow.Field> fields)
      throws IOException {
    if (depth > MOST_DEPTH) {
      return;
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      JsonNode value = field.getValue();
      String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      if (value.isObject()) {
        if (ONLY_FIGURES_READ.contains(field.getKey())) {
          figures(name, value, fields);
        } else if (!NOT_READ.contains(field.getKey())) {
          flatten(name, value, depth + 1, fields);
        }
      } else if (value.isValueNode()) {
        put(fields, name, text(value));
      }
    }
  }

  /** As people write it: 1790812800 for 1.7908128E9. */
  private static String text(JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    return value.isDouble() && Double.isFinite(value.doubleValue())
        ? value.decimalValue().toPlainString()
        : value.asText();
  }

  private void figures(String path, JsonNode node, Map<String, LogRow.Field> fields)
      throws IOException {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (field.getValue().isNumber()) {
        put(fields, path + "." + field.getKey(), text(field.getValue()));
      }
    }
  }

  private void put(Map<String, LogRow.Field> fields, String name, String written)
      throws IOException {
    String text = written.strip();
    if (TEXT_OF_JSON.contains(name) && text.startsWith("{")) {
      JsonNode object;
      try {
        object = JSON.readTree(text);
      } catch (JsonProcessingException e) {
        // A text that only looks like an object is a text.
        object = JSON.nullNode();
      }
      if (object.isObject()) {
        flatten(name, object, 0, fields);
        return;
      }
    }
    if (keys.size() > MOST_NAMES) {
      keys.clear();
    }
    fields.merge(
        keys.computeIfAbsent(name, LogRow::key),
        new LogRow.Field(name, text),
        (before, now) -> before.text().isEmpty() ? now : before);
  }
}
