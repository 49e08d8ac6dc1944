package dev.breakeven.prometheus.collect.gap;

import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.history.StepRanges;
import java.util.BitSet;

/**
 * Finds the scrape gaps of one pod: steps within its life in which it was scraped much less often
 * than in the steps before and after. The increase within a part of a step is too low, because the
 * increase across the gap belongs to neither side; it is asked for separately. A pod that is
 * scraped evenly less often, for example after its scrape interval was changed, has no gap after a
 * while.
 */
public final class ScrapeGapDetector {

  private static final double FEWEST_OF_USUAL = 0.75;
  // A pod whose name returns may have been deleted meanwhile: only a short absence is a gap.
  private static final int LONGEST_GAP_OF_A_RETURNING_NAME = 3;
  // The usual number of samples is that of so many points before and after.
  private static final int POINTS_AROUND = 6;
  // A rate needs two samples.
  private static final int FEWEST_FOR_A_RATE = 2;
  private static final long NEVER = Long.MIN_VALUE;

  private long firstStep = NEVER;
  private long lastStep = NEVER;
  private boolean lastWasShort; // if a gap follows, it began in that step
  private float usual; // samples in a step, as last seen
  private long usualAt = NEVER; // the step in which that was so
  private long seen; // bit n: it was seen n steps before the last

  /**
   * What is not reliable.
   *
   * @param points of the chunk
   * @param outside steps between this chunk and another in which the pod was seen, or an empty run
   * @param shrunk points in which it was seen when they were read before, but not now
   */
  public record Doubt(BitSet points, StepRanges.Run outside, BitSet shrunk) {}

  /** The last step it was seen in. */
  public long lastStep() {
    return lastStep;
  }

