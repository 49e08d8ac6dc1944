package dev.breakeven.render.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.cli.ProgramRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a status is in {@code kubectl describe}, which prints every field of every object on a
 * line of its own, and how many bytes it is stored in. Each is of a policy whose advice changed
 * five times.
 */
class StatusLengthTest {

  private static final ObjectMapper JSON =
      new ObjectMapper().setSerializationInclusion(JsonInclude.Include.NON_EMPTY);
  private static final long MONDAY = 1_793_577_600L;
  private static final int BYTES = 6_000;

  private Path directory = Path.of("");

  @BeforeEach
  void writeHere(@TempDir Path given) {
    directory = given;
  }

  @Test
  void whatBelongsOnTheApiTakesAHundredAndTwentyLines() throws IOException {
    JsonNode status = status("maxReplicas: 8", "asOf: \"2026-10-01\"", 1);

    assertThat(status.at("/advice/verdict").asText()).isEqualTo("API");
    assertThat(lines(status)).isLessThanOrEqualTo(120);
    assertThat(bytes(status)).isLessThanOrEqualTo(BYTES);
  }

  @Test
  void twoBillsAndTwoConditionsThatDoNotHoldTakeThirtyMore() throws IOException {
    JsonNode status = status("maxReplicas: 8", "asOf: \"2020-10-01\"", 8);

    assertThat(status.at("/conditions").findValuesAsText("type"))
        .containsExactly("CapacityKnown", "Conclusive", "PricesKnown", "Ready");
    assertThat(lines(status)).isLessThanOrEqualTo(150);
    assertThat(bytes(status)).isLessThanOrEqualTo(BYTES);
  }

  private JsonNode status(String selfHost, String offer, double times) throws IOException {
    Files.writeString(
        directory.resolve("policy.yaml"),
        """
        apiVersion: breakeven.dev/v1alpha1
        kind: CostPolicy
        metadata: {name: chat, namespace: inference}
        spec:
          model: acme/chat
          workloads: [{name: chat}]
          selfHost:
            gpu: {hourlyPrice: "2.50", perReplica: 2, product: NVIDIA-H100-80GB-HBM3}
            capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "2500"}
            monthlyOverhead: {engineering: "2000", onCall: "600", modelUpdates: "400"}
            %s
          api:
            prices: {inputPerMillion: "0.60", cachedInputPerMillion: "0.30", outputPerMillion: "2.40", %s}
        """
            .formatted(selfHost, offer));
    StringBuilder rows =
        new StringBuilder(
            "workload,t_s,input_tokens_per_s,cached_tokens_per_s,output_tokens_per_s,replicas\n");
    for (int step = 0; step < 14 * 144; step++) {
      int hour = step % 144 / 6;
      double share = (hour >= 8 && hour < 18 ? 1 : 0.1) * times;
      rows.append(
          "chat,%d,%.1f,%.1f,%.1f,3\n"
              .formatted(MONDAY + 600L * step, share * 6_000, share * 2_000, share * 1_500));
    }
    Files.writeString(directory.resolve("traffic.csv"), rows);
    String answer =
        ProgramRun.of(
                "advise",
                "-f",
                directory.resolve("policy.yaml").toString(),
                "--traffic",
                directory.resolve("traffic.csv").toString(),
                "-o",
                "json")
            .orFail();
    ObjectNode whole = (ObjectNode) JSON.readTree(answer).path("status");
    ArrayNode changes = whole.putArray("changes");
    for (int day = 9; day > 4; day--) {
      changes.add("2026-11-0" + day + "T10:00:00Z SelfHost 3 to API 0: Cheapest");
    }
    return JSON.valueToTree(ShortStatus.of(JSON.treeToValue(whole, CostPolicyStatus.class)));
  }

  private static int bytes(JsonNode status) {
    return status.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /** Lines from "Status:" on; of a list of objects each field stands on one, and no heading. */
  private static int lines(JsonNode status) {
    return 1 + linesBelow(status);
  }

  private static int linesBelow(JsonNode node) {
    int lines = 0;
    for (JsonNode part : node) {
      lines += node.isArray() && part.isObject() ? 0 : 1;
      lines += part.isContainerNode() ? linesBelow(part) : 0;
    }
    return lines;
  }
}
