package dev.breakeven.render.html;

import dev.breakeven.advice.Estimate;
import dev.breakeven.price.Money;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.Locale;
import java.util.function.Function;

/** Figures as people read them: English, UTC, rounded to what can be known, units beside them. */
final class HtmlFormat {

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String[] SUFFIXES = {"", "\u00a0k", "\u00a0M", "\u00a0B", "\u00a0T"};

  private HtmlFormat() {}

  /** A figure as it is shown, or that there is none. */
  static <T> String known(Estimate<T> figure, Function<T, String> shown) {
    return figure.found().map(shown).orElse("not known");
  }

  /** An amount in whole units of its currency, or with its cents below 100: {@code $1,204}. */
  static String money(Money m) {
    boolean small = m.amount().abs().compareTo(BigDecimal.valueOf(100)) < 0;
    return money(m, small ? Math.max(0, m.currency().getDefaultFractionDigits()) : 0);
  }

  /** An amount to the cent, so that the lines of a bill add up: {@code $1,204.17}. */
  static String toTheCent(Money m) {
    return money(m, Math.max(0, m.currency().getDefaultFractionDigits()));
  }

  /** A price of a token or a GPU hour: to the cent; below one up to three digits. */
  static String price(Money m) {
    BigDecimal amount = m.amount().stripTrailingZeros();
    int cents = Math.max(0, m.currency().getDefaultFractionDigits());
    int ofThreeDigits =
        amount.signum() == 0 || amount.abs().compareTo(BigDecimal.ONE) >= 0
            ? cents
            : m.decimalsOf(3);
    return money(m, Math.max(cents, Math.min(ofThreeDigits, amount.scale())));
  }

  /** As above, for a computed price. */
  static String price(double amount, Currency currency) {
    return price(Money.rounded(amount, 6, currency));
  }

  private static String money(Money m, int decimals) {
    NumberFormat format = NumberFormat.getCurrencyInstance(Locale.US);
    format.setCurrency(m.currency());
    format.setRoundingMode(RoundingMode.HALF_UP);
    format.setMinimumFractionDigits(decimals);
    format.setMaximumFractionDigits(decimals);
    BigDecimal rounded = m.amount().setScale(decimals, RoundingMode.HALF_UP);
    return (rounded.signum() < 0 ? "−" : "") + format.format(rounded.abs());
  }

  /** Three significant digits: {@code 1,204}, {@code 12.3 k}, {@code 4.56 B}; unbreakable. */
  static String count(double v) {
    BigDecimal rounded =
        new BigDecimal(v)
            .round(new MathContext(Math.abs(v) >= 1000 && Math.abs(v) < 10_000 ? 4 : 3));
    int thousands = 0;
    while (thousands < SUFFIXES.length - 1
        && rounded.abs().compareTo(BigDecimal.valueOf(thousands == 0 ? 10_000 : 1000)) >= 0) {
      rounded = rounded.movePointLeft(3);
      thousands++;
    }
    return plain(rounded, 3) + SUFFIXES[thousands];
  }

  /** At most one decimal: {@code 63.4 %}, unbreakable. */
  static String percent(double v) {
    return plain(BigDecimal.valueOf(v), 1) + "\u00a0%";
  }

  /** A plain number with at most that many decimals. */
  static String number(double v, int decimals) {
    return plain(BigDecimal.valueOf(v), decimals);
  }

  private static String plain(BigDecimal v, int decimals) {
    NumberFormat format = NumberFormat.getNumberInstance(Locale.US);
    format.setRoundingMode(RoundingMode.HALF_UP);
    format.setMaximumFractionDigits(decimals);
    BigDecimal rounded = v.setScale(decimals, RoundingMode.HALF_UP);
    return (rounded.signum() < 0 ? "−" : "") + format.format(rounded.abs());
  }

  /** A rule's message as a sentence: with a full stop, and units that stay with their numbers. */
  static String sentence(String message) {
    String text = message.replace(" %", "\u00a0%");
    return text.isEmpty() || text.endsWith(".") ? text : text + ".";
  }

  /** A message as a paragraph of its own. */
  static String paragraph(String message) {
    String text = sentence(message);
    return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  /** {@code 1 replica}, {@code 4 replicas}. */
  static String replicas(int n) {
    return n + (n == 1 ? " replica" : " replicas");
  }

  /** To the minute, UTC, without saying so. */
  static String minute(Instant t) {
    return MINUTE.format(t);
  }

  /** To the minute, and that it is UTC. */
  static String time(Instant t) {
    return minute(t) + " UTC";
  }

  static String day(LocalDate day) {
    return day.toString();
  }

  /** {@code 7 d}, {@code 36 h}, {@code 10 min}, {@code 90 s}: the largest unit that is whole. */
  static String duration(Duration d) {
    long s = d.toSeconds();
    if (s >= 48 * 3600 && s % 86_400 == 0) {
      return s / 86_400 + " d";
    }
    if (s >= 3600 && s % 3600 == 0) {
      return s / 3600 + " h";
    }
    return s >= 60 && s % 60 == 0 ? s / 60 + " min" : s + " s";
  }
}