  /**
   * Adds the samples of a chunk.
   *
   * @param counts samples in each point; entry 0 is the point before the chunk
   * @param isNewest whether nothing newer has ever been read
   * @param mayReturn whether another pod may get this name, as in a StatefulSet
   */
  public Doubt learn(Chunk chunk, float[] counts, boolean isNewest, boolean mayReturn) {
    int first = -1;
    int last = -1;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        first = first < 0 ? i : first;
        last = i;
      }
    }
    StepRanges.Run outside = new StepRanges.Run(0, 0);
    BitSet shrunk = isNewest && !chunk.isByHour() ? shrunk(chunk, counts) : new BitSet();
    if (last < 0) {
      return new Doubt(new BitSet(), outside, shrunk);
    }
    long firstSeen = stepOf(chunk, first);
    long lastSeen = stepOf(chunk, last + 1) - 1;
    boolean aliveBefore = first == 0 || (firstStep != NEVER && firstStep < firstSeen);
    boolean aliveAfter = lastStep != NEVER && lastStep > lastSeen;
    boolean endsOpen = isNewest && last == counts.length - 1;
    float[] fewest = fewestToBelieve(chunk, counts);
    BitSet doubtful = seldom(counts, first, last, fewest, aliveBefore, aliveAfter || endsOpen);
    doubtful.or(away(counts, first, last, chunk.stepsPerPoint(), mayReturn));
    if (isNewest && last == counts.length - 2) {
      doubtful.set(counts.length - 2); // gone or not scraped: the next step will show
    }
    if (lastStep != NEVER && lastStep < firstSeen && first > 0) {
      outside = gap(lastStep + 1 - (lastWasShort ? 1 : 0), firstSeen, mayReturn);
    } else if (firstStep != NEVER && firstStep > lastSeen) {
      outside = gap(lastSeen + 1, firstStep, mayReturn);
    }
    if (!chunk.isByHour()) {
      rememberUsual(chunk, counts);
    }
    rememberSeen(chunk, counts, lastSeen);
    firstStep = firstStep == NEVER ? firstSeen : Math.min(firstStep, firstSeen);
    if (lastSeen >= lastStep) {
      lastStep = lastSeen;
      lastWasShort = counts[last] < fewest[last];
    }
    return new Doubt(doubtful, outside, shrunk);
  }

  /** Points that lost samples: a complete answer never has fewer samples than an earlier one. */
  private BitSet shrunk(Chunk chunk, float[] counts) {
    BitSet shrunk = new BitSet();
    for (int i = 1; i < counts.length; i++) {
      long ago = lastStep - stepOf(chunk, i);
      if (lastStep != NEVER
          && counts[i] == 0
          && ago >= 0
          && ago < Long.SIZE
          && (seen >>> ago & 1) != 0) {
        shrunk.set(i - 1);
      }
    }
    return shrunk;
  }

  private void rememberSeen(Chunk chunk, float[] counts, long lastSeen) {
    if (chunk.isByHour()) {
      return;
    }
    long newest = Math.max(lastStep, lastSeen);
    long by = lastStep == NEVER ? Long.SIZE : newest - lastStep;
    seen = by >= Long.SIZE ? 0 : seen << by;
    for (int i = 0; i < counts.length; i++) {
      long ago = newest - stepOf(chunk, i);
      if (counts[i] > 0 && ago >= 0 && ago < Long.SIZE) {
        seen |= 1L << ago;
      }
    }
  }

  /** How often it must be scraped in each point, by the usual number around it. */
  private float[] fewestToBelieve(Chunk chunk, float[] counts) {
    float[] fewest = new float[counts.length];
    for (int i = 0; i < counts.length; i++) {
      float most = 0;
      int to = Math.min(counts.length - 1, i + POINTS_AROUND);
      for (int j = Math.max(0, i - POINTS_AROUND); j <= to; j++) {
        most = Math.max(most, counts[j]);
      }
      if (!chunk.isByHour() && isAround(stepOf(chunk, i))) {
        most = Math.max(most, usual);
      }
      // Scraped every four minutes, a step holds two samples or three.
      fewest[i] = Math.max(FEWEST_FOR_A_RATE, Math.min((float) FEWEST_OF_USUAL * most, most - 1));
    }
    return fewest;
  }

  /** Keeps the newest count that is no dip, or a dip that has lasted. */
  private void rememberUsual(Chunk chunk, float[] counts) {
    for (int i = 0; i < counts.length; i++) {
      long step = stepOf(chunk, i);
      if (counts[i] > 0
          && step >= usualAt
          && (counts[i] >= FEWEST_OF_USUAL * usual || !isAround(step))) {
        usual = counts[i];
        usualAt = step;
      }
    }
  }

  private boolean isAround(long step) {
    return usualAt != NEVER && Math.abs(step - usualAt) <= POINTS_AROUND;
  }

  private static long stepOf(Chunk chunk, int i) {
    return chunk.run().from() + (i - 1L) * chunk.stepsPerPoint();
  }

  /** Points in which it was scraped, but much less than usual, though it lived on both sides. */
  private static BitSet seldom(
      float[] counts,
      int first,
      int last,
      float[] fewest,
      boolean aliveBefore,
      boolean aliveAfter) {
    BitSet found = new BitSet();
    for (int i = Math.max(1, first); i <= last; i++) {
      boolean within = (i > first || aliveBefore) && (i < last || aliveAfter);
      if (within && counts[i] > 0 && counts[i] < fewest[i]) {
        found.set(i - 1);
      }
    }
    return found;
  }

  /** Points without a sample between two with samples. */
  private static BitSet away(
      float[] counts, int first, int last, int stepsPerPoint, boolean mayReturn) {
    BitSet found = new BitSet();
    int seen = first;
    for (int i = first + 1; i <= last; i++) {
      if (counts[i] > 0) {
        int length = (i - seen - 1) * stepsPerPoint;
        if (length > 0 && (!mayReturn || length <= LONGEST_GAP_OF_A_RETURNING_NAME)) {
          found.set(seen, i - 1);
        }
        seen = i;
      }
    }
    return found;
  }

  private static StepRanges.Run gap(long from, long to, boolean mayReturn) {
    return mayReturn && to - from > LONGEST_GAP_OF_A_RETURNING_NAME
        ? new StepRanges.Run(0, 0)
        : new StepRanges.Run(from, to);
  }
}
