package dev.breakeven.price;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * A time of every day, over midnight where it ends before it begins.
 *
 * @param from first moment, local time
 * @param to first moment after it, local time; not {@code from}
 * @param zone whose local time
 */
public record DailyHours(LocalTime from, LocalTime to, ZoneId zone) {

  /**
   * @throws IllegalArgumentException if it begins when it ends
   */
  public DailyHours {
    if (from.equals(to)) {
      throw new IllegalArgumentException("from " + from + " to " + to + " is no time of the day");
    }
  }

  /**
   * The part of a step that is in it, 0 to 1.
   *
   * @param startEpochSecond start of the step, seconds UTC
   * @param stepSeconds its length, seconds
   */
  public double shareOf(long startEpochSecond, int stepSeconds) {
    long end = startEpochSecond + stepSeconds;
    LocalDate first = Instant.ofEpochSecond(startEpochSecond).atZone(zone).toLocalDate();
    LocalDate last = Instant.ofEpochSecond(end).atZone(zone).toLocalDate();
    long inside = 0;
    // What began the day before may go on after midnight.
    for (LocalDate day = first.minusDays(1); !day.isAfter(last); day = day.plusDays(1)) {
      LocalDate until = to.isAfter(from) ? day : day.plusDays(1);
      long opens = day.atTime(from).atZone(zone).toEpochSecond();
      long closes = until.atTime(to).atZone(zone).toEpochSecond();
      inside += Math.max(0, Math.min(end, closes) - Math.max(startEpochSecond, opens));
    }
    return Math.min(1, (double) inside / stepSeconds);
  }
}
