package dev.breakeven.cli.traffic;

import dev.breakeven.cli.input.DurationOption;
import dev.breakeven.requestlog.LogClock;
import dev.breakeven.requestlog.LogColumns;
import dev.breakeven.requestlog.RequestLog;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a request log is read. */
final class RequestLogOptions {

  @Option(
      names = "--step",
      paramLabel = "SPAN",
      description =
          "Length of a step, such as 1m or 1h (default: 10m, or the log's own interval if"
              + " that is longer).")
  @Nullable String step;

  @Option(names = "--time", paramLabel = "COLUMN", description = "Start of a request.")
  @Nullable String time;

  @Option(
      names = "--date",
      paramLabel = "COLUMN",
      description = "Its day, if the time column has only the time of day.")
  @Nullable String date;

  @Option(
      names = "--end",
      paramLabel = "COLUMN",
      description = "End of a request; its tokens are spread over its duration.")
  @Nullable String end;

  @Option(
      names = "--input",
      paramLabel = "COLUMN",
      description = "Prompt tokens, cached ones included.")
  @Nullable String input;

  @Option(names = "--output", paramLabel = "COLUMN", description = "Generated tokens.")
  @Nullable String output;

  @Option(
      names = "--cached",
      paramLabel = "COLUMN",
      description = "Prompt tokens found in a cache.")
  @Nullable String cached;

  @Option(
      names = "--count",
      paramLabel = "COLUMN",
      description = "How many requests a row stands for (default: one).")
  @Nullable String count;

  @Option(
      names = {"--model", "--by"},
      paramLabel = "COLUMN",
      description = "Which workload a row belongs to (default: the model).")
  @Nullable String by;

  @Option(
      names = "--workload",
      paramLabel = "NAME",
      description = "Count all rows as one workload of this name.")
  @Nullable String workload;

  @Option(
      names = "--map",
      paramLabel = "MODEL=NAME",
      description = "The workload that a model's traffic belongs to; may be repeated.")
  Map<String, String> renamed = Map.of();

  @Option(
      names = "--zone",
      defaultValue = "UTC",
      paramLabel = "ZONE",
      description = "Time zone of times without an offset (default: ${DEFAULT-VALUE}).")
  String zone = "UTC";

  @Option(
      names = "--dates",
      paramLabel = "ORDER",
      description = "Order of dates such as 10/11/2026: day-first or month-first.")
  @Nullable String dates;

  @Option(
      names = "--bucket",
      paramLabel = "SPAN",
      description =
          "Time that a row covers from its start on, if the log does not give its end (default:"
              + " the interval of the rows, if that is regular).")
  @Nullable String bucket;

  @Option(names = "--skip-bad", description = "Skip rows that cannot be read, and count them.")
  boolean skipBad;

  /**
   * What the options say.
   *
   * @throws IllegalArgumentException with the option's name if one says nothing
   */
  RequestLog.Settings settings() {
    return new RequestLog.Settings(
        new LogColumns(
            Optional.ofNullable(time),
            Optional.ofNullable(date),
            Optional.ofNullable(end),
            Optional.ofNullable(input),
            Optional.ofNullable(output),
            Optional.ofNullable(cached),
            Optional.ofNullable(count),
            Optional.ofNullable(by)),
        new LogClock(zoneId(), slashedDates()),
        span("--step", step),
        span("--bucket", bucket),
        Optional.ofNullable(workload),
        renamed,
        skipBad);
  }

  private static Optional<Duration> span(String option, @Nullable String text) {
    return Optional.ofNullable(text).map(t -> DurationOption.parse(option, t));
  }

  private LogClock.SlashedDates slashedDates() {
    if (dates == null) {
      return LogClock.SlashedDates.NOT_STATED;
    }
    return switch (dates) {
      case "day-first" -> LogClock.SlashedDates.DAY_FIRST;
      case "month-first" -> LogClock.SlashedDates.MONTH_FIRST;
      default ->
          throw new IllegalArgumentException("--dates: day-first or month-first, not " + dates);
    };
  }

  private ZoneId zoneId() {
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "--zone: " + zone + " is no time zone such as Europe/Berlin or +01:00", e);
    }
  }
}
