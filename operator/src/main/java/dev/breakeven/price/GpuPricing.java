package dev.breakeven.price;

import dev.breakeven.reason.Message;

/** The price of one more GPU hour, or why it is not known. */
public sealed interface GpuPricing {

  /** This price, per whole GPU. */
  record Priced(GpuHour hour) implements GpuPricing {}

  /**
   * No price, and what is missing, for example which product is not on which card.
   *
   * @param currencyDiffers whether a price is there but in another currency than the policy's
   */
  record Unpriced(Message message, boolean currencyDiffers) implements GpuPricing {}
}
