package dev.breakeven.traffic;

import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.function.DoubleUnaryOperator;

/**
 * One figure over a grid of steps, of which some may be absent. Immutable. Single precision: a
 * recorded rate is not known to seven digits, and an operator keeps thousands of these.
 */
public final class Series {

  private final float[] values; // NaN where absent
  private final Absence reason; // of every absent step
  private final boolean anyMeasured;

  private Series(float[] values, Absence reason) {
    this.values = values;
    this.reason = reason;
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

  /**
   * A series from values in order.
   *
   * @param reason why the steps whose value is NaN or infinite are absent
   */
  public static Series of(double[] values, Absence reason) {
    float[] copy = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      copy[i] = Double.isFinite(values[i]) ? (float) values[i] : Float.NaN;
    }
    return new Series(copy, reason);
  }

  /** A series measured in every step. */
  public static Series of(double... values) {
    return of(values, Absence.GAP);
  }

  /** A series of which no step is known. */
  public static Series absent(int steps, Absence reason) {
    float[] none = new float[steps];
    Arrays.fill(none, Float.NaN);
    return new Series(none, reason);
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

  /** The figure of step {@code i}, or why there is none. */
  public Reading at(int i) {
    return isMeasured(i) ? new Reading.Measured(values[i]) : new Reading.Absent(reason);
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
      throw new NoSuchElementException("step " + i + " is absent: " + reason);
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

  /** Mean over the measured steps, or why there is none. */
  public Reading mean() {
    double sum = 0;
    int n = 0;
    for (float v : values) {
      if (!Float.isNaN(v)) {
        sum += v;
        n++;
      }
    }
    return n == 0 ? new Reading.Absent(reason) : new Reading.Measured(sum / n);
  }

  /** Why the absent steps are absent. */
  public Absence absence() {
    return reason;
  }

  /** Steps {@code from} (included) to {@code to} (excluded). */
  public Series slice(int from, int to) {
    return new Series(Arrays.copyOfRange(values, from, to), reason);
  }

  /** The sum, step by step, where both were measured. */
  public Series plus(Series other) {
    double[] sum = new double[values.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (double) values[i] + other.values[i]; // NaN where either is
    }
    return of(sum, isAnyMeasured() ? other.reason : reason);
  }

  /** The same steps with every measured figure changed. */
  public Series map(DoubleUnaryOperator change) {
    double[] out = new double[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = isMeasured(i) ? change.applyAsDouble(values[i]) : Double.NaN;
    }
    return of(out, reason);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Series s && reason == s.reason && Arrays.equals(values, s.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + reason.hashCode();
  }

  @Override
  public String toString() {
    return "Series[" + measuredSteps() + " of " + steps() + " steps, else " + reason + "]";
  }
}
