package dev.breakeven.cluster;

import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.cluster.WorkloadState.PurchaseLabel;
import dev.breakeven.price.GpuFraction;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a node's labels say of its GPUs.
 *
 * @param product the GPU's product, as on a rate card; empty where no label says it
 * @param purchase how the node is had
 * @param device which part of one GPU a device is that the node offers: a MIG slice where all GPUs
 *     are cut alike, a share where several containers share one
 * @param sliced whether its devices are MIG slices
 */
record GpuNode(String product, PurchaseLabel purchase, GpuFraction device, boolean sliced) {

  /** A node whose labels say nothing of GPUs. */
  static final GpuNode UNLABELLED =
      new GpuNode("", new PurchaseLabel.Unlabelled(), GpuFraction.WHOLE, false);

  /**
   * Labels that name the product, in the order in which they are asked: NVIDIA's GPU feature
   * discovery, AMD's node labeller, GKE, Karpenter on AWS.
   */
  static final List<String> PRODUCT =
      List.of(
          "nvidia.com/gpu.product",
          "amd.com/gpu.product-name",
          "beta.amd.com/gpu.product-name",
          "cloud.google.com/gke-accelerator",
          "cloud.google.com/gke-tpu-accelerator",
          "karpenter.k8s.aws/instance-gpu-name");

  /** NVIDIA's label where a GPU is cut or shared: PRODUCT[-MIG-PROFILE][-SHARED]. */
  private static final Pattern NVIDIA_PRODUCT =
      Pattern.compile("(.+?)(?:-MIG-([1-7]g\\.\\d+gb(?:[.+].+?)?))?(-SHARED)?");

  /** How many containers share one device: by NVIDIA's discovery, and by GKE. */
  private static final List<String> SHARERS =
      List.of("nvidia.com/gpu.replicas", "cloud.google.com/gke-max-shared-clients-per-gpu");

  private static final String GKE_PARTITION = "cloud.google.com/gke-gpu-partition-size";

  private static final String KARPENTER_CAPACITY = "karpenter.sh/capacity-type";
  private static final String EKS_CAPACITY = "eks.amazonaws.com/capacityType";
  private static final String GKE_SPOT = "cloud.google.com/gke-spot";
  private static final String GKE_PREEMPTIBLE = "cloud.google.com/gke-preemptible";
  private static final String GKE_RESERVATION = "cloud.google.com/reservation-name";
  private static final String AZURE_PRIORITY = "kubernetes.azure.com/scalesetpriority";

  /** Labels that say how a node is paid for. */
  static final List<String> PURCHASE =
      List.of(
          KARPENTER_CAPACITY,
          EKS_CAPACITY,
          GKE_SPOT,
          GKE_PREEMPTIBLE,
          GKE_RESERVATION,
          AZURE_PRIORITY);

  /** Every label that is looked at; no other is kept. */
  static final Set<String> LABELS =
      Stream.of(
              PRODUCT,
              SHARERS,
              List.of(
                  GKE_PARTITION,
                  KARPENTER_CAPACITY,
                  EKS_CAPACITY,
                  GKE_SPOT,
                  GKE_PREEMPTIBLE,
                  GKE_RESERVATION,
                  AZURE_PRIORITY))
          .flatMap(List::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Reads a node's labels. */
  static GpuNode of(Map<String, String> labels) {
    String named =
        PRODUCT.stream()
            .map(label -> labels.getOrDefault(label, ""))
            .filter(value -> !value.isEmpty())
            .findFirst()
            .orElse("");
    Matcher parts = NVIDIA_PRODUCT.matcher(named);
    String product = parts.matches() ? parts.group(1) : named;
    Optional<GpuFraction> slice =
        Optional.ofNullable(parts.matches() ? parts.group(2) : null)
            .or(() -> Optional.ofNullable(labels.get(GKE_PARTITION)))
            .flatMap(GpuNode::migFraction);
    double device = slice.orElse(GpuFraction.WHOLE).ofOne() / sharers(labels);
    return new GpuNode(product, purchase(labels), new GpuFraction(device), slice.isPresent());
  }

  /** The part that a MIG slice is, where this names one; some other profile is taken as whole. */
  static Optional<GpuFraction> migFraction(String profile) {
    try {
      return Optional.of(GpuFraction.ofMig(profile));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static int sharers(Map<String, String> labels) {
    return SHARERS.stream()
        .map(label -> labels.getOrDefault(label, ""))
        .filter(value -> value.matches("[1-9][0-9]{0,3}"))
        .mapToInt(Integer::parseInt)
        .findFirst()
        .orElse(1);
  }

  private static PurchaseLabel purchase(Map<String, String> labels) {
    if ("true".equals(labels.get(GKE_SPOT)) || "true".equals(labels.get(GKE_PREEMPTIBLE))) {
      return new PurchaseLabel.Labelled(Purchase.SPOT);
    }
    if (labels.containsKey(GKE_RESERVATION)) {
      return new PurchaseLabel.Labelled(Purchase.RESERVED);
    }
    String said =
        Stream.of(KARPENTER_CAPACITY, EKS_CAPACITY, AZURE_PRIORITY)
            .map(label -> labels.getOrDefault(label, ""))
            .filter(value -> !value.isEmpty())
            .findFirst()
            .orElse("");
    return switch (said.toLowerCase(Locale.ROOT).replace('_', '-')) {
      case "spot" -> new PurchaseLabel.Labelled(Purchase.SPOT);
      case "on-demand", "regular" -> new PurchaseLabel.Labelled(Purchase.ON_DEMAND);
      case "reserved", "capacity-block" -> new PurchaseLabel.Labelled(Purchase.RESERVED);
      default -> new PurchaseLabel.Unlabelled();
    };
  }
}
