package dev.breakeven.capacity;

/**
 * What one replica sustains at its latency target, as an interval. The proportions between the
 * kinds of tokens are those of {@code best} throughout; how much of everything a replica does is
 * known up to a factor. About one in ten true capacities lies outside.
 *
 * @param best the most likely capacity
 * @param lowFactor the low end as a multiple of best, 0 to 1
 * @param highFactor the high end as a multiple of best, at least 1
 * @param basis how it is known
 */
public record CapacityInterval(
    Capacity best, double lowFactor, double highFactor, CapacityBasis basis) {

  /**
   * @throws IllegalArgumentException if the ends do not embrace the best
   */
  public CapacityInterval {
    if (!(lowFactor > 0 && lowFactor <= 1 && highFactor >= 1 && Double.isFinite(highFactor))) {
      throw new IllegalArgumentException(
          "an interval from " + lowFactor + " to " + highFactor + " times its best");
    }
  }

  /** The low end: planned with where running short would be the worse mistake. */
  public Capacity low() {
    return best.times(lowFactor);
  }

  /** The high end. */
  public Capacity high() {
    return best.times(highFactor);
  }

  /** High ÷ low. */
  public double width() {
    return highFactor / lowFactor;
  }

  /**
   * The interval without what is known to be too little.
   *
   * @param load replicas' worth of work, by {@code best}, that one replica has been seen to serve
   */
  public CapacityInterval atLeast(double load) {
    if (load <= lowFactor) {
      return this;
    }
    double center = Math.max(1, load);
    return new CapacityInterval(
        best.times(center), load / center, Math.max(highFactor, load) / center, basis);
  }
}
