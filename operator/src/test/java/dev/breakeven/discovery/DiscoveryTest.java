package dev.breakeven.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.api.CostPolicySpec.Role;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cluster.ClusterInventory;
import dev.breakeven.cluster.ClusterInventory.Container;
import dev.breakeven.cluster.ClusterInventory.NodeGpus;
import dev.breakeven.cluster.ClusterInventory.Parent;
import dev.breakeven.cluster.ClusterInventory.Workload;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.cluster.WorkloadState.PurchaseLabel;
import dev.breakeven.discovery.Finding.Kind;
import dev.breakeven.prometheus.EngineSurvey;
import dev.breakeven.prometheus.EngineSurvey.EngineSeries;
import dev.breakeven.prometheus.EngineSurvey.GatewaySeries;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiscoveryTest {

  private static final String H100 = "NVIDIA-H100-80GB-HBM3";
  private static final NodeGpus UNKNOWN = new NodeGpus("", new PurchaseLabel.Unlabelled());

  private final List<Workload> workloads = new ArrayList<>();
  private final List<Parent> parents = new ArrayList<>();
  private final Map<String, NodeGpus> nodes = new HashMap<>();
  private final List<EngineSeries> engines = new ArrayList<>();
  private final List<GatewaySeries> gateways = new ArrayList<>();
  private final Map<String, String> nodeByPod = new HashMap<>();
  private Optional<RateCardSpec> card = Optional.empty();

  @Test
  void twoWorkloadsOfOneModelAreOnePolicy() {
    runs("Deployment", "gemma-a", Map.of(), gpus("engine", 1));
    runs("Deployment", "gemma-b", Map.of(), gpus("engine", 2));
    serves("gemma-a-7d4b9c6f85-x2k9b", "google/gemma-3-27b-it", 10);
    serves("gemma-b-7d4b9c6f85-x2k9b", "google/gemma-3-27b-it", 10);

    DiscoveredModel model = only();

    assertThat(model.name()).isEqualTo("gemma-3-27b-it");
    assertThat(model.workloads())
        .extracting(w -> w.reference().name())
        .containsExactly("gemma-a", "gemma-b");
    assertThat(model.workloads()).extracting(DiscoveredWorkload::role).containsOnly(Role.SERVE);
  }

  @Test
  void workloadsThatPrefillAndDecodeHaveTheirRoles() {
    runs("Deployment", "one", Map.of("llm-d.ai/role", "prefill"), gpus("engine", 1));
    runs("Deployment", "two", Map.of("llm-d.ai/role", "decode"), gpus("engine", 4));
    serves("one-7d4b9c6f85-x2k9b", "acme/chat", 1);
    serves("two-7d4b9c6f85-x2k9b", "acme/chat", 10);

    assertThat(only().workloads())
        .extracting(DiscoveredWorkload::role)
        .containsExactly(Role.PREFILL, Role.DECODE);
  }

  @Test
  void aSecondServerInThePodKeepsItsOwnGpus() {
    runs(
        "Deployment",
        "chat",
        Map.of(),
        gpus("engine", 2),
        new Container("reranker", "vllm", List.of("--model", "BAAI/bge"), Map.of(), 1));
    serves("chat-7d4b9c6f85-x2k9b", "acme/chat", 10);
    serves("chat-7d4b9c6f85-x2k9b", "BAAI/bge", 0);

    DiscoveredModel model = only();

    assertThat(model.model()).isEqualTo("acme/chat");
    assertThat(model.workloads().get(0).gpu().perReplica()).contains(2L);
    assertThat(kinds(model)).contains(Kind.OTHER_MODEL, Kind.OTHER_CONTAINER);
  }

  @Test
  void theModelOfAnInferenceServiceIsThatOfItsStorage() {
    runs(
        "Deployment",
        "coder-predictor",
        Map.of("serving.kserve.io/inferenceservice", "coder"),
        gpus("kserve-container", 1));
    parents.add(
        new Parent(
            new WorkloadReference("serving.kserve.io/v1beta1", "InferenceService", "ai", "coder"),
            "hf://Qwen/Qwen2.5-Coder-32B-Instruct"));
    serves("coder-predictor-7d4b9c6f85-x2k9b", "coder", 10);

    DiscoveredModel model = only();

    assertThat(model.model()).isEqualTo("Qwen/Qwen2.5-Coder-32B-Instruct");
    assertThat(model.engineModelName()).contains("coder");
  }

  @Test
  void whatIsScaledToZeroRunsWhereItsPodsWere() {
    runs("Deployment", "nightly", Map.of(), gpus("engine", 1));
    nodes.put("n1", new NodeGpus("nvidia-h100-80gb", new PurchaseLabel.Labelled(Purchase.SPOT)));
    nodeByPod.put("ai/nightly-7d4b9c6f85-x2k9b", "n1");
    engines.add(series("nightly-7d4b9c6f85-x2k9b", "acme/chat", 10, 0.1));

    DiscoveredModel model = only();

    assertThat(model.commonGpu())
        .contains(new GpuChoice(Optional.of(H100), Optional.of(Purchase.SPOT), Optional.empty()));
    // There a tenth of the time: half of that must be known.
    assertThat(model.minCoveragePercent()).hasValue(5);
  }

  @Test
  void aKnativeServiceIsItsRevisionThatRuns() {
    Map<String, String> labels = Map.of("serving.knative.dev/service", "chat");
    runs("Deployment", "chat-00002-deployment", 0, labels, gpus("user-container", 1));
    runs("Deployment", "chat-00003-deployment", labels, gpus("user-container", 1));
    serves("chat-00002-deployment-7d4b9c6f85-x2k9b", "acme/chat", 10);
    serves("chat-00003-deployment-7d4b9c6f85-x2k9b", "acme/chat", 10);

    assertThat(only().workloads())
        .extracting(w -> w.reference().name())
        .containsExactly("chat-00003-deployment");
  }

  @Test
  void twoRevisionsThatShareTheTrafficAreBothNamed() {
    Map<String, String> labels = Map.of("serving.knative.dev/service", "chat");
    runs("Deployment", "chat-00002-deployment", labels, gpus("user-container", 1));
    runs("Deployment", "chat-00003-deployment", labels, gpus("user-container", 1));
    serves("chat-00002-deployment-7d4b9c6f85-x2k9b", "acme/chat", 10);
    serves("chat-00003-deployment-7d4b9c6f85-x2k9b", "acme/chat", 10);

    assertThat(only().workloads()).hasSize(2);
  }

  @Test
  void theOnePriceOfTheCardSaysHowAGpuIsPaidFor() {
    Container engine = gpus("engine", 1);
    workloads.add(
        new Workload(
            new WorkloadReference("apps/v1", "Deployment", "ai", "chat"),
            1,
            Map.of(),
            List.of(engine),
            Map.of("chat-7d4b9c6f85-x2k9b", "n1"),
            UNKNOWN));
    nodes.put("n1", new NodeGpus("NVIDIA-L4", new PurchaseLabel.Unlabelled()));
    serves("chat-7d4b9c6f85-x2k9b", "acme/chat", 10);
    card =
        Optional.of(
            Manifests.parse(
                    "card",
                    """
                    apiVersion: breakeven.dev/v1alpha1
                    kind: RateCard
                    metadata: {name: default}
                    spec:
                      gpus: [{product: NVIDIA-L4, purchase: Reserved, hourlyPrice: "0.5"}]
                    """)
                .rateCard("default")
                .orElseThrow()
                .getSpec());

    DiscoveredModel model = only();

    assertThat(model.commonGpu().orElseThrow().purchase()).contains(Purchase.RESERVED);
    assertThat(kinds(model)).containsExactly(Kind.PURCHASE_FROM_CARD, Kind.OFFER_MISSING);
  }

  @Test
  void aWorkloadWithoutSeriesIsKnownByItsImageAndCommand() {
    runs(
        "StatefulSet",
        "search",
        Map.of(),
        new Container(
            "engine", "lmsysorg/sglang:v0.5", List.of("--model-path=Qwen/Qwen3-32B"), Map.of(), 1));
    runs("Deployment", "web", Map.of(), new Container("web", "vllm-docs", List.of(), Map.of(), 0));

    DiscoveredModel model = only();

    assertThat(model.engine()).isEqualTo("sglang");
    assertThat(model.model()).isEqualTo("Qwen/Qwen3-32B");
    assertThat(kinds(model)).contains(Kind.NO_SERIES);
  }

  @Test
  void aModelThatOnlyAGatewayHasAsksWhetherToStart() {
    gateways.add(new GatewaySeries("litellm", "edge", "gpt-4.1-mini", 1e9, 1e8));

    DiscoveredModel model = only();

    assertThat(model.namespace()).isEqualTo("edge");
    assertThat(model.workloads()).isEmpty();
    assertThat(kinds(model)).containsExactly(Kind.GATEWAY_NOT_CONFIGURED, Kind.GPU_TO_BE_CHOSEN);
  }

  @Test
  void seriesOfAPodThatNothingMadeAreLeftOutAndSaid() {
    serves("gone-7d4b9c6f85-x2k9b", "acme/chat", 10);

    Discovered found = found();

    assertThat(found.models()).isEmpty();
    assertThat(found.findings())
        .extracting(Finding::kind)
        .containsExactly(Kind.POD_WITHOUT_WORKLOAD);
  }

  private DiscoveredModel only() {
    List<DiscoveredModel> models = found().models();
    assertThat(models).hasSize(1);
    return models.get(0);
  }

  private Discovered found() {
    return Discovery.of(
        new DiscoveryInput(
            new ClusterInventory(workloads, parents, nodes, List.of()),
            List.of(
                new EngineSurvey(
                    "default", engines, gateways, nodeByPod, Map.of(), Map.of(), List.of(),
                    Set.of(), Set.of())),
            card,
            List.of(),
            Set.of("apps/v1 Deployment", "apps/v1 StatefulSet"),
            Map.of(),
            Map.of()));
  }

  private static List<Kind> kinds(DiscoveredModel model) {
    return model.findings().stream().map(Finding::kind).toList();
  }

  private static Container gpus(String name, double gpus) {
    return new Container(name, "vllm/vllm-openai:v0.11.0", List.of(), Map.of(), gpus);
  }

  private void runs(String kind, String name, Map<String, String> labels, Container... containers) {
    runs(kind, name, 1, labels, containers);
  }

  private void runs(
      String kind, String name, int replicas, Map<String, String> labels, Container... containers) {
    workloads.add(
        new Workload(
            new WorkloadReference("apps/v1", kind, "ai", name),
            replicas,
            labels,
            List.of(containers),
            Map.of(),
            UNKNOWN));
  }

  private void serves(String pod, String model, double outputTokens) {
    engines.add(series(pod, model, outputTokens, 1));
  }

  private static EngineSeries series(
      String pod, String model, double outputTokens, double coverage) {
    return new EngineSeries(
        "vllm",
        "vllm:generation_tokens_total",
        "ai",
        pod,
        "vllm",
        model,
        100,
        outputTokens,
        coverage);
  }
}
