package dev.breakeven.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.api.CostPolicySpec.Purchase;
import dev.breakeven.api.CostPolicySpec.Stage;
import dev.breakeven.api.RateCard;
import dev.breakeven.api.RateCardSpec.Comparability;
import dev.breakeven.api.ResourceFixtures;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestsTest {

  private static final String POLICY =
      """
      apiVersion: breakeven.dev/v1alpha1
      kind: CostPolicy
      metadata:
        name: chat
      spec:
        model: m
      """;

  static List<Path> accepted() {
    return ResourceFixtures.accepted();
  }

  static List<ResourceFixtures.Refused> refused() {
    return ResourceFixtures.refused();
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void whatAnApiServerAcceptsIsReadFromAFile(Path file) {
    Manifests read = Manifests.read(List.of(file));

    assertThat(read.policies().size() + read.rateCards().size()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatAnApiServerRefusesIsRefusedFromAFileForTheSameReason(ResourceFixtures.Refused refused) {
    assertThatThrownBy(() -> Manifests.read(List.of(refused.file())))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .matches("(?s)\\Q" + refused.file() + "\\E:\\d+: \\Q" + refused.field() + "\\E: .*")
        .contains(refused.words())
        .hasLineCount(1);
  }

  @Test
  void whatIsLeftOutHasTheDefaultsThatTheApiServerWouldFillIn() {
    CostPolicySpec spec = onlyPolicy(POLICY).getSpec();

    assertThat(spec.engine()).isEqualTo("vllm");
    assertThat(spec.source()).isEqualTo("default");
    assertThat(spec.rateCard()).isEqualTo("default");
    assertThat(spec.currency()).isEqualTo("USD");
    assertThat(spec.workloads()).isEmpty();
    assertThat(spec.selfHost().headroomPercent()).isEqualTo(20);
    // What nobody states about people is unknown, and not nothing.
    assertThat(spec.selfHost().monthlyOverhead()).isNull();
    assertThat(spec.selfHost().capacityPerReplica()).isNull();
    assertThat(spec.api().maxOfferAgeDays()).isEqualTo(180);
    assertThat(spec.constraints().stage()).isEqualTo(Stage.ESTABLISHED);
    assertThat(spec.planning().window()).isEqualTo("7d");
    assertThat(spec.planning().step()).isEqualTo("10m");
    assertThat(spec.planning().hold()).isEqualTo("1h");
    assertThat(spec.planning().lead()).isEqualTo("10m");
    assertThat(spec.planning().scaling()).isEqualTo(CostPolicySpec.Scaling.MANUAL);
    assertThat(spec.planning().review()).isEqualTo("7d");
    assertThat(spec.planning().minSavingPercent()).isEqualByComparingTo("5");
  }

  @Test
  void whatNoApiServerFilledInHasTheSameDefaults() throws IOException {
    CostPolicySpec spec =
        new ObjectMapper()
            .readValue(
                """
                {"model": "m", "engine": "vllm", "source": "default", "rateCard": "default",
                 "currency": "USD"}
                """,
                CostPolicySpec.class);

    assertThat(spec).isEqualTo(onlyPolicy(POLICY).getSpec());
  }

  @Test
  void aFieldWithoutAValueIsLeftOut() {
    CostPolicySpec spec = onlyPolicy(POLICY + "  workloads:\n  engine: ~\n").getSpec();

    assertThat(spec.workloads()).isEmpty();
    assertThat(spec.engine()).isEqualTo("vllm");
  }

  @Test
  void numbersKeepTheirDigits() {
    String text = POLICY + "  selfHost: {gpu: {perReplica: 0.142857142857142857}}\n";

    assertThat(onlyPolicy(text).getSpec().selfHost().gpu().perReplica())
        .isEqualTo(new BigDecimal("0.142857142857142857"));
  }

  @Test
  void policiesAndRateCardsMayShareAFile() {
    Manifests read =
        Manifests.parse(
            "all.yaml",
            POLICY
                + """
                ---
                # Nothing here.
                ---
                apiVersion: breakeven.dev/v1alpha1
                kind: RateCard
                metadata: {name: default}
                spec:
                  gpus: [{product: NVIDIA-L4, hourlyPrice: "0.80"}]
                  offers:
                  - name: o
                    model: m
                    comparability: Same
                    prices: {inputPerMillion: "1", outputPerMillion: "2"}
                """);

    assertThat(read.policies()).hasSize(1);
    RateCard card = read.rateCard("default").orElseThrow();
    assertThat(card.getSpec().allowedNamespaces()).containsExactly("*");
    assertThat(card.getSpec().gpus().get(0).purchase()).isEqualTo(Purchase.ON_DEMAND);
    assertThat(card.getSpec().offers().get(0).comparability()).isEqualTo(Comparability.SAME);
    assertThat(read.rateCard("other")).isEmpty();
  }

  @Test
  void whatKubectlGetsAsAListIsItsItems() {
    String list =
        """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: breakeven.dev/v1alpha1
          kind: CostPolicy
          metadata: {name: chat}
          spec:
            model: llama
          status: {observedGeneration: 1}
        - apiVersion: breakeven.dev/v1alpha1
          kind: CostPolicy
          metadata: {name: search}
          spec:
            model: qwen
        """;
    assertThat(Manifests.parse("list", list).policies())
        .extracting(policy -> policy.getMetadata().getName())
        .containsExactly("chat", "search");
    assertThatThrownBy(() -> Manifests.parse("list", list.replace("model: qwen", "modle: qwen")))
        .hasMessageContaining("list:14: spec.modle");
  }

  @Test
  void aStatusInAFileIsNotTheOperators() {
    assertThat(onlyPolicy(POLICY + "status: {advice: {verdict: API}}\n").getStatus()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kind: Deployment                | f.yaml:1: neither a CostPolicy nor a RateCard of apiVersion breakeven.dev/v1alpha1, but Deployment
          hello: world                    | f.yaml:1: neither a CostPolicy nor a RateCard of apiVersion breakeven.dev/v1alpha1, but no kind
          just a sentence                 | f.yaml:1: neither a CostPolicy nor a RateCard of apiVersion breakeven.dev/v1alpha1, but no kind
          'spec: {model: "m'              | f.yaml:1: not YAML: found unexpected end of stream
          a: &x 1\\nb: *x                 | f.yaml:2: aliases (*x) are not read here: write it out
          """)
  void whatIsNoResourceAtAllIsSaidInOneLine(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Manifests.parse("f.yaml", text.replace("\\n", "\n")))
        .withMessage(message);
  }

  @Test
  void theLineIsThatOfTheFieldThatIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Manifests.parse(
                    "f.yaml",
                    POLICY + "  workloads:\n  - name: a\n  - name: b\n    kind: statefulset\n"))
        .withMessage(
            "f.yaml:10: spec.workloads[1].kind: must be a kind, such as Deployment or"
                + " LeaderWorkerSet");
  }

  @Test
  void everyOneOfSeveralMistakesIsSaid() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Manifests.parse(
                    "f.yaml", POLICY + "  selfHost:\n    headroomPercent: 100\n  currency: 3\n"))
        .withMessage(
            "f.yaml:8: spec.selfHost.headroomPercent: 100 should be less than or equal to 99\n"
                + "f.yaml:9: spec.currency: must be of type string, not 3: put it in quotes");
  }

  @Test
  void anUnknownFieldIsSaidWithThoseThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Manifests.parse("f.yaml", POLICY + "  planning: {windows: 7d}\n"))
        .withMessage(
            "f.yaml:7: spec.planning.windows: unknown field; there are hold, lead,"
                + " minCoveragePercent, minSavingPercent, review, scaling, slo, step, window");
  }

  @Test
  void aFieldGivenTwiceIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Manifests.parse("f.yaml", POLICY + "  model: n\n"))
        .withMessageMatching("f.yaml:7: Duplicate field 'model'.*");
  }

  @Test
  void aNumberWhereAStringBelongsIsToldToWearQuotes() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Manifests.parse("f.yaml", POLICY + "  selfHost: {gpu: {hourlyPrice: 2.5}}\n"))
        .withMessage(
            "f.yaml:7: spec.selfHost.gpu.hourlyPrice: must be of type string, not 2.5: put it in"
                + " quotes");
  }

  @Test
  void ofAValueThatIsLongAndWrongOnlyTheStartIsRepeated() {
    String shown = "a".repeat(80) + "…";
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Manifests.parse(
                    "f.yaml",
                    POLICY + "  selfHost: {gpu: {purchase: %s}}\n".formatted("a".repeat(3000))))
        .withMessageStartingWith(
            "f.yaml:7: spec.selfHost.gpu.purchase: Unsupported value: \"" + shown + "\"");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Manifests.parse("f.yaml", POLICY + "  planning: %s\n".formatted("a".repeat(3000))))
        .withMessage(
            "f.yaml:7: spec.planning: must be of type object, not \"" + "a".repeat(79) + "…");
  }

  @Test
  void aResourceNeedsAName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Manifests.parse("f.yaml", POLICY.replace("  name: chat\n", "")))
        .withMessageStartingWith("f.yaml:3: metadata: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Manifests.parse("f.yaml", POLICY.replace("chat", "Chat")))
        .withMessageStartingWith("f.yaml:4: metadata.name: must be a Kubernetes name");
  }

  @Test
  void aMetadataFieldOfTheWrongTypeIsOneLine() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Manifests.parse("f.yaml", POLICY.replace("name: chat", "name: chat\n  labels: 3")))
        .withMessageContaining("metadata")
        .withMessageStartingWith("f.yaml:");
  }

  @Test
  void aFileThatCannotBeReadIsOneLine(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("none.yaml");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Manifests.read(List.of(missing)))
        .withMessage(missing + ": no such file");
    Path binary = Files.write(folder.resolve("bin.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Manifests.read(List.of(binary)))
        .withMessage(binary + ": not text in UTF-8");
  }

  private static CostPolicy onlyPolicy(String text) {
    List<CostPolicy> policies = Manifests.parse("f.yaml", text).policies();
    assertThat(policies).hasSize(1);
    return policies.get(0);
  }
}
