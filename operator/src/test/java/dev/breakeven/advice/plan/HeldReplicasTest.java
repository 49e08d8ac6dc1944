package dev.breakeven.advice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldReplicasTest {

  @Test
  void whatWasAddedIsKeptForTheHoldAndGoesWhenItIsOver() {
    HeldReplicas held = new HeldReplicas(3, 1);

    // Two added in step 0 and one in step 1: given up from steps 3 and 4 on.
    assertThat(begun(held, 2, 3, 0, 0, 0, 0)).containsExactly(2, 3, 3, 1, 0, 0);
  }

  @Test
  void addingIsNeverHeldBack() {
    assertThat(begun(new HeldReplicas(100, 0), 1, 5, 9)).containsExactly(1, 5, 9);
  }

  @Test
  void aReplicaIsReadyOneLeadAfterItWasAddedAndGoneAtOnce() {
    HeldReplicas held = new HeldReplicas(1, 2);
    List<Integer> ready = new ArrayList<>();
    for (int wanted : new int[] {4, 4, 4, 1, 4}) {
      held.begin(wanted);
      ready.add(held.ready());
    }

    assertThat(ready).containsExactly(0, 0, 4, 1, 1);
  }

  private static List<Integer> begun(HeldReplicas held, int... wanted) {
    List<Integer> replicas = new ArrayList<>();
    for (int n : wanted) {
      replicas.add(held.begin(n));
    }
    return replicas;
  }
}
