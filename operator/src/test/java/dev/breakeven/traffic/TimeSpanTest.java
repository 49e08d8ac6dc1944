package dev.breakeven.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {

  @ParameterizedTest
  @CsvSource({"250ms, PT0.25S", "90s, PT90S", "10m, PT10M", "36h, PT36H", "7d, PT168H"})
  void aNumberAndAUnitAreADuration(String text, Duration duration) {
    assertThat(TimeSpan.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "m", "1h30m", "1.5h", "-1h", " 1h", "1w", "1234567s"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> TimeSpan.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"" + text + "\" is not a duration such as 90s, 10m, 1h or 7d");
  }

  @Test
  void sixDigitsAreTheLongestNumber() {
    assertThat(TimeSpan.parse("999999s")).isEqualTo(Duration.ofSeconds(999_999));
  }
}
