package dev.breakeven.cli.discover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.RateCard;
import dev.breakeven.api.RateCardSpec;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.cli.Breakeven;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.SteadyTraffic;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is discovered in a real cluster and a real Prometheus, applied as it is printed, answered
 * and explained.
 *
 * <p>A Deployment with 3,000 input and 500 output tokens/s on two pods of two GPUs each, and a
 * StatefulSet with GPUs whose image is SGLang's and of which nothing is scraped.
 */
class DiscoverIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  @TempDir Path directory = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private LivePrometheus prometheus = LivePrometheus.scrapingNothing();
  private String namespace = "";
  private String node = "";

  @BeforeEach
  void twoWorkloadsOfWhichOneIsScraped() {
    cluster.installDefinitions();
    namespace = cluster.freshNamespace();
    node = namespace + "-node";
    client()
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(node)
                .addToLabels("cloud.google.com/gke-accelerator", "nvidia-h100-80gb")
                .addToLabels("cloud.google.com/gke-spot", "true")
                .endMetadata()
                .build())
        .create();
    ChatWorkload.create(client(), namespace, "chat");
    SteadyTraffic.ofChat(namespace).podNames().forEach(this::podOfChat);
    client()
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: search}
                spec:
                  serviceName: search
                  selector: {matchLabels: {app: search}}
                  template:
                    metadata: {labels: {app: search}}
                    spec:
                      containers:
                      - name: engine
                        image: lmsysorg/sglang:v0.5.5
                        args: ["python3 -m sglang.launch_server --model-path=Qwen/Qwen3-32B"]
                        resources: {limits: {nvidia.com/gpu: "1"}}
                """
                    .getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .create();
    prometheus =
        LivePrometheus.scrapingNothing()
            .holding(history -> SteadyTraffic.ofChat(namespace).into(history))
            .start();
  }

  @AfterEach
  void leaveNothing() {
    prometheus.close();
    client().nodes().withName(node).delete();
    client().resources(RateCard.class).withName("default").delete();
  }

  @Test
  void whatIsPrintedIsAppliedAsItIsThenAnsweredAndExplained() throws IOException {
    assertThat(run("discover")).isZero();
    String yaml = out.toString();

    // Read as the API server reads it, and taken by it.
    List<CostPolicy> policies = Manifests.parse("discovered", yaml).policies();
    assertThat(policies).hasSize(2);
    CostPolicy chat = named(policies, "chat");
    assertThat(chat.getSpec().model()).isEqualTo("acme/chat");
    assertThat(chat.getSpec().workloads().get(0).name()).isEqualTo("chat");
    // GKE's word for it is on no rate card.
    assertThat(chat.getSpec().selfHost().gpu().product()).isEqualTo("NVIDIA-H100-80GB-HBM3");
    CostPolicy search = named(policies, "qwen3-32b");
    assertThat(search.getSpec().engine()).isEqualTo("sglang");
    assertThat(search.getSpec().workloads().get(0).kind()).isEqualTo("StatefulSet");
    assertThat(yaml)
        .contains("its image looks like sglang")
        .contains("sglang:generation_tokens_total")
        .contains("# - {product: NVIDIA-H100-80GB-HBM3, purchase: Spot, hourlyPrice: \"\"")
        .contains("# - {name: acme/chat, model: acme/chat, prices: {inputPerMillion: \"\"");
    // A price list has the one model, and nobody has the other.
    assertThat(Manifests.parse("discovered", yaml).rateCards().get(0).getSpec().offers())
        .isNotEmpty()
        .allSatisfy(
            offer -> {
              assertThat(offer.model()).isEqualTo("Qwen/Qwen3-32B");
              assertThat(offer.prices().asOf()).isNotNull();
              assertThat(offer.prices().source()).isNotNull();
            });
    cluster.apply(Files.writeString(directory.resolve("found.yaml"), yaml));

    // What has a policy is found, and not printed again.
    assertThat(run("discover")).isEqualTo(ExitCode.INCONCLUSIVE);
    assertThat(out.toString()).contains("has a policy already").doesNotContain("kind: CostPolicy");

    assertThat(run("doctor")).isEqualTo(ExitCode.INCONCLUSIVE);
    assertThat(out.toString())
        .contains("engine vllm: vllm:generation_tokens_total, 2 series now, every 60 s")
        .contains("policy %s/chat: ".formatted(namespace))
        .contains("why not: GPUPriceMissing")
        .contains("do: put the GPU's price on the rate card")
        .containsOnlyOnce("OverheadUnstated") // of both policies
        .containsPattern("more than one policy\\n(.*\\n)*  less certain: OverheadUnstated");

    assertThat(run("whatif", "chat", "--set", "selfHost.gpu.hourlyPrice=2"))
        .isEqualTo(ExitCode.INCONCLUSIVE);
    // Four GPUs at 2.00 USD; now they have no price.
    assertThat(out.toString()).containsPattern("TodaysReplicas a month +- +5,840");

    assertThat(run("explain", "chat")).isEqualTo(ExitCode.INCONCLUSIVE);
    // 500 output tokens/s, as Prometheus was asked for them.
    assertThat(out.toString())
        .contains("output                    500.0 tokens/s")
        .contains("increase(vllm:generation_tokens_total{namespace=\"%s\"}".formatted(namespace));

    // In the manner of a script: what is missing, by its name, and one number.
    assertThat(run("doctor", "-o", "json")).isEqualTo(ExitCode.INCONCLUSIVE);
    JsonNode diagnosis = json();
    assertThat(diagnosis.at("/sources/0/engines/seen/0/series").asInt()).isEqualTo(2);
    assertThat(diagnosis.path("policies").findValues("blocking").get(0).findValuesAsText("reason"))
        .contains("GPUPriceMissing");
    assertThat(run("explain", "chat", "-o", "json")).isEqualTo(ExitCode.INCONCLUSIVE);
    assertThat(json().at("/traffic/output/value").asDouble()).isCloseTo(500, within(0.1));
    assertThat(json().at("/traffic/output/promql").asText())
        .contains("vllm:generation_tokens_total");

    // A card that has the missing price, before it is applied.
    String dearer = yaml.replaceFirst("(?s).*?---\n", "").replaceFirst("(?s)---.*", "");
    Path card =
        Files.writeString(
            directory.resolve("card.yaml"),
            dearer.replaceFirst(
                "  # - \\{product: NVIDIA-H100-80GB-HBM3, purchase: Spot, hourlyPrice: \"\"[^}]*}.*",
                "  gpus: [{product: NVIDIA-H100-80GB-HBM3, purchase: Spot, hourlyPrice: \"2\"}]"));
    assertThat(run("prices", "diff", card.toString())).isZero();
    assertThat(out.toString())
        .contains("GPU NVIDIA-H100-80GB-HBM3 Spot")
        .contains("before", "after")
        .contains("0 of 2 verdicts turn");

    Path pages = Files.createDirectory(directory.resolve("pages"));
    assertThat(run("report", "-o", pages.toString())).isEqualTo(ExitCode.INCONCLUSIVE);
    assertThat(pages.resolve("index.html"))
        .content()
        .contains("<a href=\"%s_chat.html\">".formatted(namespace));
    assertThat(pages.resolve(namespace + "_chat.html")).exists();
  }

  /** As {@code kubectl apply --server-side --field-manager prices} does. */
  @Test
  void importedPricesComeBesideWhatTheCardHas() throws IOException {
    assertThat(run("discover")).isZero();
    cluster.apply(Files.writeString(directory.resolve("found.yaml"), out.toString()));
    Path list =
        Files.writeString(
            directory.resolve("list.csv"),
            "model,provider,input_per_million,output_per_million\nacme/chat,Acme,1,2\n");
    StringWriter card = new StringWriter();
    Breakeven.commandLine()
        .setOut(new PrintWriter(card))
        .setErr(new PrintWriter(err))
        .execute("prices", "import", list.toString());

    RateCard imported = Manifests.parse("imported", card.toString()).rateCards().get(0);
    PatchContext prices =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("prices")
            .build();
    client().resource(imported).patch(prices, card.toString());

    assertThat(client().resources(RateCard.class).withName("default").get().getSpec().offers())
        .extracting(RateCardSpec.Offer::model)
        .contains("acme/chat", "Qwen/Qwen3-32B");
  }

  /** As {@code breakeven discover | kubectl apply --server-side -f -} does, twice. */
  @Test
  void aCardThatIsThereKeepsWhatItHasAndGetsTheListPricesThatItLacks() {
    PatchContext kubectl =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("kubectl")
            .build();
    String own =
        """
        apiVersion: breakeven.dev/v1alpha1
        kind: RateCard
        metadata: {name: default, labels: {team: finops}}
        spec:
          currency: EUR
          gpus: [{product: NVIDIA-L40S, purchase: Owned, hourlyPrice: "0.40"}]
          offers:
          - {name: ours, model: acme/chat, prices: {inputPerMillion: "1", outputPerMillion: "2"}}
        """;
    client().resource(Manifests.parse("own", own).rateCards().get(0)).patch(kubectl, own);
    RateCard before = client().resources(RateCard.class).withName("default").get();

    assertThat(run("discover")).isZero();
    assertThat(out.toString())
        .contains("with list prices added at its end for models that it has")
        .doesNotContain("needs an offer for Qwen/Qwen3-32B");
    String printed = out.toString().replaceFirst("(?s).*?---\n", "").replaceFirst("(?s)---.*", "");
    RateCard card = Manifests.parse("printed", printed).rateCards().get(0);
    client().resource(card).patch(kubectl, printed);

    RateCard after = client().resources(RateCard.class).withName("default").get();
    assertThat(after.getMetadata().getLabels()).containsEntry("team", "finops");
    assertThat(after.getSpec().currency()).isEqualTo("EUR");
    assertThat(after.getSpec().gpus()).isEqualTo(before.getSpec().gpus());
    assertThat(after.getSpec().offers())
        .startsWith(before.getSpec().offers().get(0))
        .extracting(RateCardSpec.Offer::model)
        .contains("Qwen/Qwen3-32B");
    assertThat(run("discover")).isZero();
    assertThat(out.toString()).contains("stays as it is").doesNotContain("kind: RateCard");
  }

  @Test
  void labelsThatTheOperatorWouldNotTrustAreSaidAtTheTop() {
    prometheus.close();
    prometheus =
        LivePrometheus.scrapingNothing()
            .holding(
                history ->
                    history.counter(
                        "vllm:generation_tokens_total",
                        Map.of(
                            "namespace", namespace,
                            "pod", "chat-7d4b9c6f85-x2k9b",
                            "model_name", "acme/chat",
                            "job", "engines"),
                        System.currentTimeMillis() / 1000 / 600 * 600 - 6 * 600,
                        600,
                        5,
                        5,
                        5,
                        5,
                        5,
                        5))
            .start();

    assertThat(run("discover")).isZero();

    assertThat(out.toString().replaceAll("\\n# *", " "))
        .contains("no `up` of them")
        .contains("sources.default.engineJobs: [engines]");
  }

  /** As a ReplicaSet of the Deployment makes it, and a scheduler binds it. */
  private void podOfChat(String name) {
    client()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .addToLabels("app", "chat")
                .addNewOwnerReference()
                .withApiVersion("apps/v1")
                .withKind("ReplicaSet")
                .withName(name.replaceFirst("-[a-z0-9]+$", ""))
                .withUid(UUID.randomUUID().toString())
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .addNewContainer()
                .withName("engine")
                .withImage("engine")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  private static CostPolicy named(List<CostPolicy> policies, String name) {
    return policies.stream()
        .filter(p -> p.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    String[] all = new String[arguments.length + 6];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    List<String> where =
        List.of(
            "--kubeconfig", cluster.kubeconfig().toString(),
            "--prometheus", prometheus.url(),
            "-n", namespace);
    for (int i = 0; i < where.size(); i++) {
      all[arguments.length + i] = where.get(i);
    }
    return Breakeven.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out.toString());
  }

  private static KubernetesClient client() {
    return cluster.client();
  }
}
