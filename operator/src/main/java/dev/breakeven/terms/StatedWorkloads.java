package dev.breakeven.terms;

import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.cluster.WorkloadReference;

/**
 * What a policy says of each of its workloads.
 *
 * @param spec the policy's
 */
record StatedWorkloads(CostPolicySpec spec) {

  /** What it says of this one, which it names. */
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
