package dev.breakeven.cluster;

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
          "google.com/tpu",
          "habana.ai/gaudi",
          "aws.amazon.com/neuron",
          "aws.amazon.com/neurondevice");

  /** Parts of a device whose size the pod's specification alone does not tell. */
  private static final Set<String> PARTS =
      Set.of(
          "nvidia.com/gpumem",
          "volcano.sh/vgpu-number",
          "volcano.sh/vgpu-memory",
          "aliyun.com/gpu-mem",
          "tencent.com/vcuda-core");

  private GpuResource() {}

  /** Whether this resource is a GPU or a part of one. */
  static boolean isGpu(String resource) {
    return DEVICES.contains(resource) || resource.startsWith(MIG);
  }

  /** Whether this resource is a part of a GPU, of which it cannot be told how much. */
  static boolean isPartOfUnknownSize(String resource) {
    return PARTS.contains(resource);
  }

  /** Whether this resource is a slice of a GPU. */
  static boolean isSlice(String resource) {
    return resource.startsWith(MIG);
  }

  /**
   * Which part of one GPU a unit of this resource is.
   *
   * @param node says what its devices are; a MIG resource says it itself, unless the node says how
   *     many of these slices its GPUs are cut into
   */
  static double fractionOfOne(String resource, GpuNode node) {
    if (!isSlice(resource)) {
      return node.device().ofOne();
    }
    // A shared slice ends in .shared.
    String profile = resource.substring(MIG.length()).replaceFirst("\\.shared$", "");
    return node.cut()
        .filter(cut -> cut.profile().equals(profile))
        .map(GpuNode.Cut::fraction)
        .or(() -> GpuNode.migFraction(profile))
        .orElse(node.device())
        .ofOne();
  }
}
