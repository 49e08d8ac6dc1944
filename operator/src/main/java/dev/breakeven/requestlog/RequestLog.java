package dev.breakeven.requestlog;

import dev.breakeven.api.Excerpt;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Makes traffic of request logs and usage exports. Rows may come in any order and from several
 * files.
 */
public final class RequestLog {

  /** More tokens than a row can have: a time or an id in the wrong column. */
  private static final double MOST_TOKENS = 1e15;

  /** A single request that lasts longer is a mistake in one of its times. */
  private static final double MOST_REQUEST_SECONDS = 86_400;

  /** A row that counts more time than this tells nothing of traffic. */
  private static final double MOST_BUCKET_SECONDS = 32 * 86_400;

  /**
   * How a log is read.
   *
   * @param columns which fields hold what
   * @param zone of times without an offset
   * @param step length of a step; where it is not stated 10 minutes, or what the log counts by if
   *     that is longer
   * @param bucket what a row counts, from its time on, where the log does not say until when
   * @param workload the name of all traffic, where the log's models are not told apart
   * @param renamed names of workloads in place of those in the log
   * @param skipBad whether rows that cannot be understood are counted and passed over
   */
  public record Settings(
      LogColumns columns,
      ZoneId zone,
      Optional<Duration> step,
      Optional<Duration> bucket,
      Optional<String> workload,
      Map<String, String> renamed,
      boolean skipBad) {

    /** Everything as the log shows it. */
    public static final Settings STANDARD =
        new Settings(
            LogColumns.KNOWN,
            ZoneOffset.UTC,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            false);

    public Settings {
      renamed = Map.copyOf(renamed);
    }
  }

  private final Settings settings;
  private final LogTime times;
  private final RequestBooking booking;
  private long rows;
  private long fromCache;
  private long failed;
  private long bad;
  private Optional<String> firstBad = Optional.empty();

  /** A log of which nothing is read yet. */
  public RequestLog(Settings settings) {
    this.settings = settings;
    times = new LogTime(settings.zone());
    booking = new RequestBooking(settings.step());
  }

  /**
   * Reads one file.
   *
   * @param file what error lines call it
   * @throws IllegalArgumentException with one line, {@code FILE:LINE: what is wrong}
   * @throws IOException if it cannot be read
   */
  public void read(String file, InputStream in) throws IOException {
    new LogRows(file)
        .read(
            in,
            new LogRows.Sink() {
              @Override
              public void row(LogRow row) {
                rows++;
                try {
                  book(row);
                } catch (BadRow e) {
                  passOver(file + ":" + row.line() + ": " + e.getMessage());
                }
              }

              @Override
              public void bad(long line, String what) {
                rows++;
                passOver(file + ":" + line + ": " + what);
              }
            });
  }

  /**
   * The traffic of everything that was read.
   *
   * @throws IllegalArgumentException if there is none
   */
  public RequestTraffic traffic() {
    if (booking.isEmpty()) {
      throw new IllegalArgumentException(
          firstBad.map(why -> "no row can be read; the first: " + why).orElse("no row in the log"));
    }
    return booking.traffic(new RequestTraffic.Rows(rows, fromCache, failed, bad, firstBad));
  }

  private void passOver(String what) {
    if (!settings.skipBad()) {
      throw new IllegalArgumentException(what);
    }
    bad++;
    firstBad = firstBad.or(() -> Optional.of(what));
  }

  private void book(LogRow row) throws BadRow {
    LogTime.Span span = span(row);
    if (row.nothing()) {
      booking.cover(span.start(), span.end());
      return;
    }
    if (row.text("cache_hit").equalsIgnoreCase("true")) {
      // The gateway answered from its own cache: no model was asked.
      fromCache++;
      booking.cover(span.start(), span.end());
      return;
    }
    LoggedRequest request = request(row, span);
    if (row.text("status").toLowerCase(Locale.ROOT).startsWith("fail")
        && request.input() + request.output() == 0) {
      failed++;
      booking.cover(span.start(), span.end());
      return;
    }
    booking.book(request);
  }

  private LogTime.Span span(LogRow row) throws BadRow {
    LogColumns columns = settings.columns();
    Optional<String> timeField = LogColumns.first(row, columns.time(), LogColumns.TIME);
    if (timeField.isEmpty() && row.fields().containsKey("input_tokens_per_s")) {
      throw new BadRow("no log but a traffic file already, as advise --traffic reads it");
    }
    if (timeField.isEmpty()) {
      throw missing(row, "time", columns.time(), LogColumns.TIME, "--time");
    }
    LogTime.Span time = time(row, timeField.get());
    Optional<String> endField =
        LogColumns.first(row, columns.end(), LogColumns.END)
            .filter(field -> !field.equals(timeField.get()));
    if (endField.isPresent()) {
      double end = time(row, endField.get()).start();
      if (end < time.start()) {
        throw new BadRow(
            "%s %s is before %s %s"
                .formatted(
                    endField.get(),
                    Excerpt.of(row.text(endField.get())),
                    timeField.get(),
                    Excerpt.of(row.text(timeField.get()))));
      }
      return new LogTime.Span(time.start(), end);
    }
    return settings
        .bucket()
        .map(bucket -> new LogTime.Span(time.start(), time.start() + bucket.toSeconds()))
        .orElse(time);
  }

