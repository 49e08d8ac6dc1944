package dev.breakeven.cluster;

import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.cluster.WorkloadState.Found;
import dev.breakeven.cluster.WorkloadState.GpuProduct;
import dev.breakeven.cluster.WorkloadState.GpuRequest;
import dev.breakeven.cluster.WorkloadState.Missing;
import dev.breakeven.cluster.WorkloadState.NodePlacement;
import dev.breakeven.cluster.WorkloadState.PurchaseLabel;
import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.ServiceAccount;
import dev.breakeven.testing.ServingPods;
import dev.breakeven.testing.SetClock;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClusterWorkloadsIT {

  private static final Message NO_PERMISSION = Message.of(Cause.NO_PERMISSION, name("403"));

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static final List<String> REQUESTED = List.of("nvidia.com/gpu");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final BlockingQueue<WorkloadReference> changes = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final List<String> nodes = new ArrayList<>();
  private final SetClock clock = new SetClock();
  private String namespace = "";

  @BeforeEach
  void ownNamespace() {
    namespace = cluster.freshNamespace();
  }

  @AfterEach
  void leaveNothing() throws Exception {
    for (AutoCloseable open : toClose) {
      open.close();
    }
    nodes.forEach(node -> cluster.client().nodes().withName(node).delete());
  }

  @Test
  void aDeploymentIsReadWithItsReplicasItsGpusAndWhatItsNodesAre() {
    String node =
        node(Map.of("nvidia.com/gpu.product", "H100", "karpenter.sh/capacity-type", "spot"));
    deployment("chat", 3, node, node);

    assertThat(started("{}").of(chat()))
        .isEqualTo(
            new Found(
                chat(),
                3,
                2,
                new GpuRequest.Requested(2),
                new GpuProduct.Labelled("H100", new PurchaseLabel.Labelled(Purchase.SPOT)),
                new NodePlacement.OnNodes(Map.of(node, 4.0), Set.of())));
  }

  @Test
  void podsOnDifferentProductsAreMixed() {
    String a100 = node(Map.of("nvidia.com/gpu.product", "A100"));
    String h100 = node(Map.of("nvidia.com/gpu.product", "H100"));
    deployment("chat", 3, a100, h100, h100);

    assertThat(found(started("{}")).product())
        .isEqualTo(new GpuProduct.Mixed(List.of("H100", "A100")));
  }

  @Test
  void theNodesThatItsPodsAreOnAreWeighedByTheGpusThatTheyHoldThere() {
    String whole = node(Map.of("nvidia.com/gpu.product", "A100"));
    String shared = node(Map.of("nvidia.com/gpu.product", "A100", "nvidia.com/gpu.replicas", "4"));
    String sliced = node(Map.of("nvidia.com/gpu.product", "A100-MIG-1g.10gb"));
    deployment("chat", 4, whole, whole, shared, sliced);

    // Two devices a pod: twice two whole ones, two quarters, two sevenths.
    assertThat(found(started("{}")).placement())
        .isEqualTo(
            new NodePlacement.OnNodes(
                Map.of(whole, 4.0, shared, 0.5, sliced, 2 / 7.0), Set.of(sliced)));
  }

  @Test
  void podsOfOthersAndPodsThatAreDoneDoNotCount() {
    String a100 = node(Map.of("nvidia.com/gpu.product", "A100"));
    deployment("chat", 1, node(Map.of("nvidia.com/gpu.product", "H100")));
    pod("other", "other", a100);
    Pod done = pod("done", "chat", a100);
    done.getStatus().setPhase("Failed");
    cluster.client().resource(done).updateStatus();

    assertThat(found(started("{}")).product())
        .isEqualTo(new GpuProduct.Labelled("H100", new PurchaseLabel.Unlabelled()));
  }

  @Test
  void podsThatNoSelectorFindsAreThoseThatNameTheWorkloadAsTheirOwner() {
    String node = node(Map.of());
    WorkloadReference ray = new WorkloadReference("ray.io/v1", "RayCluster", namespace, "ray-1");
    for (String owner : List.of("ray-1", "ray-2")) {
      Pod pod = pod(owner + "-worker", "ray", node);
      pod.getMetadata()
          .setOwnerReferences(
              List.of(
                  new OwnerReferenceBuilder()
                      .withApiVersion("ray.io/v1")
                      .withKind("RayCluster")
                      .withName(owner)
                      .withUid(UUID.randomUUID().toString())
                      .build()));
      cluster.client().resource(pod).update();
    }

    assertThat(new PodPlacement(cluster.client(), clock).of(ray, "1", "ray.io/cluster=ray-1"))
        .isEqualTo(new PodPlacement.Places.Known(Map.of(node, 1)));
    assertThat(new PodPlacement(cluster.client(), clock).of(ray, "1", ""))
        .isEqualTo(new PodPlacement.Places.Known(Map.of(node, 1)));
  }

  @Test
  void atNoReplicasTheNodeSelectorSaysWhichGpuItWillBe() {
    Deployment chat = deploymentOf("chat", 0);
    chat.getSpec()
        .getTemplate()
        .getSpec()
        .setNodeSelector(Map.of("cloud.google.com/gke-accelerator", "nvidia-l4"));
    cluster.client().resource(chat).create();

    Found found = found(started("{}"));

    assertThat(found.replicasWanted()).isZero();
    assertThat(found.product())
        .isEqualTo(new GpuProduct.Labelled("nvidia-l4", new PurchaseLabel.Unlabelled()));
  }

  @Test
  void withoutAPodOnANodeTheProductIsUnknownWithAReason() {
    deployment("chat", 1);

    assertThat(found(started("{}")).product())
        .isEqualTo(
            new GpuProduct.Unknown(
                Message.of(Cause.NO_POD_ON_A_NODE, name("Deployment chat")), REQUESTED));
  }

  @Test
  void whereNodesAreNotReadItSaysWhatToDo() {
    deployment("chat", 1);

    assertThat(found(started("{nodes: false}")).product())
        .isEqualTo(new GpuProduct.Unknown(Message.of(Cause.NODES_NOT_READ), REQUESTED));
  }

  @Test
  void aWorkloadThatIsNotThereSaysSo() {
    assertThat(started("{}").of(chat()))
        .isEqualTo(
            new Missing(
                chat(),
                Message.of(
                    Cause.WORKLOAD_DOES_NOT_EXIST,
                    name("Deployment"),
                    name("chat"),
                    name(namespace))));
  }

  @Test
  void aKindThatIsNotConfiguredSaysSo() {
    WorkloadReference job = new WorkloadReference("batch/v1", "Job", namespace, "once");

    assertThat(started("{}").of(job))
        .isEqualTo(
            new Missing(job, Message.of(Cause.KIND_NOT_WATCHED, name("Job"), name("batch/v1"))));
  }

  @Test
  void aKindThatTheClusterDoesNotServeSaysSo() {
    WorkloadReference group =
        new WorkloadReference("nowhere.example/v1", "Group", namespace, "big");

    assertThat(
            started("{workloadKinds: [{apiVersion: nowhere.example/v1, kind: Group}]}").of(group))
        .isEqualTo(
            new Missing(
                group,
                Message.of(
                    Cause.KIND_NOT_READ,
                    name("Group"),
                    name("nowhere.example/v1"),
                    clause(Message.of(Cause.KIND_NOT_SERVED)))));
  }

  @Test
  void anotherNamespaceThanTheWatchedOnesIsNotRead() {
    String elsewhere = cluster.freshNamespace();
    deployment("chat", 1);
    ClusterWorkloads workloads = started("{watchNamespaces: [" + namespace + "]}");

    assertThat(found(workloads).replicasWanted()).isEqualTo(1);
    assertThat(workloads.of(new WorkloadReference("apps/v1", "Deployment", elsewhere, "chat")))
        .isInstanceOfSatisfying(
            Missing.class,
            missing ->
                assertThat(missing.message())
                    .isEqualTo(Message.of(Cause.NAMESPACE_NOT_WATCHED, name(elsewhere))));
  }

  @Test
  void itIsToldOfNewFiguresAndOfNothingElse() throws InterruptedException {
    deployment("chat", 1);
    ClusterWorkloads workloads = started("{}");
    changes.clear();

    cluster
        .client()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("chat")
        .edit(
            d -> {
              d.getMetadata().setAnnotations(Map.of("nobody", "cares"));
              return d;
            });
    cluster
        .client()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("chat")
        .edit(
            d -> {
              d.getSpec().setReplicas(5);
              return d;
            });

    assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo(chat());
    assertThat(found(workloads).replicasWanted()).isEqualTo(5);
    assertThat(changes).isEmpty();

    cluster.client().apps().deployments().inNamespace(namespace).withName("chat").delete();

    assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo(chat());
    assertThat(workloads.of(chat())).isInstanceOf(Missing.class);
  }

  @Test
  void podsAreListedAgainOnlyAfterAChangeAndNotMoreOftenThanEveryTwentySeconds()
      throws InterruptedException {
    String h100 = node(Map.of("nvidia.com/gpu.product", "H100"));
    String a100 = node(Map.of("nvidia.com/gpu.product", "A100"));
    deployment("chat", 2, h100);
    ClusterWorkloads workloads = started("{}");
    GpuProduct first = found(workloads).product();
    pod("stray", "chat", a100);

    clock.advance(Duration.ofMinutes(10));
    assertThat(found(workloads).product()).as("nothing has changed").isEqualTo(first);

    changes.clear();
    ready("chat", h100, h100);
    assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo(chat());
    assertThat(found(workloads).product()).isEqualTo(new GpuProduct.Mixed(List.of("H100", "A100")));

    pod("stray-2", "chat", a100);
    pod("stray-3", "chat", a100);
    changes.clear();
    ready("chat", h100);
    assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo(chat());
    clock.advance(Duration.ofSeconds(19));
    assertThat(found(workloads).product())
        .as("listed 19 s ago")
        .isEqualTo(new GpuProduct.Mixed(List.of("H100", "A100")));
    clock.advance(Duration.ofSeconds(1));
    assertThat(found(workloads).product()).isEqualTo(new GpuProduct.Mixed(List.of("A100", "H100")));
  }

  @Test
  void whatItMayNotReadItSaysWithoutMoreWords() {
    String account = "reader-of-nothing";
    KubernetesClient nobody = cluster.clientAs(namespace, account);
    toClose.add(nobody);
    ClusterWorkloads workloads = workloads(nobody, "{watchNamespaces: [" + namespace + "]}");
    workloads.start(Duration.ofMillis(500));

    WorkloadState state = await(workloads, "403");

    assertThat(state)
        .isEqualTo(
            new Missing(
                chat(),
                Message.of(
                    Cause.WORKLOAD_NOT_READ,
                    name("Deployment"),
                    name("chat"),
                    clause(NO_PERMISSION))));
  }

  @Test
  void whereOnlyPodsAreForbiddenTheReplicasAreStillRead() {
    deployment("chat", 3, node(Map.of("nvidia.com/gpu.product", "H100")));
    String account = "reader-of-all-but-pods";
    String role = "read-all-but-pods-" + namespace;
    new ServiceAccount(namespace, account)
        .grant(
            role,
            new PolicyRuleBuilder()
                .withApiGroups("", "apps")
                .withResources("nodes", "deployments", "statefulsets")
                .withVerbs("get", "list", "watch")
                .build(),
            cluster.client());
    toClose.add(() -> cluster.client().rbac().clusterRoles().withName(role).delete());
    toClose.add(() -> cluster.client().rbac().clusterRoleBindings().withName(role).delete());
    KubernetesClient reader = cluster.clientAs(namespace, account);
    toClose.add(reader);
    ClusterWorkloads workloads = workloads(reader, "{}");
    workloads.start(PATIENCE);

    assertThat(workloads.of(chat()))
        .isEqualTo(
            new Found(
                chat(),
                3,
                1,
                new GpuRequest.Requested(2),
                new GpuProduct.Unknown(
                    Message.of(
                        Cause.PODS_NOT_KNOWN, name("Deployment chat"), clause(NO_PERMISSION)),
                    REQUESTED),
                new NodePlacement.Unknown(
                    Message.of(
                        Cause.PODS_NOT_KNOWN, name("Deployment chat"), clause(NO_PERMISSION)))));
  }

  @Test
  void anOutageOfTheApiServerKeepsWhatIsKnownAndWhatHappenedMeanwhileIsSeenAfterIt() {
    deployment("chat", 1);
    ClusterWorkloads workloads = started("{}");
    cluster
        .apiServerSwitch()
        .ifPresent(
            server -> {
              server.kill();
              assertThat(found(workloads).replicasWanted()).isEqualTo(1);
              server.startAgain();
            });
    cluster
        .client()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("chat")
        .edit(
            d -> {
              d.getSpec().setReplicas(7);
              return d;
            });

    assertThat(await(workloads, "replicasWanted=7")).isInstanceOf(Found.class);
  }

  /** The state once its text has this in it. */
  private WorkloadState await(ClusterWorkloads workloads, String text) {
    WorkloadState state = workloads.of(chat());
    while (!state.toString().contains(text)) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      state = workloads.of(chat());
    }
    return state;
  }

  private WorkloadReference chat() {
    return new WorkloadReference("apps/v1", "Deployment", namespace, "chat");
  }

  private Found found(ClusterWorkloads workloads) {
    return (Found) workloads.of(chat());
  }

  private ClusterWorkloads started(String configuration) {
    ClusterWorkloads workloads = workloads(cluster.client(), configuration);
    workloads.start(PATIENCE);
    return workloads;
  }

  private ClusterWorkloads workloads(KubernetesClient client, String yaml) {
    OperatorConfiguration configuration = ConfigurationFile.parse("test", yaml);
    ClusterWorkloads workloads = new ClusterWorkloads(client, configuration, this::note, clock);
    toClose.add(0, workloads);
    return workloads;
  }

  /** Other tests' workloads change too. */
  private void note(WorkloadReference workload) {
    if (workload.namespace().equals(namespace)) {
      changes.add(workload);
    }
  }

  private String node(Map<String, String> labels) {
    Node node =
        cluster
            .client()
            .resource(
                new NodeBuilder()
                    .withNewMetadata()
                    .withGenerateName("gpu-")
                    .withLabels(labels)
                    .endMetadata()
                    .build())
            .create();
    nodes.add(node.getMetadata().getName());
    return node.getMetadata().getName();
  }

  private void deployment(String name, int replicas, String... nodesOfReadyPods) {
    cluster.client().resource(deploymentOf(name, replicas)).create();
    ready(name, nodesOfReadyPods);
  }

  private void ready(String name, String... nodesOfReadyPods) {
    new ServingPods(cluster, namespace, name).readyOn(List.of(nodesOfReadyPods));
  }

  private Deployment deploymentOf(String name, int replicas) {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withNewSelector()
        .addToMatchLabels("app", name)
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", name)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("engine")
        .withImage("nowhere.example/vllm:1")
        .withNewResources()
        .addToLimits("nvidia.com/gpu", new Quantity("2"))
        .endResources()
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private Pod pod(String name, String app, String node) {
    return cluster
        .client()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels("app", app)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .addNewContainer()
                .withName("engine")
                .withImage("nowhere.example/vllm:1")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }
}
