package dev.breakeven.prometheus.target;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a chunk's answer adds up to for each target and point. Single precision, as it is stored
 * with less. Used by one thread.
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

  /** One token in a month is 4e-7 a second: what is less, and not nothing, was never measured. */
  private static final double LEAST = 1e-9;

  /** A thousand of the fastest replicas there are, behind one series of a gateway. */
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

    /** Adds a figure; one that none can be, such as less than nothing, spoils its point. */
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

    /** Whether there is any figure at a point, be it one that is not a number. */
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

  /** To add figures of a target to. */
  public OfTarget adding(TargetState target) {
    return byTarget.computeIfAbsent(target, t -> new OfTarget(points, rule));
  }

  /** Adds a figure; one that none can be, such as less than nothing, spoils its point. */
  public void add(TargetState target, int point, double value) {
    adding(target).add(point, value);
  }

  /** What there is of a target. */
  public OfTarget of(TargetState target) {
    return byTarget.getOrDefault(target, nothing);
  }

  /** A value, or NaN where no figure can be that: less than nothing, or next to nothing. */
  public static double figure(double value) {
    return value == 0 || (value >= LEAST && value <= MOST) ? value : Double.NaN;
  }

  /** Whether a target has any figure at a point, be it one that is not a number. */
  public boolean has(TargetState target, int point) {
    return of(target).has(point);
  }

  /** The figure of a point that has one; NaN if a part of it was not a number. */
  public double at(TargetState target, int point) {
    return of(target).at(point);
  }
}
