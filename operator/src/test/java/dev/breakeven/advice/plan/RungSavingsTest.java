package dev.breakeven.advice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A replica's work of a step is 6.00 at the API. */
class RungSavingsTest {

  private final RungSavings savings = new RungSavings(new ReplicaLadder(9));

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

  private double[] savedByRung(int from, int to) {
    return IntStream.range(0, savings.rungs())
        .mapToDouble(rung -> savings.saved(rung, from, to))
        .toArray();
  }
}
