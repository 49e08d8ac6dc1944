package dev.breakeven.prometheus.collect.pod;

import dev.breakeven.prometheus.target.TargetState;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Points of a chunk in which the figures of a target's pods are not reliable, and so not stored.
 */
public final class UnreliableSteps {

  private final int points;
  private final Map<TargetState, BitSet> byTarget = new HashMap<>();

  UnreliableSteps(int points) {
    this.points = points;
  }

  /** Adds every point of the chunk. */
  void addAll(TargetState target) {
    change(target, its -> its.set(0, points));
  }

  void add(TargetState target, int point) {
    change(target, its -> its.set(point));
  }

  void add(TargetState target, BitSet some) {
    change(target, its -> its.or(some));
  }

  /**
   * Adds the points in which a pod was scraped.
   *
   * @param samples of the pod; entry 0 is the point before the chunk
   */
  void addScraped(TargetState target, float[] samples) {
    for (int i = 1; i < samples.length; i++) {
      if (samples[i] > 0) {
        add(target, i - 1);
      }
    }
  }

  private void change(TargetState target, Consumer<BitSet> change) {
    change.accept(byTarget.computeIfAbsent(target, t -> new BitSet()));
  }

  /** The points of a target. */
  public BitSet of(TargetState target) {
    return byTarget.getOrDefault(target, new BitSet());
  }
}
