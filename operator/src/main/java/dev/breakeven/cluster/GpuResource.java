package dev.breakeven.cluster;

import dev.breakeven.price.GpuFraction;
import java.util.Set;

/** Names under which device plugins offer GPUs to containers. */
final class GpuResource {

  private static final String MIG = "nvidia.com/mig-";

  /** Whole devices, as far as the node does not say that they are slices or shared. */
  private static final Set<String> DEVICES =
      Set.of(
          "nvidia.com/gpu",
          "nvidia.com/gpu.shared",
          "amd.com/gpu",
          "gpu.intel.com/i915",
          "gpu.intel.com/xe",
          "google.com/tpu");

  private GpuResource() {}

  /** Whether this resource is a GPU or a part of one. */
  static boolean isGpu(String resource) {
    return DEVICES.contains(resource) || resource.startsWith(MIG);
  }

  /** Whether this resource is a slice of a GPU. */
  static boolean isSlice(String resource) {
    return resource.startsWith(MIG);
  }

  /**
   * Which part of one GPU a unit of this resource is.
   *
   * @param device what the node says its devices are; a MIG resource says it itself
   */
  static double fractionOfOne(String resource, GpuFraction device) {
    if (!isSlice(resource)) {
      return device.ofOne();
    }
    // A shared slice ends in .shared.
    String profile = resource.substring(MIG.length()).replaceFirst("\\.shared$", "");
    return GpuNode.migFraction(profile).orElse(device).ofOne();
  }
}
