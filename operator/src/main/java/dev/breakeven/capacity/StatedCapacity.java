package dev.breakeven.capacity;

import java.util.List;

/** What a policy says of one replica's capacity. */
public sealed interface StatedCapacity {

  /**
   * These figures.
   *
   * @param errorPercent how far they may be off, either way, 0 to 90
   */
  record Declared(Capacity capacity, double errorPercent) implements StatedCapacity {

    /** What is allowed for where the policy does not say. */
    public static final double USUAL_ERROR_PERCENT = 10;

    /**
     * @throws IllegalArgumentException if the error is out of range
     */
    public Declared {
      if (!(errorPercent >= 0 && errorPercent <= 90)) {
        throw new IllegalArgumentException(
            "a declared capacity is 0 to 90 percent off, not " + errorPercent);
      }
    }

    /** Taken as it is said. */
    public Declared(Capacity capacity) {
      this(capacity, 0);
    }
  }

  /** These measurements of one replica, at least one. */
  record Benchmarked(List<BenchmarkPoint> points) implements StatedCapacity {
    public Benchmarked {
      points = List.copyOf(points);
      if (points.isEmpty()) {
        throw new IllegalArgumentException("no benchmark points");
      }
    }
  }

  /** Nothing: it is learned from the traffic, as far as that shows it. */
  record NotStated() implements StatedCapacity {}
}
