package dev.breakeven.api.manifest;

import com.fasterxml.jackson.core.JsonPointer;

/**
 * Why a resource is refused.
 *
 * @param at the field that is wrong
 * @param message one sentence without the field's name
 */
record Refusal(JsonPointer at, String message) {

  /** The field as people write it: {@code spec.workloads[1].name}. */
  String field() {
    StringBuilder field = new StringBuilder();
    for (JsonPointer p = at; !p.matches(); p = p.tail()) {
      if (p.mayMatchElement()) {
        field.append('[').append(p.getMatchingIndex()).append(']');
      } else {
        field.append(field.isEmpty() ? "" : ".").append(p.getMatchingProperty());
      }
    }
    return field.toString();
  }
}
