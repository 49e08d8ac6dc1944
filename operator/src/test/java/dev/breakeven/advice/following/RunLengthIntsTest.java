package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RunLengthIntsTest {

  @Property
  void whatIsHeldAsRunsComesBackNumberByNumber(@ForAll @IntRange(min = -1, max = 1) int[] all) {
    assertThat(RunLengthInts.of(all).all()).containsExactly(all);
    assertThat(RunLengthInts.of(all).length()).isEqualTo(all.length);
  }

  @Test
  void noNumbersAreNone() {
    assertThat(RunLengthInts.of().all()).isEmpty();
    assertThat(RunLengthInts.of().length()).isZero();
  }
}
