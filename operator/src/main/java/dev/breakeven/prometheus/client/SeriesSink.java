package dev.breakeven.prometheus.client;

import java.util.Arrays;
import java.util.Map;

/** Takes the series of an answer one by one, while it is still being read. */
@FunctionalInterface
public interface SeriesSink {

  /**
   * @param labels of the series
   * @param points its samples in the order of their times; reused for the next series
   */
  void take(Map<String, String> labels, Points points);

  /**
   * A series that cannot be read, while the others of the answer can.
   *
   * @param labels of the series, cut where they are beyond all bounds
   */
  default void takeUnreadable(Map<String, String> labels) {}

  /**
   * What the answer says that it is.
   *
   * @param resultType such as {@code matrix}
   */
  default void isA(String resultType) {}

  /** Samples of one series. A value is NaN or infinite where the server says so. */
  final class Points {
    private long[] epochSeconds = new long[256];
    private double[] values = new double[256];
    private int size;

    public int size() {
      return size;
    }

    public long epochSecondAt(int i) {
      return epochSeconds[i];
    }

    public double valueAt(int i) {
      return values[i];
    }

    /** Empties it. */
    public void clear() {
      size = 0;
    }

    /** Adds a sample after the others. */
    public void add(long epochSecond, double value) {
      if (size == values.length) {
        epochSeconds = Arrays.copyOf(epochSeconds, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
      }
      epochSeconds[size] = epochSecond;
      values[size] = value;
      size++;
    }
  }
}
