package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.SelfHostTerms;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.OverheadPart;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaCostModelTest {

  private static final GpuPricing.Priced PRICE =
      new GpuPricing.Priced(new GpuHour.OnDemand(SampleInput.usd("2.50")));
  private static final SelfHostTerms TERMS =
      new SelfHostTerms(
          2,
          PRICE,
          Commitments.reserved(3, SampleInput.usd("1.80"), LocalDate.parse("2027-06-30")),
          List.of(
              new OverheadPart("engineering", SampleInput.usd("2000")),
              new OverheadPart("onCall", SampleInput.usd("600"))),
          20,
          1,
          0,
          40);

  @Test
  void aReplicaCostsItsGpusAndAMonthItsPeople() {
    ReplicaCostModel terms =
        ReplicaCostModel.of(TERMS, PRICE, Instant.parse("2026-11-09T00:00:00Z"));
    assertThat(terms.replicaHour()).isEqualTo(5.0);
    assertThat(terms.reservedReplicaHour()).isEqualTo(3.6);
    assertThat(terms.overheadPerMonth()).isEqualTo(2600);
    assertThat(terms.targetUtilization()).isCloseTo(0.8, within(1e-12));
    // Five held: three reserved, two on demand. One held: two reserved ones unused.
    assertThat(terms.heldPerHour(5)).isCloseTo(3 * 3.6 + 2 * 5, within(1e-9));
    assertThat(terms.unusedReservationPerHour(1)).isCloseTo(2 * 3.6, within(1e-9));
    assertThat(terms.paidPerHour(0)).isCloseTo(3 * 3.6, within(1e-9));
    assertThat(terms.nextPerHour(2)).isZero();
    assertThat(terms.nextPerHour(3)).isEqualTo(5);
  }

  @Test
  void aReservationThatHasEndedIsNotPaid() {
    ReplicaCostModel terms =
        ReplicaCostModel.of(TERMS, PRICE, Instant.parse("2027-07-01T00:00:00Z"));
    assertThat(terms.paidPerHour(0)).isZero();
    assertThat(terms.paidPerHour(1)).isEqualTo(5);
  }

  @Test
  void aLoadNeedsItsReplicasAtTheTargetAndTheSpareOnes() {
    ReplicaCostModel terms = new ReplicaCostModel(4, 0, 0, 0, 0.8, 1, 0, 100);
    assertThat(terms.usable(3)).isCloseTo(1.6, within(1e-12));
    assertThat(terms.usable(1)).isZero();
    assertThat(terms.usable(0)).isZero();
    assertThat(terms.neededFor(1.6)).isEqualTo(3);
    assertThat(terms.neededFor(1.61)).isEqualTo(4);
    assertThat(terms.neededFor(0)).isZero();
    assertThat(terms.neededFor(1e300)).isEqualTo(Integer.MAX_VALUE);
  }
}
