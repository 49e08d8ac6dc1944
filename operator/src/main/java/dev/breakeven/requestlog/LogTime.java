package dev.breakeven.requestlog;

import dev.breakeven.requestlog.LogClock.SlashedDates;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.time.zone.ZoneOffsetTransition;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times as logs write them: seconds, milliseconds, microseconds or nanoseconds since 1970, or a
 * date and time as in ISO 8601, with a space or a T, with or without an offset. Dates may be
 * 2026/10/31, 31.10.2026 and, where the clock says which number is the month, 10/31/2026; times may
 * be 1:05 PM.
 */
record LogTime(LogClock clock) {

  /** 2001 to 2286 in seconds; what is larger by a thousand is in the next smaller unit. */
  private static final double LEAST_SECONDS = 1e9;

  private static final double MOST_SECONDS = 1e10;

  private static final Pattern NUMBER = Pattern.compile("\\d{9,20}([.]\\d{1,12})?");

  private static final Pattern DATE_AND_REST =
      Pattern.compile("((?:\\d{1,4}[./-]){2}\\d{1,4})(.*)");

  private static final Pattern YEAR_FIRST = Pattern.compile("(\\d{4})[/-](\\d{1,2})[/-](\\d{1,2})");

  private static final Pattern DOTS = Pattern.compile("(\\d{1,2})[.](\\d{1,2})[.](\\d{4})");

  private static final Pattern SLASHES = Pattern.compile("(\\d{1,2})/(\\d{1,2})/(\\d{4})");

  /** Hours of one digit or of twelve, minutes or none, and what follows. */
  private static final Pattern HOUR =
      Pattern.compile("[.]?[ T](\\d{1,2})((?::\\d\\d(?:[.]\\d{1,9})?){0,2})( ?[AaPp][Mm])?(.*)");

  private static final Pattern TIME_OF_DAY =
      Pattern.compile("(?i)\\d{1,2}(:\\d\\d(:\\d\\d([.,]\\d{1,9})?)?)?( ?[ap]m)?");

  private static final DateTimeFormatter FORM =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendPattern("['T'][ ]HH:mm")
          .optionalStart()
          .appendPattern(":ss")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
          .optionalEnd()
          .optionalEnd()
          .optionalEnd()
          .appendPattern("[ ][XXX][XX][X]")
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  /** As web servers write it: 31/Oct/2026:08:15:00 +0000. */
  private static final Pattern COMMON_LOG = Pattern.compile("\\d\\d/[A-Za-z]{3}/\\d{4}:.*");

  private static final DateTimeFormatter COMMON_LOG_FORM =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss xx", Locale.ENGLISH);

  /**
   * What a text says: a moment, or a whole day.
   *
   * @param start seconds since 1970, UTC
   * @param end the same for a moment, the end of a day
   * @param clocks what the clocks of the zone do at that time
   * @param againSeconds after how long they show it again, where they show it twice
   */
  record Span(double start, double end, Clocks clocks, double againSeconds) {

    static Span moment(double start) {
      return new Span(start, start, Clocks.NOT_ASKED, 0);
    }

    /** The second time that the clocks show it. */
    Span again() {
      return new Span(start + againSeconds, end + againSeconds, Clocks.SHOWN_AGAIN, 0);
    }

    Span until(double newEnd) {
      return new Span(start, newEnd, clocks, againSeconds);
    }
  }

  /** What the clocks of a zone do at a local time. */
  enum Clocks {
    /** The text has its offset itself. */
    NOT_ASKED,
    /** They show it once. */
    SHOWN_ONCE,
    /** They show it twice, and this is the first time. */
    SHOWN_FIRST,
    /** They show it twice, and this is the second time. */
    SHOWN_AGAIN,
    /** They are put forward past it. */
    NEVER_SHOWN
  }

  /** Whether a text is a time of a day, such as 8:05 or 1:05 PM, or an hour alone. */
  static boolean isTimeOfDay(String text) {
    return TIME_OF_DAY.matcher(text).matches();
  }

  /** Whether a text is a date of which nobody knows the month. */
  boolean isAmbiguousDate(String text) {
    return clock.slashedDates() == SlashedDates.NOT_STATED
        && SLASHES.matcher(text.split(" ", 2)[0]).matches();
  }

