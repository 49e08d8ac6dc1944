package dev.breakeven.discovery;

import dev.breakeven.api.CostPolicySpec.Role;
import dev.breakeven.cluster.WorkloadReference;

/** A workload as a policy is to name it. */
public record DiscoveredWorkload(WorkloadReference reference, Role role, GpuChoice gpu) {}
