package dev.breakeven.cli.advise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.cli.Breakeven;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 5,000 input and 500 output tokens/s in ten requests, all week: at 1.00 and 4.00 a million they
 * are 25.20 an hour, 18,396 a month; 19.8 million tokens an hour.
 */
class AdviseCommandTest {

  static final String POLICY =
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
        api:
          prices: {inputPerMillion: "1", outputPerMillion: "4"}
      """;

  private Path policy = Path.of("policy.yaml");
  private Path traffic = Path.of("traffic.csv");

  @BeforeEach
  void writeFiles(@TempDir Path directory) throws IOException {
    policy = directory.resolve("policy.yaml");
    traffic = directory.resolve("traffic.csv");
    StringBuilder rows = new StringBuilder("workload,t_s,input_tokens_per_s,output_tokens_per_s,");
    rows.append("requests_per_s,replicas\n");
    for (int i = 0; i < 7 * 144; i++) {
      rows.append("chat,%d,5000,500,10,3\n".formatted(1_793_577_600L + 600L * i));
    }
    Files.writeString(traffic, rows);
  }

  @Test
  void replicasInTheFileAreThoseOfThePolicysWorkload() throws IOException {
    JsonNode status = status(POLICY);
    assertThat(status.at("/advice/replicasNow").asInt()).isEqualTo(3);
    assertThat(status.at("/proof/ranCost").asText()).isEqualTo("1260.00"); // 3 × 2.50 × 168
    assertThat(status.at("/cost/effectivePerMillion").asText()).isEqualTo("0.3788"); // 7.50 ÷ 19.8
  }

  @Test
  void aPlanThatNeverChangesItsNumberShowsTheNumberAlone() throws IOException {
    assertThat(status(POLICY).at("/alternatives"))
        .anySatisfy(
            way -> {
              assertThat(way.path("alternative").asText()).isEqualTo("ScheduledBurst");
              assertThat(way.path("replicas").asText()).isEqualTo("1");
            });
  }

  @Test
  void whoAsksWhetherToStartRunsNoneOfTheReplicasInTheFile() throws IOException {
    // People cost more than the API, so nothing pays, and nothing that ran says they are there.
    JsonNode status =
        status(
            POLICY
                .replace("  workloads: [{name: chat}]\n", "")
                .replace("    headroom", "    monthlyOverhead: {onCall: \"20000\"}\n    headroom"));
    assertThat(status.at("/advice/summary").asText()).startsWith("API: run nothing");
    assertThat(status.at("/proof/followedCost").asText()).isEqualTo("4233.60"); // 25.20 × 168
    assertThat(status.at("/proof/alwaysApiCost").asText()).isEqualTo("4233.60");
    assertThat(status.at("/proof/ranCost").asText()).isEqualTo("4233.60"); // an API served it all
    assertThat(status.at("/cost/effectivePerMillion").isMissingNode()).isTrue();
    assertThat(status.at("/cost/apiPerMillion").asText()).isEqualTo("1.27"); // 25.20 ÷ 19.8
    assertThat(status.at("/cost/message").asText()).isEqualTo("nothing ran");
  }

  @Test
  void theOffersPricesAreThoseThatAreCharged() throws IOException {
    // Prompts of 500 tokens are in the tier; half may wait; a tenth is taken off.
    JsonNode offer =
        status(
                POLICY.replace(
                    "prices: {",
                    "discountPercent: 10\n    batchPercent: 50\n    prices: {batchInputPerMillion:"
                        + " \"0.50\", batchOutputPerMillion: \"2\", longContext:"
                        + " [{aboveInputTokens: 499, inputPerMillion: \"2\","
                        + " cachedInputPerMillion: \"0.10\", outputPerMillion: \"6\"}], "))
            .at("/cost/offer");
    assertThat(offer.at("/inputPerMillion").asText()).isEqualTo("1.125"); // 0.9 × (2 + 0.50) ÷ 2
    assertThat(offer.at("/cachedInputPerMillion").asText()).isEqualTo("0.27"); // 0.9 × 0.60 ÷ 2
    assertThat(offer.at("/outputPerMillion").asText()).isEqualTo("3.60"); // 0.9 × 8 ÷ 2
  }

  @Test
  void whatAnOwnedGpuCostsAnHourIsShownAsThatOfARentedOne() throws IOException {
    JsonNode hour =
        status(
                POLICY.replace("hourlyPrice: \"2.50\"", "product: H100, purchase: Owned")
                    + """
                    ---
                    apiVersion: breakeven.dev/v1alpha1
                    kind: RateCard
                    metadata: {name: default}
                    spec:
                      gpus:
                      - product: H100
                        purchase: Owned
                        ownership: {purchasePrice: "35040", lifeYears: 4, watts: 1000, pricePerKwh: "0.10", pue: 1.5}
                    """)
            .at("/cost/gpuHour");
    assertThat(hour.at("/purchase").asText()).isEqualTo("Owned");
    assertThat(hour.at("/price").asText()).isEqualTo("1.15"); // 35,040 ÷ 35,040 h + 0.15
  }

  @Test
  void aProofOfAPlanThatCameTooLateSaysHowMuchItLeft() throws IOException {
    // Data stays, and on the last day the load doubles at once: an added replica serves ten minutes
    // after it was seen.
    Files.writeString(
        traffic,
        Files.readString(traffic)
            .lines()
            .map(
                row ->
                    row.matches("chat,17941[0-9]*,.*")
                        ? row.replace(",5000,500,", ",10000,1000,")
                        : row)
            .collect(Collectors.joining("\n", "", "\n")));
    JsonNode proof =
        status(POLICY + "  constraints: {dataMustStay: true}\n  planning: {scaling: Automatic}\n")
            .at("/proof");
    assertThat(proof.at("/message").asText())
        .startsWith("followed for the last 7 days: ")
        .contains(" tokens a month unserved; what ran: 1,260 USD");
  }

  @Test
  void policyAndTrafficMayStandOnStandardInputAndBeGzip(@TempDir Path directory)
      throws IOException {
    Files.writeString(policy, POLICY);
    Path zipped = directory.resolve("traffic.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      Files.copy(traffic, out);
    }

    assertThat(ran("", "--policy", policy.toString(), "--traffic", zipped.toString())).isZero();
    assertThat(ran(POLICY, "-f", "-", "--traffic", traffic.toString())).isZero();
    assertThat(ran(Files.readString(traffic), "-f", policy.toString(), "--traffic", "-")).isZero();
    assertThat(ran(POLICY, "-f", "-", "--traffic", "-")).isEqualTo(2);
  }

  @Test
  void whoMadeTwoMistakesHearsOfBoth() throws IOException {
    Files.writeString(
        policy,
        POLICY.replace("\"2.50\"", "free").replace("headroomPercent: 0", "headroomPercent: 200"));

    assertThat(ran("", "-f", policy.toString(), "--traffic", traffic.toString())).isEqualTo(2);
    assertThat(err.toString().lines())
        .hasSize(2)
        .anyMatch(line -> line.contains("policy.yaml:8: spec.selfHost.gpu.hourlyPrice: "))
        .anyMatch(line -> line.contains("policy.yaml:10: spec.selfHost.headroomPercent: "));
  }

  @Test
  void severalPoliciesAsYamlAreOneObjectADocument() throws IOException {
    Files.writeString(policy, POLICY + "---\n" + POLICY.replace("name: chat,", "name: second,"));

    assertThat(ran("", "-f", policy.toString(), "--traffic", traffic.toString(), "-o", "yaml"))
        .isZero();
    assertThat(out.toString().split("---\n"))
        .hasSize(2)
        .allSatisfy(document -> assertThat(document).startsWith("apiVersion: "));
  }

  @Test
  void whereNobodyKnowsHowBusyGpusAreTheyAreOneLineOfTheBill() throws IOException {
    String undivided =
        POLICY.replace(
            "    capacityPerReplica: {inputTokensPerSecond: \"10000\", outputTokensPerSecond:"
                + " \"1000\"}\n",
            "");
    Files.writeString(policy, undivided);
    assertThat(ran("", "-f", policy.toString(), "--traffic", traffic.toString(), "-o", "json"))
        .isZero(); // they cost less than the API, however busy
    JsonNode bill = null;
    for (JsonNode way : new ObjectMapper().readTree(out.toString()).at("/status/alternatives")) {
      if (way.at("/alternative").asText().equals("TodaysReplicas")) {
        bill = way.at("/perMonth");
      }
    }
    assertThat(bill).isNotNull();
    assertThat(bill.at("/gpus").asText()).isEqualTo("5475.00"); // 3 × 2.50 × 730
    assertThat(bill.at("/busy").isMissingNode()).isTrue();
    assertThat(bill.at("/apiInput").asText()).isEqualTo("0.00");
  }

  @Test
  void aFileWithoutSourcesNamesItself(@TempDir Path directory) throws IOException {
    Files.writeString(policy, POLICY);
    Path config = Files.writeString(directory.resolve("operator.yaml"), "cycle: 60s\n");

    assertThat(ran("", "-f", policy.toString(), "--config", config.toString())).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).contains("operator.yaml", "it has no sources");
  }

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int ran(String standardInput, String... arguments) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8)));
    try {
      List<String> all = new ArrayList<>(List.of("advise"));
      all.addAll(List.of(arguments));
      return Breakeven.commandLine()
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err))
          .execute(all.toArray(String[]::new));
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void policiesOfOneNameAreToldApartByTheirNamespaces() throws IOException {
    Files.writeString(policy, POLICY + "---\n" + POLICY.replace("inference", "other"));
    ran("", "-f", policy.toString(), "--traffic", traffic.toString(), "-o", "json");
    assertThat(new ObjectMapper().readTree(out.toString()))
        .extracting(answer -> answer.at("/metadata/namespace").asText())
        .containsExactly("inference", "other");
  }

  private JsonNode status(String manifests) throws IOException {
    Files.writeString(policy, manifests);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Breakeven.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(
                "advise", "-f", policy.toString(), "--traffic", traffic.toString(), "-o", "json");
    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    return new ObjectMapper().readTree(out.toString()).at("/status");
  }
}
