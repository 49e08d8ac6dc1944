package dev.breakeven.advice.interval;

/**
 * What would have been saved over a span of the past had its load been a multiple of what it was.
 */
@FunctionalInterface
public interface SavingAtScale {

  /**
   * Money a month; negative where it would have cost more.
   *
   * @param scale multiple of every step's load, above 0; 1 is the load as it was
   */
  double at(double scale);
}
