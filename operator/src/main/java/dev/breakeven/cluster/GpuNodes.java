package dev.breakeven.cluster;

import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.cluster.WorkloadState.GpuProduct;
import dev.breakeven.cluster.WorkloadState.GpuRequest;
import dev.breakeven.cluster.WorkloadState.PurchaseLabel;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The nodes that a workload's pods are on, each with how many of them.
 *
 * @param podsByNode at least one pod each
 */
record GpuNodes(Map<GpuNode, Integer> podsByNode) {

  GpuNodes {
    podsByNode = Map.copyOf(podsByNode);
  }

  /** GPUs that one replica takes, a slice or a share of one as what it is. */
  GpuRequest requestOf(PodDevices replica) {
    if (replica.unknownPart().isPresent()) {
      return new GpuRequest.Unknown(replica.unknownPart().get());
    }
    double gpus = 0;
    for (Map.Entry<String, Double> devices : replica.countByResource().entrySet()) {
      Optional<Double> fraction = meanFraction(devices.getKey());
      if (fraction.isEmpty()) {
        return new GpuRequest.Unknown(
            Message.of(Cause.DEVICE_UNSIZED, Parameter.name(devices.getKey())));
      }
      gpus += devices.getValue() * fraction.get();
    }
    return gpus > 0 ? new GpuRequest.Requested(gpus) : new GpuRequest.NotRequested();
  }

  /** Over the pods: nodes of one workload may be cut in different ways. */
  private Optional<Double> meanFraction(String resource) {
    double sum = 0;
    int pods = 0;
    for (Map.Entry<GpuNode, Integer> node : podsByNode.entrySet()) {
      Optional<Double> fraction = GpuResource.fractionOfOne(resource, node.getKey());
      if (fraction.isEmpty()) {
        return fraction;
      }
      sum += node.getValue() * fraction.get();
      pods += node.getValue();
    }
    return pods == 0
        ? GpuResource.fractionOfOne(resource, GpuNode.UNLABELLED)
        : Optional.of(sum / pods);
  }

  /**
   * The product of what a replica holds; the one with the most pods first where there are several.
   *
   * @param whyNone what to say where no node says it
   */
  GpuProduct productOf(PodDevices replica, Message whyNone) {
    Map<String, Integer> podsByProduct = new TreeMap<>();
    podsByNode.forEach(
        (node, pods) -> {
          if (!node.product().isEmpty()
              && replica.resources().stream().allMatch(node::namesProductOf)) {
            podsByProduct.merge(node.product(), pods, Integer::sum);
          }
        });
    List<String> products =
        podsByProduct.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .toList();
    return switch (products.size()) {
      case 0 -> new GpuProduct.Unknown(whyNone, replica.resources());
      case 1 -> new GpuProduct.Labelled(products.get(0), purchase());
      default -> new GpuProduct.Mixed(products);
    };
  }

  private PurchaseLabel purchase() {
    TreeSet<Purchase> said = new TreeSet<>();
    for (GpuNode node : podsByNode.keySet()) {
      if (node.purchase() instanceof PurchaseLabel.Labelled labelled) {
        said.add(labelled.purchase());
      }
    }
    return switch (said.size()) {
      case 0 -> new PurchaseLabel.Unlabelled();
      case 1 -> new PurchaseLabel.Labelled(said.first());
      default -> new PurchaseLabel.Mixed(List.copyOf(said));
    };
  }
}
