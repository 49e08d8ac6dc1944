package dev.breakeven.prometheus;

import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.Map;

/** OpenCost's GPU prices for some nodes, read through one source. */
public sealed interface GpuPrices {

  /** The source's owner does not say that OpenCost is in it, and in which currency. */
  record NotRead() implements GpuPrices {}

  /**
   * OpenCost's prices are not known now.
   *
   * @param currency of its prices
   * @param why what failed
   */
  record Unavailable(Currency currency, Message why) implements GpuPrices {}

  /**
   * The prices were read.
   *
   * @param currency of its prices
   * @param from the metric they come from, or the two of which one was divided by the other
   * @param at when they were read
   * @param byNode the price of each requested node
   */
  record Read(Currency currency, String from, Instant at, Map<String, NodePrice> byNode)
      implements GpuPrices {

    public Read {
      byNode = Map.copyOf(byNode);
    }
  }

  /** The price of one node. */
  sealed interface NodePrice {
    /** An hour of one of its GPUs costs this, more than 0. */
    record PerGpuHour(BigDecimal amount) implements NodePrice {}

    /**
     * No price.
     *
     * @param why of a message that takes the nodes' names
     */
    record NotPriced(Cause why) implements NodePrice {}
  }

  /** Whether the other has the same prices; when they were read does not matter. */
  default boolean saysTheSameAs(GpuPrices other) {
    if (this instanceof Read one && other instanceof Read two) {
      return one.equals(new Read(two.currency(), two.from(), one.at(), two.byNode()));
    }
    return equals(other);
  }
}
