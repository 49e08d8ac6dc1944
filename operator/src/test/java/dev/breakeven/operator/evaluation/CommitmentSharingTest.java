package dev.breakeven.operator.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.sharing.GpuClaim;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.operator.evaluation.CommitmentSharing.Claimant;
import dev.breakeven.price.Commitment;
import dev.breakeven.terms.ResolvedTerms;
import dev.breakeven.terms.TermsResolver;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommitmentSharingTest {

  private static final int POLICIES = 300;
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final String CARD =
      """
      apiVersion: breakeven.dev/v1alpha1
      kind: RateCard
      metadata: {name: default}
      spec:
        gpus: [{product: NVIDIA-H100-80GB-HBM3, hourlyPrice: "2.50"}]
        commitments:
        - {product: NVIDIA-H100-80GB-HBM3, gpus: 400, hourlyPrice: "1.80", until: "2027-06-30"}
      """;

  private final Manifests manifests = Manifests.parse("cluster", cluster());
  private final AtomicInteger asked = new AtomicInteger();
  private final CommitmentSharing sharing =
      new CommitmentSharing(manifests::policies, this::claimant, NOW);

  @Test
  void everyPolicyIsAskedOnceWhatItClaimsHoweverManyShare() {
    manifests.policies().forEach(policy -> sharing.shared(policy, terms(policy)));
    assertThat(asked).hasValue(POLICIES);
  }

  @Test
  void thePartsAddUpToWhatIsCommitted() {
    double parts =
        manifests.policies().stream()
            .flatMap(p -> sharing.shared(p, terms(p)).selfHost().commitments().each().stream())
            .mapToDouble(commitment -> ((Commitment.Shared) commitment).gpus())
            .sum();
    assertThat(parts).isCloseTo(400, within(1e-6));
  }

  private Optional<Claimant> claimant(CostPolicy policy) {
    asked.incrementAndGet();
    return Optional.of(
        new Claimant(terms(policy).committed(), new GpuClaim(1, List.of(0.0, 100.0, 150.0), 2, 8)));
  }

  private ResolvedTerms terms(CostPolicy policy) {
    return TermsResolver.resolve(
        policy, manifests.rateCard(policy.getSpec().rateCard()), List.of());
  }

  private static String cluster() {
    StringBuilder text = new StringBuilder(CARD);
    IntStream.range(0, POLICIES)
        .forEach(
            i ->
                text.append(
                    """
                    ---
                    apiVersion: breakeven.dev/v1alpha1
                    kind: CostPolicy
                    metadata: {name: p%d, namespace: inference}
                    spec:
                      model: m
                      workloads: [{name: p%d}]
                      selfHost: {gpu: {product: NVIDIA-H100-80GB-HBM3, perReplica: 1}}
                    """
                        .formatted(i, i)));
    return text.toString();
  }
}
