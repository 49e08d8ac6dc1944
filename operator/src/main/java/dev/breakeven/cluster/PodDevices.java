package dev.breakeven.cluster;

import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The accelerators that pods request, by resource name such as {@code nvidia.com/gpu} or {@code
 * nvidia.com/mig-3g.40gb}. Two with the same figures are equal.
 *
 * @param countByResource how many of each, more than 0
 * @param unknownPart where they hold a part of a device whose size cannot be known from them, what
 *     says so
 */
record PodDevices(Map<String, Double> countByResource, Optional<Message> unknownPart) {

  private static final double PERCENT = 100;
  private static final String HAMI_MEMORY_PERCENTAGE = "nvidia.com/gpumem-percentage";

  /** No accelerator. */
  static final PodDevices NONE = new PodDevices(Map.of());

  PodDevices {
    countByResource = Map.copyOf(new TreeMap<>(countByResource));
  }

  /** Whole devices, or parts of a known size. */
  PodDevices(Map<String, Double> countByResource) {
    this(countByResource, Optional.empty());
  }

  /**
   * What one pod of this specification holds, as the scheduler counts it: its containers together
   * with the sidecars among its init containers, or what one init container needs with the sidecars
   * started before it, whichever is more.
   *
   * @param podSpec a pod's {@code spec}, as a tree
   * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/">Resource
   *     sharing within containers</a>
   */
  static PodDevices ofPod(Map<String, Object> podSpec) {
    Map<String, Double> running = new HashMap<>();
    Map<String, Double> most = new HashMap<>();
    for (Map<String, Object> container : JsonTree.maps(podSpec.get("initContainers"))) {
      Map<String, Double> wanted = requests(container);
      if ("Always".equals(container.get("restartPolicy"))) {
        wanted.forEach((name, count) -> running.merge(name, count, Double::sum));
        running.forEach((name, count) -> most.merge(name, count, Double::max));
      } else {
        wanted.forEach(
            (name, count) ->
                most.merge(name, count + running.getOrDefault(name, 0.0), Double::max));
      }
    }
    for (Map<String, Object> container : JsonTree.maps(podSpec.get("containers"))) {
      requests(container).forEach((name, count) -> running.merge(name, count, Double::sum));
    }
    running.forEach((name, count) -> most.merge(name, count, Double::max));
    most.values().removeIf(count -> count <= 0);
    Optional<Message> unknown = unknownPart(podSpec);
    return most.isEmpty() && unknown.isEmpty() ? NONE : new PodDevices(most, unknown);
  }

  /** Why the share of a device that a pod holds is not known; empty if it is known. */
  private static Optional<Message> unknownPart(Map<String, Object> podSpec) {
    for (String kind : List.of("initContainers", "containers")) {
      for (Map<String, Object> container : JsonTree.maps(podSpec.get(kind))) {
        Map<String, Object> resources = JsonTree.map(container.get("resources"));
        if (!JsonTree.maps(resources.get("claims")).isEmpty()) {
          return Optional.of(Message.of(Cause.DEVICES_BY_CLAIM));
        }
        Map<String, Object> limits = JsonTree.map(resources.get("limits"));
        for (String resource : new TreeMap<>(limits).keySet()) {
          // A percentage gives the share directly; megabytes do not. Cores may be the smaller part.
          if (GpuResource.isPartOfUnknownSize(resource)
              && amount(limits.get(HAMI_MEMORY_PERCENTAGE)) == 0) {
            return Optional.of(partOf(resource));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Message partOf(String named) {
    return Message.of(Cause.PART_OF_A_GPU_UNSIZED, Parameter.name(named));
  }

  /**
   * The same, with the part of a GPU that KAI and Run:ai give a pod by its annotations, where no
   * container requests any.
   *
   * @param annotations the pod's
   * @see <a href="https://github.com/NVIDIA/KAI-Scheduler/blob/main/docs/gpu-sharing/README.md">GPU
   *     sharing</a>
   */
  static PodDevices ofPod(Map<String, Object> podSpec, Map<String, Object> annotations) {
    PodDevices requested = ofPod(podSpec);
    if (!requested.equals(NONE)) {
      return requested;
    }
    if (annotations.containsKey("gpu-memory")) {
      return new PodDevices(Map.of(), Optional.of(partOf("gpu-memory")));
    }
    double part = amount(annotations.get("gpu-fraction"));
    double devices =
        annotations.containsKey("gpu-fraction-num-devices")
            ? amount(annotations.get("gpu-fraction-num-devices"))
            : 1;
    return part > 0 && part <= 1 && devices > 0
        ? new PodDevices(Map.of("nvidia.com/gpu", part * devices))
        : NONE;
  }

  /** The same of a pod template, as a tree. */
  static PodDevices ofTemplate(Map<String, Object> template) {
    return ofPod(JsonTree.map(template, "spec"), JsonTree.map(template, "metadata", "annotations"));
  }

  /** These pods' and those of this many others. */
  PodDevices plus(PodDevices others, int times) {
    Map<String, Double> sum = new HashMap<>(countByResource);
    others.countByResource.forEach((name, count) -> sum.merge(name, times * count, Double::sum));
    sum.values().removeIf(count -> count <= 0);
    return new PodDevices(sum, unknownPart.or(() -> others.unknownPart));
  }

  /** Limits say it all: of an accelerator a container requests what it is limited to. */
  private static Map<String, Double> requests(Map<String, Object> container) {
    Map<String, Object> resources = JsonTree.map(container.get("resources"));
    Map<String, Double> wanted = new HashMap<>();
    double part = 1;
    for (Map<String, Object> listed :
        List.of(JsonTree.map(resources.get("requests")), JsonTree.map(resources.get("limits")))) {
      part = Math.min(part, partByHami(listed));
      listed.forEach(
          (name, quantity) -> {
            if (GpuResource.isGpu(name)) {
              wanted.put(name, amount(quantity));
            }
          });
    }
    double ofOne = part;
    wanted.replaceAll((name, count) -> name.equals("nvidia.com/gpu") ? count * ofOne : count);
    return wanted;
  }

  /**
   * The part of each of its GPUs that HAMi gives a container: of its cores or of its memory,
   * whichever is more. Memory in megabytes is a part of what is not known here.
   *
   * @see <a href="https://github.com/Project-HAMi/HAMi/blob/master/docs/config.md">HAMi's
   *     resources</a>
   */
  private static double partByHami(Map<String, Object> listed) {
    double percent =
        Math.max(
            amount(listed.get("nvidia.com/gpucores")), amount(listed.get(HAMI_MEMORY_PERCENTAGE)));
    return percent > 0 && percent < PERCENT ? percent / PERCENT : 1;
  }

  private static double amount(@Nullable Object quantity) {
    if (quantity == null) {
      return 0;
    }
    try {
      BigDecimal amount = new Quantity(String.valueOf(quantity)).getNumericalAmount();
      return amount.doubleValue();
    } catch (IllegalArgumentException e) {
      // The API server rejects such a quantity in a pod, but a custom resource may hold one.
      return 0;
    }
  }

  /** The resource names, in order. */
  List<String> resources() {
    return new ArrayList<>(new TreeMap<>(countByResource).keySet());
  }
}
