package dev.breakeven.capacity;

import java.util.List;

/** What a policy says of one replica's capacity. */
public sealed interface StatedCapacity {

  /** These figures. */
  record Declared(Capacity capacity, double errorPercent) implements StatedCapacity {
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
