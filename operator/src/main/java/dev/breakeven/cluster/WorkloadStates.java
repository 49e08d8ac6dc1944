package dev.breakeven.cluster;

import dev.breakeven.api.CostPolicy;
import java.util.List;

/** Reads workloads as they stand. */
public interface WorkloadStates {

  /** The workload now; never throws, a workload that cannot be read says why. */
  WorkloadState of(WorkloadReference reference);

  /** The workloads that a policy names, in its order. */
  default List<WorkloadState> allOf(CostPolicy policy) {
    return policy.getSpec().workloads().stream()
        .map(
            w ->
                of(
                    new WorkloadReference(
                        w.apiVersion(), w.kind(), policy.getMetadata().getNamespace(), w.name())))
        .toList();
  }

  /** Reads all of them again, in case changes were missed. */
  default void renew() {}
}
