package dev.breakeven.render.status;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Times in a status, which somebody else may have written. */
public final class StatusTime {

  private StatusTime() {}

  /** The time; empty where there is none, or none that can be read. */
  public static Optional<Instant> read(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
