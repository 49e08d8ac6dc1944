package dev.breakeven.prometheus;

import java.time.Duration;

/**
 * How a {@link MetricsCollector} paces itself.
 *
 * @param history how much past is kept, whole days
 * @param lateness how long after its end a step is first read: scrapes and remote writes arrive
 *     late
 * @param backfill how long one cycle may spend reading the past before it hands back what it has
 * @param parallelism questions to one source at a time
 * @param patience how long policies whose window is known wait for the older days, if these are
 *     expected by then at the pace at which the window came: answered twice, each costs twice as
 *     much
 * @param mostBytesACycle after so many from a source in a cycle, no more of the past is read in it
 */
public record CollectorSettings(
    Duration history,
    Duration lateness,
    Duration backfill,
    int parallelism,
    Duration patience,
    long mostBytesACycle) {

  /** 28 days, two minutes, 30 s, 2, 5 s, 1 GiB. */
  public static final CollectorSettings DEFAULT =
      new CollectorSettings(Duration.ofDays(28), Duration.ofMinutes(2), Duration.ofSeconds(30), 2);

  /** With a patience of five seconds, and a gibibyte. */
  public CollectorSettings(
      Duration history, Duration lateness, Duration backfill, int parallelism) {
    this(history, lateness, backfill, parallelism, Duration.ofSeconds(5), 1L << 30);
  }
}
