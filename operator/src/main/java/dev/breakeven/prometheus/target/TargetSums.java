package dev.breakeven.prometheus.target;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Sums or means of a chunk's series for each target and point. Single precision, because less is
 * stored. Used by one thread.
 */
public final class TargetSums {

  /** How the series of one target come together. */
  public enum Rule {
    /** They add up. */
    SUM,
    /** Their mean. */
    MEAN
  }

  private static final float NOTHING = -1;

  /** One token in a month is 4e-7 a second: nothing but zero is less. */
  private static final double LEAST = 1e-9;

  /** More than a thousand of the fastest replicas generate. */
  private static final double MOST = 1e9;

  private final int points;
  private final Rule rule;
  private final OfTarget nothing;
  private final Map<TargetState, OfTarget> byTarget = new HashMap<>();

  public TargetSums(int points, Rule rule) {
    this.points = points;
    this.rule = rule;
    this.nothing = new OfTarget(points, rule);
  }

  /** What the series of one target add up to. */
  public static final class OfTarget {
    private final float[] sum;
    private final int[] counts; // of a mean

    private OfTarget(int points, Rule rule) {
      sum = new float[points];
      Arrays.fill(sum, NOTHING);
      counts = new int[rule == Rule.MEAN ? points : 0];
    }

    /** Adds a figure. One that is impossible, such as a negative one, makes its point NaN. */
    public void add(int point, double value) {
      if (point < 0 || point >= sum.length) {
        return;
      }
      float figure = (float) figure(value);
      sum[point] = sum[point] == NOTHING ? figure : sum[point] + figure;
      if (counts.length > 0) {
        counts[point]++;
      }
    }

    /** Whether there is a figure at a point, even NaN. */
    public boolean has(int point) {
      return sum[point] != NOTHING;
    }

    /** The figure of a point that has one; NaN if a part of it was not a number. */
    public double at(int point) {
      if (sum[point] == NOTHING) {
        throw new IllegalArgumentException("nothing at " + point);
      }
      return counts.length > 0 ? sum[point] / counts[point] : sum[point];
    }
  }

  /** The sums of a target, to add figures to. */
  public OfTarget adding(TargetState target) {
    return byTarget.computeIfAbsent(target, t -> new OfTarget(points, rule));
  }

  /** Adds a figure. One that is impossible, such as a negative one, makes its point NaN. */
  public void add(TargetState target, int point, double value) {
    adding(target).add(point, value);
  }

  /** The sums of a target. */
  public OfTarget of(TargetState target) {
    return byTarget.getOrDefault(target, nothing);
  }

  /** The value, or NaN if it is impossible: negative, too small or too large. */
  public static double figure(double value) {
    return value == 0 || (value >= LEAST && value <= MOST) ? value : Double.NaN;
  }

  /** Whether a target has a figure at a point, even NaN. */
  public boolean has(TargetState target, int point) {
    return of(target).has(point);
  }

  /** The figure of a point that has one; NaN if a part of it was not a number. */
  public double at(TargetState target, int point) {
    return of(target).at(point);
  }
}
