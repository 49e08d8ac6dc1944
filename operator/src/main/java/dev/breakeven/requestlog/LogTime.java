package dev.breakeven.requestlog;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Times as logs write them: seconds, milliseconds, microseconds or nanoseconds since 1970, or a
 * date and time as in ISO 8601, with a space or a T, with or without an offset. Dates may be
 * 2026/10/31 and 31.10.2026; of 10/11/2026 nobody knows which number is the month.
 *
 * @param zone of times without an offset
 */
record LogTime(ZoneId zone) {

  /** 2001 to 2286 in seconds; what is larger by a thousand is in the next smaller unit. */
  private static final double LEAST_SECONDS = 1e9;

  private static final double MOST_SECONDS = 1e10;

  private static final Pattern NUMBER = Pattern.compile("\\d{9,20}([.]\\d{1,12})?");

  private static final Pattern SLASHES = Pattern.compile("(\\d{4})/(\\d{2})/(\\d{2})(.*)");

  private static final Pattern DAY_FIRST = Pattern.compile("(\\d{2})[.](\\d{2})[.](\\d{4})(.*)");

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

  /**
   * What a text says: a moment, or a whole day.
   *
   * @param start seconds since 1970, UTC
   * @param end the same for a moment, the end of a day
   */
  record Span(double start, double end) {}

  /** The time that the text says, if it is one. */
  Optional<Span> parse(String text) {
    if (NUMBER.matcher(text).matches()) {
      double number = Double.parseDouble(text);
      for (int unit = 0; unit < 4; unit++) {
        if (number >= LEAST_SECONDS && number < MOST_SECONDS) {
          return Optional.of(new Span(number, number));
        }
        number /= 1000;
      }
      return Optional.empty();
    }
    try {
      TemporalAccessor parsed = FORM.parse(iso(text));
      LocalDate date = LocalDate.from(parsed);
      LocalTime time = parsed.query(TemporalQueries.localTime());
      ZoneId of = parsed.isSupported(ChronoField.OFFSET_SECONDS) ? ZoneOffset.from(parsed) : zone;
      return Optional.of(
          time == null
              ? new Span(seconds(date.atStartOfDay(of)), seconds(date.plusDays(1).atStartOfDay(of)))
              : new Span(
                  seconds(date.atTime(time).atZone(of)), seconds(date.atTime(time).atZone(of))));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String iso(String text) {
    String iso = text.replace(" UTC", "Z").replace(" GMT", "Z").replace(',', '.');
    if (text.indexOf('/') == 4) {
      return SLASHES.matcher(iso).replaceFirst("$1-$2-$3$4");
    }
    return text.indexOf('.') == 2 ? DAY_FIRST.matcher(iso).replaceFirst("$3-$2-$1$4") : iso;
  }

  private static double seconds(ZonedDateTime time) {
    return time.toEpochSecond() + time.getNano() / 1e9;
  }
}
