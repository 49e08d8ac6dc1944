package dev.breakeven.discovery;

import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.catalogue.GpuProducts;
import dev.breakeven.cluster.ClusterInventory.NodeGpus;
import dev.breakeven.cluster.ClusterInventory.Workload;
import dev.breakeven.cluster.WorkloadState.PurchaseLabel;
import dev.breakeven.discovery.Finding.Kind;
import dev.breakeven.prometheus.EngineSurvey;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a policy must say of GPUs, and what a rate card must. */
final class GpuFinder {

  private final DiscoveryInput input;
  private final Map<String, String> nodeByPod = new TreeMap<>();

  GpuFinder(DiscoveryInput input) {
    this.input = input;
    input.surveys().forEach(survey -> nodeByPod.putAll(survey.nodeByPod()));
  }

  /** One GPU as a card has it. */
  private record Had(String product, Purchase purchase, boolean isLabelled) {}

  /**
   * The GPUs of a workload.
   *
   * @param pods that it had in the last week
   * @param perReplica GPUs of a replica, where not all of them are the model's
   */
  GpuChoice of(
      Workload workload, Set<String> pods, Optional<Long> perReplica, List<Finding> findings) {
    String name = workload.reference().toString();
    Set<String> nodes = new TreeSet<>(workload.nodeByPod().values());
    nodes.remove("");
    boolean runs = !nodes.isEmpty();
    if (!runs) {
      pods.stream()
          .map(pod -> nodeByPod.getOrDefault(workload.reference().namespace() + "/" + pod, ""))
          .filter(node -> !node.isEmpty())
          .forEach(nodes::add);
    }
    List<NodeGpus> gpus =
        nodes.isEmpty()
            ? List.of(workload.nodeGpus())
            : nodes.stream()
                .map(n -> Optional.ofNullable(input.cluster().nodes().get(n)))
                .flatMap(Optional::stream)
                .toList();
    Set<String> labels = new TreeSet<>();
    gpus.stream().map(NodeGpus::product).filter(p -> !p.isEmpty()).forEach(labels::add);
    Set<String> products = new TreeSet<>();
    labels.forEach(label -> products.add(GpuProducts.productName(label).orElse(label)));
    if (products.size() != 1) {
      findings.add(notOneProduct(name, nodes, products));
      return new GpuChoice(Optional.empty(), Optional.empty(), perReplica);
    }
    String product = products.iterator().next();
    boolean isReadByTheOperator = runs && labels.size() == 1 && labels.contains(product);
    Optional<Purchase> labelled = purchase(gpus);
    Optional<Purchase> stated =
        labelled.isPresent() ? labelled.filter(p -> !runs) : ofCard(name, product, findings);
    needsPrice(product, labelled.or(() -> stated).orElse(Purchase.ON_DEMAND), findings);
    return new GpuChoice(
        isReadByTheOperator ? Optional.empty() : Optional.of(product), stated, perReplica);
  }

  private static Finding notOneProduct(
      String name, Collection<String> nodes, Set<String> products) {
    if (!products.isEmpty()) {
      return Finding.of(Kind.PRODUCTS_DIFFER, name, String.join(", ", products));
    }
    return nodes.isEmpty()
        ? Finding.of(Kind.NODE_UNKNOWN, name)
        : Finding.of(Kind.PRODUCT_UNKNOWN, name, String.join(", ", nodes));
  }

  private static Optional<Purchase> purchase(List<NodeGpus> nodes) {
    List<Purchase> said =
        nodes.stream()
            .map(NodeGpus::purchase)
            .filter(PurchaseLabel.Labelled.class::isInstance)
            .map(label -> ((PurchaseLabel.Labelled) label).purchase())
            .distinct()
            .toList();
    return said.size() == 1 ? Optional.of(said.get(0)) : Optional.empty();
  }

  /** No label says how it is paid for; a card with one price for it does. */
  private Optional<Purchase> ofCard(String workload, String product, List<Finding> findings) {
    List<Purchase> priced =
        input.card().map(RateCardSpec::gpus).orElse(List.of()).stream()
            .filter(gpu -> gpu.product().equals(product))
            .map(RateCardSpec.GpuPrice::purchase)
            .toList();
    if (priced.size() == 1) {
      findings.add(
          Finding.of(Kind.PURCHASE_FROM_CARD, product, word(priced.get(0)), DiscoveryInput.CARD));
      return Optional.of(priced.get(0)).filter(p -> p != Purchase.ON_DEMAND);
    }
    findings.add(Finding.of(Kind.PURCHASE_UNKNOWN, workload, product));
    return Optional.empty();
  }

  private void needsPrice(String product, Purchase purchase, List<Finding> findings) {
    if (input.card().isPresent() && !isOnCard(product, purchase)) {
      findings.add(
          Finding.of(Kind.GPU_PRICE_MISSING, product, word(purchase), DiscoveryInput.CARD));
    }
  }

  private boolean isOnCard(String product, Purchase purchase) {
    return input.card().map(RateCardSpec::gpus).orElse(List.of()).stream()
        .anyMatch(gpu -> gpu.product().equals(product) && gpu.purchase() == purchase);
  }

  /** GPUs of all nodes, for a card. */
  List<CardGpu> forACard() {
    Map<Had, List<String>> nodes =
        new TreeMap<>(
            Comparator.comparing(Had::product)
                .thenComparing(Had::purchase)
                .thenComparing(Had::isLabelled));
    new TreeMap<>(input.cluster().nodes())
        .forEach(
            (node, gpus) -> {
              if (!gpus.product().isEmpty()) {
                Optional<Purchase> labelled = purchase(List.of(gpus));
                nodes
                    .computeIfAbsent(
                        new Had(
                            GpuProducts.productName(gpus.product()).orElse(gpus.product()),
                            labelled.orElse(Purchase.ON_DEMAND),
                            labelled.isPresent()),
                        had -> new ArrayList<>())
                    .add(node);
              }
            });
    // A card holds one price for a product and a purchase: what is labelled goes before what is
    // not.
    Map<String, CardGpu> byKey = new TreeMap<>();
    nodes.forEach(
        (had, its) -> {
          CardGpu gpu =
              new CardGpu(had.product(), had.purchase(), had.isLabelled(), its, reported(its));
          byKey.merge(
              had.product() + " " + had.purchase(),
              gpu,
              (one, other) -> one.purchaseIsLabelled() ? one : other);
        });
    return List.copyOf(byKey.values());
  }

  List<String> nodesWithoutProduct() {
    return input.cluster().nodes().entrySet().stream()
        .filter(node -> node.getValue().product().isEmpty())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private Optional<BigDecimal> reported(List<String> nodes) {
    List<BigDecimal> prices = new ArrayList<>();
    for (EngineSurvey survey : input.surveys()) {
      nodes.stream().map(survey.gpuHourByNode()::get).filter(Objects::nonNull).forEach(prices::add);
      if (!prices.isEmpty()) {
        break;
      }
    }
    return prices.stream()
        .reduce(BigDecimal::add)
        .map(
            sum ->
                sum.divide(BigDecimal.valueOf(prices.size()), 4, RoundingMode.HALF_UP)
                    .stripTrailingZeros());
  }

  /** As policies write it. */
  static String word(Purchase purchase) {
    return switch (purchase) {
      case ON_DEMAND -> "OnDemand";
      case RESERVED -> "Reserved";
      case SPOT -> "Spot";
      case OWNED -> "Owned";
    };
  }
}
