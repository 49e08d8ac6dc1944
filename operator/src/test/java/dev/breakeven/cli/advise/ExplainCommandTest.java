package dev.breakeven.cli.advise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.cli.ProgramRun;
import dev.breakeven.testing.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 5,000 input and 500 output tokens/s on three replicas of one GPU at 2.50: half a replica of input
 * and half a replica of output are 33.3 % of three, and 5,475 a month.
 */
class ExplainCommandTest {

  private static final String POLICY =
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
          monthlyOverhead: {onCall: "600"}
        api:
          prices: {inputPerMillion: "1", outputPerMillion: "4"}
      """;

  @TempDir Path directory = Path.of("");

  @BeforeEach
  void aWeekOfSteadyTraffic() throws IOException {
    StringBuilder rows =
        new StringBuilder(
            "workload,t_s,input_tokens_per_s,output_tokens_per_s,requests_per_s,replicas\n");
    for (int i = 0; i < 7 * 144; i++) {
      rows.append("chat,%d,5000,500,10,3\n".formatted(1_793_577_600L + 600L * i));
    }
    Files.writeString(directory.resolve("traffic.csv"), rows);
  }

  @Test
  void eachNumberStandsWithItsFormula() throws IOException {
    Finished run = explain(POLICY);
    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .startsWith("policy inference/chat\nSelfHost: ")
        .contains("  output                    500.0 tokens/s\n    formula  mean over the window\n")
        .contains("  utilisation               33.3 %\n    formula  load / replicas held")
        .contains("  onCall                    600 USD a month, from the policy\n")
        .containsPattern("TodaysReplicas +6,075 USD = GPUs 5,475 USD \\+ people 600 USD");
  }

  @Test
  void aProgramReadsTheSameNumbersByName() throws IOException {
    JsonNode answer = new ObjectMapper().readTree(explain(POLICY, "-o", "json").output());
    assertThat(answer.path("namespace").asText()).isEqualTo("inference");
    assertThat(answer.at("/traffic/output/value").asDouble()).isEqualTo(500);
    assertThat(answer.at("/traffic/output/unit").asText()).isEqualTo("tokens/s");
    assertThat(answer.at("/gpus/gpuHour/value").asText()).isEqualTo("2.50");
    assertThat(answer.at("/gpus/Deployment~1chat/value/replicasWanted").asInt()).isEqualTo(3);
    assertThat(answer.at("/bills/TodaysReplicas/value/total").asText()).isEqualTo("6075.00");
    assertThat(answer.at("/bills/TodaysReplicas/value/people").asText()).isEqualTo("600.00");
    assertThat(answer.at("/verdict/verdict/value").asText()).isEqualTo("SelfHost");
    assertThat(answer.at("/issues").findValuesAsText("reason")).contains("CacheUnmeasured");
  }

  @Test
  void aNumberThatIsNotKnownHasNoValueAndSaysWhy() throws IOException {
    String unpriced = POLICY.replace("hourlyPrice: \"2.50\", ", "");
    JsonNode hour =
        new ObjectMapper().readTree(explain(unpriced, "-o", "json").output()).at("/gpus/gpuHour");
    assertThat(hour.has("value")).isFalse();
    assertThat(hour.path("missing").asText()).isNotEmpty();
  }

  @Test
  void severalPoliciesOfOneNameAreAList() throws IOException {
    String two = POLICY + "---\n" + POLICY.replace("namespace: inference", "namespace: other");
    assertThat(new ObjectMapper().readTree(explain(two, "-o", "json").output())).hasSize(2);
    assertThat(explain(two, "-o", "yaml").output()).containsOnlyOnce("---\n");
  }

  private Finished explain(String policies, String... more) throws IOException {
    Path file = Files.writeString(directory.resolve("policy.yaml"), policies);
    String traffic = directory.resolve("traffic.csv").toString();
    return ProgramRun.of(
        Stream.concat(
                Stream.of("explain", "chat", "-f", file.toString(), "--traffic", traffic),
                Stream.of(more))
            .toArray(String[]::new));
  }
}
