package dev.breakeven.prometheus.history;

import dev.breakeven.prometheus.collect.TargetState;
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

  private final int points;
  private final Rule rule;
  private final Map<TargetState, float[]> sums = new HashMap<>();
  private final Map<TargetState, int[]> counts = new HashMap<>();

  public TargetSums(int points, Rule rule) {
    this.points = points;
    this.rule = rule;
  }

  /** Adds a figure; one that is not a number spoils its point. */
  public void add(TargetState target, int point, double value) {
    if (point < 0 || point >= points) {
      return;
    }
    float[] sum = sums.computeIfAbsent(target, t -> filled(points));
    float finite = Double.isFinite(value) ? (float) Math.max(0, value) : Float.NaN;
    sum[point] = sum[point] == NOTHING ? finite : sum[point] + finite;
    if (rule == Rule.MEAN) {
      counts.computeIfAbsent(target, t -> new int[points])[point]++;
    }
  }

  private static float[] filled(int points) {
    float[] sum = new float[points];
    Arrays.fill(sum, NOTHING);
    return sum;
  }

  /** Whether a target has any figure at a point, be it one that is not a number. */
  public boolean has(TargetState target, int point) {
    float[] sum = sums.get(target);
    return sum != null && sum[point] != NOTHING;
  }

  /** The figure of a point that has one; NaN if a part of it was not a number. */
  public double at(TargetState target, int point) {
    float[] sum = sums.get(target);
    if (sum == null || sum[point] == NOTHING) {
      throw new IllegalArgumentException("nothing at " + point);
    }
    if (rule == Rule.SUM) {
      return sum[point];
    }
    int[] n = counts.get(target);
    return n == null ? sum[point] : sum[point] / n[point];
  }
}
