package dev.breakeven.capacity.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityBasis;
import dev.breakeven.capacity.CapacityInterval;
import dev.breakeven.capacity.CapacityRange;
import dev.breakeven.capacity.ConcurrencyLimit;
import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.traffic.TokenRates;
import org.junit.jupiter.api.Test;

/** The edges of what bounds a capacity. */
class CapacityBoundsTest {

  @Test
  void aRangeWithinAnErrorReachesAsFarEitherWayButNeverToNothing() {
    assertThat(CapacityRange.within(0.25)).isEqualTo(new CapacityRange(0.75, 1.25));
    CapacityRange wide = CapacityRange.within(2);
    assertThat(wide.lowFactor()).isCloseTo(0.1, within(1e-12));
    assertThat(wide.highFactor()).isEqualTo(3);
  }

  @Test
  void onlyARangeWhoseEndsAreBothTheBestIsExact() {
    assertThat(CapacityRange.EXACT.isExact()).isTrue();
    assertThat(new CapacityRange(1, 1.1).isExact()).isFalse();
    assertThat(new CapacityRange(0.9, 1).isExact()).isFalse();
  }

  @Test
  void vllmTakesMoreRequestsOnABigGpuThatIsNoA100() {
    assertThat(ConcurrencyLimit.vllmDefault(80, false).requests()).isEqualTo(1024);
    assertThat(ConcurrencyLimit.vllmDefault(70, false).requests()).isEqualTo(1024);
    assertThat(ConcurrencyLimit.vllmDefault(69.9, false).requests()).isEqualTo(256);
    assertThat(ConcurrencyLimit.vllmDefault(80, true))
        .isEqualTo(new ConcurrencyLimit(256, ConcurrencyLimit.Reason.ENGINE_DEFAULT));
  }

  @Test
  void ofTwoLimitsTheLowerCountsAndOfEqualOnesTheFirst() {
    ConcurrencyLimit stated = ConcurrencyLimit.stated(64);
    ConcurrencyLimit cache = new ConcurrencyLimit(64, ConcurrencyLimit.Reason.KV_CACHE);
    ConcurrencyLimit lower = new ConcurrencyLimit(63, ConcurrencyLimit.Reason.KV_CACHE);
    assertThat(stated.and(cache)).isSameAs(stated);
    assertThat(stated.and(lower)).isSameAs(lower);
    assertThat(lower.and(stated)).isSameAs(lower);
  }

  @Test
  void aLatencyThatEqualsItsTargetKeepsIt() {
    LatencyTarget target = new LatencyTarget(2, 0.05);
    assertThat(withLatencies(2, 0.05).isWithin(target)).isTrue();
    assertThat(withLatencies(2.001, 0.05).isWithin(target)).isFalse();
    assertThat(withLatencies(2, 0.0501).isWithin(target)).isFalse();
    assertThat(withLatencies(Double.NaN, Double.NaN).isWithin(target)).isTrue();
  }

  @Test
  void upToATenthOfARequestWaitingIsNothingAndFromOneOnAReplicaIsSaturated() {
    assertThat(withWaiting(0.1).hasNothingWaiting()).isTrue();
    assertThat(withWaiting(0.101).hasNothingWaiting()).isFalse();
    assertThat(withWaiting(Double.NaN).hasNothingWaiting()).isFalse();
    assertThat(withWaiting(1).isSaturated()).isTrue();
    assertThat(withWaiting(0.999).isSaturated()).isFalse();
  }

  @Test
  void aCapacityManyTimesAsFastIsSoForEachKindOfToken() {
    assertThat(new Capacity(1, 2, 4, 8).times(2)).isEqualTo(new Capacity(2, 4, 8, 16));
  }

  @Test
  void whatWasServedBelowTheLowEndChangesNothing() {
    CapacityInterval interval =
        new CapacityInterval(Capacity.of(100, 100), 0.5, 2, new CapacityBasis.Declared());
    assertThat(interval.atLeast(0.5)).isSameAs(interval);
    CapacityInterval raised = interval.atLeast(0.8);
    assertThat(raised.lowFactor()).isCloseTo(0.8, within(1e-12));
    assertThat(raised.best()).isEqualTo(interval.best());
    assertThat(raised.highFactor()).isEqualTo(2);
  }

  @Test
  void aDeclaredErrorIsUpToNinetyPercent() {
    Capacity capacity = Capacity.of(1, 1);
    assertThat(new StatedCapacity.Declared(capacity, 90).errorPercent()).isEqualTo(90);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StatedCapacity.Declared(capacity, 90.1))
        .withMessageContaining("90.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StatedCapacity.Declared(capacity, -1));
  }

  private static ReplicaStep withLatencies(double firstToken, double interToken) {
    return new ReplicaStep(new TokenRates(1, 0, 1), 1, 1, 0, Double.NaN, firstToken, interToken);
  }

  private static ReplicaStep withWaiting(double waiting) {
    return new ReplicaStep(
        new TokenRates(1, 0, 1), 1, 1, waiting, Double.NaN, Double.NaN, Double.NaN);
  }
}
