package dev.breakeven.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ScaleSnapshotTest {

  @Test
  void aDeploymentSaysItsReplicasItsPodsAndTheirGpus() {
    assertThat(
            read(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: chat, namespace: a}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: chat, tier: gpu}}
                  template:
                    spec:
                      nodeSelector: {nvidia.com/gpu.product: H100, zone: b}
                      containers:
                      - args: [--model, m, --max-num-seqs, "512"]
                        resources: {limits: {nvidia.com/gpu: 2}}
                status: {replicas: 3, readyReplicas: 2}
                """))
        .isEqualTo(
            new ScaleSnapshot(
                3,
                2,
                new PodDevices(Map.of("nvidia.com/gpu", 2.0)),
                "app=chat,tier=gpu",
                Map.of("nvidia.com/gpu.product", "H100"),
                OptionalInt.of(512)));
  }

  @Test
  void containersThatServeDifferentModelsHoldTheirOwnDevices() {
    String two =
        """
        kind: Deployment
        spec:
          replicas: 1
          template:
            spec:
              containers:
              - args: [--model, acme/chat]
                resources: {limits: {nvidia.com/gpu: 2}}
              - args: ["serve acme/reranker"]
                resources: {limits: {nvidia.com/gpu: 1}}
              - {name: proxy}
        """;

    assertThat(read(two).devices()).isEqualTo(new PodDevices(Map.of("nvidia.com/gpu", 3.0)));
    assertThat(read(two).devicesByModel())
        .containsOnly(
            entry("acme/chat", new PodDevices(Map.of("nvidia.com/gpu", 2.0))),
            entry("acme/reranker", new PodDevices(Map.of("nvidia.com/gpu", 1.0))));
    assertThat(read(two.replace("serve acme/reranker", "--port 8001")).devicesByModel())
        .containsOnlyKeys("acme/chat", "");
    assertThat(
            read(two.replace("acme/reranker", "acme/reranker --served-model-name rank"))
                .devicesByModel())
        .containsOnlyKeys("acme/chat", "rank");
    assertThat(read(two.replace("acme/reranker", "acme/chat")).devicesByModel()).isEmpty();
  }

  @Test
  void replicasBeyondWhatIsWantedAreOnTheirWayOutAndNotCounted() {
    assertThat(
            read("""
            kind: Deployment
            spec: {replicas: 1}
            status: {readyReplicas: 4}
            """)
                .replicasReady())
        .isEqualTo(1);
  }

  @Test
  void aSelectorMayBeMadeOfExpressions() {
    assertThat(
            read("""
            kind: StatefulSet
            spec:
              replicas: 1
              selector:
                matchLabels: {app: chat}
                matchExpressions:
                - {key: tier, operator: In, values: [gpu, big]}
                - {key: tier, operator: NotIn, values: [small]}
                - {key: model, operator: Exists}
                - {key: old, operator: DoesNotExist}
            """)
                .podSelector())
        .isEqualTo("app=chat,tier in (gpu,big),tier notin (small),model,!old");
  }

  @Test
  void aReplicaOfALeaderWorkerSetIsItsLeaderAndItsWorkers() {
    ScaleSnapshot group =
        read(
            """
            apiVersion: leaderworkerset.x-k8s.io/v1
            kind: LeaderWorkerSet
            metadata: {name: big, namespace: a}
            spec:
              replicas: 2
              leaderWorkerTemplate:
                size: 4
                leaderTemplate: {spec: {containers: [{resources: {limits: {nvidia.com/gpu: 4}}}]}}
                workerTemplate: {spec: {containers: [{resources: {limits: {nvidia.com/gpu: 8}}}]}}
            status: {readyReplicas: 1}
            """);

    // A leader with 4 and three workers with 8 each.
    assertThat(group.devices().countByResource()).containsOnly(Map.entry("nvidia.com/gpu", 28.0));
    assertThat(group.podSelector()).isEqualTo("leaderworkerset.sigs.k8s.io/name=big");
    assertThat(group.replicasReady()).isEqualTo(1);
  }

  @Test
  void withoutALeaderTemplateTheLeaderIsAWorkerToo() {
    assertThat(
            read("""
            kind: LeaderWorkerSet
            metadata: {name: big}
            spec:
              replicas: 1
              leaderWorkerTemplate:
                size: 2
                workerTemplate:
                  spec: {containers: [{resources: {limits: {nvidia.com/gpu: 8}}}]}
            """)
                .devices()
                .countByResource())
        .containsOnly(Map.entry("nvidia.com/gpu", 16.0));
  }

  @Test
  void anotherKindMayNameItsPodsInItsStatus() {
    assertThat(
            read("""
            kind: InferenceServer
            spec: {replicas: 2}
            status: {selector: app=chat}
            """)
                .podSelector())
        .isEqualTo("app=chat");
  }

  @Test
  void whatHasNoReplicasIsNothingThatScales() {
    assertThat(ScaleSnapshot.of(Serialization.unmarshal("kind: DaemonSet\nspec: {}", GENERIC)))
        .isEmpty();
  }

  private static final Class<GenericKubernetesResource> GENERIC = GenericKubernetesResource.class;

  private static ScaleSnapshot read(String yaml) {
    return ScaleSnapshot.of(Serialization.unmarshal(yaml, GENERIC)).orElseThrow();
  }

  @Test
  void aRayClusterScalesByTheWorkersThatHoldGpus() {
    ScaleSnapshot ray =
        read(
            """
            kind: RayCluster
            metadata: {name: llm}
            spec:
              headGroupSpec: {template: {spec: {containers: [{resources: {limits: {cpu: 4}}}]}}}
              workerGroupSpecs:
              - groupName: cpu
                replicas: 2
                template: {spec: {containers: [{resources: {limits: {cpu: 4}}}]}}
              - groupName: gpu
                replicas: 3
                numOfHosts: 2
                template: {spec: {containers: [{resources: {limits: {nvidia.com/gpu: 4}}}]}}
            status: {readyWorkerReplicas: 4}
            """);

    assertThat(ray)
        .isEqualTo(
            new ScaleSnapshot(
                3,
                2,
                new PodDevices(Map.of("nvidia.com/gpu", 8.0)),
                "ray.io/cluster=llm",
                Map.of(),
                OptionalInt.empty()));
  }

  @Test
  void aRayClusterWhoseHeadHoldsGpusTooHasNoNumberOfReplicas() {
    // One engine over the head and a worker: another worker is not another replica.
    assertThat(
            ScaleSnapshot.of(
                Serialization.unmarshal(
                    """
                    kind: RayCluster
                    metadata: {name: llm}
                    spec:
                      headGroupSpec:
                        template: {spec: {containers: [{resources: {limits: {nvidia.com/gpu: 8}}}]}}
                      workerGroupSpecs:
                      - replicas: 1
                        template: {spec: {containers: [{resources: {limits: {nvidia.com/gpu: 8}}}]}}
                    """,
                    GENERIC)))
        .isEmpty();
  }

  @Test
  void aGroupHoldsTheFractionsOfItsPodsAnnotations() {
    assertThat(
            read("""
                    kind: LeaderWorkerSet
                    metadata: {name: llm}
                    spec:
                      replicas: 1
                      leaderWorkerTemplate:
                        size: 3
                        workerTemplate:
                          metadata: {annotations: {gpu-fraction: "0.5"}}
                          spec: {containers: [{name: engine}]}
                    """)
                .devices())
        .isEqualTo(new PodDevices(Map.of("nvidia.com/gpu", 1.5)));
  }
}
