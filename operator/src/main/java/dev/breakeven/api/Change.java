package dev.breakeven.api;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A change of the advice as one line of {@code status.changes}: {@code 2026-11-09T10:00:00Z
 * SelfHost 3 to API 0: Cheapest}. Of each change {@code kubectl describe} would print an object on
 * six lines.
 *
 * @param at when, RFC 3339 in UTC
 * @param from the verdict before
 * @param replicasFrom replicas advised before
 * @param to the verdict after
 * @param replicasTo replicas advised after
 * @param reason the rule that gave the verdict
 */
public record Change(
    String at, String from, int replicasFrom, String to, int replicasTo, String reason) {

  private static final Pattern LINE =
      Pattern.compile("(\\S{1,32}) (\\w{1,63}) (\\d{1,7}) to (\\w{1,63}) (\\d{1,7}): (\\w{1,63})");

  /** The line, as {@link #read} takes it. */
  public String line() {
    return at + " " + from + " " + replicasFrom + " to " + to + " " + replicasTo + ": " + reason;
  }

  /** The change that a line tells of; empty where it tells of none. */
  public static Optional<Change> read(String line) {
    Matcher parts = LINE.matcher(line);
    return parts.matches()
        ? Optional.of(
            new Change(
                parts.group(1),
                parts.group(2),
                Integer.parseInt(parts.group(3)),
                parts.group(4),
                Integer.parseInt(parts.group(5)),
                parts.group(6)))
        : Optional.empty();
  }
}