  private LogTime.Span time(LogRow row, String field) throws BadRow {
    return times
        .parse(row.text(field))
        .orElseThrow(
            () ->
                new BadRow(
                    "%s \"%s\" is no time: seconds or milliseconds since 1970, or as in"
                            .formatted(field, Excerpt.of(row.text(field)))
                        + " 2026-10-31T08:15:00Z"));
  }

  private LoggedRequest request(LogRow row, LogTime.Span span) throws BadRow {
    LogColumns columns = settings.columns();
    double requests =
        LogColumns.first(row, columns.requests(), LogColumns.REQUESTS).isPresent()
            ? figure(row, LogColumns.first(row, columns.requests(), LogColumns.REQUESTS).get())
            : 1;
    double seconds = span.end() - span.start();
    if (requests > 1 && seconds == 0) {
      throw new BadRow(
          "counts %.0f requests from a time on, and not until when: say --bucket 1h, or what it is"
              .formatted(requests));
    }
    boolean isBucket = requests != 1 || isWholeDay(seconds);
    if (seconds > (isBucket ? MOST_BUCKET_SECONDS : MOST_REQUEST_SECONDS)) {
      throw new BadRow(
          "%s lasts %.1f days"
              .formatted(isBucket ? "a bucket" : "a request", seconds / MOST_REQUEST_SECONDS));
    }
    Optional<String> outputField = LogColumns.first(row, columns.output(), LogColumns.OUTPUT);
    if (outputField.isEmpty()) {
      throw missing(row, "output tokens", columns.output(), LogColumns.OUTPUT, "--output");
    }
    double output = figure(row, outputField.get());
    double[] input = input(row);
    return new LoggedRequest(
        workload(row), span.start(), span.end(), input[0], input[1], output, requests);
  }

  private static boolean isWholeDay(double seconds) {
    // A day has 23 to 25 hours where clocks are changed.
    return seconds >= 23 * 3600 && seconds <= 25 * 3600;
  }

  /** All input and, of it, what was found in a cache (NaN where the log does not say). */
  private double[] input(LogRow row) throws BadRow {
    LogColumns columns = settings.columns();
    Optional<String> field = LogColumns.first(row, columns.input(), LogColumns.INPUT);
    Optional<String> cachedField = LogColumns.first(row, columns.cached(), LogColumns.CACHED);
    Optional<String> uncached =
        columns.input().isPresent()
            ? Optional.empty()
            : LogColumns.first(row, Optional.empty(), LogColumns.UNCACHED_INPUT);
    double read = columns.cached().isPresent() ? Double.NaN : any(row, LogColumns.CACHE_READ);
    double written = any(row, LogColumns.CACHE_WRITTEN);
    if (field.isEmpty() && uncached.isEmpty()) {
      throw missing(row, "input tokens", columns.input(), LogColumns.INPUT, "--input");
    }
    boolean leavesCachedOut =
        field.isEmpty()
            || (columns.input().isEmpty()
                && field.get().endsWith("input_tokens")
                && cachedField.isEmpty()
                && !(Double.isNaN(read) && Double.isNaN(written)));
    if (leavesCachedOut) {
      double cached = cachedField.isPresent() ? figure(row, cachedField.get()) : orZero(read);
      double own = figure(row, field.isEmpty() ? uncached.orElseThrow() : field.get());
      return new double[] {own + cached + orZero(written), cached};
    }
    double input = figure(row, field.get());
    double cached = cachedField.isPresent() ? figure(row, cachedField.get()) : read;
    if (cached > input) {
      throw new BadRow(
          "%.0f cached tokens of only %.0f input tokens in %s"
              .formatted(cached, input, field.get()));
    }
    return new double[] {input, cached};
  }

  /** The sum of those fields that the row has; NaN where it has none. */
  private static double any(LogRow row, List<String> fields) throws BadRow {
    double sum = Double.NaN;
    for (String field : fields) {
      if (row.fields().containsKey(field)) {
        sum = orZero(sum) + figure(row, field);
      }
    }
    return sum;
  }

  private static double orZero(double figure) {
    return Double.isNaN(figure) ? 0 : figure;
  }

  private String workload(LogRow row) {
    if (settings.workload().isPresent()) {
      return settings.workload().get();
    }
    String name =
        LogColumns.first(row, settings.columns().workload(), LogColumns.WORKLOAD)
            .map(row::text)
            .orElse("all");
    return settings.renamed().getOrDefault(name, name);
  }

  private static double figure(LogRow row, String field) throws BadRow {
    String text = row.text(field);
    if (text.matches("\\d{1,18}([.]\\d{1,18})?([eE]\\+?\\d{1,2})?")) {
      double figure = Double.parseDouble(text);
      if (figure <= MOST_TOKENS) {
        return figure;
      }
    }
    throw new BadRow("%s \"%s\" is not a number from 0 to 1e15".formatted(field, Excerpt.of(text)));
  }

  private static BadRow missing(
      LogRow row, String what, Optional<String> stated, List<String> known, String option) {
    return new BadRow(
        stated.isPresent()
            ? "no %s among %s"
                .formatted(stated.get(), Excerpt.of(String.join(",", row.fields().keySet())))
            : "no %s (%s …) among %s: name the column with %s"
                .formatted(
                    what,
                    String.join(", ", known.subList(0, 2)),
                    Excerpt.of(String.join(",", row.fields().keySet())),
                    option));
  }
}
