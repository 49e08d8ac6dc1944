package dev.breakeven.api.manifest;

import java.util.List;

/** Manifests that the API server would refuse; the message has a line for each problem. */
public final class InvalidManifestsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  InvalidManifestsException(List<String> problems) {
    super(String.join("\n", problems));
  }

  /** One line each, {@code NAME:LINE: FIELD: what is wrong}, in the order of the texts. */
  public List<String> problems() {
    String message = getMessage();
    return message == null ? List.of() : message.lines().toList();
  }
}
