package dev.breakeven.advice.sharing;

import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.ReplicaTerms;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.Workload;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.util.List;
import org.junit.jupiter.api.Test;

class GpuClaimTest {

  private static final Series NOT_RECORDED = Series.absent(SampleInput.WEEK);

  private static final ReplicaTerms FOUR_TIMES_AS_MUCH =
      new ReplicaTerms.Own(usd("16.00"), new StatedCapacity.Declared(Capacity.of(40_000, 4_000)));

  @Test
  void whatAReplicaServedSaysNothingOfOthersThatStateACapacityOfTheirOwn() {
    // One replica of "large" served 3,900 output tokens/s; "small" sustains 1,000, as declared.
    SampleInput ownInput = SampleInput.about().outputTokens(i -> 3_900);
    ownInput.workloads =
        List.of(
            new Workload("Deployment", "large", 1, 1, 0, 1, FOUR_TIMES_AS_MUCH),
            new Workload("Deployment", "small", 0, 0, 0, 10));
    ownInput.requestsWaiting = Series.constant(SampleInput.WEEK, 0);

    ownInput.replicasHeld = Series.constant(SampleInput.WEEK, 1);
    GpuClaim recorded = GpuClaim.of(ownInput.input(), Commitments.NONE);
    ownInput.replicasHeld = NOT_RECORDED;
    GpuClaim unrecorded = GpuClaim.of(ownInput.input(), Commitments.NONE);

    assertThat(recorded.savedByReplicas()).isEqualTo(unrecorded.savedByReplicas());
  }

  @Test
  void committedGpusSaveThePriceOfTheReplicasThatTheyReplace() {
    // 1.6 replicas' worth of work: 18.72 an hour at the API, 8.00 with two replicas at 4.00.
    GpuClaim claim = claimOf(SampleInput.about().outputTokens(i -> 800));

    assertSaved(claim, 0, 4 * 730, 8 * 730);
    assertThat(claim.wanted()).isEqualTo(2);
    assertThat(claim.most()).isEqualTo(100);
  }

  @Test
  void committedGpusSaveNoMoreThanTheApiAsks() {
    // 0.08 replicas' worth of work: 0.936 an hour at the API, which a GPU of 4.00 cannot beat.
    assertSaved(claimOf(SampleInput.about().outputTokens(i -> 40)), 0, 0.936 * 730);
  }

  @Test
  void committedGpusMustPayForThePeopleToo() {
    SampleInput asked = SampleInput.about().outputTokens(i -> 40);

    assertSaved(claimOf(asked.overhead("engineering", "500")), 0, 0.936 * 730 - 500);
    // Together 1,000 a month: more than the 683.28 that the API asks.
    assertSaved(claimOf(asked.overhead("onCall", "500")), 0, 0);
  }

  @Test
  void whereDataMustStayCommittedGpusReplaceTheReplicasForThePeakAndItsMargin() {
    // 1.2 replicas' worth of work, 1.5 with the margin: two replicas whatever they cost.
    SampleInput asked = SampleInput.about().outputTokens(i -> 600);
    asked.constraints = new Constraints(true, false, false, false, Constraints.Stage.ESTABLISHED);

    assertSaved(claimOf(asked), 0, 4 * 730, 8 * 730);
  }

  @Test
  void aPolicyWhoseGpusHaveNoPriceClaimsWhatRanAndNoSaving() {
    SampleInput asked = SampleInput.about().outputTokens(i -> 800);
    asked.replicasHeld = Series.constant(SampleInput.WEEK, 2.5);
    asked.gpu = new GpuPricing.Unpriced(Message.of(Cause.NOTHING_RAN), false);
    GpuClaim claim = claimOf(asked);

    assertSaved(claim, 0);
    assertThat(claim.wanted()).isEqualTo(3);
  }

  @Test
  void aClaimIsOfWholeDaysInUtc() {
    long sixOClock = SampleInput.MONDAY.getEpochSecond() + 6 * 3600;
    Series tokens = Series.constant(3 * 144, 1);
    TrafficHistory threeDays =
        TrafficHistory.ofTokens(new StepGrid(sixOClock, 600, 3 * 144), tokens, tokens, tokens);

    StepGrid whole = GpuClaim.wholeDays(threeDays).grid();
    assertThat(whole.startEpochSecond()).isEqualTo(SampleInput.MONDAY.getEpochSecond() + 24 * 3600);
    assertThat(whole.steps()).isEqualTo(2 * 144);
  }

  @Test
  void aClaimOfLessThanADayIsOfAllThatIsKnown() {
    long sixOClock = SampleInput.MONDAY.getEpochSecond() + 6 * 3600;
    Series tokens = Series.constant(36, 1);
    TrafficHistory sixHours =
        TrafficHistory.ofTokens(new StepGrid(sixOClock, 600, 36), tokens, tokens, tokens);

    assertThat(GpuClaim.wholeDays(sixHours)).isEqualTo(sixHours);
  }

  private static GpuClaim claimOf(SampleInput asked) {
    return GpuClaim.of(asked.input(), Commitments.NONE);
  }

  private static void assertSaved(GpuClaim claim, double... aMonth) {
    assertThat(claim.savedByReplicas().stream().mapToDouble(d -> d).toArray())
        .containsExactly(aMonth, within(1e-6));
  }
}
