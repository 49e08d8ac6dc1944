package dev.breakeven.price;

import java.math.BigDecimal;
import java.math.MathContext;

/** What one hour of one whole GPU costs, by how it is had. */
public sealed interface GpuHour {

  /** Hours of a year of 365 days. */
  BigDecimal HOURS_PER_YEAR = BigDecimal.valueOf(8760);

  /** Money paid for one hour of one whole GPU, used or not. */
  Money perHour();

  /** Rented by the hour. */
  record OnDemand(Money perHour) implements GpuHour {}

  /** Rented at the provider's mercy. */
  record Spot(Money perHour) implements GpuHour {}

  /** Committed for a term; see {@link Commitment}. */
  record Reserved(Money perHour) implements GpuHour {}

  /**
   * Bought.
   *
   * @param purchase price of one GPU with its share of the server
   * @param lifeYears years over which it is written off, more than 0
   * @param maintenancePercentPerYear of the purchase price
   * @param watts drawn by one GPU with its share of the server
   * @param perKilowattHour price of electricity
   * @param powerUsageEffectiveness PUE of the room, at least 1
   */
  record Owned(
      Money purchase,
      BigDecimal lifeYears,
      BigDecimal maintenancePercentPerYear,
      BigDecimal watts,
      Money perKilowattHour,
      BigDecimal powerUsageEffectiveness)
      implements GpuHour {

    /**
     * Refuses what no machine can be.
     *
     * @throws IllegalArgumentException if the life is not above 0 or the PUE is below 1
     */
    public Owned {
      if (lifeYears.signum() <= 0) {
        throw new IllegalArgumentException("a GPU's life is above 0 years, not " + lifeYears);
      }
      if (powerUsageEffectiveness.compareTo(BigDecimal.ONE) < 0) {
        throw new IllegalArgumentException(
            "a PUE is at least 1, not " + powerUsageEffectiveness.toPlainString());
      }
    }

    /**
     * {@code purchase ÷ (years × 8,760) + purchase × maintenance ÷ 8,760 + kW × $/kWh × PUE}: a
     * straight write-off, and power drawn round the clock because an idle GPU that serves a model
     * is still on.
     */
    @Override
    public Money perHour() {
      MathContext precision = MathContext.DECIMAL64;
      BigDecimal writeOff = purchase.amount().divide(lifeYears.multiply(HOURS_PER_YEAR), precision);
      BigDecimal maintenance =
          purchase
              .amount()
              .multiply(maintenancePercentPerYear.movePointLeft(2))
              .divide(HOURS_PER_YEAR, precision);
      Money power = perKilowattHour.times(watts.movePointLeft(3).multiply(powerUsageEffectiveness));
      return new Money(writeOff.add(maintenance), purchase.currency()).plus(power);
    }
  }

  /** What a cost exporter says, for example OpenCost's {@code node_gpu_hourly_cost}. */
  record Reported(Money perHour, String source) implements GpuHour {}
}
