package dev.breakeven.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DailyHoursTest {

  @ParameterizedTest
  @CsvSource({
    "2026-11-01T16:20:00Z, 600, 0",
    "2026-11-01T16:30:00Z, 600, 1", // begins
    "2026-11-01T23:50:00Z, 1800, 1", // over midnight
    "2026-11-02T00:20:00Z, 600, 1", // ends
    "2026-11-02T00:30:00Z, 600, 0",
    "2026-11-01T16:00:00Z, 3600, 0.5", // half of an hour's step
    "2026-11-01T00:00:00Z, 86400, 0.333333", // 0:30 and 7:30 of 24 hours
  })
  void aStepCountsByThePartOfItThatIsInside(String start, int seconds, double share) {
    DailyHours offPeak = new DailyHours(LocalTime.of(16, 30), LocalTime.of(0, 30), ZoneOffset.UTC);
    assertThat(offPeak.shareOf(Instant.parse(start).getEpochSecond(), seconds))
        .isCloseTo(share, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-07-01T06:00:00Z, 1", // 8:00 in summer
    "2026-12-01T06:00:00Z, 0", // 7:00 in winter
    "2026-12-01T07:00:00Z, 1",
  })
  void hoursAreThoseOfTheirTimeZone(String start, double share) {
    DailyHours day =
        new DailyHours(LocalTime.of(8, 0), LocalTime.of(20, 0), ZoneId.of("Europe/Berlin"));
    assertThat(day.shareOf(Instant.parse(start).getEpochSecond(), 600)).isEqualTo(share);
  }

  @Test
  void midnightIsTheEndOfADayToo() {
    DailyHours evening = new DailyHours(LocalTime.of(18, 0), LocalTime.MIDNIGHT, ZoneOffset.UTC);
    assertThat(evening.shareOf(Instant.parse("2026-11-01T00:00:00Z").getEpochSecond(), 86_400))
        .isEqualTo(0.25);
  }

  @Test
  void whatBeginsWhenItEndsIsRefused() {
    assertThatThrownBy(() -> new DailyHours(LocalTime.NOON, LocalTime.NOON, ZoneOffset.UTC))
        .hasMessage("from 12:00 to 12:00 is no time of the day");
  }
}
