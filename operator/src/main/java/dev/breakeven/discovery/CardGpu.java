package dev.breakeven.discovery;

import dev.breakeven.api.CostPolicySpec.Purchase;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * A GPU that a rate card is to price.
 *
 * @param product as GPU feature discovery names it
 * @param purchase how it is paid for
 * @param purchaseIsLabelled whether a node's label says so; else on demand is assumed
 * @param nodes that have it
 * @param reported what OpenCost says an hour costs, the mean of the nodes
 */
public record CardGpu(
    String product,
    Purchase purchase,
    boolean purchaseIsLabelled,
    List<String> nodes,
    Optional<BigDecimal> reported) {

  public CardGpu {
    nodes = List.copyOf(nodes);
  }
}
