package dev.breakeven.requestlog;

import dev.breakeven.api.Excerpt;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /** A log that begins with so many rows that cannot be understood is none. */
  private static final long MOST_BAD_AT_FIRST = 1000;

  private static final Pattern FIGURE =
      Pattern.compile("\\d{1,18}([.]\\d{1,18})?([eE]\\+?\\d{1,2})?");

  /** Anthropic's names and Bedrock's. */
  private static final Pattern LEAVES_CACHED_OUT = Pattern.compile(".*inputtoken(s|count)");

  private static final Pattern THOUSANDS =
      Pattern.compile("\\d{1,3}([,'\\x{2019} \\x{a0}\\x{202f}])\\d{3}(\\1\\d{3})*");

  private static final Pattern NOT_DIGITS = Pattern.compile("\\D");

  /** In words, or as HTTP has it. */
  private static final Pattern FAILED = Pattern.compile("(?i)(fail|error).*|[45]\\d\\d([.]0)?");

  private static final Pattern NO_ERROR =
      Pattern.compile("(?i)0|-|false|none|null|nan|no|ok|\\{}|\\[]");

  /**
   * How a log is read.
   *
   * @param columns which fields hold what
   * @param clock how times are written
   * @param step length of a step; where it is not stated 10 minutes, or what the log counts by if
   *     that is longer
   * @param bucket what a row counts, from its time on, where the log does not say until when
   * @param workload the name of all traffic, where the log's models are not told apart
   * @param renamed names of workloads in place of those in the log
   * @param skipBad whether rows that cannot be understood are counted and passed over
   */
  public record Settings(
      LogColumns columns,
      LogClock clock,
      Optional<Duration> step,
      Optional<Duration> bucket,
      Optional<String> workload,
      Map<String, String> renamed,
      boolean skipBad) {

    /** Everything as the log shows it. */
    public static final Settings STANDARD =
        new Settings(
            LogColumns.KNOWN,
            LogClock.UTC,
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
  private final RowTimes times;
  private final RowsWithoutEnd open = new RowsWithoutEnd();
  private boolean timesAreRegular = true;
  private OptionalLong interval = OptionalLong.empty();
  private Optional<String> firstOpenCount = Optional.empty();
  private final RequestBooking booking;
  private long rows;
  private long fromCache;
  private long failed;
  private long bad;
  private long repeated;
  private boolean morePages;
  private boolean lastPage;
  private Optional<String> firstBad = Optional.empty();
  private final RepeatedRows seen = new RepeatedRows();
  // Rows without a count, while times are regular: in one file two alike may be of two keys.
  private RepeatedRows ofEarlierFiles = new RepeatedRows();
  private RepeatedRows ofThisFile = new RepeatedRows();

  /** A log of which nothing is read yet. */
  public RequestLog(Settings settings) {
    this.settings = settings;
    times = new RowTimes(settings.columns(), settings.bucket(), settings.clock());
    booking = new RequestBooking(settings.step());
  }

  /**
   * Reads one file.
   *
   * @param file what error lines call it
   * @throws IllegalArgumentException with one line if it is no log
   * @throws IOException if it cannot be read
   */
  public void read(String file, InputStream in) throws IOException {
    times.begin();
    ofEarlierFiles.addAll(ofThisFile);
    ofThisFile = new RepeatedRows();
    new LogRows(file)
        .read(
            in,
            new LogRows.Sink() {
              @Override
              public void row(LogRow row) {
                rows++;
                try {
                  book(file, row);
                } catch (UnreadableRow e) {
                  passOver(file + ":" + row.line() + ": " + e.getMessage());
                }
              }

              @Override
              public void bad(long line, String what) {
                rows++;
                passOver(file + ":" + line + ": " + what);
              }

              @Override
              public void page(boolean more) {
                morePages |= more;
                lastPage |= !more;
              }
            });
  }

  /**
   * The traffic of everything that was read.
   *
   * @throws UnreadableLog if there is none, or if rows cannot be understood and are not to be
   *     passed over
   */
  public RequestTraffic traffic() {
    if (timesAreRegular) {
      interval = open.intervalSeconds();
      closeOpenRows();
    }
    if (booking.isEmpty()) {
      throw new UnreadableLog(
          firstBad.orElse(
              rows == 0 ? "no row in the log" : "no request in the log was served by a model"));
    }
    if (bad > 0 && !settings.skipBad()) {
      throw new UnreadableLog(
          "%s; %,d of %,d rows cannot be understood, and --skip-bad leaves them out"
              .formatted(firstBad.orElse(""), bad, rows));
    }
    return booking.traffic(
        new RequestTraffic.Rows(
            rows, fromCache, failed, repeated, bad, firstBad, morePages && !lastPage),
        new RequestTraffic.Times(
            interval, times.withoutOffset(), times.shownTwice(), times.neverShown()));
  }

  private void passOver(String what) {
    bad++;
    firstBad = firstBad.or(() -> Optional.of(what));
    if (booking.isEmpty() && bad == MOST_BAD_AT_FIRST) {
      throw new UnreadableLog(firstBad.orElse(what));
    }
  }

  private void book(String file, LogRow row) throws UnreadableRow {
    Optional<LogRow.Field> counted =
        LogColumns.first(row, settings.columns().requests(), LogColumns.REQUESTS);
    LogTime.Span span = times.span(row, timeField(row), counted.map(c -> workload(row)));
    if (row.kind() == LogRow.Kind.EMPTY_BUCKET) {
      booking.cover(span.start(), span.end());
      return;
    }
    if (isRepeatable(row, span, counted.isPresent()) && !seen.add(row, span.clocks())) {
      repeated++;
      return;
    }
    if (row.field("cache_hit").filter(hit -> hit.text().equalsIgnoreCase("true")).isPresent()) {
      // The gateway answered from its own cache: no model was asked.
      fromCache++;
      booking.cover(span.start(), span.end());
      return;
    }
    if (isFailed(row)) {
      failed++;
      booking.cover(span.start(), span.end());
      return;
    }
    requireTokens(row);
    LoggedRequest request = request(row, span, counted);
    if (!isOpen(row, span)) {
      booking.book(request, counted.isPresent());
      return;
    }
    if (timesAreRegular && !open.takes(span.start())) {
      timesAreRegular = false;
      closeOpenRows();
    }
    if (timesAreRegular) {
      if (request.requests() > 1) {
        firstOpenCount =
            firstOpenCount.or(() -> Optional.of(unknownEnd(file, row, request.requests())));
      }
      addOpen(row, request, span, counted.isPresent());
    } else if (request.requests() > 1) {
      throw new UnreadableLog(unknownEnd(file, row, request.requests()));
    } else {
      booking.book(request, counted.isPresent());
    }
  }

  /** Whether a row says from when on it counts, and not until when. */
  private boolean isOpen(LogRow row, LogTime.Span span) {
    return span.start() == span.end()
        && settings.bucket().isEmpty()
        && LogColumns.first(row, settings.columns().end(), LogColumns.END).isEmpty();
  }

  private void addOpen(LogRow row, LoggedRequest request, LogTime.Span span, boolean counted) {
    if (!counted && ofEarlierFiles.contains(row, span.clocks())) {
      open.addAgain(request);
      return;
    }
    if (!counted) {
      ofThisFile.add(row, span.clocks());
    }
    open.add(request, counted);
  }

  private void closeOpenRows() {
    if (interval.isEmpty() && firstOpenCount.isPresent()) {
      throw new UnreadableLog(firstOpenCount.get());
    }
    RowsWithoutEnd.Drained drained = open.drain(interval.orElse(0));
    repeated += drained.repeated();
    drained.rows().forEach(row -> booking.book(row, !Double.isNaN(row.requests())));
    ofEarlierFiles = new RepeatedRows();
    ofThisFile = new RepeatedRows();
  }

  private static String unknownEnd(String file, LogRow row, double requests) {
    return "%s:%d: counts %.0f requests from a time on, and not until when: say --bucket 1h, or what it is"
        .formatted(file, row.line(), requests);
  }

  /** Whether a second row that says the same in all its fields is the same one again. */
  private boolean isRepeatable(LogRow row, LogTime.Span span, boolean counted) {
    return counted
        || LogColumns.first(row, LogColumns.ID).isPresent()
        || RequestBooking.isWholeMinutes(span.start(), span.end());
  }

  /** Whether nothing was generated, and the row says that this is for a failure. */
  private boolean isFailed(LogRow row) throws UnreadableRow {
    boolean failed =
        LogColumns.first(row, LogColumns.STATUS)
                .filter(status -> FAILED.matcher(status.text()).matches())
                .isPresent()
            || LogColumns.first(row, LogColumns.ERROR)
                .filter(error -> !NO_ERROR.matcher(error.text()).matches())
                .isPresent();
    if (!failed) {
      return false;
    }
    Optional<LogRow.Field> output =
        LogColumns.first(row, settings.columns().output(), LogColumns.OUTPUT);
    return output.isEmpty() || figure(output.get()) == 0;
  }

  private LoggedRequest request(LogRow row, LogTime.Span span, Optional<LogRow.Field> counted)
      throws UnreadableRow {
    double requests =
        counted.isPresent()
            ? figure(counted.get())
            : row.kind() == LogRow.Kind.BUCKET ? Double.NaN : 1;
    double seconds = span.end() - span.start();
    boolean isBucket =
        requests != 1
            || counted.isPresent()
            || RequestBooking.isWholeMinutes(span.start(), span.end());
    if (seconds > (isBucket ? MOST_BUCKET_SECONDS : MOST_REQUEST_SECONDS)) {
      throw new UnreadableRow(
          "%s lasts %.1f days"
              .formatted(isBucket ? "a bucket" : "a request", seconds / MOST_REQUEST_SECONDS));
    }
    LogRow.Field output =
        LogColumns.first(row, settings.columns().output(), LogColumns.OUTPUT).orElseThrow();
    double[] input = input(row);
    return new LoggedRequest(
        workload(row), span.start(), span.end(), input[0], input[1], whole(row, output), requests);
  }

  /** All input and, of it, what was found in a cache (NaN where the log does not say). */
  private double[] input(LogRow row) throws UnreadableRow {
    LogColumns columns = settings.columns();
    Optional<LogRow.Field> field = LogColumns.first(row, columns.input(), LogColumns.INPUT);
    Optional<LogRow.Field> cachedField = LogColumns.first(row, columns.cached(), LogColumns.CACHED);
    Optional<LogRow.Field> uncached =
        columns.input().isPresent()
            ? Optional.empty()
            : LogColumns.first(row, LogColumns.UNCACHED_INPUT);
    double read = columns.cached().isPresent() ? Double.NaN : any(row, LogColumns.CACHE_READ);
    double written = any(row, LogColumns.CACHE_WRITTEN);
    boolean leavesCachedOut =
        field.isEmpty()
            || (columns.input().isEmpty()
                && LEAVES_CACHED_OUT.matcher(LogRow.key(field.get().name())).matches()
                && cachedField.isEmpty()
                && !(Double.isNaN(read) && Double.isNaN(written)));
    if (leavesCachedOut) {
      double cached = cachedField.isPresent() ? figure(cachedField.get()) : orZero(read);
      double own = figure(field.isEmpty() ? uncached.orElseThrow() : field.get());
      return new double[] {own + cached + orZero(written), cached};
    }
    double input = whole(row, field.get());
    double cached = cachedField.isPresent() ? figure(cachedField.get()) : read;
    if (cached > input) {
      throw new UnreadableRow(
          "%.0f cached tokens of only %.0f input tokens in %s"
              .formatted(cached, input, field.get().name()));
    }
    return new double[] {input, cached};
  }

  /** The sum of those fields that the row has; NaN where it has none. */
  private static double any(LogRow row, LogColumns.Names fields) throws UnreadableRow {
    double sum = Double.NaN;
    for (String key : fields.keys()) {
      LogRow.Field field = row.fields().get(key);
      if (field != null && !field.text().isEmpty()) {
        sum = orZero(sum) + figure(field);
      }
    }
    return sum;
  }

  /** A count with the part that the row has in a field of its own. */
  private static double whole(LogRow row, LogRow.Field count) throws UnreadableRow {
    Optional<LogRow.Field> part = LogColumns.beside(row, count);
    return figure(count) + (part.isPresent() ? figure(part.get()) : 0);
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
            .map(LogRow.Field::text)
            .orElse("all");
    return settings.renamed().getOrDefault(name, name);
  }

  private static double figure(LogRow.Field field) throws UnreadableRow {
    double figure = number(field.text());
    if (!(figure <= MOST_TOKENS)) {
      throw new UnreadableRow(
          "%s \"%s\" is not a number from 0 to 1e15"
              .formatted(field.name(), Excerpt.of(field.text())));
    }
    if (figure != Math.rint(figure)) {
      // Such as 1.234, which is a thousand where commas are decimal.
      throw new UnreadableRow(
          "%s \"%s\" is not a whole number".formatted(field.name(), Excerpt.of(field.text())));
    }
    return figure;
  }

  /** NaN for what is no number. */
  private static double number(String text) {
    if (FIGURE.matcher(text).matches()) {
      return Double.parseDouble(text);
    }
    return THOUSANDS.matcher(text).matches()
        ? Double.parseDouble(NOT_DIGITS.matcher(text).replaceAll(""))
        : Double.NaN;
  }

  /** A column that no row can do without. */
  private record RequiredColumn(
      String what, Optional<String> stated, LogColumns.Names known, String option) {

    boolean isIn(LogRow row) {
      return LogColumns.first(row, stated, known).isPresent();
    }

    /** The column, which is there and says nothing in this row. */
    Optional<LogRow.Field> empty(LogRow row) {
      return stated.map(LogRow::key).map(List::of).orElse(known.keys()).stream()
          .map(row.fields()::get)
          .filter(Objects::nonNull)
          .findFirst();
    }

    String shown() {
      return stated.orElseGet(
          () -> "%s (%s …)".formatted(what, String.join(", ", known.shown().subList(0, 2))));
    }
  }

  private RequiredColumn time() {
    return new RequiredColumn("time", settings.columns().time(), LogColumns.TIME, "--time");
  }

  private RequiredColumn input() {
    return new RequiredColumn(
        "input tokens", settings.columns().input(), LogColumns.INPUT, "--input");
  }

  private RequiredColumn output() {
    return new RequiredColumn(
        "output tokens", settings.columns().output(), LogColumns.OUTPUT, "--output");
  }

  private LogRow.Field timeField(LogRow row) throws UnreadableRow {
    if (settings.columns().time().isEmpty() && row.field("input_tokens_per_s").isPresent()) {
      throw new UnreadableRow("no log but a traffic file already, as advise --traffic reads it");
    }
    Optional<LogRow.Field> field = times.field(row);
    if (field.isEmpty()) {
      throw missing(row, time(), input(), output());
    }
    return field.get();
  }

  private void requireTokens(LogRow row) throws UnreadableRow {
    boolean hasInput =
        input().isIn(row)
            || (settings.columns().input().isEmpty()
                && LogColumns.first(row, LogColumns.UNCACHED_INPUT).isPresent());
    if (!hasInput) {
      throw missing(row, input(), output());
    }
    if (!output().isIn(row)) {
      throw missing(row, output());
    }
  }

  /** All columns that are missing at once, the first of which is. */
  private static UnreadableRow missing(LogRow row, RequiredColumn... columns) {
    List<RequiredColumn> missing = Stream.of(columns).filter(column -> !column.isIn(row)).toList();
    for (RequiredColumn column : missing) {
      Optional<LogRow.Field> empty = column.empty(row);
      if (empty.isPresent()) {
        return new UnreadableRow(empty.get().name() + " is empty");
      }
    }
    String names =
        row.fields().isEmpty()
            ? "no columns"
            : Excerpt.of(
                row.fields().values().stream()
                    .map(LogRow.Field::name)
                    .collect(Collectors.joining(",")));
    return new UnreadableRow(
        "no %s among %s: name the column%s with %s"
            .formatted(
                missing.stream().map(RequiredColumn::shown).collect(Collectors.joining(", no ")),
                names,
                missing.size() == 1 ? "" : "s",
                missing.stream().map(RequiredColumn::option).collect(Collectors.joining(", "))));
  }
}
