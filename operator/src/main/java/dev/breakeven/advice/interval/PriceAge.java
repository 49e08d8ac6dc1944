package dev.breakeven.advice.interval;

/**
 * How far an API's price may have moved since it was read: a random walk of the price's logarithm
 * with a standard deviation of {@link #CHANGE_A_YEAR}·√(years).
 *
 * <p>Measured on the list prices that pydantic/genai-prices kept from 2025-07-15 to 2026-08-09, at
 * three tokens of input to one of output: of 11,801 prices a month apart 0.6 % had changed, and the
 * root mean square of the log ratio was 0.030 over 30 days (11,801 pairs), 0.049 over 90 (9,215),
 * 0.061 over 180 (6,061) and 0.118 over 360 (1,142).
 */
public final class PriceAge {

  /** Standard deviation of the log of a price that was read a year ago. */
  static final double CHANGE_A_YEAR = 0.12;

  private static final double DAYS_A_YEAR = 365;

  private PriceAge() {}

  /**
   * The error of a saving.
   *
   * @param apiDifference money a month that goes to the API in one way and not in the other
   * @param days since the price was read; not counted where negative
   */
  public static ErrorTerm of(double apiDifference, long days) {
    double deviation = CHANGE_A_YEAR * Math.sqrt(Math.max(0, days) / DAYS_A_YEAR);
    double distance = SavingInterval.Z_90 * deviation * Math.abs(apiDifference);
    return new ErrorTerm(distance, distance);
  }
}
