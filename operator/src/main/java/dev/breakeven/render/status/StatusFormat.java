package dev.breakeven.render.status;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Estimate;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Message;
import dev.breakeven.render.words.Words;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Figures as a status shows them: decimal strings, rounded to what a person reads. What was not
 * found is left out.
 */
public final class StatusFormat {

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final MathContext FOUR_DIGITS = new MathContext(4, RoundingMode.HALF_UP);

  private StatusFormat() {}

  /** An amount per month or hour, to the cent. */
  static String money(Money money) {
    return money.amount().setScale(2, RoundingMode.HALF_UP).toPlainString();
  }

  /** An amount per month that is an estimate: whole from a hundred on, else to the cent. */
  static String wholeMoney(Money money) {
    return money.amount().abs().compareTo(HUNDRED) < 0
        ? money(money)
        : money.amount().setScale(0, RoundingMode.HALF_UP).toPlainString();
  }

  /** A price as it stands in a list. */
  static String unitPrice(Money money) {
    return money.listed();
  }

  /**
   * What a million tokens come to: to the cent; below one at least three digits, and up to four
   * places.
   */
  static String perMillion(Money money) {
    BigDecimal amount = money.amount();
    if (amount.signum() == 0 || amount.abs().compareTo(BigDecimal.ONE) >= 0) {
      return money(money);
    }
    int places = money.decimalsOf(3);
    BigDecimal rounded = amount.setScale(Math.max(4, places), RoundingMode.HALF_UP);
    return rounded
        .setScale(Math.max(places, rounded.stripTrailingZeros().scale()), RoundingMode.UNNECESSARY)
        .toPlainString();
  }

  /** A percentage, to a tenth. */
  static String percent(double percent) {
    return decimal(percent, 1);
  }

  /** A ratio or a number of replicas, to a hundredth. */
  static String ratio(double ratio) {
    return decimal(ratio, 2);
  }

  /** A rate or a number of tokens, to four digits. */
  static String rate(double rate) {
    return BigDecimal.valueOf(rate).round(FOUR_DIGITS).stripTrailingZeros().toPlainString();
  }

  /** A time, to the second, RFC 3339 in UTC. */
  static String time(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** What a finding shows, or nothing. */
  static <T> @Nullable String found(Estimate<T> finding, Function<T, String> shown) {
    return finding instanceof Estimate.Found<T> f ? shown.apply(f.value()) : null;
  }

  /** Why there is no such figure, or nothing where there is one. */
  static @Nullable String missing(Estimate<?> finding) {
    return finding instanceof Estimate.NotFound<?> n ? Words.of(n.why()) : null;
  }

  /** Whether a figure is missing for the very reason that there is no verdict. */
  static boolean isSaidOnce(Estimate<?> finding, Advice advice) {
    return finding instanceof Estimate.NotFound<?> missing
        && missing.why().message().equals(advice.decision().message());
  }

  /** Above which rate tokens go to the API, or nothing where none do. */
  static @Nullable String burstAbove(Advice.BurstPoint burst) {
    return burst instanceof Advice.BurstPoint.Above above ? rate(above.tokensPerSecond()) : null;
  }

  /** The share of tokens that go to the API, or nothing where none do. */
  static @Nullable String burstShare(Advice.BurstPoint burst) {
    return burst instanceof Advice.BurstPoint.Above above ? percent(above.sharePercent()) : null;
  }

  /** The first text that there is. */
  static @Nullable String firstOf(@Nullable String... texts) {
    return Stream.of(texts).filter(Objects::nonNull).findFirst().orElse(null);
  }

  /** A message in words. */
  static String sentence(Message message) {
    return Words.of(message);
  }

  /** A text, cut to so many characters. */
  public static String cut(String text, int chars) {
    return text.length() <= chars ? text : text.substring(0, chars - 1) + "…";
  }

  private static String decimal(double value, int decimals) {
    return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
  }
}
