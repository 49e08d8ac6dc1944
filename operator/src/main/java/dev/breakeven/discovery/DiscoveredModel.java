package dev.breakeven.discovery;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A model for which a policy can be written.
 *
 * @param namespace the policy's
 * @param name the policy's
 * @param model as rate cards name it, as far as that is known
 * @param engineModelName as the engine's label has it, where that differs
 * @param gatewayModelName as a gateway has it, where that differs
 * @param engine the profile that fits; empty where only a gateway counts
 * @param source the source in which its tokens are
 * @param workloads what serves it; empty where only a gateway does
 * @param minCoveragePercent where it is there too seldom for the default
 * @param findings what a reader must know
 */
public record DiscoveredModel(
    String namespace,
    String name,
    String model,
    Optional<String> engineModelName,
    Optional<String> gatewayModelName,
    String engine,
    String source,
    List<DiscoveredWorkload> workloads,
    OptionalInt minCoveragePercent,
    List<Finding> findings) {

  public DiscoveredModel {
    workloads = List.copyOf(workloads);
    findings = List.copyOf(findings);
  }

  /** The GPUs of all its workloads, where they are to be described alike. */
  public Optional<GpuChoice> commonGpu() {
    List<GpuChoice> different = workloads.stream().map(DiscoveredWorkload::gpu).distinct().toList();
    return different.size() == 1 ? Optional.of(different.get(0)) : Optional.empty();
  }
}
