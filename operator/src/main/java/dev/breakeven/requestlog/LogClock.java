package dev.breakeven.requestlog;

import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * How a log writes its times.
 *
 * @param zone of times without an offset
 * @param slashedDates which number of 10/11/2026 is the month
 */
public record LogClock(ZoneId zone, SlashedDates slashedDates) {

  /** The order of a date's numbers where the year is last. */
  public enum SlashedDates {
    DAY_FIRST,
    MONTH_FIRST,
    NOT_STATED
  }

  /** UTC, and no date whose month nobody knows. */
  public static final LogClock UTC = new LogClock(ZoneOffset.UTC, SlashedDates.NOT_STATED);
}
