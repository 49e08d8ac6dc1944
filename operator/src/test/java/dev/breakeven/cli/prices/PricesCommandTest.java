package dev.breakeven.cli.prices;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.cli.ProgramRun;
import dev.breakeven.testing.Finished;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PricesCommandTest {

  private static final String LIST =
      """
      {"groq/llama": {"litellm_provider": "groq", "mode": "chat",
        "input_cost_per_token": 5.9e-07, "output_cost_per_token": 7.9e-07},
       "groq/gone": {"litellm_provider": "groq", "mode": "chat",
        "input_cost_per_token": 0.071, "output_cost_per_token": 0.071},
       "together_ai/llama": {"litellm_provider": "together_ai", "mode": "chat",
        "input_cost_per_token": 8.8e-07, "output_cost_per_token": 8.8e-07}}
      """;

  private static final String CARD =
      """
      apiVersion: breakeven.dev/v1alpha1
      kind: RateCard
      metadata: {name: default}
      spec:
        gpus:
        - {product: NVIDIA-H100-80GB-HBM3, hourlyPrice: "2.50", asOf: "2026-10-01"}
        offers:
        - name: groq/llama
          model: llama
          prices: {inputPerMillion: "1", outputPerMillion: "4", source: here, asOf: "2026-10-01"}
      """;

  @TempDir Path directory = Path.of("");

  private String out = "";
  private String err = "";

  @Test
  void aCompressedListBecomesACardAndWhatIsRefusedIsListed() throws IOException {
    Path list = directory.resolve("list.json.gz");
    try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(list))) {
      file.write(LIST.getBytes(StandardCharsets.UTF_8));
    }
    Path refused = directory.resolve("refused.csv");
    int code =
        run(
            "prices",
            "import",
            list.toString(),
            "--provider",
            "groq",
            "--as",
            "llama=meta/Llama",
            "--as-of",
            "2026-11-20",
            "--refused",
            refused.toString());
    assertThat(code).isZero();
    assertThat(out)
        .contains("model: \"meta/Llama\"", "asOf: \"2026-11-20\"")
        .doesNotContain("0.88");
    assertThat(err)
        .startsWith("3 entries: 1 taken, 1 refused, 1 not asked for")
        .contains("1 above what anybody charges");
    assertThat(refused).content().contains("groq/gone,above what anybody charges", "input 71000");
  }

  @Test
  void nothingTakenIsBadInput() throws IOException {
    Path list = write("list.json", LIST);
    assertThat(run("prices", "import", list.toString(), "--model", "qwen*")).isEqualTo(2);
    assertThat(err).endsWith("breakeven: no entry matches --model and --provider\n");
  }

  @Test
  void aDayThatIsYetToComeIsRefused() throws IOException {
    Path list = write("list.json", LIST);
    assertThat(run("prices", "import", list.toString(), "--as-of", "2999-01-01")).isEqualTo(2);
    assertThat(err)
        .isEqualTo(
            "breakeven: --as-of: 2999-01-01 is not a day such as 2026-10-31 that has come\n");
  }

  @Test
  void changesOfACardAreShownWithTheirPercent() throws IOException {
    Path before = write("before.yaml", CARD);
    Path after =
        write(
            "after.yaml",
            CARD.replace("outputPerMillion: \"4\"", "outputPerMillion: \"3\"")
                .replace("hourlyPrice: \"2.50\"", "hourlyPrice: \"2.5\"")
                .replace("2026-10-01", "2026-11-01"));
    assertThat(run("prices", "diff", before.toString(), after.toString())).isZero();
    assertThat(out.lines().skip(2))
        .containsExactly(
            "offer groq/llama  changed  prices.outputPerMillion    4    3  -25.0",
            "1 more read anew at the same price.");
  }

  @Test
  void offersThatCameAndWentAreShownWithTheirPrices() throws IOException {
    Path before = write("before.yaml", CARD);
    Path after = write("after.yaml", CARD.replace("groq/llama", "together/llama"));
    assertThat(run("prices", "diff", before.toString(), after.toString(), "-o", "json")).isZero();
    assertThat(out)
        .containsSubsequence("removed", "offer groq/llama", "prices.inputPerMillion")
        .containsSubsequence("added", "offer together/llama", "prices.inputPerMillion");
  }

  @Test
  void aVerdictThatACheaperOfferTurnsIsNamed() throws IOException {
    // 5,000 in and 500 out a second are 18,396 a month at 1 and 4, and 184 at a hundredth of that;
    // three GPUs at 2.50 are 5,475.
    Path policy =
        write(
            "policy.yaml",
            """
            apiVersion: breakeven.dev/v1alpha1
            kind: CostPolicy
            metadata: {name: chat, namespace: inference}
            spec:
              model: llama
              workloads: [{name: chat}]
              selfHost:
                gpu: {hourlyPrice: "2.50", perReplica: 1}
                capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "1000"}
                headroomPercent: 0
                monthlyOverhead: {onCall: "0"}
            """);
    StringBuilder rows = new StringBuilder("workload,t_s,input_tokens_per_s,output_tokens_per_s,");
    rows.append("requests_per_s,replicas\n");
    for (int i = 0; i < 14 * 144; i++) {
      rows.append("chat,%d,5000,500,10,3\n".formatted(1_793_577_600L + 600L * i));
    }
    Path traffic = write("traffic.csv", rows.toString());
    Path before = write("before.yaml", CARD);
    Path after =
        write(
            "after.yaml",
            CARD.replace("inputPerMillion: \"1\"", "inputPerMillion: \"0.01\"")
                .replace("outputPerMillion: \"4\"", "outputPerMillion: \"0.04\""));
    int code =
        run(
            "prices",
            "diff",
            before.toString(),
            after.toString(),
            "-f",
            policy.toString(),
            "--traffic",
            traffic.toString());
    assertThat(code).isZero();
    assertThat(out).containsSubsequence("before  SelfHost", "after*  API", "1 of 1 verdicts turn");

    run(
        "prices",
        "diff",
        before.toString(),
        after.toString(),
        "-f",
        policy.toString(),
        "--traffic",
        traffic.toString(),
        "-o",
        "json");
    JsonNode turn = new ObjectMapper().readTree(out).at("/policies/0");
    assertThat(turn.path("turned").asBoolean()).isTrue();
    assertThat(turn.at("/before/verdict").asText()).isEqualTo("SelfHost");
    assertThat(turn.at("/after/monthlyTotals/APIOnly").asText()).isEqualTo("183.96");
  }

  @Test
  void whyAPolicyHasNoVerdictWithTheNewCardIsSaid() throws IOException {
    Path policy =
        write(
            "policy.yaml",
            """
            apiVersion: breakeven.dev/v1alpha1
            kind: CostPolicy
            metadata: {name: chat, namespace: inference}
            spec:
              model: llama
              workloads: [{name: chat}]
            """);
    Path traffic =
        write(
            "traffic.csv",
            """
            workload,t_s,input_tokens_per_s,output_tokens_per_s,requests_per_s,replicas
            chat,1793577600,5000,500,10,3
            chat,1793578200,5000,500,10,3
            """);
    Path card = write("card.yaml", CARD);
    run(
        "prices",
        "diff",
        card.toString(),
        card.toString(),
        "-f",
        policy.toString(),
        "--traffic",
        traffic.toString());
    assertThat(out).contains("0 of 1 verdicts turn\nchat: Inconclusive: ");
  }

  @Test
  void policiesWithoutTrafficAskForIt() throws IOException {
    Path card = write("card.yaml", CARD);
    assertThat(run("prices", "diff", card.toString(), card.toString(), "-f", card.toString()))
        .isEqualTo(2);
    assertThat(err)
        .isEqualTo(
            "breakeven: policies of files need exactly one of --traffic, --requests, --prometheus"
                + " and --config\n");
  }

  @Test
  void oneFileIsComparedWithTheClusters() throws IOException {
    Path card = write("card.yaml", CARD);
    Path nowhere = directory.resolve("kubeconfig");
    assertThat(run("prices", "diff", card.toString(), "--kubeconfig", nowhere.toString()))
        .isEqualTo(2);
    assertThat(err).isEqualTo("breakeven: " + nowhere + ": no such file\n");
  }

  @Test
  void threeFilesAreOneTooMany() throws IOException {
    String card = write("card.yaml", CARD).toString();
    assertThat(run("prices", "diff", card, card, card)).isEqualTo(2);
    assertThat(err).contains("two files of rate cards are compared, not 3");
  }

  @Test
  void aFileWithoutACardIsBadInput() throws IOException {
    Path card = write("card.yaml", CARD);
    Path none = directory.resolve("none.yaml");
    assertThat(run("prices", "diff", card.toString(), none.toString())).isEqualTo(2);
    assertThat(err).isEqualTo("breakeven: " + none + ": no such file\n");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private int run(String... arguments) {
    Finished run = ProgramRun.of(arguments);
    out = run.output();
    err = run.errors();
    return run.exitCode();
  }
}
