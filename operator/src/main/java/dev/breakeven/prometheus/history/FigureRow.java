package dev.breakeven.prometheus.history;

import java.util.Arrays;

/**
 * A row of figures that are never negative, all absent at first. While few of them differ from
 * their neighbours only the changes are held, as of the replicas of a Deployment or of requests
 * that seldom wait; else every figure. Not safe for several threads.
 */
final class FigureRow {

  /** Figures to a run from which on runs are held; with half as many every figure is. */
  private static final int WORTH_RUNS = 16;

  private static final int STILL_WORTH_RUNS = WORTH_RUNS / 2;
  private static final int MOST = Character.MAX_VALUE;
  private static final char[] NO_RUNS = new char[0];

  /** In place of a figure that is not there. */
  static final float ABSENT = Float.NaN;

  private final int length;
  private char[] starts = {0}; // the first index of each run, ascending; empty: no runs are held
  private float[] figures = {ABSENT}; // of each run, or all

  /**
   * @param length how many figures, at least one
   */
  FigureRow(int length) {
    if (length < 1 || length > MOST) {
      throw new IllegalArgumentException("a row of " + length);
    }
    this.length = length;
  }

  /** NaN where it is absent. */
  float at(int index) {
    return figures[starts.length == 0 ? index : run(index)];
  }

  private int run(int index) {
    int found = Arrays.binarySearch(starts, (char) index);
    return found >= 0 ? found : -found - 2;
  }

  /**
   * Sets one figure; returns whether it was another before.
   *
   * @param value NaN and infinities make it absent, a negative one is zero
   */
  boolean set(int index, double value) {
    float figure = Double.isFinite(value) ? (float) Math.max(0, value) : ABSENT;
    if (isSame(at(index), figure)) {
      return false;
    }
    if (starts.length == 0) {
      figures[index] = figure;
    } else {
      setInRuns(index, figure);
    }
    return true;
  }

  private static boolean isSame(float one, float other) {
    return Float.compare(one, other) == 0;
  }

  private void setInRuns(int index, float figure) {
    int run = run(index);
    int end = run + 1 < starts.length ? starts[run + 1] : length;
    Runs changed = new Runs(starts.length + 2);
    for (int i = 0; i < run; i++) {
      changed.add(starts[i], figures[i]);
    }
    if (starts[run] < index) {
      changed.add(starts[run], figures[run]);
    }
    changed.add(index, figure);
    if (index + 1 < end) {
      changed.add(index + 1, figures[run]);
    }
    for (int i = run + 1; i < starts.length; i++) {
      changed.add(starts[i], figures[i]);
    }
    if (changed.count > 1 && changed.count > length / STILL_WORTH_RUNS) {
      figures = all();
      starts = NO_RUNS;
      figures[index] = figure;
    } else {
      hold(changed);
    }
  }

  /** Drops the first figures; as many absent ones follow the last. */
  void shiftLeft(int by) {
    float[] all = all();
    int kept = Math.max(0, length - by);
    System.arraycopy(all, length - kept, all, 0, kept);
    Arrays.fill(all, kept, length, ABSENT);
    Runs runs = new Runs(length);
    for (int i = 0; i < length; i++) {
      runs.add(i, all[i]);
    }
    if (runs.count <= Math.max(1, length / WORTH_RUNS)) {
      hold(runs);
    } else {
      starts = NO_RUNS;
      figures = all;
    }
  }

  /** All figures in order; not to be changed. */
  float[] all() {
    if (starts.length == 0) {
      return figures;
    }
    float[] all = new float[length];
    for (int run = 0; run < starts.length; run++) {
      Arrays.fill(
          all, starts[run], run + 1 < starts.length ? starts[run + 1] : length, figures[run]);
    }
    return all;
  }

  private void hold(Runs runs) {
    starts = Arrays.copyOf(runs.starts, runs.count);
    figures = Arrays.copyOf(runs.figures, runs.count);
  }

  /** How many numbers it holds: two for a run, or one for each figure. */
  int held() {
    return starts.length + figures.length;
  }

  /** Runs in order; neighbours of the same figure become one. */
  private static final class Runs {
    private final char[] starts;
    private final float[] figures;
    private int count;

    Runs(int most) {
      starts = new char[most];
      figures = new float[most];
    }

    void add(int start, float figure) {
      if (count == 0 || !isSame(figures[count - 1], figure)) {
        starts[count] = (char) start;
        figures[count] = figure;
        count++;
      }
    }
  }
}
