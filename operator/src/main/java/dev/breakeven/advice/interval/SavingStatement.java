package dev.breakeven.advice.interval;

/** What can be said of the saving over the next seven days, scaled to a month. */
public sealed interface SavingStatement {

  /** Which way the saving goes over its whole range. */
  enum Direction {
    SAVES,
    COSTS,
    UNCLEAR
  }

  /** Too little past for any figure. */
  record Withheld(double daysKnown) implements SavingStatement {}

  /** Enough past for a range and whether it lies on one side of zero, not for a figure. */
  record RangeOnly(double low, double high, double daysKnown) implements SavingStatement {
    /** Which way it goes. */
    public Direction direction() {
      return directionOf(low, high);
    }
  }

  /**
   * A figure with its 90 % interval, money a month.
   *
   * @param expected as over the last seven days
   * @param low 5th percentile
   * @param high 95th percentile
   * @param weeksCompared changes between weeks that the policy's own past showed
   */
  record Stated(double expected, double low, double high, double daysKnown, int weeksCompared)
      implements SavingStatement {
    /** Which way it goes. */
    public Direction direction() {
      return directionOf(low, high);
    }
  }

  private static Direction directionOf(double low, double high) {
    return low > 0 ? Direction.SAVES : high < 0 ? Direction.COSTS : Direction.UNCLEAR;
  }
}
