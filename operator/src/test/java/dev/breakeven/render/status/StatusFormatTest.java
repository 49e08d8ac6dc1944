package dev.breakeven.render.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.price.Money;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusFormatTest {

  @ParameterizedTest
  @CsvSource({
    "12.345,12.35",
    "1.5,1.50",
    "0.6,0.600",
    "0.12345,0.1235",
    "0.041,0.0410",
    "0.0046,0.00460",
    "0.00001234,0.0000123",
    "0.99999,1.000",
    "0,0.00"
  })
  void aPricePerMillionTokensHasThreeDigitsAtLeast(String amount, String shown) {
    assertThat(StatusFormat.perMillion(Money.of(amount, "USD"))).isEqualTo(shown);
  }
}
