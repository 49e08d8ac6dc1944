package dev.breakeven.prometheus.history;

/**
 * A figure that is never negative in 16 bits: 6 of exponent and 10 of mantissa, or "absent". From
 * 2⁻²³ to 2³⁹ it is right to 0.05 %, better than any rate that was scraped; whole numbers up to
 * 2,048 and zero are exact. What is left of one figure less another, input less what came from the
 * cache, is less exact: {@code KeptFiguresTest} says what it makes of money. Thousands of histories
 * fit where hundreds would as floats.
 */
final class CompactFigure {

  static final char ABSENT = 0xFFFF;

  private static final int DROPPED_BITS = 13; // of the 23 in a float's mantissa
  private static final int MANTISSA_BITS = 10;
  private static final int REBASE = (127 - 24) << MANTISSA_BITS;
  private static final int GREATEST = 0xFFFE;

  private CompactFigure() {}

  /** NaN and infinities become absent, negative figures zero. */
  static char of(double figure) {
    if (Double.isNaN(figure) || Double.isInfinite(figure)) {
      return ABSENT;
    }
    if (figure <= 0) {
      return 0;
    }
    int rounded =
        (Float.floatToIntBits((float) figure) + (1 << (DROPPED_BITS - 1))) >> DROPPED_BITS;
    return (char) Math.max(0, Math.min(GREATEST, rounded - REBASE));
  }

  /** NaN for absent. */
  static float toFloat(char compact) {
    if (compact == ABSENT) {
      return Float.NaN;
    }
    return compact == 0 ? 0 : Float.intBitsToFloat((compact + REBASE) << DROPPED_BITS);
  }
}
