package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplicaLevelsTest {

  @Test
  void everyNumberIsToldApartUpToSixteenThenEachAnEighthMore() {
    ReplicaLevels ladder = new ReplicaLevels(30);

    assertThat(IntStream.rangeClosed(0, ladder.rungs()).map(ladder::below))
        .containsExactly(
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 27, 30);
  }

  @Test
  void theLastRungEndsAtTheMost() {
    ReplicaLevels ladder = new ReplicaLevels(19);
    assertThat(ladder.rungs()).isEqualTo(18);
    assertThat(ladder.below(18)).isEqualTo(19);
    assertThat(new ReplicaLevels(0).rungs()).isZero();
  }

  @Test
  void aRungIsFilledByAllOfItsReplicas() {
    ReplicaLevels ladder = new ReplicaLevels(30);
    assertThat(IntStream.of(0, 1, 16, 17, 18, 26, 27, 30).map(ladder::filledBy))
        .containsExactly(0, 1, 16, 16, 17, 20, 21, 22);
  }

  @Test
  void ofTheRungFromEighteenToTwentyNineteenAndAHalfAreThreeQuarters() {
    ReplicaLevels ladder = new ReplicaLevels(30);
    assertThat(ladder.partOf(17, 19.5)).isEqualTo(0.75);
    assertThat(ladder.partOf(17, 18)).isZero();
    assertThat(ladder.partOf(17, 3)).isZero();
    assertThat(ladder.partOf(17, 20)).isEqualTo(1);
    assertThat(ladder.partOf(17, 99)).isEqualTo(1);
  }

  @Test
  void aLoadNeedsTheRungsThatItReachesInto() {
    ReplicaLevels ladder = new ReplicaLevels(30);
    assertThat(ladder.rungsFor(0)).isZero();
    assertThat(ladder.rungsFor(0.1)).isEqualTo(1);
    assertThat(ladder.rungsFor(16)).isEqualTo(16);
    assertThat(ladder.rungsFor(16.1)).isEqualTo(17);
    assertThat(ladder.rungsFor(18)).isEqualTo(17);
    assertThat(ladder.rungsFor(1_000)).isEqualTo(22);
  }
}
