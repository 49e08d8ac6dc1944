package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplicaSimulatorTest {

  @Test
  void whatWasAddedIsKeptForTheHoldAndGoesWhenItIsOver() {
    ReplicaSimulator held = new ReplicaSimulator(1, 3, 1);

    // Two added in step 0 and one in step 1: given up from steps 3 and 4 on.
    assertThat(begun(held, 2, 3, 0, 0, 0, 0)).containsExactly(2, 3, 3, 1, 0, 0);
  }

  @Test
  void addingIsNeverHeldBack() {
    assertThat(begun(new ReplicaSimulator(1, 100, 0), 1, 5, 9)).containsExactly(1, 5, 9);
  }

  @Test
  void aReplicaIsReadyOneLeadAfterItWasAddedAndGoneAtOnce() {
    ReplicaSimulator held = new ReplicaSimulator(1, 1, 2);
    List<Integer> ready = new ArrayList<>();
    for (int wanted : new int[] {4, 4, 4, 1, 4}) {
      begun(held, wanted);
      ready.add(held.ready(0));
    }

    assertThat(ready).containsExactly(0, 0, 4, 1, 1);
  }

  @Test
  void whatRestedForLongerThanHoldAndLeadIsAddedToAndGivenUpAsBefore() {
    // One added in step 0 and three in step 6, of which no more is left than the hold keeps.
    assertThat(begun(new ReplicaSimulator(1, 2, 1), 1, 1, 1, 1, 1, 1, 4, 0, 0, 0))
        .containsExactly(1, 1, 1, 1, 1, 1, 4, 3, 0, 0);
  }

  @Test
  void eachOfSeveralPlansIsHeldForItself() {
    Random random = new Random(11);
    for (int hold = 1; hold < 6; hold++) {
      for (int lead = 0; lead < 4; lead++) {
        ReplicaSimulator together = new ReplicaSimulator(3, hold, lead);
        List<ReplicaSimulator> alone = new ArrayList<>();
        for (int plan = 0; plan < 3; plan++) {
          alone.add(new ReplicaSimulator(1, hold, lead));
        }
        for (int step = 0; step < 200; step++) {
          for (int plan = 0; plan < 3; plan++) {
            if (random.nextInt(8) < 1 + plan) {
              int wanted = random.nextInt(4);
              together.want(plan, wanted);
              alone.get(plan).want(0, wanted);
            }
            alone.get(plan).begin();
          }
          together.begin();
          for (int plan = 0; plan < 3; plan++) {
            assertThat(together.held(plan)).isEqualTo(alone.get(plan).held(0));
            assertThat(together.ready(plan)).isEqualTo(alone.get(plan).ready(0));
          }
        }
      }
    }
  }

  private static List<Integer> begun(ReplicaSimulator held, int... wanted) {
    List<Integer> replicas = new ArrayList<>();
    for (int n : wanted) {
      held.want(0, n);
      held.begin();
      replicas.add(held.held(0));
    }
    return replicas;
  }
}
