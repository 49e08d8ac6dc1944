package dev.breakeven.advice.interval;

/** What can be said of the saving over the next seven days, scaled to a month. */
public sealed interface SavingStatement {

  /** Too little past for any figure. */
  record Withheld() implements SavingStatement {}

  /** Enough past for a range and whether it lies on one side of zero, not for a figure. */
  record RangeOnly(double low, double high) implements SavingStatement {}

  /**
   * A figure with its 90 % interval, money a month.
   *
   * @param expected as over the last seven days
   * @param low 5th percentile
   * @param high 95th percentile
   */
  record Stated(double expected, double low, double high) implements SavingStatement {}
}
