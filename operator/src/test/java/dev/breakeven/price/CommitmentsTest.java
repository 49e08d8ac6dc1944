package dev.breakeven.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Three replicas at 2.00 a GPU-hour until the end of June, and two at 1.50 until Christmas. */
class CommitmentsTest {

  private static final LocalDate JUNE = LocalDate.parse("2027-06-30");
  private static final LocalDate CHRISTMAS = LocalDate.parse("2027-12-24");
  private static final Commitments OWN = Commitments.reserved(3, Money.of("2.00", "USD"), JUNE);
  private static final Commitments BOTH =
      OWN.and(Commitments.reserved(2, Money.of("1.50", "USD"), CHRISTMAS).each());

  @Test
  void allOfThemArePaidForEachHour() {
    // Four GPUs a replica: 12 at 2.00 and 8 at 1.50.
    assertThat(BOTH.gpus(4)).isEqualTo(20);
    assertThat(BOTH.perHour(4)).isCloseTo(36, within(1e-9));
    assertThat(BOTH.replicas(4)).isEqualTo(5);
  }

  @Test
  void nothingCommittedCostsNothing() {
    assertThat(Commitments.NONE.isEmpty()).isTrue();
    assertThat(Commitments.NONE.perHour(4)).isZero();
    assertThat(Commitments.NONE.replicas(4)).isZero();
    assertThat(Commitments.NONE.lastDay()).isEmpty();
    assertThat(OWN.isEmpty()).isFalse();
  }

  @Test
  void itsLastDayIsPaidToItsEndAndTheDayAfterIsNot() {
    Instant lastEvening = Instant.parse("2027-06-30T23:59:59Z");
    Instant dayAfter = Instant.parse("2027-07-01T00:00:00Z");
    assertThat(BOTH.at(lastEvening)).isEqualTo(BOTH);
    assertThat(BOTH.overAt(lastEvening)).isEmpty();
    assertThat(BOTH.at(dayAfter).gpus(4)).isEqualTo(8);
    assertThat(BOTH.overAt(dayAfter)).isEqualTo(OWN.each());
  }

  @Test
  void somethingIsPaidUntilTheLatestOfTheirLastDays() {
    assertThat(BOTH.lastDay()).contains(CHRISTMAS);
    assertThat(OWN.lastDay()).contains(JUNE);
  }

  @Test
  void othersAreUsedAfterThese() {
    assertThat(BOTH.each()).hasSize(2);
    assertThat(BOTH.each().get(0)).isEqualTo(OWN.each().get(0));
  }

  @Test
  void aPartOfSharedGpusIsEnoughForWholeReplicasOnly() {
    Commitment.Shared seven = new Commitment.Shared("H100", 7, 8, Money.of("2.50", "USD"), JUNE);
    Commitments shared = Commitments.NONE.and(List.of(seven));
    assertThat(shared.replicas(4)).isEqualTo(1);
    assertThat(shared.perHour(4)).isCloseTo(17.5, within(1e-9));
    assertThat(seven.part(3).gpus(4)).isEqualTo(3);
    assertThat(seven.part(3).of()).isEqualTo(8);
  }
}
