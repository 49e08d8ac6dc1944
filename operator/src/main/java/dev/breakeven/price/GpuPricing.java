package dev.breakeven.price;

/** The price of one more GPU hour, or why it is not known. */
public sealed interface GpuPricing {

  /** This price, per whole GPU. */
  record Priced(GpuHour hour) implements GpuPricing {}

  /**
   * No price: one sentence says what is missing, for example which product is not on which card.
   *
   * @param currencyDiffers whether a price is there but in another currency than the policy's
   */
  record Unpriced(String message, boolean currencyDiffers) implements GpuPricing {}
}
