package dev.breakeven.capacity.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakeven.capacity.Capacity;
import org.junit.jupiter.api.Test;

class TokenProportionsTest {

  private static final double NOTHING = Double.POSITIVE_INFINITY;

  @Test
  void theProportionsOfACapacityMakeTheSameCapacityAgain() {
    Capacity capacity = new Capacity(8_000, 32_000, 2_000, 4_000_000);

    TokenProportions proportions = TokenProportions.of(capacity);

    assertThat(proportions).isEqualTo(new TokenProportions(4, 0.25, 500));
    assertThat(proportions.withInput(8_000)).isEqualTo(capacity);
  }

  @Test
  void aCapacityThatDoesNotLimitAKindOfTokensTellsNoProportions() {
    assertThat(TokenProportions.of(new Capacity(NOTHING, 1, 1, 1)))
        .isEqualTo(TokenProportions.USUAL);
    assertThat(TokenProportions.of(new Capacity(1, NOTHING, 1, 1)))
        .isEqualTo(TokenProportions.USUAL);
    assertThat(TokenProportions.of(new Capacity(1, 1, NOTHING, 1)))
        .isEqualTo(TokenProportions.USUAL);
  }

  @Test
  void withoutLengthsContextCostsNothing() {
    assertThat(new TokenProportions(4, 0.25, 500).withoutContext())
        .isEqualTo(new TokenProportions(4, 0.25, NOTHING));
  }

  @Test
  void aProportionThatIsNotAboveZeroIsRefused() {
    assertThatThrownBy(() -> new TokenProportions(0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("proportions of tokens are above 0");
    assertThatThrownBy(() -> new TokenProportions(1, -1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TokenProportions(1, 1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
