package dev.breakeven.requestlog;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One row of a log: its fields, those of nested objects joined by dots, such as {@code
 * usage.prompt_tokens}.
 *
 * @param line of its file, from 1 on
 * @param fields by {@link #key}, in the order of the row
 * @param kind what it stands for
 */
record LogRow(long line, Map<String, Field> fields, Kind kind) {

  /** What a row stands for. */
  enum Kind {
    /** What its columns say: a request, or many. */
    ROW,
    /** All requests in a bucket of time. */
    BUCKET,
    /** A bucket in which nothing was asked. */
    EMPTY_BUCKET
  }

  /**
   * A field as the log has it.
   *
   * @param name as the log writes it
   * @param text empty where the log says nothing
   */
  record Field(String name, String text) {}

  /**
   * What a field is found by. People write {@code Prompt Tokens}, {@code promptTokens} and {@code
   * PROMPT_TOKENS (total)} for the same column.
   */
  static String key(String name) {
    String key = name.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]", "");
    int unit =
        key.endsWith(")") ? key.lastIndexOf('(') : key.endsWith("]") ? key.lastIndexOf('[') : -1;
    return unit > 0 ? key.substring(0, unit) : key;
  }

  /** The field of that name, if the row says something in it. */
  Optional<Field> field(String name) {
    return Optional.ofNullable(fields.get(key(name))).filter(field -> !field.text().isEmpty());
  }
}
