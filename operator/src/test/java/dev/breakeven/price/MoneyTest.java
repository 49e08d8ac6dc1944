package dev.breakeven.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Currency;
import org.junit.jupiter.api.Test;

class MoneyTest {

  @Test
  void tenthsAddUpExactly() {
    Money dime = Money.of("0.1", "USD");
    assertThat(dime.plus(dime).plus(dime)).isEqualTo(Money.of("0.3", "USD"));
    assertThat(dime.minus(Money.of("0.2", "USD")).isNegative()).isTrue();
    assertThat(dime.times(new BigDecimal("3"))).isEqualTo(Money.of("0.30", "USD"));
  }

  @Test
  void nothingIsConverted() {
    Money dollar = Money.of("1", "USD");
    Money euro = Money.of("1", "EUR");
    assertThatThrownBy(() -> dollar.plus(euro))
        .hasMessageContaining("USD")
        .hasMessageContaining("EUR");
    assertThatThrownBy(() -> dollar.compareTo(euro)).hasMessageContaining("converted");
    assertThat(dollar).isNotEqualTo(euro);
  }

  @Test
  void equalAmountsAreEqualHoweverTheyAreWritten() {
    assertThat(Money.of("2.5", "USD"))
        .isEqualTo(Money.of("2.50", "USD"))
        .hasSameHashCodeAs(Money.of("2.50", "USD"));
  }

  @Test
  void aComputedAmountIsRoundedHalfUp() {
    Currency usd = Currency.getInstance("USD");
    assertThat(Money.rounded(1.005, 2, usd)).isEqualTo(Money.of("1.01", "USD"));
    assertThat(Money.rounded(-1.005, 2, usd)).isEqualTo(Money.of("-1.01", "USD"));
    assertThatThrownBy(() -> Money.rounded(Double.NaN, 2, usd)).hasMessageContaining("NaN");
  }
}
