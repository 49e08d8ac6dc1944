package dev.breakeven.advice.interval;

/**
 * A further source of error of the saving, independent of how traffic changes: the capacity of a
 * replica, or a price. Distances at 90 %, money a month.
 *
 * @param below how much less may be saved, at least 0
 * @param above how much more may be saved, at least 0
 */
public record ErrorTerm(double below, double above) {

  /**
   * @throws IllegalArgumentException if a distance is negative or not a number
   */
  public ErrorTerm {
    if (!(below >= 0 && above >= 0)) {
      throw new IllegalArgumentException("distances of " + below + " and " + above);
    }
  }

  /** The error of a figure that is {@code expected}, and one of the others at either end. */
  public static ErrorTerm between(double expected, double atOneEnd, double atOtherEnd) {
    return new ErrorTerm(
        Math.max(0, expected - Math.min(atOneEnd, atOtherEnd)),
        Math.max(0, Math.max(atOneEnd, atOtherEnd) - expected));
  }
}
