package dev.breakeven.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** How long a server asks its clients to wait before the next request. */
public final class RetryAfter {

  private static final int THROTTLED = 429;
  private static final int UNAVAILABLE = 503;

  private RetryAfter() {}

  /** Whether an answer of this HTTP status may ask for it. */
  public static boolean mayComeWith(int status) {
    return status == THROTTLED || status == UNAVAILABLE;
  }

  /**
   * What the header asks for: seconds, or a date (RFC 9110, 10.2.3).
   *
   * @param header as it came; empty where there is none
   * @param most what it is cut at, so that a server that is well again is asked soon
   * @return nothing where it asks for nothing that can be read
   */
  public static Duration of(String header, Instant now, Duration most) {
    Duration delay;
    try {
      delay =
          header.matches("\\s*\\d{1,9}\\s*")
              ? Duration.ofSeconds(Long.parseLong(header.strip()))
              : Duration.between(
                  now,
                  ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                      .toInstant());
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
    if (delay.isNegative()) {
      return Duration.ZERO;
    }
    return delay.compareTo(most) > 0 ? most : delay;
  }
}
