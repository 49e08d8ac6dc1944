package dev.breakeven.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.cluster.WorkloadState.PurchaseLabel;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuNodeTest {

  @ParameterizedTest
  @CsvSource({
    "nvidia.com/gpu.product, NVIDIA-H100-80GB-HBM3, NVIDIA-H100-80GB-HBM3, 1",
    "nvidia.com/gpu.product, A100-SXM4-40GB-SHARED, A100-SXM4-40GB, 1",
    "nvidia.com/gpu.product, A100-SXM4-40GB-MIG-1g.5gb, A100-SXM4-40GB, 0.142857",
    "nvidia.com/gpu.product, NVIDIA-H100-80GB-HBM3-MIG-3g.40gb, NVIDIA-H100-80GB-HBM3, 0.428571",
    "nvidia.com/gpu.product, A100-SXM4-40GB-MIG-2g.10gb-SHARED, A100-SXM4-40GB, 0.285714",
    "nvidia.com/gpu.product, NVIDIA-A30-MIG-1g.6gb, NVIDIA-A30, 0.25",
    "nvidia.com/gpu.product, NVIDIA-A30-MIG-4g.24gb, NVIDIA-A30, 1",
    "nvidia.com/gpu.product, NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition-MIG-1g.24gb-me,"
        + " NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition, 0.25",
    "amd.com/gpu.product-name, AMD_Instinct_MI300X_OAM, AMD_Instinct_MI300X_OAM, 1",
    "cloud.google.com/gke-accelerator, nvidia-h100-80gb, nvidia-h100-80gb, 1",
    "karpenter.k8s.aws/instance-gpu-name, h100, h100, 1"
  })
  void aLabelNamesTheProductAndWhatADeviceIsOfIt(
      String label, String value, String product, double device) {
    GpuNode node = GpuNode.of(Map.of(label, value));

    assertThat(node.product()).isEqualTo(product);
    assertThat(node.device().ofOne()).isCloseTo(device, within(1e-6));
  }

  @Test
  void theVendorsOwnLabelComesBeforeTheClouds() {
    assertThat(
            GpuNode.of(
                    Map.of(
                        "cloud.google.com/gke-accelerator",
                        "nvidia-tesla-a100",
                        "nvidia.com/gpu.product",
                        "NVIDIA-A100-SXM4-40GB"))
                .product())
        .isEqualTo("NVIDIA-A100-SXM4-40GB");
  }

  @Test
  void fourThatShareOneDeviceHoldAQuarterEach() {
    assertThat(
            GpuNode.of(
                    Map.of(
                        "nvidia.com/gpu.product",
                        "Tesla-T4-SHARED",
                        "nvidia.com/gpu.replicas",
                        "4"))
                .device(false))
        .contains(0.25);
  }

  @Test
  void onGkeASliceMayBeSharedToo() {
    // 3 of 7 compute slices, for two.
    assertThat(
            GpuNode.of(
                    Map.of(
                        "cloud.google.com/gke-gpu-partition-size",
                        "3g.40gb",
                        "cloud.google.com/gke-max-shared-clients-per-gpu",
                        "2"))
                .device(false)
                .orElseThrow())
        .isCloseTo(3.0 / 7 / 2, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "karpenter.sh/capacity-type, spot, SPOT",
    "karpenter.sh/capacity-type, on-demand, ON_DEMAND",
    "karpenter.sh/capacity-type, reserved, RESERVED",
    "eks.amazonaws.com/capacityType, SPOT, SPOT",
    "eks.amazonaws.com/capacityType, ON_DEMAND, ON_DEMAND",
    "eks.amazonaws.com/capacityType, CAPACITY_BLOCK, RESERVED",
    "cloud.google.com/gke-spot, true, SPOT",
    "cloud.google.com/gke-preemptible, true, SPOT",
    "cloud.google.com/reservation-name, ours, RESERVED",
    "kubernetes.azure.com/scalesetpriority, spot, SPOT"
  })
  void aLabelSaysHowTheNodeIsHad(String label, String value, Purchase purchase) {
    assertThat(GpuNode.of(Map.of(label, value)).purchase())
        .isEqualTo(new PurchaseLabel.Labelled(purchase));
  }

  @Test
  void aNodeWithoutSuchLabelsSaysNothing() {
    assertThat(
            GpuNode.of(
                Map.of(
                    "kubernetes.io/hostname",
                    "a",
                    "karpenter.sh/capacity-type",
                    "of-some-new-kind",
                    "nvidia.com/gpu.replicas",
                    "many")))
        .isEqualTo(GpuNode.UNLABELLED);
  }
}
