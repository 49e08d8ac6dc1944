package dev.breakeven.render.words;

import dev.breakeven.price.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Currency;

/** Figures as they stand in a sentence for people. */
public final class Phrases {

  private Phrases() {}

  /** From here on nobody counts cents: the same in a status, a table and a sentence. */
  private static final BigDecimal WHOLE_FROM = BigDecimal.valueOf(100);

  /** Money, {@code 1,235 USD}; to the cent below a hundred, {@code 12.50 USD}. */
  public static String money(double amount, Currency currency) {
    return money(BigDecimal.valueOf(amount)) + " " + currency.getCurrencyCode();
  }

  static String money(BigDecimal amount, Currency currency) {
    return money(amount) + " " + currency.getCurrencyCode();
  }

  public static String money(Money money) {
    return money(money.amount()) + " " + money.currency().getCurrencyCode();
  }

  /** An interval, {@code -35 and 4,646 USD}: both ends as the greater one is rounded. */
  static String between(BigDecimal low, BigDecimal high, Currency currency) {
    return between(low, high) + " " + currency.getCurrencyCode();
  }

  /** The same, where the currency stands elsewhere. */
  public static String between(BigDecimal low, BigDecimal high) {
    int decimals = Math.min(cents(low), cents(high));
    return decimal(low, decimals) + " and " + decimal(high, decimals);
  }

  /** By way of cents, in which the same amount stands in a table. */
  public static String money(BigDecimal amount) {
    return decimal(amount.setScale(2, RoundingMode.HALF_UP), cents(amount));
  }

  private static int cents(BigDecimal amount) {
    return hasCents(amount) ? 2 : 0;
  }

  /** Whether an amount is small enough to be shown to the cent. */
  public static boolean hasCents(BigDecimal amount) {
    return amount.abs().compareTo(WHOLE_FROM) < 0;
  }

  /** A share in percent, {@code 12.3 %}. */
  public static String percent(double percent) {
    return decimal(percent, 1) + " %";
  }

  /** A large number without decimals, {@code 12,345}. */
  public static String whole(double number) {
    return decimal(number, 0);
  }

  /**
   * A number with so many decimals, rounded half up, thousands apart by commas. Written out here
   * because a format string is parsed anew each time, and there are thousands of policies.
   */
  public static String decimal(double number, int decimals) {
    return Double.isFinite(number)
        ? decimal(BigDecimal.valueOf(number), decimals)
        : Double.toString(number);
  }

  private static String decimal(BigDecimal number, int decimals) {
    StringBuilder text =
        new StringBuilder(number.setScale(decimals, RoundingMode.HALF_UP).toPlainString());
    int point = decimals == 0 ? text.length() : text.length() - decimals - 1;
    int firstDigit = text.charAt(0) == '-' ? 1 : 0;
    for (int i = point - 3; i > firstDigit; i -= 3) {
      text.insert(i, ',');
    }
    return text.toString();
  }

  /** {@code 1 replica}, {@code 2 replicas}. */
  public static String replicas(int count) {
    return count == 1 ? "1 replica" : whole(count) + " replicas";
  }

  /** {@code 7 days}, {@code 2.5 days}, {@code 24 hours}. */
  static String days(Duration duration) {
    if (duration.compareTo(Duration.ofDays(2)) < 0) {
      String hours = hours(duration);
      return hours.equals("1") ? "hour" : hours + " hours";
    }
    long tenths = duration.toMinutes() / 144;
    return decimal(tenths / 10.0, tenths % 10 == 0 ? 0 : 1) + " days";
  }

  /** Hours, rounded down to a tenth: what is short of a day must not read as one. */
  static String hours(Duration duration) {
    long tenths = duration.toSeconds() / 360;
    return decimal(tenths / 10.0, tenths % 10 == 0 ? 0 : 1);
  }
}
