package dev.breakeven.advice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RunsTest {

  @Property
  void whatIsHeldAsRunsComesBackNumberByNumber(@ForAll @IntRange(min = -1, max = 1) int[] all) {
    assertThat(Runs.of(all).all()).containsExactly(all);
    assertThat(Runs.of(all).length()).isEqualTo(all.length);
  }

  @Test
  void noNumbersAreNone() {
    assertThat(Runs.of().all()).isEmpty();
    assertThat(Runs.of().length()).isZero();
  }
}
