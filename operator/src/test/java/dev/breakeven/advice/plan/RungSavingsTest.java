package dev.breakeven.advice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A replica's work of a step is 6.00 at the API. */
class RungSavingsTest {

  private final RungSavings savings = new RungSavings(new ReplicaLadder(9));

  @Test
  void eachReplicaSavesWhatItsOwnWorkWouldCost() {
    savings.add(1, 6);
    savings.add(2.5, 6);
    assertThat(savings.rungs()).isEqualTo(3);
    assertThat(savings.upTo(1)).containsExactly(6);
    assertThat(savings.upTo(2)).containsExactly(12, 6, 3);
  }

  @Test
  void overASpanOnlyItsOwnStepsCountAlsoForReplicasThatWereNotNeededBefore() {
    savings.add(1, 6);
    savings.add(2, 6);
    savings.add(3, 6);
    double[] saved = {100, 100, 100, 100};
    savings.addTo(saved, 1, 3);
    assertThat(saved).containsExactly(112, 112, 106, 100);
  }

  @Test
  void aStepOfWhichNothingIsKnownSavesNothingAndIsNotCounted() {
    savings.add(1, 6);
    savings.addUnknown();
    savings.add(0, 0);
    assertThat(savings.steps()).isEqualTo(3);
    assertThat(savings.known(0, 3)).isEqualTo(2);
    assertThat(savings.known(1, 2)).isZero();
    assertThat(savings.upTo(3)).containsExactly(6);
  }
}
