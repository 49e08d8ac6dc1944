package dev.breakeven.advice.interval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PriceAgeTest {

  @Test
  void aPriceThatWasReadAYearAgoIsOffByTwelvePercentOfWhatItDecides() {
    // 1.65 standard deviations of 0.12 on 1,000 a month that only one of the two ways pays.
    ErrorTerm error = PriceAge.of(-1_000, 365);
    assertThat(error.below()).isEqualTo(198, within(1e-9));
    assertThat(error.above()).isEqualTo(198, within(1e-9));
  }

  @Test
  void theErrorGrowsWithTheRootOfTheAge() {
    assertThat(PriceAge.of(1_000, 4 * 30).above())
        .isEqualTo(2 * PriceAge.of(1_000, 30).above(), within(1e-9));
  }

  @Test
  void aPriceThatWasReadTodayOrIsDatedAheadIsTakenAsItIs() {
    assertThat(PriceAge.of(1_000, 0)).isEqualTo(new ErrorTerm(0, 0));
    assertThat(PriceAge.of(1_000, -9)).isEqualTo(new ErrorTerm(0, 0));
  }
}
