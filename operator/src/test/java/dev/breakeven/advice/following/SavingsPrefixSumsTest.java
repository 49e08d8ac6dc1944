package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A replica's work of a step is 6.00 at the API. */
class SavingsPrefixSumsTest {

  private final SavingsPrefixSums savings = new SavingsPrefixSums(new ReplicaLevels(9));

  @Test
  void eachReplicaSavesWhatItsOwnWorkWouldCost() {
    savings.add(1, 6);
    savings.add(2.5, 6);
    assertThat(savings.rungs()).isEqualTo(3);
    assertThat(savedByRung(0, 1)).containsExactly(6, 0, 0);
    assertThat(savedByRung(0, 2)).containsExactly(12, 6, 3);
  }

  @Test
  void overASpanOnlyItsOwnStepsCountAlsoForReplicasThatWereNotNeededBefore() {
    savings.add(1, 6);
    savings.add(2, 6);
    savings.add(3, 6);
    assertThat(savedByRung(1, 3)).containsExactly(12, 12, 6);
  }

  @Test
  void aStepOfWhichNothingIsKnownSavesNothingAndIsNotCounted() {
    savings.add(1, 6);
    savings.addUnknown();
    savings.add(0, 0);
    assertThat(savings.steps()).isEqualTo(3);
    assertThat(savings.known(0, 3)).isEqualTo(2);
    assertThat(savings.known(1, 2)).isZero();
    assertThat(savedByRung(0, 3)).containsExactly(6);
    assertThat(savedByRung(1, 3)).containsExactly(0);
  }

  @Test
  void nothingIsForgottenOverManySteps() {
    for (int step = 0; step < 5_000; step++) {
      savings.add(step < 3_000 ? 1 : 2, 6);
    }
    assertThat(savedByRung(0, 5_000)).containsExactly(30_000, 12_000);
    assertThat(savedByRung(2_999, 3_001)).containsExactly(12, 6);
    assertThat(savings.known(0, 5_000)).isEqualTo(5_000);
  }

  @Test
  void whoeverGoesOnFromAStepRoundsAsIfNothingHadBeenLeftOut() {
    // A tenth is no double: after 1,000 of them the next is another one than the first.
    IntStream.range(0, 1_003).forEach(step -> savings.add(1, 0.1));
    SavingsPrefixSums goingOn =
        new SavingsPrefixSums(new ReplicaLevels(9), savings.savedBefore(1_000));
    IntStream.range(0, 3).forEach(step -> goingOn.add(1, 0.1));

    assertThat(goingOn.saved(0, 0, 3)).isEqualTo(savings.saved(0, 1_000, 1_003));
    assertThat(goingOn.saved(0, 0, 3)).isNotEqualTo(savings.saved(0, 0, 3));
  }

  private double[] savedByRung(int from, int to) {
    return IntStream.range(0, savings.rungs())
        .mapToDouble(rung -> savings.saved(rung, from, to))
        .toArray();
  }
}
