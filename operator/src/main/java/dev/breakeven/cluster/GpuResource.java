package dev.breakeven.cluster;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names under which device plugins offer GPUs to containers. */
final class GpuResource {

  private static final String MIG = "nvidia.com/mig-";

  /** What a resource that NVIDIA's device plugin shares is renamed to ends with. */
  private static final String SHARED = ".shared";

  /** AMD's partitions under the naming strategy {@code mixed}: {@code amd.com/cpx_nps4}. */
  private static final Pattern AMD_PARTITION = Pattern.compile("amd\\.com/([sdtqc]px_nps\\d+)");

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
          "tencent.com/vcuda-core",
          "gpu.intel.com/millicores");

  private GpuResource() {}

  /** Whether this resource is a GPU or a part of one. */
  static boolean isGpu(String resource) {
    return DEVICES.contains(resource) || isSlice(resource);
  }

  /** Whether this resource is a part of a GPU of unknown size. */
  static boolean isPartOfUnknownSize(String resource) {
    return PARTS.contains(resource);
  }

  /** Whether this resource is a slice of a GPU. */
  static boolean isSlice(String resource) {
    return resource.startsWith(MIG) || AMD_PARTITION.matcher(resource).matches();
  }

  /**
   * Which part of one GPU a unit of this resource is; empty where neither its name nor the node's
   * labels tell.
   *
   * @param node says what its devices are; a slice says it itself, unless the node says how many of
   *     these its GPUs are cut into
   */
  static Optional<Double> fractionOfOne(String resource, GpuNode node) {
    Matcher amd = AMD_PARTITION.matcher(resource);
    if (amd.matches()) {
      return node.amdPartition(amd.group(1));
    }
    if (resource.startsWith(MIG)) {
      return node.slice(
          resource.substring(MIG.length()).replaceFirst("\\.shared$", ""),
          resource.endsWith(SHARED));
    }
    return switch (resource) {
      case "nvidia.com/gpu", "nvidia.com/gpu.shared" -> node.device(resource.endsWith(SHARED));
      case "amd.com/gpu" -> node.amdDevice();
      default -> Optional.of(1.0);
    };
  }
}
