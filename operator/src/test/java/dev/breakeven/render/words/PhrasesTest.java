package dev.breakeven.render.words;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.price.Money;
import java.util.Currency;
import org.junit.jupiter.api.Test;

class PhrasesTest {

  @Test
  void thousandsStandApartAndHalvesAreRoundedUp() {
    assertThat(Phrases.decimal(0, 2)).isEqualTo("0.00");
    assertThat(Phrases.decimal(999.994, 2)).isEqualTo("999.99");
    assertThat(Phrases.decimal(999.995, 2)).isEqualTo("1,000.00");
    assertThat(Phrases.decimal(-1234567.25, 1)).isEqualTo("-1,234,567.3");
    assertThat(Phrases.decimal(-999, 0)).isEqualTo("-999");
    assertThat(Phrases.decimal(1e15, 0)).isEqualTo("1,000,000,000,000,000");
    assertThat(Phrases.whole(12_345.5)).isEqualTo("12,346");
    assertThat(Phrases.decimal(Double.POSITIVE_INFINITY, 1)).isEqualTo("Infinity");
  }

  @Test
  void moneyCarriesItsCurrencyAndSharesTheirSign() {
    assertThat(Phrases.money(12.5, Currency.getInstance("USD"))).isEqualTo("12.50 USD");
    assertThat(Phrases.money(-99.99, Currency.getInstance("USD"))).isEqualTo("-99.99 USD");
    assertThat(Phrases.money(608.58, Currency.getInstance("USD"))).isEqualTo("609 USD");
    assertThat(Phrases.money(1234.5, Currency.getInstance("USD"))).isEqualTo("1,235 USD");
    assertThat(Phrases.money(1_000, Currency.getInstance("USD"))).isEqualTo("1,000 USD");
    assertThat(Phrases.money(Money.of("-0.005", "USD"))).isEqualTo("-0.01 USD");
    assertThat(Phrases.percent(12.34)).isEqualTo("12.3 %");
  }

  @Test
  void oneReplicaIsNotPlural() {
    assertThat(Phrases.replicas(0)).isEqualTo("0 replicas");
    assertThat(Phrases.replicas(1)).isEqualTo("1 replica");
    assertThat(Phrases.replicas(1_000)).isEqualTo("1,000 replicas");
  }
}
