package dev.breakeven.cli.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.cli.Breakeven;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four H100s are committed at 1.80 an hour: 1,314 a month each. On demand one costs 2.50, 1,825 a
 * month. A replica is one GPU and does 10,000 input or 1,000 output tokens a second.
 *
 * <p>{@code chat} brings 5,000 and 500: one replica of work, 2 with headroom of 20 %; the API asks
 * (5,000 × 0.10 + 500 × 0.40) / 1e6 a second for it, 1,839.60 a month. {@code code} brings twice
 * that.
 */
class CommittedGpusTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Path directory = Path.of("");

  @BeforeEach
  void writeTraffic(@TempDir Path given) throws IOException {
    directory = given;
    StringBuilder rows =
        new StringBuilder(
            "workload,t_s,input_tokens_per_s,output_tokens_per_s,requests_per_s,replicas\n");
    for (int i = 0; i < 14 * 144; i++) {
      rows.append("chat,%d,5000,500,10,2\n".formatted(1_793_577_600L + 600L * i));
    }
    for (int i = 0; i < 14 * 144; i++) {
      rows.append("code,%d,10000,1000,20,3\n".formatted(1_793_577_600L + 600L * i));
    }
    Files.writeString(directory.resolve("traffic.csv"), rows);
  }

  private Path card(String commitments) throws IOException {
    return write(
        "card.yaml",
        """
        apiVersion: breakeven.dev/v1alpha1
        kind: RateCard
        metadata: {name: default}
        spec:
          gpus: [{product: NVIDIA-H100-80GB-HBM3, hourlyPrice: "2.50"}]
          commitments: [%s]
          offers:
          - {name: api, model: m, prices: {inputPerMillion: "0.10", outputPerMillion: "0.40"}}
        """
            .formatted(commitments));
  }

  private Path policy(String name) throws IOException {
    return write(
        name + ".yaml",
        """
        apiVersion: breakeven.dev/v1alpha1
        kind: CostPolicy
        metadata: {name: %s, namespace: inference}
        spec:
          model: m
          workloads: [{name: %s}]
          selfHost:
            gpu: {product: NVIDIA-H100-80GB-HBM3, perReplica: 1}
            capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "1000"}
            monthlyOverhead: {engineering: "0"}
            maxReplicas: 8
        """
            .formatted(name, name));
  }

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.writeString(file, text);
    return file;
  }

  private List<JsonNode> statuses(Path... files) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("advise", "-o", "json"));
    for (Path file : files) {
      arguments.addAll(List.of("-f", file.toString()));
    }
    arguments.addAll(List.of("--traffic", directory.resolve("traffic.csv").toString()));
    StringWriter out = new StringWriter();
    Breakeven.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(out))
        .execute(arguments.toArray(String[]::new));
    JsonNode read = JSON.readTree(out.toString());
    return (read.isArray() ? StreamSupport.stream(read.spliterator(), false) : Stream.of(read))
        .map(answer -> answer.path("status"))
        .toList();
  }

  private static String total(JsonNode status, String kind) {
    for (JsonNode alternative : status.path("alternatives")) {
      if (alternative.path("alternative").asText().equals(kind)) {
        return alternative.path("monthlyTotal").asText();
      }
    }
    return "";
  }

  private static final String FOUR =
      "{product: nvidia-h100-80gb, gpus: 4, until: \"2099-06-30\", hourlyPrice: \"1.80\"}";

  @Test
  void whatIsCommittedIsPaidInEveryAlternativeAndTheSavingIsCash() throws IOException {
    JsonNode status = statuses(policy("chat"), card(FOUR)).get(0);
    assertThat(total(status, "TodaysReplicas")).isEqualTo("5256.00"); // 4 × 1,314
    assertThat(total(status, "APIOnly")).isEqualTo("7095.60"); // and 1,839.60
    assertThat(status.at("/advice/monthlySaving").asText()).isEqualTo("0.00");
    assertThat(status.at("/advice/commitmentsUntil").asText()).isEqualTo("2099-06-30");
    // Then the two GPUs that run would cost 2,628; one, and a fifth at the API, 1,681.92.
    assertThat(status.at("/advice/savingAfterCommitments").asText()).isEqualTo("946");
    assertThat(status.at("/advice/summary").asText())
        .contains("once commitments end on 2099-06-30, 1 replica would save");
  }

  @Test
  void policiesThatUseTheCardShareWhatIsCommitted() throws IOException {
    List<JsonNode> both = statuses(policy("chat"), policy("code"), card(FOUR));
    // Either saves the API's price with the first GPUs; all are used, none is paid twice.
    List<String> said = new ArrayList<>();
    both.forEach(status -> status.at("/cost/commitments").forEach(its -> said.add(its.asText())));
    assertThat(said).hasSize(2).allMatch(its -> its.contains(" of 4 nvidia-h100-80gb at 1.80 USD"));
    assertThat(
            said.stream()
                .mapToDouble(its -> Double.parseDouble(its.substring(0, its.indexOf(" of"))))
                .sum())
        .isEqualTo(4);
    assertThat(statuses(policy("code"), policy("chat"), card(FOUR)))
        .as("whatever the order of the files")
        .extracting(s -> s.at("/cost/commitments/0").asText())
        .containsExactlyInAnyOrderElementsOf(said);
  }

  @Test
  void aCommitmentThatIsOverIsAnIssueAndCostsNothing() throws IOException {
    JsonNode status =
        statuses(policy("chat"), card(FOUR.replace("2099-06-30", "2025-12-31"))).get(0);
    assertThat(total(status, "APIOnly")).isEqualTo("1839.60");
    assertThat(status.at("/conditions").toString())
        .contains("the commitment of 4 nvidia-h100-80gb ended on 2025-12-31");
  }

  @Test
  void backtestPaysThemWhateverIsHeld() throws IOException {
    StringWriter out = new StringWriter();
    Breakeven.commandLine()
        .setOut(new PrintWriter(out))
        .execute(
            "backtest",
            "-o",
            "json",
            "--policy",
            policy("chat").toString(),
            "--policy",
            card(FOUR).toString(),
            "--traffic",
            directory.resolve("traffic.csv").toString());
    JsonNode chat = JSON.readTree(out.toString()).at("/byWorkload/0");
    assertThat(chat.path("workload").asText()).isEqualTo("chat");
    // Seven charged days: 4 × 1.80 × 168 = 1,209.60, and 423.36 at the API.
    assertThat(chat.at("/costs/ran").asText()).isEqualTo("1209.60");
    assertThat(chat.at("/costs/alwaysApi").asText()).isEqualTo("1632.96");
  }
}
