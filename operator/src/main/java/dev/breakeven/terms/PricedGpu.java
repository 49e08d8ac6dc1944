package dev.breakeven.terms;

import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Message;
import dev.breakeven.terms.ResolvedTerms.GpuOrigin;

/**
 * The price of a GPU hour, or why there is none.
 *
 * @param origin where it was read
 * @param evidence where it is OpenCost's, when and of which nodes
 */
record PricedGpu(GpuPricing pricing, GpuOrigin origin, OpenCostPrice.Evidence evidence) {

  static PricedGpu of(GpuHour hour, GpuOrigin origin) {
    return new PricedGpu(new GpuPricing.Priced(hour), origin, OpenCostPrice.Evidence.NONE);
  }

  /**
   * No price.
   *
   * @param message why
   */
  static PricedGpu unknown(Message message, boolean currencyDiffers) {
    return new PricedGpu(
        new GpuPricing.Unpriced(message, currencyDiffers),
        GpuOrigin.NONE,
        OpenCostPrice.Evidence.NONE);
  }
}
