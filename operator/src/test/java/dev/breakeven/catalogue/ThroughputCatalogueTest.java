package dev.breakeven.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.catalogue.CatalogueMatch.Listed;
import dev.breakeven.catalogue.CatalogueMatch.NotListed;
import dev.breakeven.catalogue.CatalogueMatch.Unlisted;
import dev.breakeven.traffic.TokenRates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThroughputCatalogueTest {

  private static final ThroughputCatalogue CATALOGUE = ThroughputCatalogue.shipped();
  private static final String H100 = "NVIDIA-H100-80GB-HBM3";

  @ParameterizedTest
  @CsvSource({
    "meta-llama/Llama-3.3-70B-Instruct, meta-llama/Llama-3.3-70B-Instruct",
    "/models/Llama-3.3-70B-Instruct, meta-llama/Llama-3.3-70B-Instruct",
    "/models/Llama-3.3-70B-Instruct/, meta-llama/Llama-3.3-70B-Instruct",
    "llama-3.3-70b-instruct, meta-llama/Llama-3.3-70B-Instruct",
    "meta-llama/Meta-Llama-3.1-70B-Instruct, meta-llama/Llama-3.3-70B-Instruct",
    "unsloth/Llama-3.3-70B-Instruct, meta-llama/Llama-3.3-70B-Instruct",
    "unsloth/Llama-3.3-70B-Instruct-bnb-4bit, meta-llama/Llama-3.3-70B-Instruct",
    "casperhansen/llama-3.3-70b-instruct-awq, meta-llama/Llama-3.3-70B-Instruct",
    "bartowski/Llama-3.3-70B-Instruct-GGUF, meta-llama/Llama-3.3-70B-Instruct",
    "/models/Llama-3.3-70B-Instruct-Q4_K_M.gguf, meta-llama/Llama-3.3-70B-Instruct",
    "deepseek-ai/DeepSeek-R1-Distill-Llama-70B, meta-llama/Llama-3.3-70B-Instruct",
    "/root/.cache/huggingface/hub/models--meta-llama--Llama-3.3-70B-Instruct/snapshots/0f1c,"
        + " meta-llama/Llama-3.3-70B-Instruct",
    "RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic, meta-llama/Llama-3.3-70B-Instruct-FP8",
    "RedHatAI/Llama-3.3-70B-Instruct-quantized.w8a8, meta-llama/Llama-3.3-70B-Instruct-FP8",
    "nvidia/Llama-3.3-70B-Instruct-FP8, meta-llama/Llama-3.3-70B-Instruct-FP8",
  })
  void aModelIsFoundByTheNamesThatTheFieldGivesIt(String name, String listed) {
    assertThat(listed(name, H100, 4).model()).isEqualTo(listed);
  }

  @ParameterizedTest
  @CsvSource({
    "neuralmagic/Meta-Llama-3.1-8B-Instruct-quantized.w4a16, NVIDIA-L4,"
        + " meta-llama/Llama-3.1-8B-Instruct",
    "hugging-quants/Meta-Llama-3.1-8B-Instruct-GPTQ-INT4, NVIDIA-L4,"
        + " meta-llama/Llama-3.1-8B-Instruct",
    "NousResearch/Hermes-3-Llama-3.1-8B, NVIDIA-L4, meta-llama/Llama-3.1-8B-Instruct",
    "llama-3.1-8b, NVIDIA-L4, meta-llama/Llama-3.1-8B-Instruct",
    "Qwen/Qwen3-30B-A3B-Instruct-2507, NVIDIA-H200, Qwen/Qwen3-30B-A3B",
    "Qwen/Qwen3-30B-A3B-Thinking-2507-FP8, NVIDIA-H100-80GB-HBM3, Qwen/Qwen3-30B-A3B-FP8",
    "Qwen/Qwen3-8B-AWQ, NVIDIA-L4, Qwen/Qwen3-8B",
    "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B, NVIDIA-L4, Qwen/Qwen3-8B",
    "gpt-oss-20b, NVIDIA-H100-80GB-HBM3, openai/gpt-oss-20b",
  })
  void aQuantisedOrTunedModelIsFoundToo(String name, String gpu, String listed) {
    assertThat(listed(name, gpu, 1).model()).isEqualTo(listed);
  }

  @Test
  void aModelThatIsReleasedInEightBitsIsFoundWithAndWithoutThatInItsName() {
    assertThat(listed("deepseek-ai/DeepSeek-R1-0528", "NVIDIA-H200", 8).model())
        .startsWith("deepseek-ai/DeepSeek-");
    assertThat(listed("DeepSeek-V3-0324-FP8", "NVIDIA-H200", 8).model())
        .startsWith("deepseek-ai/DeepSeek-");
  }

  @ParameterizedTest
  @CsvSource({
    "NVIDIA-H100-80GB-HBM3, NVIDIA-H100-80GB-HBM3", // GPU feature discovery
    "nvidia-h100-80gb, NVIDIA-H100-80GB-HBM3", // GKE
    "nvidia-h100-mega-80gb, NVIDIA-H100-80GB-HBM3", // GKE
    "h100, NVIDIA-H100-80GB-HBM3", // Karpenter
    "NVIDIA H100 80GB HBM3, NVIDIA-H100-80GB-HBM3", // nvidia-smi
    "Standard_ND96isr_H100_v5, NVIDIA-H100-80GB-HBM3", // Azure
    "H100_SXM5_80GB, NVIDIA-H100-80GB-HBM3",
    "NVIDIA-H200, NVIDIA-H200",
    "nvidia-h200-141gb, NVIDIA-H200",
    "Standard_ND96isr_H200_v5, NVIDIA-H200",
    "nvidia-b200, NVIDIA-B200",
    "NVIDIA-A100-SXM4-80GB, NVIDIA-A100-SXM4-80GB",
    "nvidia-a100-80gb, NVIDIA-A100-SXM4-80GB",
    "Standard_ND96amsr_A100_v4, NVIDIA-A100-SXM4-80GB",
    "nvidia-l4, NVIDIA-L4",
    "l4, NVIDIA-L4",
    "NVIDIA-L40S, NVIDIA-L40S",
    "l40s, NVIDIA-L40S",
  })
  void aGpuIsFoundByTheNamesThatClustersGiveIt(String label, String product) {
    assertThat(GpuProducts.productName(label)).contains(product);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nvidia-tesla-a100", // GKE's A100 of 40 GB
        "NVIDIA-A100-SXM4-40GB",
        "a100", // Karpenter's, of 40 or of 80 GB
        "NVIDIA-H100-PCIe",
        "NVIDIA-H100-NVL",
        "Standard_NC40ads_H100_v5", // an NVL card
        "NVIDIA-A100-80GB-PCIe",
        "NVIDIA-H100-80GB-HBM3-MIG-3g.40gb",
        "NVIDIA-H100-80GB-HBM3-SHARED",
        "nvidia-tesla-t4",
        "NVIDIA-L40",
        "AMD-Instinct-MI300X-OAM",
        ""
      })
  void anotherProductIsNotTakenForOneThatIsListed(String label) {
    assertThat(GpuProducts.productName(label)).isEmpty();
  }

  @Test
  void aPublishedShapeComesOutAsPublished() {
    CatalogueEntry entry = listed("Qwen/Qwen3-8B", "NVIDIA-L4", 1);
    CatalogueEntry.Shape shape = entry.shapes().get(2);
    PublishedThroughput.Listed at = entry.maximumAt(shape.inputTokens(), shape.outputTokens());
    assertThat(requestsPerSecond(at, shape.inputTokens(), shape.outputTokens()))
        .isCloseTo(shape.maxRequestsPerSecond(), within(1e-3 * shape.maxRequestsPerSecond()));
    assertThat(at.requestsRunning())
        .isCloseTo(shape.concurrencyAtMax(), within(1e-3 * shape.concurrencyAtMax()));
  }

  @Test
  void lengthsBetweenTwoShapesGiveAThroughputBetweenTheirs() {
    CatalogueEntry entry = listed("meta-llama/Llama-3.3-70B-Instruct", H100, 4);
    double shorter = requestsPerSecond(entry.maximumAt(512, 256), 512, 256);
    double between = requestsPerSecond(entry.maximumAt(720, 500), 720, 500);
    double longer = requestsPerSecond(entry.maximumAt(1000, 1000), 1000, 1000);
    assertThat(between).isBetween(longer, shorter);
  }

  @Test
  void withinTheLatencyTargetNoMoreIsServedThanWithoutOne() {
    CatalogueEntry entry = listed("meta-llama/Llama-3.3-70B-Instruct", H100, 4);
    assertThat(entry.withinTargetAt(1000, 1000))
        .hasValueSatisfying(
            within ->
                assertThat(requestsPerSecond(within, 1000, 1000))
                    .isLessThanOrEqualTo(
                        1.001 * requestsPerSecond(entry.maximumAt(1000, 1000), 1000, 1000)));
  }

  @Test
  void otherGpusForAModelAreNearest() {
    NotListed miss = miss("meta-llama/Llama-3.3-70B-Instruct", "nvidia-tesla-t4", 4);
    assertThat(miss.unlisted()).isEqualTo(Unlisted.GPU_PRODUCT);
    assertThat(miss.nearest())
        .hasSize(3)
        .allSatisfy(e -> assertThat(e.model()).contains("Llama-3.3-70B"));
  }

  @Test
  void anotherNumberOfGpusIsNearest() {
    NotListed miss = miss("Qwen/Qwen3-8B", "NVIDIA-L4", 3);
    assertThat(miss.unlisted()).isEqualTo(Unlisted.GPUS_PER_REPLICA);
    assertThat(miss.nearest().get(0).model()).isEqualTo("Qwen/Qwen3-8B");
    assertThat(miss.nearest().get(0).gpuProduct()).isEqualTo("NVIDIA-L4");
  }

  @Test
  void anotherPrecisionIsNearest() {
    NotListed miss = miss("nvidia/Qwen3-8B-NVFP4", "NVIDIA-L4", 1);
    assertThat(miss.unlisted()).isEqualTo(Unlisted.PRECISION);
    assertThat(miss.nearest().get(0).model()).isEqualTo("Qwen/Qwen3-8B");
  }

  @Test
  void aModelOfTheSameFamilyOnTheSameGpuIsNearestToAnUnknownOne() {
    NotListed miss = miss("Qwen/Qwen3-14B", "NVIDIA-L4", 1);
    assertThat(miss.unlisted()).isEqualTo(Unlisted.MODEL);
    assertThat(miss.nearest().get(0).model()).startsWith("Qwen/Qwen3-");
    assertThat(miss.nearest().get(0).gpuProduct()).isEqualTo("NVIDIA-L4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "chat", "default", "AMD/thing"})
  void aNameThatSaysNothingHasNothingNear(String name) {
    NotListed miss = miss(name, H100, 1);
    assertThat(miss.unlisted()).isEqualTo(Unlisted.MODEL);
    assertThat(miss.nearest()).isEmpty();
  }

  private static double requestsPerSecond(
      PublishedThroughput.Listed listed, double input, double output) {
    return 1
        / ReplicaLoad.of(
            new TokenRates(input, 0, output),
            ReplicaLoad.contextTokens(input, output),
            listed.capacity());
  }

  private static CatalogueEntry listed(String model, String gpu, int gpus) {
    CatalogueMatch match = CATALOGUE.find(model, gpu, gpus);
    assertThat(match).as("%s on %d %s", model, gpus, gpu).isInstanceOf(Listed.class);
    return ((Listed) match).entry();
  }

  private static NotListed miss(String model, String gpu, int gpus) {
    CatalogueMatch match = CATALOGUE.find(model, gpu, gpus);
    assertThat(match).isInstanceOf(NotListed.class);
    return (NotListed) match;
  }
}
