package dev.breakeven.advice.costing;

import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.price.Money;
import java.util.Currency;

/** Money over tokens. */
public final class PerMillion {

  private static final int DECIMALS = 6;

  private PerMillion() {}

  /**
   * What a million tokens came to.
   *
   * @param otherwise why there is no such price where there were no tokens
   */
  public static Estimate<Money> of(
      double money, double tokens, Currency currency, Issue otherwise) {
    return tokens > 0
        ? Estimate.of(Money.rounded(money / tokens * 1e6, DECIMALS, currency))
        : new Estimate.NotFound<>(otherwise);
  }
}
