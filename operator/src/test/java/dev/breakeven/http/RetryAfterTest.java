package dev.breakeven.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

  @ParameterizedTest
  @CsvSource({
    "7, 7",
    "' 7 ', 7",
    "0, 0",
    "3600, 30",
    "999999999, 30",
    "99999999999999999999, 0",
    "-5, 0",
    "'', 0",
    "soon, 0",
    "'Wed, 25 Nov 2026 10:00:09 GMT', 9",
    "'Wed, 25 Nov 2026 09:00:00 GMT', 0",
    "'Thu, 26 Nov 2026 10:00:00 GMT', 30"
  })
  void secondsOrADateUpToABound(String header, int seconds) {
    assertThat(RetryAfter.of(header, Instant.parse("2026-11-25T10:00:00Z"), Duration.ofSeconds(30)))
        .isEqualTo(Duration.ofSeconds(seconds));
  }
}
