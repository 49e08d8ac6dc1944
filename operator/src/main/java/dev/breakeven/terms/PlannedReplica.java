package dev.breakeven.terms;

import dev.breakeven.advice.ReplicaTerms;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * What one replica of a workload is: its GPUs, their price, what it does.
 *
 * @param reference which workload; none where the policy has none that can be read
 * @param gpus of one replica; where serving is split, with the share of Prefill that one replica of
 *     Decode takes, counted at the price of its own GPUs
 * @param isCounted whether it is known how many GPUs it takes; where not there is no price either
 */
record PlannedReplica(
    Optional<WorkloadReference> reference,
    double gpus,
    double ownGpus,
    GpuTerms.GpuSelector selector,
    PricedGpu price,
    boolean isCounted,
    StatedCapacity capacity) {

  boolean isOf(WorkloadReference workload) {
    return reference.filter(workload::equals).isPresent();
  }

  Optional<Money> perHour() {
    return price.pricing() instanceof GpuPricing.Priced priced
        ? Optional.of(priced.hour().perHour().times(BigDecimal.valueOf(gpus)))
        : Optional.empty();
  }

  /** Its own terms, where they are others than those that most replicas have. */
  ReplicaTerms termsBeside(PlannedReplica common) {
    boolean sameCapacity =
        capacity.equals(common.capacity()) || capacity instanceof StatedCapacity.NotStated;
    Optional<Money> its = perHour();
    return its.isEmpty() || (sameCapacity && its.equals(common.perHour()))
        ? new ReplicaTerms.Common()
        : new ReplicaTerms.Own(its.get(), sameCapacity ? new StatedCapacity.NotStated() : capacity);
  }
}
