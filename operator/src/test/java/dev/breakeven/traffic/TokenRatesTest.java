package dev.breakeven.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenRatesTest {

  private static final TokenRates TOKENS = new TokenRates(100, 20, 3);

  @Test
  void everyKindIsCounted() {
    assertThat(TOKENS.total()).isEqualTo(123);
    assertThat(TOKENS.plus(new TokenRates(1, 2, 4))).isEqualTo(new TokenRates(101, 22, 7));
    assertThat(TOKENS.plus(TokenRates.ZERO)).isEqualTo(TOKENS);
  }

  @Test
  void twiceAsMuchIsTwiceOfEveryKind() {
    assertThat(TOKENS.times(2)).isEqualTo(new TokenRates(200, 40, 6));
    assertThat(TOKENS.times(0)).isEqualTo(TokenRates.ZERO);
  }
}
