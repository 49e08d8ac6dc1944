package dev.breakeven.cli.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.render.status.ShortStatus;
import dev.breakeven.render.status.StatusChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A number that is set by hand is written once a review, however often it is asked about. */
class ReviewedStatusTest {

  private static final long START = 1_793_577_600L;
  private static final long WEEK = 7 * 86_400;

  private final Manifests manifests =
      Manifests.parse(
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
              monthlyOverhead: {engineering: "100"}
            api:
              prices: {inputPerMillion: "1", outputPerMillion: "4"}
          """);

  @Test
  void oneReviewIsOneWrite(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("traffic.csv");
    StringBuilder rows =
        new StringBuilder(
            "workload,t_s,input_tokens_per_s,output_tokens_per_s,requests_per_s,replicas\n");
    for (int i = 0; i < 15 * 144; i++) {
      rows.append("chat,%d,5000,500,10,2\n".formatted(START + 600L * i));
    }
    Files.writeString(file, rows);
    RecordedTraffic traffic = RecordedTraffic.read(file);

    CostPolicyStatus first = status(traffic, START + WEEK, null);
    CostPolicyStatus next = status(traffic, START + WEEK + 600, first);
    assertThat(StatusChange.between(first, next)).isEqualTo(StatusChange.NOTHING);

    CostPolicyStatus reviewed = status(traffic, START + 2 * WEEK, first);
    assertThat(StatusChange.between(first, reviewed)).isEqualTo(StatusChange.WORDS);
    assertThat(StatusChange.between(reviewed, status(traffic, START + 2 * WEEK + 600, reviewed)))
        .isEqualTo(StatusChange.NOTHING);
  }

  private CostPolicyStatus status(
      RecordedTraffic traffic, long endEpochSecond, @Nullable CostPolicyStatus standing) {
    CostPolicy policy = manifests.policies().get(0);
    Instant end = Instant.ofEpochSecond(endEpochSecond);
    return ShortStatus.of(
        traffic
            .evaluate(
                policy,
                manifests,
                endEpochSecond,
                traffic.sharing(manifests, endEpochSecond, end),
                standing,
                end)
            .status());
  }
}
