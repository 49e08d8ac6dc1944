package dev.breakeven.terms;

import dev.breakeven.prometheus.GpuPrices;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What OpenCost was asked about for one answer to a policy, and what it said: when it says
 * something else the policy is to be answered again.
 */
public final class GpuPriceLookup {

  private final Function<Set<String>, GpuPrices> prices;
  private final Map<Set<String>, GpuPrices> pricesUsed = new HashMap<>();

  /**
   * @param prices answers at any time for a set of nodes
   */
  public GpuPriceLookup(Function<Set<String>, GpuPrices> prices) {
    this.prices = prices;
  }

  /** Where no cluster is read, no node is known that could be asked about. */
  static GpuPriceLookup ofNobody() {
    return new GpuPriceLookup(nodes -> new GpuPrices.NotRead());
  }

  /** What is said of these nodes: those that pods of one workload are on. */
  public GpuPrices of(Set<String> nodes) {
    return pricesUsed.computeIfAbsent(Set.copyOf(nodes), prices);
  }

  /** Whether it was needed at all. */
  public boolean isEmpty() {
    return pricesUsed.isEmpty();
  }

  /** Whether anything else would be said now. */
  public boolean hasChanged() {
    return pricesUsed.entrySet().stream()
        .anyMatch(used -> !used.getValue().saysTheSameAs(prices.apply(used.getKey())));
  }
}
