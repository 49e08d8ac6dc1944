package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.history.Chunk;
import java.time.Duration;
import java.time.Instant;

/**
 * How much of the past is asked for at once: half as much after a refusal, twice as much while
 * answers are small, and for some hours less than what was refused. It applies to all targets of a
 * source.
 */
final class ChunkLimit {

  static final int FIRST_POINTS = 144; // a day of steps
  private static final int MOST_POINTS = 1008;
  private static final long FEW_FIGURES = 200_000;

  /** A limit this close to what was refused is not raised again. */
  private static final int NEAR_ENOUGH = 4;

  private static final Duration KEPT = Duration.ofHours(6);

  private int points = FIRST_POINTS;
  private int refused = Integer.MAX_VALUE;
  private Instant refusedAt = Instant.MIN;

  /** The most to ask for at once. */
  int points() {
    return points;
  }

  /** A chunk was refused for its size. */
  void refused(Chunk chunk, Instant now) {
    refused = isKept(now) ? Math.min(refused, chunk.points()) : chunk.points();
    refusedAt = now;
    points = Math.min(points, Math.max(1, chunk.points() / 2));
  }

  /** So many points were read without a refusal. */
  void answered(long figures, Instant now) {
    if (figures >= FEW_FIGURES) {
      return;
    }
    int twice = Math.min(MOST_POINTS, 2 * points);
    if (!isKept(now)) {
      points = twice;
    } else if (refused - points > points / NEAR_ENOUGH) {
      points = Math.min(twice, (points + refused) / 2);
    }
  }

  private boolean isKept(Instant now) {
    return refusedAt.isAfter(now.minus(KEPT)) && !refusedAt.isAfter(now);
  }
}
