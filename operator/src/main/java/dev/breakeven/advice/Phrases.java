package dev.breakeven.advice;

import dev.breakeven.price.Money;
import java.util.Currency;
import java.util.Locale;

/** Figures as they stand in a sentence for people. */
final class Phrases {

  private Phrases() {}

  /** Money to the cent, {@code 1,234.50 USD}. */
  static String money(double amount, Currency currency) {
    return String.format(Locale.ROOT, "%,.2f %s", amount, currency.getCurrencyCode());
  }

  static String money(Money money) {
    return String.format(
        Locale.ROOT, "%,.2f %s", money.amount(), money.currency().getCurrencyCode());
  }

  /** A share in percent, {@code 12.3 %}. */
  static String percent(double percent) {
    return String.format(Locale.ROOT, "%.1f %%", percent);
  }

  /** A large number without decimals, {@code 12,345}. */
  static String whole(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  /** {@code 1 replica}, {@code 2 replicas}. */
  static String replicas(int count) {
    return count == 1 ? "1 replica" : whole(count) + " replicas";
  }
}
