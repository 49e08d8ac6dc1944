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
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  private static GpuRequest request(Map<String, String> labels, String resource) {
    return new GpuNodes(Map.of(GpuNode.of(labels), 1))
        .requestOf(new PodDevices(Map.of(resource, 1.0)));
  }

  private static final String A100_PRODUCT = "NVIDIA-A100-SXM4-40GB";

  @ParameterizedTest
  @CsvSource({
    // Two share each of seven slices.
    "nvidia.com/mig-1g.5gb.shared, nvidia.com/mig-1g.5gb.replicas=2, 0.0714285714",
    "nvidia.com/mig-1g.5gb, nvidia.com/mig-1g.5gb.replicas=2, 0.0714285714",
    // Four GPUs of eight are cut into two: what the other four are is in the count of GPUs too.
    "nvidia.com/mig-3g.20gb, nvidia.com/gpu.count=8 nvidia.com/mig-3g.20gb.count=8"
        + " nvidia.com/mig.strategy=mixed nvidia.com/gpu.replicas=1, 0.4285714286",
    "nvidia.com/mig-4g.24gb, nvidia.com/gpu.product=NVIDIA-A30, 1",
    "nvidia.com/mig-1g.24gb.gfx, nvidia.com/gpu.product=NVIDIA-RTX-PRO-6000-Blackwell, 0.25",
    "amd.com/gpu, amd.com/gpu.product-name=AMD_Instinct_MI300X_OAM, 1",
    "amd.com/gpu, amd.com/gpu.product-name=AMD_Instinct_MI300X_OAM"
        + " amd.com/compute-memory-partition=spx_nps1, 1",
    "amd.com/gpu, amd.com/gpu.product-name=AMD_Instinct_MI300X_OAM"
        + " amd.com/compute-memory-partition=cpx_nps4, 0.125",
    "amd.com/cpx_nps1, amd.com/gpu.product-name=AMD_Instinct_MI300A, 0.1666666667",
    "amd.com/qpx_nps1, unlabelled=true, 0.25",
    "habana.ai/gaudi, nvidia.com/gpu.replicas=4, 1"
  })
  void aSliceIsThePartThatItsNodeSays(String resource, String labels, double gpus) {
    Map<String, String> byName = new TreeMap<>(Map.of("nvidia.com/gpu.product", A100_PRODUCT));
    if (resource.startsWith("amd.com")) {
      byName.clear();
    }
    for (String label : labels.split(" ", -1)) {
      String[] nameAndValue = label.split("=", 2);
      byName.put(nameAndValue[0], nameAndValue[1]);
    }

    assertThat(((GpuRequest.Requested) request(byName, resource)).gpusPerReplica())
        .isCloseTo(gpus, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({
    // Shared, and no label says by how many.
    "nvidia.com/gpu.shared, NVIDIA-A100-SXM4-40GB",
    "nvidia.com/gpu, NVIDIA-A100-SXM4-40GB-SHARED",
    "nvidia.com/mig-1g.5gb.shared, NVIDIA-A100-SXM4-40GB",
    // A profile of another GPU, and one within a slice.
    "nvidia.com/mig-7g.40gb, NVIDIA-A30",
    "nvidia.com/mig-1c.3g.20gb, NVIDIA-A100-SXM4-40GB",
    // How many dies the GPU has is not known.
    "amd.com/cpx_nps1, NVIDIA-A100-SXM4-40GB"
  })
  void aPartThatNoLabelSizesIsNotKnown(String resource, String product) {
    assertThat(request(Map.of("nvidia.com/gpu.product", product), resource))
        .isEqualTo(
            new GpuRequest.Unknown(Message.of(Cause.DEVICE_UNSIZED, Parameter.name(resource))));
  }
}
