package dev.breakeven.price;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Currency;

/**
 * An amount of money in one currency. Nothing is ever converted: arithmetic over two currencies is
 * refused. Negative amounts are allowed, since a saving may be a loss.
 */
public record Money(BigDecimal amount, Currency currency) implements Comparable<Money> {

  /** Parses a decimal amount, say {@code Money.of("2.50", "USD")}. */
  public static Money of(String amount, String currencyCode) {
    return new Money(new BigDecimal(amount), Currency.getInstance(currencyCode));
  }

  /** Nothing, in that currency. */
  public static Money zero(Currency currency) {
    return new Money(BigDecimal.ZERO, currency);
  }

  /**
   * A computed amount, rounded half up to that many decimals.
   *
   * @throws IllegalArgumentException if the amount is NaN or infinite
   */
  public static Money rounded(double amount, int decimals, Currency currency) {
    if (!Double.isFinite(amount)) {
      throw new IllegalArgumentException("not an amount of money: " + amount);
    }
    return new Money(BigDecimal.valueOf(amount).setScale(decimals, RoundingMode.HALF_UP), currency);
  }

  public Money plus(Money more) {
    return new Money(amount.add(sameCurrency(more).amount), currency);
  }

  public Money minus(Money less) {
    return new Money(amount.subtract(sameCurrency(less).amount), currency);
  }

  public Money times(BigDecimal factor) {
    return new Money(amount.multiply(factor, MathContext.DECIMAL64), currency);
  }

  /** The amount as in a price list: with its own decimals, at least two and at most six. */
  public String listed() {
    BigDecimal shortest = amount.setScale(6, RoundingMode.HALF_UP).stripTrailingZeros();
    return shortest.setScale(Math.max(2, shortest.scale())).toPlainString();
  }

  /** Decimals at which an amount other than 0 shows so many significant digits. */
  public int decimalsOf(int digits) {
    return amount.scale() - amount.precision() + digits;
  }

  /** The amount as a double, for the planner's arithmetic. */
  public double value() {
    return amount.doubleValue();
  }

  public boolean isNegative() {
    return amount.signum() < 0;
  }

  @Override
  public int compareTo(Money other) {
    return amount.compareTo(sameCurrency(other).amount);
  }

  /** Equal as amounts: 2.5 is 2.50. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Money m
        && currency.equals(m.currency)
        && amount.compareTo(m.amount) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * amount.stripTrailingZeros().hashCode() + currency.hashCode();
  }

  @Override
  public String toString() {
    return amount.toPlainString() + " " + currency.getCurrencyCode();
  }

  private Money sameCurrency(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException(
          "nothing is converted: " + currency + " and " + other.currency);
    }
    return other;
  }
}
