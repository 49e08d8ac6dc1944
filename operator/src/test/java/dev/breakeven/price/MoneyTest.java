package dev.breakeven.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Currency;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Scale;
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
  void noMoneyIsNoDebtAndOneCentOfItIs() {
    assertThat(Money.of("0.00", "USD").isNegative()).isFalse();
    assertThat(Money.of("-0.01", "USD").isNegative()).isTrue();
  }

  @Test
  void anAmountStandsBeforeItsCurrency() {
    assertThat(Money.of("1E+3", "USD")).hasToString("1000 USD");
    assertThat(Money.zero(Currency.getInstance("EUR"))).hasToString("0 EUR");
  }

  @Property
  void whatIsAddedCanBeTakenAwayInAnyOrder(
      @ForAll @BigRange(min = "-1e9", max = "1e9") @Scale(6) BigDecimal one,
      @ForAll @BigRange(min = "-1e9", max = "1e9") @Scale(6) BigDecimal other) {
    Money a = Money.of(one.toPlainString(), "USD");
    Money b = Money.of(other.toPlainString(), "USD");
    assertThat(a.plus(b)).isEqualTo(b.plus(a));
    assertThat(a.plus(b).minus(b)).isEqualTo(a);
    assertThat(a.minus(b).isNegative()).isEqualTo(a.compareTo(b) < 0);
  }

  @Property
  void whatHoldsInOneCurrencyHoldsInAnyOther(
      @ForAll @BigRange(min = "-1e6", max = "1e6") @Scale(4) BigDecimal one,
      @ForAll @BigRange(min = "-1e6", max = "1e6") @Scale(4) BigDecimal other) {
    Money dollars = Money.of(one.toPlainString(), "USD").plus(Money.of(other.toString(), "USD"));
    Money yen = Money.of(one.toPlainString(), "JPY").plus(Money.of(other.toString(), "JPY"));
    assertThat(yen.amount()).isEqualByComparingTo(dollars.amount());
    assertThat(yen.isNegative()).isEqualTo(dollars.isNegative());
    assertThat(yen).isNotEqualTo(dollars);
  }

  @Test
  void aComputedAmountIsRoundedHalfUp() {
    Currency usd = Currency.getInstance("USD");
    assertThat(Money.rounded(1.005, 2, usd)).isEqualTo(Money.of("1.01", "USD"));
    assertThat(Money.rounded(-1.005, 2, usd)).isEqualTo(Money.of("-1.01", "USD"));
    assertThatThrownBy(() -> Money.rounded(Double.NaN, 2, usd)).hasMessageContaining("NaN");
  }

  @Test
  void aPriceIsListedWithTheDecimalsItHasTwoAtLeastAndSixAtMost() {
    assertThat(Money.of("2.5", "USD").listed()).isEqualTo("2.50");
    assertThat(Money.of("0.0712", "USD").listed()).isEqualTo("0.0712");
    assertThat(Money.of("0.12345678", "USD").listed()).isEqualTo("0.123457");
    assertThat(Money.of("300", "JPY").listed()).isEqualTo("300.00");
  }
}
