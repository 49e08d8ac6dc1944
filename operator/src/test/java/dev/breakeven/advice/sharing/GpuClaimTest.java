package dev.breakeven.advice.sharing;

import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.ReplicaTerms;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.Workload;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Commitments;
import dev.breakeven.traffic.Absence;
import dev.breakeven.traffic.Series;
import java.util.List;
import org.junit.jupiter.api.Test;

class GpuClaimTest {

  private static final Series NOBODY_SAYS = Series.absent(SampleInput.WEEK, Absence.NOT_MEASURED);

  private static final ReplicaTerms FOUR_TIMES_AS_MUCH =
      new ReplicaTerms.Own(usd("16.00"), new StatedCapacity.Declared(Capacity.of(40_000, 4_000)));

  @Test
  void whatAReplicaServedSaysNothingOfOthersThatStateACapacityOfTheirOwn() {
    // One replica of "large" served 3,900 output tokens/s; "small" sustains 1,000, as declared.
    SampleInput asked = SampleInput.about().outputTokens(i -> 3_900);
    asked.workloads =
        List.of(
            new Workload("Deployment", "large", 1, 1, 0, 1, FOUR_TIMES_AS_MUCH),
            new Workload("Deployment", "small", 0, 0, 0, 10));
    asked.requestsWaiting = Series.constant(SampleInput.WEEK, 0);

    asked.replicasHeld = Series.constant(SampleInput.WEEK, 1);
    GpuClaim recorded = GpuClaim.of(asked.question(), Commitments.NONE);
    asked.replicasHeld = NOBODY_SAYS;
    GpuClaim unrecorded = GpuClaim.of(asked.question(), Commitments.NONE);

    assertThat(recorded.savedByReplicas()).isEqualTo(unrecorded.savedByReplicas());
  }
}
