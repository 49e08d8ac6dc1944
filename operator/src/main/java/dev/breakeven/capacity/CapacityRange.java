package dev.breakeven.capacity;

/**
 * How far a capacity may be off: about one in ten true capacities lies outside.
 *
 * @param lowFactor the low end as a multiple of the best, above 0, at most 1
 * @param highFactor the high end as a multiple of the best, at least 1
 */
public record CapacityRange(double lowFactor, double highFactor) {

  /** No error is allowed for. */
  public static final CapacityRange EXACT = new CapacityRange(1, 1);

  /**
   * @throws IllegalArgumentException if the ends do not embrace the best
   */
  public CapacityRange {
    if (!(lowFactor > 0 && lowFactor <= 1 && highFactor >= 1 && Double.isFinite(highFactor))) {
      throw new IllegalArgumentException(
          "a range from " + lowFactor + " to " + highFactor + " times its best");
    }
  }

  /** Off by a relative error at most, either way. */
  public static CapacityRange within(double error) {
    return new CapacityRange(1 - Math.min(0.9, error), 1 + error);
  }

  /** Whether both ends are the best. */
  public boolean isExact() {
    return lowFactor == 1 && highFactor == 1;
  }
}
