package dev.breakeven.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.cluster.WorkloadState.GpuProduct;
import dev.breakeven.cluster.WorkloadState.GpuRequest;
import dev.breakeven.cluster.WorkloadState.PurchaseLabel;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GpuNodesTest {

  private static final Message NO_LABEL =
      Message.of(Cause.NO_NODE_NAMES_ITS_GPU, Parameter.name("Deployment chat"));

  private static final GpuNode H100_SPOT =
      GpuNode.of(Map.of("nvidia.com/gpu.product", "H100", "karpenter.sh/capacity-type", "spot"));
  private static final GpuNode H100_ON_DEMAND =
      GpuNode.of(
          Map.of("nvidia.com/gpu.product", "H100", "karpenter.sh/capacity-type", "on-demand"));
  private static final PodDevices WHOLE = new PodDevices(Map.of("nvidia.com/gpu", 1.0));
  private static final GpuNode A100 = GpuNode.of(Map.of("nvidia.com/gpu.product", "A100"));

  @Test
  void twoWholeGpusAreTwo() {
    assertThat(requested(Map.of(A100, 3), Map.of("nvidia.com/gpu", 2.0))).isEqualTo(2.0);
  }

  @Test
  void aMigSliceIsItsPartOfAGpuWhateverTheNodeSays() {
    assertThat(requested(Map.of(A100, 1), Map.of("nvidia.com/mig-3g.20gb", 2.0)))
        .isCloseTo(6.0 / 7, within(1e-12));
  }

  @Test
  void aSharedDeviceIsItsShare() {
    GpuNode shared = GpuNode.of(Map.of("nvidia.com/gpu.replicas", "4"));

    assertThat(requested(Map.of(shared, 1), Map.of("nvidia.com/gpu.shared", 1.0))).isEqualTo(0.25);
    assertThat(requested(Map.of(shared, 1), Map.of("nvidia.com/gpu", 1.0))).isEqualTo(0.25);
  }

  @Test
  void nodesCutInDifferentWaysCountByTheirPods() {
    GpuNode shared = GpuNode.of(Map.of("nvidia.com/gpu.replicas", "2"));

    // Three pods hold a whole one, one holds half: 3.5 over 4.
    assertThat(requested(Map.of(A100, 3, shared, 1), Map.of("nvidia.com/gpu", 1.0)))
        .isEqualTo(0.875);
  }

  @Test
  void withoutDevicesNothingIsRequested() {
    assertThat(new GpuNodes(Map.of(A100, 1)).requestOf(PodDevices.NONE))
        .isEqualTo(new GpuRequest.NotRequested());
  }

  @Test
  void oneProductHadInOneWayIsLabelledSo() {
    assertThat(new GpuNodes(Map.of(H100_SPOT, 2)).productOf(WHOLE, NO_LABEL))
        .isEqualTo(new GpuProduct.Labelled("H100", new PurchaseLabel.Labelled(Purchase.SPOT)));
  }

  @Test
  void oneProductHadInTwoWaysSaysBoth() {
    assertThat(new GpuNodes(Map.of(H100_SPOT, 2, H100_ON_DEMAND, 1)).productOf(WHOLE, NO_LABEL))
        .isEqualTo(
            new GpuProduct.Labelled(
                "H100", new PurchaseLabel.Mixed(List.of(Purchase.ON_DEMAND, Purchase.SPOT))));
  }

  @Test
  void severalProductsComeInTheOrderOfTheirPods() {
    assertThat(new GpuNodes(Map.of(A100, 1, H100_SPOT, 2)).productOf(WHOLE, NO_LABEL))
        .isEqualTo(new GpuProduct.Mixed(List.of("H100", "A100")));
  }

  @Test
  void withoutALabelTheSentenceSaysWhy() {
    assertThat(new GpuNodes(Map.of(GpuNode.UNLABELLED, 1)).productOf(WHOLE, NO_LABEL))
        .isEqualTo(new GpuProduct.Unknown(NO_LABEL, List.of("nvidia.com/gpu")));
  }

  @Test
  void aLabelOfOneMakerSaysNothingOfAnothersDevices() {
    PodDevices gaudis = new PodDevices(Map.of("habana.ai/gaudi", 8.0));

    assertThat(new GpuNodes(Map.of(A100, 1)).productOf(gaudis, NO_LABEL))
        .isEqualTo(new GpuProduct.Unknown(NO_LABEL, List.of("habana.ai/gaudi")));
  }

  private static double requested(Map<GpuNode, Integer> podsByNode, Map<String, Double> devices) {
    return ((GpuRequest.Requested) new GpuNodes(podsByNode).requestOf(new PodDevices(devices)))
        .gpusPerReplica();
  }

  @Test
  void aSliceOfGpusThatAreAllCutAlikeIsItsPartOfTheirPrice() {
    // 16 slices of 8 GPUs: half of one each, though it has 3 of 7 of its cores.
    GpuNode cut =
        GpuNode.of(
            Map.of(
                "nvidia.com/gpu.product", "A100",
                "nvidia.com/gpu.count", "8",
                "nvidia.com/mig.strategy", "mixed",
                "nvidia.com/mig-3g.40gb.count", "16"));
    assertThat(requested(Map.of(cut, 1), Map.of("nvidia.com/mig-3g.40gb", 1.0))).isEqualTo(0.5);

    // Beside slices of another size nobody says which GPU is cut how.
    GpuNode mixed =
        GpuNode.of(
            Map.of(
                "nvidia.com/gpu.count", "8",
                "nvidia.com/mig.strategy", "mixed",
                "nvidia.com/mig-3g.40gb.count", "8",
                "nvidia.com/mig-2g.20gb.count", "16"));
    assertThat(requested(Map.of(mixed, 1), Map.of("nvidia.com/mig-3g.40gb", 1.0)))
        .isCloseTo(3.0 / 7, within(1e-12));
  }
}
