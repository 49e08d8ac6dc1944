package dev.breakeven.price;

import java.math.BigDecimal;

/** What one hour of one whole GPU costs, by how it is had. */
public sealed interface GpuHour {

  /** Rented by the hour. */
  record OnDemand(Money perHour) implements GpuHour {}

  /** Rented at the provider's mercy. */
  record Spot(Money perHour) implements GpuHour {}

  /** Committed for a term; see {@link Reservation}. */
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
      implements GpuHour {}

  /** What a cost exporter says, for example OpenCost's {@code node_gpu_hourly_cost}. */
  record Reported(Money perHour, String source) implements GpuHour {}
}
