package dev.breakeven.traffic;

import java.time.Duration;

/**
 * A run of steps of equal length, aligned in UTC to multiples of that length. Step {@code i} covers
 * {@code [start + i·step, start + (i+1)·step)}.
 *
 * @param startEpochSecond start of step 0, seconds UTC, a multiple of {@code stepSeconds}
 * @param stepSeconds length of a step, seconds, at least 1
 * @param steps how many steps, at least 0
 */
public record StepGrid(long startEpochSecond, int stepSeconds, int steps) {

  /** The operator's step: short enough to see a burst, long enough to be a scrape-proof mean. */
  public static final Duration DEFAULT_STEP = Duration.ofMinutes(10);

  /**
   * @throws IllegalArgumentException if the start is not aligned or a length is out of range
   */
  public StepGrid {
    if (stepSeconds < 1) {
      throw new IllegalArgumentException("a step lasts at least 1 s, not " + stepSeconds);
    }
    if (steps < 0) {
      throw new IllegalArgumentException("a grid has at least 0 steps, not " + steps);
    }
    if (Math.floorMod(startEpochSecond, (long) stepSeconds) != 0) {
      throw new IllegalArgumentException(
          "a grid of " + stepSeconds + " s steps cannot start at " + startEpochSecond);
    }
  }

  /** Start of step {@code i}, seconds UTC. */
  public long startOf(int i) {
    return startEpochSecond + (long) i * stepSeconds;
  }

  /** End of the last step, seconds UTC. */
  public long endEpochSecond() {
    return startOf(steps);
  }

  /** The step that starts at this time, or -1 when it is outside the grid or between two starts. */
  public int indexOf(long epochSecond) {
    long offset = epochSecond - startEpochSecond;
    if (offset < 0 || offset % stepSeconds != 0 || offset / stepSeconds >= steps) {
      return -1;
    }
    return (int) (offset / stepSeconds);
  }

  /** Steps {@code from} (included) to {@code to} (excluded) as a grid of their own. */
  public StepGrid slice(int from, int to) {
    if (from < 0 || to < from || to > steps) {
      throw new IllegalArgumentException(
          "no steps " + from + " to " + to + " in a grid of " + steps);
    }
    return new StepGrid(startOf(from), stepSeconds, to - from);
  }
}
