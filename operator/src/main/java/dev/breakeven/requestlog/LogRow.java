package dev.breakeven.requestlog;

import java.util.Map;

/**
 * One row of a log: its fields by name, those of nested objects joined by dots, such as {@code
 * usage.prompt_tokens}. A field that is empty or null is not there.
 *
 * @param line of its file, from 1 on
 * @param fields in the order of the row
 * @param nothing whether it says that nothing was asked at that time
 */
record LogRow(long line, Map<String, String> fields, boolean nothing) {

  /** The field's text, empty where there is none. */
  String text(String field) {
    return fields.getOrDefault(field, "");
  }
}