  /** The time that the text says, if it is one. */
  Optional<Span> parse(String text) {
    if (NUMBER.matcher(text).matches()) {
      double number = Double.parseDouble(text);
      for (int unit = 0; unit < 4; unit++) {
        if (number >= LEAST_SECONDS && number < MOST_SECONDS) {
          return Optional.of(Span.moment(number));
        }
        number /= 1000;
      }
      return Optional.empty();
    }
    try {
      if (COMMON_LOG.matcher(text).matches()) {
        return Optional.of(Span.moment(seconds(ZonedDateTime.parse(text, COMMON_LOG_FORM))));
      }
      TemporalAccessor parsed = FORM.parse(iso(text));
      LocalDate date = LocalDate.from(parsed);
      LocalTime time = parsed.query(TemporalQueries.localTime());
      if (parsed.isSupported(ChronoField.OFFSET_SECONDS)) {
        return Optional.of(span(date, time, ZoneOffset.from(parsed)));
      }
      return Optional.of(span(date, time));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Span span(LocalDate date, @Nullable LocalTime time, ZoneOffset offset) {
    double start = seconds((time == null ? date.atStartOfDay() : date.atTime(time)).atZone(offset));
    return new Span(start, time == null ? start + 86_400 : start, Clocks.NOT_ASKED, 0);
  }

  private Span span(LocalDate date, @Nullable LocalTime time) {
    if (time == null) {
      return new Span(
          seconds(date.atStartOfDay(clock.zone())),
          seconds(date.plusDays(1).atStartOfDay(clock.zone())),
          Clocks.SHOWN_ONCE,
          0);
    }
    LocalDateTime local = date.atTime(time);
    double moment = seconds(local.atZone(clock.zone()));
    ZoneOffsetTransition change = clock.zone().getRules().getTransition(local);
    if (change == null) {
      return new Span(moment, moment, Clocks.SHOWN_ONCE, 0);
    }
    return change.isOverlap()
        ? new Span(moment, moment, Clocks.SHOWN_FIRST, -change.getDuration().toSeconds())
        : new Span(moment, moment, Clocks.NEVER_SHOWN, 0);
  }

  private String iso(String text) {
    String iso = text.replace(" UTC", "Z").replace(" GMT", "Z").replace(',', '.');
    if (isIso(iso)) {
      return iso;
    }
    Matcher parts = DATE_AND_REST.matcher(iso);
    if (!parts.matches()) {
      return iso;
    }
    return date(parts.group(1)) + time(parts.group(2));
  }

  /** Whether the first numbers have the digits that ISO 8601 asks for, as they mostly have. */
  private static boolean isIso(String text) {
    return (text.length() == 10 && text.charAt(4) == '-' && text.charAt(7) == '-')
        || (text.length() > 13
            && text.charAt(4) == '-'
            && text.charAt(13) == ':'
            && Character.toLowerCase(text.charAt(text.length() - 1)) != 'm');
  }

  private String date(String text) {
    Matcher yearFirst = YEAR_FIRST.matcher(text);
    if (yearFirst.matches()) {
      return date(yearFirst, 1, 2, 3);
    }
    Matcher dots = DOTS.matcher(text);
    if (dots.matches()) {
      return date(dots, 3, 2, 1);
    }
    Matcher slashes = SLASHES.matcher(text);
    if (slashes.matches()) {
      return switch (clock.slashedDates()) {
        case DAY_FIRST -> date(slashes, 3, 2, 1);
        case MONTH_FIRST -> date(slashes, 3, 1, 2);
        case NOT_STATED -> text;
      };
    }
    return text;
  }

  private static String date(Matcher numbers, int year, int month, int day) {
    return "%s-%2s-%2s"
        .formatted(numbers.group(year), numbers.group(month), numbers.group(day))
        .replace(' ', '0');
  }

  private static String time(String rest) {
    Matcher time = HOUR.matcher(rest);
    if (!time.matches()) {
      return rest;
    }
    int hour = Integer.parseInt(time.group(1));
    if (time.group(3) != null) {
      hour = hour % 12 + (time.group(3).toLowerCase(Locale.ROOT).endsWith("pm") ? 12 : 0);
    }
    String minutes = time.group(2).isEmpty() ? ":00" : time.group(2);
    return "T%2d%s%s".formatted(hour, minutes, time.group(4)).replace(' ', '0');
  }

  private static double seconds(ZonedDateTime time) {
    return time.toEpochSecond() + time.getNano() / 1e9;
  }
}
