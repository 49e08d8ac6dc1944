package dev.breakeven.advice;

import static org.assertj.core.api.Assertions.assertThat;

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
    assertThat(Phrases.money(12.5, SampleInput.USD)).isEqualTo("12.50 USD");
    assertThat(Phrases.money(-999.99, SampleInput.USD)).isEqualTo("-999.99 USD");
    assertThat(Phrases.money(1234.5, SampleInput.USD)).isEqualTo("1,235 USD");
    assertThat(Phrases.money(1_000, SampleInput.USD)).isEqualTo("1,000 USD");
    assertThat(Phrases.money(SampleInput.usd("-0.005"))).isEqualTo("-0.01 USD");
    assertThat(Phrases.percent(12.34)).isEqualTo("12.3 %");
  }

  @Test
  void theEndsOfARangeAreRoundedAlike() {
    assertThat(Phrases.moneyBetween(-143.97, 4131.4, SampleInput.USD))
        .isEqualTo("-144 USD and 4,131 USD");
    assertThat(Phrases.moneyBetween(-12.5, 999.99, SampleInput.USD))
        .isEqualTo("-12.50 USD and 999.99 USD");
    assertThat(Phrases.moneyBetween(-1_000, 0, SampleInput.USD)).isEqualTo("-1,000 USD and 0 USD");
  }

  @Test
  void oneReplicaIsNotPlural() {
    assertThat(Phrases.replicas(0)).isEqualTo("0 replicas");
    assertThat(Phrases.replicas(1)).isEqualTo("1 replica");
    assertThat(Phrases.replicas(1_000)).isEqualTo("1,000 replicas");
  }
}
