package dev.breakeven.terms;

import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.cluster.WorkloadReference;

/**
 * The fields of a policy for each of its workloads.
 *
 * @param spec the policy's
 */
record StatedWorkloads(CostPolicySpec spec) {

  /** The fields of this workload, which the policy names. */
  CostPolicySpec.Workload of(WorkloadReference reference) {
    return spec.workloads().stream()
        .filter(w -> w.name().equals(reference.name()) && w.kind().equals(reference.kind()))
        .findFirst()
        .orElseThrow();
  }

  /** Whether its replicas only read prompts, and so come with those that generate. */
  boolean isPrefill(WorkloadReference reference) {
    return of(reference).role() == CostPolicySpec.Role.PREFILL;
  }
}
