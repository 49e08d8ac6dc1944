package dev.breakeven.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class GpuHourTest {

  @Test
  void rentedHoursCostWhatTheyCost() {
    Money price = Money.of("2.50", "USD");
    assertThat(new GpuHour.OnDemand(price).perHour()).isEqualTo(price);
    assertThat(new GpuHour.Spot(price).perHour()).isEqualTo(price);
    assertThat(new GpuHour.Reserved(price).perHour()).isEqualTo(price);
    assertThat(new GpuHour.Reported(price, "OpenCost").perHour()).isEqualTo(price);
  }

  @Test
  void anOwnedHourIsWriteOffMaintenanceAndPower() {
    // 35,040 over 4 years is 1.00 an hour; 10 % a year is 0.40; 1 kW at 0.20 and PUE 1.5 is 0.30.
    GpuHour owned = owned("4", "1.5");
    assertThat(owned.perHour().value()).isCloseTo(1.70, within(1e-12));
    assertThat(owned.perHour().currency().getCurrencyCode()).isEqualTo("EUR");
  }

  @Test
  void aGpuThatLivesNotAtAllOrARoomThatMakesPowerIsRefused() {
    assertThatThrownBy(() -> owned("0", "1.5")).hasMessageContaining("life");
    assertThatThrownBy(() -> owned("4", "0.99")).hasMessageContaining("PUE");
    assertThat(owned("4", "1").perHour().value()).isCloseTo(1.60, within(1e-12));
  }

  @Test
  void aMigSliceIsItsShareOfTheComputeSlices() {
    assertThat(GpuFraction.ofMig("1g.10gb", 7).ofOne()).isCloseTo(1 / 7.0, within(1e-15));
    assertThat(GpuFraction.ofMig("mig-3g.40gb", 7).ofOne()).isCloseTo(3 / 7.0, within(1e-15));
    assertThat(GpuFraction.ofMig("7g.80gb", 7)).isEqualTo(GpuFraction.WHOLE);
    assertThat(GpuFraction.ofMig("1g.5gb+me", 7).ofOne()).isCloseTo(1 / 7.0, within(1e-15));
    assertThatThrownBy(() -> GpuFraction.ofMig("8g.80gb", 7)).hasMessageContaining("8g.80gb");
  }

  @Test
  void aReservationIsPaidThroughItsLastDay() {
    Commitments held =
        Commitments.reserved(2, Money.of("1.80", "USD"), LocalDate.parse("2027-06-30"));
    assertThat(held.at(Instant.parse("2027-06-30T23:59:59Z"))).isEqualTo(held);
    assertThat(held.at(Instant.parse("2027-07-01T00:00:00Z"))).isEqualTo(Commitments.NONE);
  }

  private static GpuHour owned(String lifeYears, String pue) {
    return new GpuHour.Owned(
        Money.of("35040", "EUR"),
        new BigDecimal(lifeYears),
        new BigDecimal("10"),
        new BigDecimal("1000"),
        Money.of("0.20", "EUR"),
        new BigDecimal(pue));
  }
}
