package dev.breakeven.advice;

import dev.breakeven.price.Money;
import java.util.Currency;

/** Money over tokens. */
final class PerMillion {

  private static final int DECIMALS = 6;

  private PerMillion() {}

  /**
   * What a million tokens came to.
   *
   * @param otherwise why there is no such price where there were no tokens
   */
  static Finding<Money> of(double money, double tokens, Currency currency, Caveat otherwise) {
    return tokens > 0
        ? Finding.of(Money.rounded(money / tokens * 1e6, DECIMALS, currency))
        : new Finding.NotFound<>(otherwise);
  }
}
