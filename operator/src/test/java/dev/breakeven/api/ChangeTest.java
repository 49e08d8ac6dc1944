package dev.breakeven.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeTest {

  @Test
  void aLineThatIsReadSaysTheSameAgain() {
    Change change = new Change("2026-11-09T10:00:00Z", "SelfHost", 3, "API", 0, "Cheapest");

    assertThat(change.line()).isEqualTo("2026-11-09T10:00:00Z SelfHost 3 to API 0: Cheapest");
    assertThat(Change.read(change.line())).contains(change);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-11-09T10:00:00Z SelfHost 3 to API 0",
        "2026-11-09T10:00:00Z SelfHost -3 to API 0: Cheapest",
        "2026-11-09T10:00:00Z SelfHost 99999999 to API 0: Cheapest",
        "a stranger wrote this",
      })
  void aLineThatTellsOfNoChangeIsNone(String line) {
    assertThat(Change.read(line)).isEmpty();
  }
}
