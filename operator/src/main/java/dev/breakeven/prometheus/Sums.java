package dev.breakeven.prometheus;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a chunk's answer adds up to for each target and point. Single precision, as it is stored
 * with less. Used by one thread.
 */
final class Sums {

  /** How the series of one target come together. */
  enum Rule {
    /** They add up. */
    SUM,
    /** Their mean. */
    MEAN
  }

  private static final float NOTHING = -1;

  private final int points;
  private final Rule rule;
  private final Map<Tracked, float[]> sums = new HashMap<>();
  private final Map<Tracked, int[]> counts = new HashMap<>();

  Sums(int points, Rule rule) {
    this.points = points;
    this.rule = rule;
  }

  /** Adds a figure; one that is not a number spoils its point. */
  void add(Tracked target, int point, double value) {
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
  boolean has(Tracked target, int point) {
    float[] sum = sums.get(target);
    return sum != null && sum[point] != NOTHING;
  }

  /** The figure of a point that has one; NaN if a part of it was not a number. */
  double at(Tracked target, int point) {
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
