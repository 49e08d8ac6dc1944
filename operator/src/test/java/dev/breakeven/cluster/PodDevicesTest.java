package dev.breakeven.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.render.words.Words;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodDevicesTest {

  @Test
  void containersOfOnePodAddUp() {
    assertThat(
            devices(
                """
                containers:
                - resources: {limits: {nvidia.com/gpu: 4, memory: 80Gi}}
                - resources: {limits: {nvidia.com/gpu: "2"}, requests: {cpu: 500m}}
                """))
        .containsOnly(Map.entry("nvidia.com/gpu", 6.0));
  }

  @Test
  void aRequestWithoutALimitCountsAndOneBesideItsLimitCountsOnce() {
    assertThat(
            devices(
                """
                containers:
                - resources: {requests: {amd.com/gpu: 8}}
                - resources: {requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 1}}
                """))
        .containsOnly(Map.entry("amd.com/gpu", 8.0), Map.entry("nvidia.com/gpu", 1.0));
  }

  @Test
  void anInitContainerGivesBackWhatItHeldSoTheLargerOfBothCounts() {
    assertThat(
            devices(
                """
                initContainers:
                - resources: {limits: {nvidia.com/gpu: 1}}
                - resources: {limits: {nvidia.com/gpu: 3}}
                containers:
                - resources: {limits: {nvidia.com/gpu: 2}}
                """))
        .containsOnly(Map.entry("nvidia.com/gpu", 3.0));
  }

  @Test
  void aSidecarKeepsWhatItHoldsBesideTheContainersAndTheInitContainersAfterIt() {
    String sidecar =
        """
        initContainers:
        - {restartPolicy: Always, resources: {limits: {nvidia.com/gpu: 1}}}
        - resources: {limits: {nvidia.com/gpu: %d}}
        containers:
        - resources: {limits: {nvidia.com/gpu: 4}}
        """;

    // 1 + 4 beside the containers; 1 + 2 while the init container runs.
    assertThat(devices(sidecar.formatted(2))).containsOnly(Map.entry("nvidia.com/gpu", 5.0));
    // 1 + 6 while the init container runs.
    assertThat(devices(sidecar.formatted(6))).containsOnly(Map.entry("nvidia.com/gpu", 7.0));
  }

  @Test
  void whatIsNoGpuIsNotCountedNorIsZeroOfOne() {
    assertThat(
            devices(
                """
                containers:
                - resources: {limits: {cpu: 4, hugepages-2Mi: 1Gi, nvidia.com/gpu: 0}}
                - {}
                """))
        .isEmpty();
  }

  @Test
  void aPodWithoutContainersHasNoDevices() {
    assertThat(PodDevices.ofPod(Map.of())).isEqualTo(PodDevices.NONE);
  }

  private static Map<String, Double> devices(String podSpec) {
    return PodDevices.ofPod(JsonTree.map(Serialization.unmarshal(podSpec, Map.class)))
        .countByResource();
  }

  private static Map<String, Object> limitedTo(Map<String, Object> limits) {
    return Map.of("containers", List.of(Map.of("resources", Map.of("limits", limits))));
  }

  @Test
  void ofAGpuThatHamiSharesAContainerHoldsThePartOfItsCoresOrMemory() {
    assertThat(
            PodDevices.ofPod(
                limitedTo(
                    Map.of(
                        "nvidia.com/gpu",
                        "2",
                        "nvidia.com/gpucores",
                        "25",
                        "nvidia.com/gpumem-percentage",
                        "50"))))
        .isEqualTo(new PodDevices(Map.of("nvidia.com/gpu", 1.0)));
  }

  @Test
  void aPodThatRequestsNoGpuHoldsTheFractionOfItsAnnotation() {
    Map<String, Object> half = Map.of("gpu-fraction", "0.5");
    assertThat(PodDevices.ofPod(limitedTo(Map.of()), half))
        .isEqualTo(new PodDevices(Map.of("nvidia.com/gpu", 0.5)));
    assertThat(PodDevices.ofPod(limitedTo(Map.of("nvidia.com/gpu", "1")), half))
        .isEqualTo(new PodDevices(Map.of("nvidia.com/gpu", 1.0)));
  }

  @Test
  void aPartOfUnknownSizeIsNoNumberUnlessAPercentageStandsBesideIt() {
    assertThat(
            PodDevices.ofPod(limitedTo(Map.of("nvidia.com/gpu", "1", "nvidia.com/gpumem", "20000")))
                .unknownPart()
                .map(Words::of)
                .orElseThrow())
        .contains("nvidia.com/gpumem");
    assertThat(
            PodDevices.ofPod(
                limitedTo(
                    Map.of(
                        "nvidia.com/gpu",
                        "1",
                        "nvidia.com/gpumem",
                        "20000",
                        "nvidia.com/gpumem-percentage",
                        "25"))))
        .isEqualTo(new PodDevices(Map.of("nvidia.com/gpu", 0.25)));
    // A quarter of the cores, and perhaps more of the memory.
    assertThat(
            PodDevices.ofPod(
                    limitedTo(
                        Map.of(
                            "nvidia.com/gpu",
                            "1",
                            "nvidia.com/gpumem",
                            "20000",
                            "nvidia.com/gpucores",
                            "25")))
                .unknownPart())
        .isPresent();
    assertThat(PodDevices.ofPod(limitedTo(Map.of()), Map.of("gpu-memory", "20000")).unknownPart())
        .isPresent();
  }

  @Test
  void aResourceClaimDoesNotTellHowMuchItGives() {
    PodDevices claimed =
        PodDevices.ofPod(
            Map.of(
                "containers",
                List.of(Map.of("resources", Map.of("claims", List.of(Map.of("name", "gpu")))))));

    assertThat(claimed.unknownPart()).contains(Message.of(Cause.DEVICES_BY_CLAIM));
    assertThat(new GpuNodes(Map.of(GpuNode.UNLABELLED, 1)).requestOf(claimed))
        .isInstanceOf(WorkloadState.GpuRequest.Unknown.class);
  }

  @Test
  void eightGaudisAreEight() {
    assertThat(PodDevices.ofPod(limitedTo(Map.of("habana.ai/gaudi", "8"))))
        .isEqualTo(new PodDevices(Map.of("habana.ai/gaudi", 8.0)));
  }
}
