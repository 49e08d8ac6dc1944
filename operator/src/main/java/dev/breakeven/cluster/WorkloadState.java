package dev.breakeven.cluster;

import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.reason.Message;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** A workload as it stands in the cluster, or why it cannot be read. */
public sealed interface WorkloadState {

  /** Which workload. */
  WorkloadReference reference();

  /**
   * It exists.
   *
   * @param replicasWanted what its scale asks for
   * @param replicasReady of those, serving
   * @param gpus GPUs that one replica requests, over all its pods
   * @param product the GPU product of the nodes where its pods run
   * @param placement the nodes themselves
   * @param requestsAtOnce how many requests its engine takes at once, as its arguments say
   */
  record Found(
      WorkloadReference reference,
      int replicasWanted,
      int replicasReady,
      GpuRequest gpus,
      GpuProduct product,
      NodePlacement placement,
      OptionalInt requestsAtOnce)
      implements WorkloadState {

    /** Of an engine whose arguments say nothing of how many requests it takes. */
    public Found(
        WorkloadReference reference,
        int replicasWanted,
        int replicasReady,
        GpuRequest gpus,
        GpuProduct product,
        NodePlacement placement) {
      this(reference, replicasWanted, replicasReady, gpus, product, placement, OptionalInt.empty());
    }
  }

  /**
   * It cannot be read.
   *
   * @param message why: it does not exist, its kind is not watched, reading is forbidden
   */
  record Missing(WorkloadReference reference, Message message) implements WorkloadState {}

  /** What its pods request. */
  sealed interface GpuRequest {
    /**
     * This many GPUs a replica; a MIG slice or a shared GPU is a fraction of one.
     *
     * @param byModel those of the containers of a pod by the name under which each shows its model,
     *     or by an empty one where its arguments do not say it; empty where all are alike
     */
    record Requested(double gpusPerReplica, Map<String, Double> byModel) implements GpuRequest {
      public Requested {
        byModel = Map.copyOf(byModel);
      }

      /** GPUs of one model. */
      public Requested(double gpusPerReplica) {
        this(gpusPerReplica, Map.of());
      }
    }

    /** No container requests a GPU. */
    record NotRequested() implements GpuRequest {}

    /** Not read; the message says why. */
    record Unknown(Message message) implements GpuRequest {}
  }

  /** What the nodes say of their GPUs. */
  sealed interface GpuProduct {
    /**
     * All pods run on the same product.
     *
     * @param product as the nodes are labelled with it
     * @param purchase how it is had, as far as the nodes are labelled with it
     */
    record Labelled(String product, PurchaseLabel purchase) implements GpuProduct {}

    /** Its pods run on several products, so that no one price is right. */
    record Mixed(List<String> products) implements GpuProduct {
      public Mixed {
        products = List.copyOf(products);
      }
    }

    /**
     * Not known.
     *
     * @param message says why: no pod runs, nodes are not read, no label
     * @param resources what its pods request, such as {@code habana.ai/gaudi}
     */
    record Unknown(Message message, List<String> resources) implements GpuProduct {
      public Unknown {
        resources = List.copyOf(resources);
      }

      /** Where it is not known what its pods request. */
      public Unknown(Message message) {
        this(message, List.of());
      }
    }
  }

  /** Which nodes its pods are on. */
  sealed interface NodePlacement {
    /**
     * These, one at least.
     *
     * @param gpusByNode how many GPUs its pods hold on each, to weigh one node against another;
     *     where none requests a GPU, how many pods
     * @param sliced those of the nodes on which they hold MIG slices
     */
    record OnNodes(Map<String, Double> gpusByNode, Set<String> sliced) implements NodePlacement {
      public OnNodes {
        gpusByNode = Map.copyOf(gpusByNode);
        sliced = Set.copyOf(sliced);
      }
    }

    /** None, or not known; the message says why. */
    record Unknown(Message message) implements NodePlacement {}
  }

  /** Whether the nodes say how their GPUs are had. */
  sealed interface PurchaseLabel {
    /** They say so. */
    record Labelled(Purchase purchase) implements PurchaseLabel {}

    /** Its pods run on nodes that are had in several ways, so that no one price is right. */
    record Mixed(List<Purchase> purchases) implements PurchaseLabel {
      public Mixed {
        purchases = List.copyOf(purchases);
      }
    }

    /** They do not. */
    record Unlabelled() implements PurchaseLabel {}
  }
}
