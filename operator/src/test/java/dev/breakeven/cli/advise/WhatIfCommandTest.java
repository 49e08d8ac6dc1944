package dev.breakeven.cli.advise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.cli.Breakeven;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 5,000 input and 500 output tokens/s: at 1.00 and 4.00 a million 25.20 an hour, 18,396 a month.
 */
class WhatIfCommandTest {

  private static final String POLICY =
      """
      apiVersion: breakeven.dev/v1alpha1
      kind: CostPolicy
      metadata: {name: chat}
      spec:
        model: llama
        workloads: [{name: chat}]
        selfHost:
          gpu: {hourlyPrice: "2.50", perReplica: 1}
          capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "1000"}
        api:
          prices: {inputPerMillion: "1", outputPerMillion: "4"}
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void theAnswerWithADiscountStandsBesideTodays(@TempDir Path directory) throws IOException {
    assertThat(run(directory, "api.discountPercent=50")).isZero();
    assertThat(out.toString())
        .containsPattern("chat +now +then")
        .containsPattern("APIOnly a month +18,396 +9,198");
  }

  @Test
  void aProgramReadsBothAnswersAsJson(@TempDir Path directory) throws IOException {
    String[] arguments = {"--set", "api.discountPercent=50", "--gpus", "+2", "-o", "json"};
    assertThat(whatIf(directory, arguments)).isZero();
    JsonNode answer = new ObjectMapper().readTree(out.toString());
    assertThat(answer.path("name").asText()).isEqualTo("chat");
    assertThat(answer.path("currency").asText()).isEqualTo("USD");
    assertThat(answer.at("/set/api.discountPercent").asText()).isEqualTo("50");
    assertThat(answer.at("/gpus/now/gpus").asDouble()).isEqualTo(3);
    assertThat(answer.at("/gpus/then/monthlyCost").asText()).isEqualTo("9125.00");
    assertThat(answer.at("/now/verdict").asText()).isEqualTo("SelfHost");
    assertThat(answer.at("/now/monthlyTotals/APIOnly").asText()).isEqualTo("18396.00");
    assertThat(answer.at("/then/monthlyTotals/APIOnly").asText()).isEqualTo("9198.00");
    assertThat(answer.at("/then/replicasAdvised").asInt()).isEqualTo(5);
  }

  @Test
  void aValueThatTheSchemaRefusesIsBadInput(@TempDir Path directory) throws IOException {
    assertThat(run(directory, "selfHost.gpu.hourlyPrice=free")).isEqualTo(2);
    assertThat(err.toString()).contains("--set").contains("spec.selfHost.gpu.hourlyPrice");
  }

  @Test
  void amountsNeedNoQuotesAndWaysThatCanWinOnlyThenAreShown(@TempDir Path directory)
      throws IOException {
    assertThat(run(directory, "api.limits.tokensPerMinute=1000")).isZero();
    assertThat(out.toString()).contains("now   SelfHost: ").contains("then  SelfHost: ");
    // 3 replicas at 1.00 an hour: 2,190 a month.
    assertThat(run(directory, "selfHost.gpu.hourlyPrice=1")).isZero();
    assertThat(out.toString()).containsPattern("TodaysReplicas a month +5,475 +2,190");
  }

  @Test
  void aPolicyThatIsNotThereIsSaid(@TempDir Path directory) throws IOException {
    assertThat(run(directory, "api.discountPercent=50", "other")).isEqualTo(2);
    assertThat(err.toString()).contains("there is no CostPolicy other");
  }

  @Test
  void moreGpusThanRunNowArePaidAllTheTime(@TempDir Path directory) throws IOException {
    // 3 replicas of one GPU at 2.50 an hour are 5,475 a month; 5 are 9,125.
    assertThat(whatIf(directory, "--gpus", "+2")).isZero();
    assertThat(out.toString())
        .containsPattern("replicas advised +\\d+ +5\n")
        .containsPattern("saving a month +[0-9,.-]+ +-3,650");
    assertThat(whatIf(directory, "--gpus", "-1", "--set", "selfHost.gpu.hourlyPrice=1")).isZero();
    assertThat(out.toString()).containsPattern("replicas advised +\\d+ +2\n");
  }

  @Test
  void whatMoreGpusCostIsShownWhereTheirCapacityIsNotKnown(@TempDir Path directory)
      throws IOException {
    String unknown = POLICY.replaceAll("    capacityPerReplica:.*\n", "");
    assertThat(whatIf(directory, unknown, new String[] {"--gpus", "+2"})).isEqualTo(3);
    assertThat(out.toString())
        .containsPattern("GPUs held +3[.0]* +5[.0]*\n")
        .containsPattern("GPUs a month +5,475 +9,125\n");
  }

  @Test
  void gpusThatAreNoWholeReplicasAreBadInput(@TempDir Path directory) throws IOException {
    assertThat(whatIf(directory, "--gpus", "-4")).isEqualTo(2);
    assertThat(err.toString()).contains("chat runs 3 replicas, fewer than 4 GPUs take");
    assertThat(whatIf(directory, "--gpus", "8")).isEqualTo(2);
    assertThat(err.toString()).contains("such as +8 or -8, not 8");
    assertThat(
            whatIf(
                directory,
                POLICY.replace("perReplica: 1", "perReplica: 2"),
                new String[] {"--gpus", "+3"}))
        .isEqualTo(2);
    assertThat(err.toString()).contains("a replica of chat takes 2 GPUs, and 3 are no whole");
  }

  @Test
  void withoutAChangeThereIsNothingToShow(@TempDir Path directory) throws IOException {
    assertThat(whatIf(directory)).isEqualTo(2);
    assertThat(err.toString()).contains("--set, --gpus or both");
  }

  private int run(Path directory, String change, String... names) throws IOException {
    return whatIf(
        directory,
        Stream.concat(Stream.of("--set", change), Stream.of(names)).toArray(String[]::new));
  }

  private int whatIf(Path directory, String... arguments) throws IOException {
    return whatIf(directory, POLICY, arguments);
  }

  private int whatIf(Path directory, String manifest, String[] arguments) throws IOException {
    Path policy = Files.writeString(directory.resolve("policy.yaml"), manifest);
    StringBuilder rows =
        new StringBuilder(
            "workload,t_s,input_tokens_per_s,output_tokens_per_s,requests_per_s,replicas\n");
    for (int i = 0; i < 7 * 144; i++) {
      rows.append("chat,%d,5000,500,10,3\n".formatted(1_793_577_600L + 600L * i));
    }
    Path traffic = Files.writeString(directory.resolve("traffic.csv"), rows);
    return Breakeven.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(
            Stream.concat(
                    Stream.of("whatif", "-f", policy.toString(), "--traffic", traffic.toString()),
                    Stream.of(arguments))
                .toArray(String[]::new));
  }
}
