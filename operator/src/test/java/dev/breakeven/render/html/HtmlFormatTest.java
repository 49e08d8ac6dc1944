package dev.breakeven.render.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.price.Money;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlFormatTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1204.17 | USD | $1,204",
        "99.5 | USD | $99.50",
        "-1204.5 | USD | −$1,205",
        "-0.001 | USD | $0.00",
        "0 | USD | $0.00",
        "1204.17 | EUR | €1,204",
        "50 | JPY | ¥50"
      })
  void moneyIsInWholeUnitsAndBelowAHundredInCents(String amount, String currency, String shown) {
    assertThat(HtmlFormat.money(Money.of(amount, currency))).isEqualTo(shown);
  }

  @Test
  void aBillKeepsItsCents() {
    assertThat(HtmlFormat.toTheCent(Money.of("1204.17", "USD"))).isEqualTo("$1,204.17");
    assertThat(HtmlFormat.toTheCent(Money.of("1204", "JPY"))).isEqualTo("¥1,204");
  }

  @ParameterizedTest
  @CsvSource({
    "0.6,$0.60",
    "0.125,$0.125",
    "0.0375,$0.0375",
    "0.004567,$0.00457",
    "2.50,$2.50",
    "2.505,$2.51",
    "0,$0.00"
  })
  void aPriceHasTheDecimalsThatTellItFromAnother(String amount, String shown) {
    assertThat(HtmlFormat.price(Money.of(amount, "USD"))).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "0.4 | 0.4",
        "12.34 | 12.3",
        "999.6 | 1,000",
        "1308.4 | 1,308",
        "9999.9 | 10 k",
        "12345 | 12.3 k",
        "999999 | 1 M",
        "34770000000 | 34.8 B",
        "1.5e15 | 1,500 T"
      })
  void aCountHasThreeDigitsAndALetter(double v, String shown) {
    assertThat(HtmlFormat.count(v).replace('\u00a0', ' ')).isEqualTo(shown);
  }

  @Test
  void aLetterStaysWithItsNumber() {
    assertThat(HtmlFormat.count(12_345)).isEqualTo("12.3\u00a0k");
  }

  @Test
  void aPercentageHasOneDecimalAtMost() {
    assertThat(HtmlFormat.percent(37.46)).isEqualTo("37.5\u00a0%");
    assertThat(HtmlFormat.percent(80)).isEqualTo("80\u00a0%");
    assertThat(HtmlFormat.percent(-0.01)).isEqualTo("0\u00a0%");
  }

  @Test
  void aTimeIsInUtc() {
    assertThat(HtmlFormat.time(Instant.parse("2026-11-24T03:00:59Z")))
        .isEqualTo("2026-11-24 03:00 UTC");
  }

  @ParameterizedTest
  @CsvSource({"PT168H,7 d", "PT24H,24 h", "PT36H,36 h", "PT10M,10 min", "PT90S,90 s", "PT0S,0 s"})
  void aDurationIsInItsLargestWholeUnit(Duration d, String shown) {
    assertThat(HtmlFormat.duration(d)).isEqualTo(shown);
  }
}
