package dev.breakeven.discovery;

import dev.breakeven.api.CostPolicySpec.Purchase;
import java.util.Optional;

/**
 * What a policy must say of a workload's GPUs, because the operator would not read it from the
 * cluster.
 *
 * @param product as rate cards name it
 * @param purchase how it is paid for
 * @param perReplica GPUs of a replica that are the model's
 */
public record GpuChoice(
    Optional<String> product, Optional<Purchase> purchase, Optional<Long> perReplica) {

  static final GpuChoice NONE =
      new GpuChoice(Optional.empty(), Optional.empty(), Optional.empty());

  public boolean isEmpty() {
    return equals(NONE);
  }
}
