package dev.breakeven.terms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Issue;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.price.Commitment;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.testing.ChatPolicy;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CommitmentTermsTest {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final LocalDate JUNE = LocalDate.parse("2027-06-30");
  private static final Offset<Double> ROUNDING = Offset.offset(1e-9);

  /** The card lists 2.50 on demand; a replica takes two GPUs. */
  private static ResolvedTerms terms(String commitments, String reserved) {
    ChatPolicy chat =
        ChatPolicy.with(
            """
            [{product: NVIDIA-H100-80GB-HBM3, hourlyPrice: "2.50"},
             {product: NVIDIA-H100-80GB-HBM3, purchase: Owned, hourlyPrice: "1.10"}],
             commitments: %s\
            """
                .formatted(commitments),
            """
              workloads: [{name: a}]
              selfHost:
                gpu: {product: NVIDIA-H100-80GB-HBM3, perReplica: 2}
            """
                + reserved);
    return TermsResolver.resolve(chat.policy(), chat.card(), List.of());
  }

  private static Commitment.Shared committed(int gpus, String price, LocalDate until) {
    return new Commitment.Shared("nvidia-h100-80gb", gpus, gpus, Money.of(price, "USD"), until);
  }

  @Test
  void whatTheCardListsOfTheProductIsMatchedByItsOtherNamesAndLastsLongestFirst() {
    ResolvedTerms terms =
        terms(
            """
            [{product: nvidia-h100-80gb, gpus: 3, until: "2026-12-31", hourlyPrice: "2.00"},
             {product: NVIDIA-A100-SXM4-80GB, gpus: 8, until: "2027-06-30", hourlyPrice: "1.00"},
             {product: nvidia-h100-80gb, gpus: 4, until: "2027-06-30", hourlyPrice: "1.80"}]\
            """,
            "");
    assertThat(terms.selfHost().commitments())
        .isEqualTo(
            new Commitments(
                List.of(
                    committed(4, "1.80", JUNE),
                    committed(3, "2.00", LocalDate.parse("2026-12-31")))));
  }

  @Test
  void withoutAPriceOfItsOwnTheCardsForProductAndPurchaseCounts() {
    assertThat(
            terms(
                    "[{product: nvidia-h100-80gb, gpus: 4, until: \"2027-06-30\", purchase: Owned}]",
                    "")
                .selfHost()
                .commitments())
        .isEqualTo(new Commitments(List.of(committed(4, "1.10", JUNE))));
    assertThat(terms("[{product: nvidia-h100-80gb, gpus: 4, until: \"2027-06-30\"}]", "").issues())
        .extracting(Issue::reason)
        .contains(Issue.Reason.GPU_PRICE_MISSING);
  }

  @Test
  void whatThePolicyReservedForItselfComesFirstAndTheRestIsPaidBeside() {
    ResolvedTerms terms =
        terms(
            "[{product: nvidia-h100-80gb, gpus: 5, until: \"2027-06-30\", hourlyPrice: \"2.00\"}]",
            "    reserved: {replicas: 1, hourlyPrice: \"1.30\", until: \"2027-06-30\"}\n");
    assertThat(terms.selfHost().commitments().each())
        .containsExactly(
            new Commitment.Reserved(1, Money.of("1.30", "USD"), JUNE), committed(5, "2.00", JUNE));
    ReplicaCostModel costs =
        ReplicaCostModel.of(terms.selfHost(), (GpuPricing.Priced) terms.selfHost().gpu(), NOW);
    // Seven GPUs at 2 × 1.30 + 5 × 2.00 = 12.60 an hour: three replicas of 3.60, one GPU left over.
    assertThat(costs.reservedReplicas()).isEqualTo(3);
    assertThat(costs.paidPerHour(0)).isCloseTo(12.60, ROUNDING);
    assertThat(costs.paidPerHour(3)).isCloseTo(12.60, ROUNDING);
    assertThat(costs.paidPerHour(4)).isCloseTo(17.60, ROUNDING); // and two GPUs at 2.50
    assertThat(costs.unusedReservationPerHour(3)).isCloseTo(1.80, ROUNDING);
  }

  @Test
  void aCommitmentThatIsOverIsKeptToBeToldAndPaidNoMore() {
    Commitments all =
        terms(
                "[{product: nvidia-h100-80gb, gpus: 4, until: \"2025-12-31\", hourlyPrice: \"2\"}]",
                "")
            .selfHost()
            .commitments();
    assertThat(all.at(NOW).isEmpty()).isTrue();
    assertThat(all.overAt(NOW)).hasSize(1);
  }

  @Test
  void aPriceOnTheCardIsFoundUnderAnotherNameOfTheProduct() {
    ChatPolicy chat =
        ChatPolicy.with(
            "[{product: NVIDIA-H100-80GB-HBM3, hourlyPrice: \"2.50\"}]",
            """
              workloads: [{name: a}]
              selfHost: {gpu: {product: nvidia-h100-80gb, perReplica: 2}}
            """);
    assertThat(TermsResolver.resolve(chat.policy(), chat.card(), List.of()).selfHost().gpu())
        .isInstanceOfSatisfying(
            GpuPricing.Priced.class,
            priced -> assertThat(priced.hour().perHour()).isEqualTo(Money.of("2.50", "USD")));
  }
}
