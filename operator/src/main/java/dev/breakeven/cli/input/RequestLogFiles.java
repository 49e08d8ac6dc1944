package dev.breakeven.cli.input;

import dev.breakeven.api.Excerpt;
import dev.breakeven.requestlog.RequestLog;
import dev.breakeven.requestlog.RequestTraffic;
import dev.breakeven.traffic.StepGrid;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Request logs as files, and what a person has to know of them before believing the traffic. */
public final class RequestLogFiles {

  /** Share of time by which the steps may exceed the log without a note. */
  private static final double NEGLIGIBLE = 0.02;

  /** A silence that may be a log that is not complete. */
  private static final Duration LONG_SILENCE = Duration.ofHours(24);

  private RequestLogFiles() {}

  /** Reads files as one log. */
  public static RequestTraffic read(List<Path> files, RequestLog.Settings settings) {
    RequestLog log = new RequestLog(settings);
    for (Path path : files) {
      InputFile file = new InputFile(path);
      file.read(content -> log.read(file.name(), content));
    }
    return log.traffic();
  }

  /** One line each for what was read, and for what makes the traffic differ from the log. */
  public static List<String> notes(RequestTraffic traffic) {
    List<String> notes = new ArrayList<>();
    addTokens(notes, traffic);
    addRowsLeftOut(notes, traffic.rows());
    addTimes(notes, traffic);
    addSilence(notes, traffic);
    addSteps(notes, traffic);
    return notes;
  }

  private static void addTokens(List<String> notes, RequestTraffic traffic) {
    int steps = traffic.grid().steps();
    notes.add(
        "%s from %s to %s: %s of %s"
            .formatted(
                counted(traffic.rows().read(), "row"),
                Instant.ofEpochSecond(traffic.grid().startEpochSecond()),
                Instant.ofEpochSecond(traffic.grid().endEpochSecond()),
                counted(steps, "step"),
                span(traffic.grid().stepSeconds())));
    for (String workload : traffic.workloads()) {
      double[] tokens = traffic.tokens(workload);
      int silent = traffic.silentSteps(workload);
      notes.add(
          "  %s: %,.0f input and %,.0f output tokens%s"
              .formatted(
                  Excerpt.of(workload),
                  tokens[0],
                  tokens[1],
                  silent == 0
                      ? ""
                      : "; silent in %,d of %,d steps, written as 0".formatted(silent, steps)));
    }
  }

  private static void addRowsLeftOut(List<String> notes, RequestTraffic.Rows rows) {
    left(notes, rows.fromCache(), "answered from the gateway's own cache, which no model served");
    left(notes, rows.failed(), "failed without an output token");
    left(notes, rows.repeated(), "each repeats a row that was read before");
    if (rows.bad() > 0) {
      notes.add(
          "%s passed over; the first: %s"
              .formatted(counted(rows.bad(), "row"), rows.firstBad().orElse("")));
    }
  }

  private static void addTimes(List<String> notes, RequestTraffic traffic) {
    RequestTraffic.Times times = traffic.times();
    if (times.withoutOffset()) {
      notes.add("times have no offset, and are read as UTC or as --zone says");
    }
    times
        .interval()
        .ifPresent(
            seconds ->
                notes.add(
                    "rows say no end, and each is taken to count the %s until the next; --bucket says otherwise"
                        .formatted(span(seconds))));
    if (!traffic.uncounted().isEmpty()) {
      notes.add(
          "rows sum up requests without saying how many, so requests and their mean lengths are not"
              + " known; --count names the column");
    }
    if (times.shownTwice() > 0) {
      notes.add(
          "%s in the hour that clocks show twice as they are put back: which one is taken from the rows around it"
              .formatted(counted(times.shownTwice(), "row")));
    }
    if (times.neverShown() > 0) {
      notes.add(
          "%s in the hour that clocks are put forward past, read as an hour later: is --zone the log's?"
              .formatted(counted(times.neverShown(), "row")));
    }
  }

  private static void addSilence(List<String> notes, RequestTraffic traffic) {
    if (traffic.rows().morePages()) {
      notes.add(
          "each page says that there are more (has_more): the last ones are missing, and their time"
              + " with them");
    }
    traffic
        .longestSilence()
        .filter(s -> traffic.bucketSeconds() == 0)
        .filter(s -> s.endEpochSecond() - s.startEpochSecond() >= LONG_SILENCE.toSeconds())
        .ifPresent(
            s ->
                notes.add(
                    "nothing is logged from %s to %s, which counts as no traffic: is the log complete?"
                        .formatted(
                            Instant.ofEpochSecond(s.startEpochSecond()),
                            Instant.ofEpochSecond(s.endEpochSecond()))));
  }

  /** What the length of the steps hides or adds. */
  private static void addSteps(List<String> notes, RequestTraffic traffic) {
    int steps = traffic.grid().steps();
    int seconds = traffic.grid().stepSeconds();
    double excess = (double) steps * seconds / Math.max(1, traffic.loggedSeconds()) - 1;
    if (excess > NEGLIGIBLE && steps > 1) {
      notes.add(
          ("the first and the last step are logged in part: %s of steps for %s of log, so rates and"
                  + " monthly figures are %.0f %% below the log's own; a shorter --step comes closer")
              .formatted(
                  span((long) steps * seconds),
                  span(Math.round(traffic.loggedSeconds())),
                  100 - 100 / (1 + excess)));
    }
    if (traffic.bucketSeconds() > seconds) {
      notes.add(
          "rows count up to %s and are spread evenly over it: peaks within it are not seen"
              .formatted(span(Math.round(traffic.bucketSeconds()))));
    }
    long usual = StepGrid.DEFAULT_STEP.toSeconds();
    if (seconds > usual) {
      notes.add(
          ("steps of %s average the peaks within them, so fewer replicas seem to do than with steps"
                  + " of 10m%s")
              .formatted(
                  span(seconds), traffic.bucketSeconds() > 0 ? "; the log counts no finer" : ""));
    } else if (seconds < usual) {
      notes.add(
          ("steps of %s show peaks that the operator's steps of 10m average, so more replicas seem"
                  + " to be needed")
              .formatted(span(seconds)));
    }
  }

  private static void left(List<String> notes, long count, String why) {
    if (count > 0) {
      notes.add("%s left out: %s".formatted(counted(count, "row"), why));
    }
  }

  private static String counted(long count, String noun) {
    return count == 1 ? "1 " + noun : "%,d %ss".formatted(count, noun);
  }

  private static String span(long seconds) {
    if (seconds >= 2 * 86_400 || seconds == 86_400) {
      return "%.3gd".formatted(seconds / 86_400.0).replaceFirst("[.]0+d", "d");
    }
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds >= 60 ? Math.round(seconds / 60.0) + "m" : seconds + "s";
  }
}
