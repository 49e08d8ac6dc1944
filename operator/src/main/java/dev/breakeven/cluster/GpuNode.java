package dev.breakeven.cluster;

import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.cluster.WorkloadState.PurchaseLabel;
import dev.breakeven.price.GpuFraction;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a node's labels say of its GPUs.
 *
 * @param product the GPU's product, as on a rate card; empty where no label says it
 * @param productLabel the label that says it; empty where none does
 * @param purchase how the node is had
 * @param device which part of one GPU a device of NVIDIA's is that the node offers: a MIG slice
 *     where all GPUs are cut alike; not counting how many share it
 * @param sliced whether its devices are slices
 * @param sharers how many containers share one device
 * @param cut how all of its GPUs are cut, where it offers slices of one profile and says of how
 *     many GPUs they are
 * @param sharersBySlice how many containers share one MIG slice, by its profile
 * @param amdPartition how its AMD GPUs are partitioned, {@code cpx_nps4}; empty where no label says
 *     it
 */
record GpuNode(
    String product,
    String productLabel,
    PurchaseLabel purchase,
    GpuFraction device,
    boolean sliced,
    Sharers sharers,
    Optional<Cut> cut,
    Map<String, Integer> sharersBySlice,
    String amdPartition) {

  /**
   * GPUs cut into slices of one profile, each of which is paid as its part of a whole GPU: two
   * slices of 3 in 7 are all that fits.
   */
  record Cut(String profile, GpuFraction fraction) {}

  /**
   * Containers that share a device.
   *
   * @param count how many; 1 where no label says it
   * @param isShared whether there are several, also where it is not known how many
   */
  record Sharers(int count, boolean isShared) {}

  /** A node whose labels say nothing of GPUs. */
  static final GpuNode UNLABELLED =
      new GpuNode(
          "",
          "",
          new PurchaseLabel.Unlabelled(),
          GpuFraction.WHOLE,
          false,
          new Sharers(1, false),
          Optional.empty(),
          Map.of(),
          "");

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
      Pattern.compile("(.+?)(?:-MIG-([1-7]g\\.\\d+gb(?:[.+-](?!SHARED).+?)?))?(-SHARED)?");

  private static final String NVIDIA_REPLICAS = "nvidia.com/gpu.replicas";

  /** How many containers share one device: by NVIDIA's discovery, and by GKE. */
  private static final List<String> SHARERS =
      List.of(NVIDIA_REPLICAS, "cloud.google.com/gke-max-shared-clients-per-gpu");

  private static final String GKE_PARTITION = "cloud.google.com/gke-gpu-partition-size";

  private static final String NVIDIA_COUNT = "nvidia.com/gpu.count";
  private static final String MIG_STRATEGY = "nvidia.com/mig.strategy";
  private static final Pattern SLICES = Pattern.compile("nvidia\\.com/mig-(.+)\\.count");
  private static final Pattern SHARED_SLICES = Pattern.compile("nvidia\\.com/mig-(.+)\\.replicas");

  /**
   * Compute slices of GPUs that have other than seven, by what their product is called.
   *
   * @see <a href="https://docs.nvidia.com/datacenter/tesla/mig-user-guide/supported-gpus.html">
   *     Supported GPUs</a>
   */
  private static final Map<Pattern, Integer> COMPUTE_SLICES =
      Map.of(
          Pattern.compile("(?i)(.*[- ])?A30([- ].*)?"), 4,
          Pattern.compile("(?i).*RTX[- ]PRO[- ]6000.*"), 4,
          Pattern.compile("(?i).*RTX[- ]PRO[- ][45][05]00.*"), 2);

  private static final int MOST_COMPUTE_SLICES = 7;

  private static final String AMD_PARTITION = "amd.com/compute-memory-partition";

  /** Into how many parts each of AMD's modes cuts a GPU; CPX cuts it into its dies. */
  private static final Map<String, Integer> AMD_PARTS =
      Map.of("spx", 1, "dpx", 2, "tpx", 3, "qpx", 4);

  private static final Map<Pattern, Integer> AMD_DIES =
      Map.of(
          Pattern.compile("(?i).*MI3(00X|25X|50X|55X).*"), 8,
          Pattern.compile("(?i).*MI300A.*"), 6);

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
                  AMD_PARTITION,
                  KARPENTER_CAPACITY,
                  EKS_CAPACITY,
                  GKE_SPOT,
                  GKE_PREEMPTIBLE,
                  GKE_RESERVATION,
                  AZURE_PRIORITY))
          .flatMap(List::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Whether the product label covers this resource: each vendor labels only its own GPUs. */
  boolean namesProductOf(String resource) {
    if (productLabel.startsWith("karpenter.k8s.aws/")) {
      return true;
    }
    return switch (resource.substring(0, Math.max(0, resource.indexOf('/')))) {
      case "nvidia.com" ->
          productLabel.startsWith("nvidia.com/")
              || productLabel.equals("cloud.google.com/gke-accelerator");
      case "amd.com" -> productLabel.contains("amd.com/");
      case "google.com" -> productLabel.equals("cloud.google.com/gke-tpu-accelerator");
      default -> false;
    };
  }

  /** Reads a node's labels. */
  static GpuNode of(Map<String, String> labels) {
    String label =
        PRODUCT.stream()
            .filter(name -> !labels.getOrDefault(name, "").isEmpty())
            .findFirst()
            .orElse("");
    String named = labels.getOrDefault(label, "");
    Matcher parts = NVIDIA_PRODUCT.matcher(named);
    String product = parts.matches() ? parts.group(1) : named;
    Optional<GpuFraction> slice =
        Optional.ofNullable(parts.matches() ? parts.group(2) : null)
            .or(() -> Optional.ofNullable(labels.get(GKE_PARTITION)))
            .flatMap(profile -> migFraction(profile, product));
    int sharers = sharers(labels);
    return new GpuNode(
        product,
        label,
        purchase(labels),
        slice.orElse(GpuFraction.WHOLE),
        slice.isPresent(),
        new Sharers(sharers, sharers > 1 || (parts.matches() && parts.group(3) != null)),
        cut(labels),
        sharersBySlice(labels),
        labels.getOrDefault(AMD_PARTITION, ""));
  }

  /**
   * Which part of one GPU a device of NVIDIA's is; empty where it is not known how many share it.
   *
   * @param isShared whether its name says that it is shared
   */
  Optional<Double> device(boolean isShared) {
    return (isShared || sharers.isShared()) && sharers.count() == 1
        ? Optional.empty()
        : Optional.of(device.ofOne() / sharers.count());
  }

  /**
   * Which part of one GPU a MIG slice is; empty where it is not known.
   *
   * @param isShared whether its name says that it is shared
   */
  Optional<Double> slice(String profile, boolean isShared) {
    int sharing = sharersBySlice.getOrDefault(profile, 1);
    if (isShared && sharing == 1) {
      return Optional.empty();
    }
    return cut.filter(all -> all.profile().equals(profile))
        .map(Cut::fraction)
        .or(() -> migFraction(profile, product))
        .map(fraction -> fraction.ofOne() / sharing);
  }

  /** Which part of one GPU a device of AMD's is, under the name that all of them have. */
  Optional<Double> amdDevice() {
    return amdPartition.isEmpty() ? Optional.of(1.0) : amdPartition(amdPartition);
  }

  /**
   * Which part of one GPU a partition of AMD's is; empty where it is not known.
   *
   * @param partition such as {@code cpx_nps4}
   */
  Optional<Double> amdPartition(String partition) {
    String mode = partition.replaceFirst("_.*", "");
    return Optional.ofNullable(AMD_PARTS.get(mode))
        .or(() -> mode.equals("cpx") ? ofProduct(AMD_DIES, product) : Optional.empty())
        .map(parts -> 1.0 / parts);
  }

  private static Optional<Integer> ofProduct(Map<Pattern, Integer> byName, String product) {
    return byName.entrySet().stream()
        .filter(entry -> entry.getKey().matcher(product).matches())
        .map(Map.Entry::getValue)
        .findFirst();
  }

  // With strategy "single" the label counts slices, with "mixed" also GPUs that are not cut; how
  // many
  // share a GPU is said of the uncut ones alone.
  private static Optional<Cut> cut(Map<String, String> labels) {
    List<Map.Entry<String, String>> slices =
        labels.entrySet().stream()
            .filter(label -> SLICES.matcher(label.getKey()).matches())
            .filter(label -> whole(label.getValue()) > 0)
            .toList();
    int gpus = whole(labels.getOrDefault(NVIDIA_COUNT, ""));
    if (slices.size() != 1
        || gpus == 0
        || !"mixed".equals(labels.get(MIG_STRATEGY))
        || whole(labels.getOrDefault(NVIDIA_REPLICAS, "")) > 0) {
      return Optional.empty();
    }
    int count = whole(slices.get(0).getValue());
    Matcher profile = SLICES.matcher(slices.get(0).getKey());
    return count >= gpus && count % gpus == 0 && profile.matches()
        ? Optional.of(new Cut(profile.group(1), new GpuFraction((double) gpus / count)))
        : Optional.empty();
  }

  private static Map<String, Integer> sharersBySlice(Map<String, String> labels) {
    Map<String, Integer> sharers = new TreeMap<>();
    labels.forEach(
        (label, value) -> {
          Matcher shared = SHARED_SLICES.matcher(label);
          if (shared.matches() && whole(value) > 1) {
            sharers.put(shared.group(1), whole(value));
          }
        });
    return Map.copyOf(sharers);
  }

  private static int whole(String label) {
    return label.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(label) : 0;
  }

  /** The part that a MIG slice is, where this names one. */
  private static Optional<GpuFraction> migFraction(String profile, String product) {
    try {
      return Optional.of(
          GpuFraction.ofMig(
              profile, ofProduct(COMPUTE_SLICES, product).orElse(MOST_COMPUTE_SLICES)));
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
