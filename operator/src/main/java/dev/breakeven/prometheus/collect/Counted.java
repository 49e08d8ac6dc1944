package dev.breakeven.prometheus.collect;

/** What a counter's rise may be. */
final class Counted {

  // One token in a month is 4e-7 a second: what is less, and not nothing, was never counted.
  private static final double LEAST = 1e-9;

  private Counted() {}

  /** The figure; NaN where no counter can have risen by it. */
  static double orNaN(double perSecond) {
    return Double.isFinite(perSecond) && (perSecond == 0 || perSecond >= LEAST)
        ? perSecond
        : Double.NaN;
  }
}
