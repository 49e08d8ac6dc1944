package dev.breakeven.cli.discover;

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

/** Two policies without people's costs, of which one has no GPU price either. */
class DoctorCommandTest {

  private static final String POLICIES =
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
        api: {prices: {inputPerMillion: "1", outputPerMillion: "4"}}
      ---
      apiVersion: breakeven.dev/v1alpha1
      kind: CostPolicy
      metadata: {name: unpriced, namespace: inference}
      spec:
        model: llama
        workloads: [{name: chat}]
        selfHost:
          gpu: {perReplica: 1}
          capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "1000"}
        api: {prices: {inputPerMillion: "1", outputPerMillion: "4"}}
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
    Files.writeString(directory.resolve("policies.yaml"), POLICIES);
  }

  @Test
  void whatIsMissingComesFirstAndWhatAllShareOnce() {
    Finished run = doctor();
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.output())
        .containsOnlyOnce("OverheadUnstated")
        .containsPattern("more than one policy\\n(.*\\n)*    in: every policy\\n")
        .contains("policy inference/unpriced: Inconclusive\n  why not: GPUPriceMissing: ")
        .contains("    do: put the GPU's price on the rate card")
        .doesNotContain("source");
  }

  @Test
  void aProgramReadsEachPolicyWithAllThatIsToBeDone() throws IOException {
    JsonNode found = new ObjectMapper().readTree(doctor("-o", "json").output());
    assertThat(found.at("/policies/0/verdict").asText()).isEqualTo("SelfHost");
    assertThat(found.at("/policies/0/blocking")).isEmpty();
    assertThat(found.at("/policies/1/blocking/0/reason").asText()).isEqualTo("GPUPriceMissing");
    assertThat(found.at("/policies/1/blocking/0/remedy").asText()).startsWith("put the GPU's");
    assertThat(found.findValues("weakening"))
        .allSatisfy(
            weak -> assertThat(weak.findValuesAsText("reason")).contains("OverheadUnstated"));
  }

  @Test
  void aPolicyThatIsNotThereIsBadInput() {
    Finished run = doctor("other");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).isEqualTo("breakeven: there is no CostPolicy other\n");
  }

  private Finished doctor(String... more) {
    return ProgramRun.of(
        Stream.concat(
                Stream.of(
                    "doctor",
                    "-f",
                    directory.resolve("policies.yaml").toString(),
                    "--traffic",
                    directory.resolve("traffic.csv").toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }
}
