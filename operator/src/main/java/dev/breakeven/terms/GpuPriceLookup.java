package dev.breakeven.terms;

import dev.breakeven.prometheus.GpuPrices;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The OpenCost prices that one evaluation of a policy used. When one of them changes, the policy is
 * evaluated again.
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

  /** A lookup for evaluations without a cluster, where no node is known. */
  static GpuPriceLookup ofNobody() {
    return new GpuPriceLookup(nodes -> new GpuPrices.NotRead());
  }

  /** The prices of these nodes: those that the pods of one workload run on. */
  public GpuPrices of(Set<String> nodes) {
    return pricesUsed.computeIfAbsent(Set.copyOf(nodes), prices);
  }

  /** Whether no price was used. */
  public boolean isEmpty() {
    return pricesUsed.isEmpty();
  }

  /** Whether a price that was used has changed since. */
  public boolean hasChanged() {
    return pricesUsed.entrySet().stream()
        .anyMatch(used -> !used.getValue().saysTheSameAs(prices.apply(used.getKey())));
  }
}
