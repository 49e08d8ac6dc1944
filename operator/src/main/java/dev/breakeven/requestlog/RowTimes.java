package dev.breakeven.requestlog;

import dev.breakeven.api.Excerpt;
import dev.breakeven.requestlog.LogTime.Clocks;
import dev.breakeven.requestlog.LogTime.Span;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * From when until when each row of a log tells, and what a person has to know of that. A local time
 * that clocks show twice, when they are put back, is the one that is nearer to the row before.
 */
final class RowTimes {

  private final LogColumns columns;
  private final Optional<Duration> bucket;
  private final LogTime times;
  private final Set<String> countedOfRepeatedHour = new HashSet<>();
  private double before = Double.NaN;
  private boolean withoutOffset;
  private long shownTwice;
  private long neverShown;

  RowTimes(LogColumns columns, Optional<Duration> bucket, LogClock clock) {
    this.columns = columns;
    this.bucket = bucket;
    times = new LogTime(clock);
  }

  /** A file begins: its rows are in an order of their own. */
  void begin() {
    before = Double.NaN;
  }

  /** Whether a time without an offset was read. */
  boolean withoutOffset() {
    return withoutOffset;
  }

  /** Rows of an hour that clocks show twice. */
  long shownTwice() {
    return shownTwice;
  }

  /** Rows of an hour that clocks are put forward past. */
  long neverShown() {
    return neverShown;
  }

  /** The field with the start, if the row has one. */
  Optional<LogRow.Field> field(LogRow row) {
    return LogColumns.first(row, columns.time(), LogColumns.TIME);
  }

  /**
   * The time that a row tells of.
   *
   * @param field that has its start
   * @param counted whose requests it counts, where it counts them
   */
  Span span(LogRow row, LogRow.Field field, Optional<String> counted) throws UnreadableRow {
    LogRow.Field start = withDate(row, field);
    Span span = ofTwo(start, time(start), counted);
    note(span.clocks());
    before = span.start();
    Optional<LogRow.Field> endField =
        LogColumns.first(row, columns.end(), LogColumns.END).filter(end -> !end.equals(field));
    if (endField.isPresent()) {
      return span.until(end(row, span, start, endField.get()));
    }
    return bucket.map(b -> span.until(span.start() + b.toSeconds())).orElse(span);
  }

  /** The end, of the same day where it has a time of day only, or of the next. */
  private double end(LogRow row, Span span, LogRow.Field start, LogRow.Field endField)
      throws UnreadableRow {
    Span end = time(withDate(row, endField));
    if (end.start() < span.start() && LogTime.isTimeOfDay(endField.text())) {
      end = Span.moment(end.start() + 86_400);
    }
    if (end.start() < span.start() && end.clocks() == Clocks.SHOWN_FIRST) {
      end = end.again();
    }
    if (end.start() < span.start()) {
      throw new UnreadableRow(
          "%s %s is before %s %s"
              .formatted(
                  endField.name(),
                  Excerpt.of(endField.text()),
                  start.name(),
                  Excerpt.of(start.text())));
    }
    return end.start();
  }

  private Span ofTwo(LogRow.Field field, Span span, Optional<String> counted) {
    if (span.clocks() != Clocks.SHOWN_FIRST) {
      return span;
    }
    boolean isSecondCount =
        counted.isPresent() && !countedOfRepeatedHour.add(counted.get() + "\n" + field.text());
    boolean isNearer = Math.abs(span.again().start() - before) < Math.abs(span.start() - before);
    return isSecondCount || isNearer ? span.again() : span;
  }

  private void note(Clocks clocks) {
    withoutOffset |= clocks != Clocks.NOT_ASKED;
    shownTwice += clocks == Clocks.SHOWN_FIRST || clocks == Clocks.SHOWN_AGAIN ? 1 : 0;
    neverShown += clocks == Clocks.NEVER_SHOWN ? 1 : 0;
  }

  /** Date and time of day are columns of their own in some logs. */
  private LogRow.Field withDate(LogRow row, LogRow.Field field) throws UnreadableRow {
    if (!LogTime.isTimeOfDay(field.text())) {
      return field;
    }
    LogRow.Field date =
        LogColumns.first(row, columns.date(), LogColumns.DATE)
            .filter(found -> !found.equals(field))
            .orElseThrow(
                () ->
                    new UnreadableRow(
                        "%s \"%s\" is a time without its day: name the day's column with --date"
                            .formatted(field.name(), Excerpt.of(field.text()))));
    return new LogRow.Field(date.name() + " " + field.name(), date.text() + " " + field.text());
  }

  private Span time(LogRow.Field field) throws UnreadableRow {
    Optional<Span> span = times.parse(field.text());
    if (span.isPresent()) {
      return span.get();
    }
    throw new UnreadableRow(
        times.isAmbiguousDate(field.text())
            ? "which number of %s \"%s\" is the month? Say --dates month-first or --dates day-first"
                .formatted(field.name(), Excerpt.of(field.text()))
            : "%s \"%s\" is no time: seconds or milliseconds since 1970, or as in 2026-10-31T08:15:00Z"
                .formatted(field.name(), Excerpt.of(field.text())));
  }
}
