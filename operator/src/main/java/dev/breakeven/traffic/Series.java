package dev.breakeven.traffic;

import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.OptionalDouble;

/**
 * One figure over a grid of steps, of which some may be absent. Immutable. Single precision: a
 * recorded rate is not known to seven digits, and an operator keeps thousands of these.
 */
public final class Series {

  private final float[] values; // NaN where absent
  private final boolean anyMeasured;

  private Series(float[] values) {
    this.values = values;
    anyMeasured = hasFigure(values);
  }

  private static boolean hasFigure(float[] values) {
    for (float v : values) {
      if (!Float.isNaN(v)) {
        return true;
      }
    }
    return false;
  }

  /** Whether any step was measured. */
  public boolean isAnyMeasured() {
    return anyMeasured;
  }

  /** A series from values in order; a step whose value is NaN or infinite is absent. */
  public static Series of(double... values) {
    float[] copy = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      copy[i] = Double.isFinite(values[i]) ? (float) values[i] : Float.NaN;
    }
    return new Series(copy);
  }

  /** A series of which no step is known. */
  public static Series absent(int steps) {
    float[] none = new float[steps];
    Arrays.fill(none, Float.NaN);
    return new Series(none);
  }

  /** The same figure in every step. */
  public static Series constant(int steps, double value) {
    double[] same = new double[steps];
    Arrays.fill(same, value);
    return of(same);
  }

  /** How many steps, known or not. */
  public int steps() {
    return values.length;
  }

  /** Whether step {@code i} was measured. */
  public boolean isMeasured(int i) {
    return !Float.isNaN(values[i]);
  }

  /**
   * The figure of a step that was measured.
   *
   * @throws NoSuchElementException if it was not
   */
  public double measuredAt(int i) {
    if (!isMeasured(i)) {
      throw new NoSuchElementException("step " + i + " is absent");
    }
    return values[i];
  }

  /**
   * The figure of step {@code i}, or {@code otherwise} where the caller knows what absence means.
   */
  public double at(int i, double otherwise) {
    return isMeasured(i) ? values[i] : otherwise;
  }

  /** Steps that were measured. */
  public int measuredSteps() {
    int n = 0;
    for (float v : values) {
      if (!Float.isNaN(v)) {
        n++;
      }
    }
    return n;
  }

  /** Mean over the measured steps. */
  public OptionalDouble mean() {
    double sum = 0;
    int n = 0;
    for (float v : values) {
      if (!Float.isNaN(v)) {
        sum += v;
        n++;
      }
    }
    return n == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / n);
  }

  /** Steps {@code from} (included) to {@code to} (excluded). */
  public Series slice(int from, int to) {
    return new Series(Arrays.copyOfRange(values, from, to));
  }

  /** The sum, step by step, where both were measured. */
  public Series plus(Series other) {
    double[] sum = new double[values.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (double) values[i] + other.values[i]; // NaN where either is
    }
    return of(sum);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Series s && Arrays.equals(values, s.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Series[" + measuredSteps() + " of " + steps() + " steps]";
  }
}
