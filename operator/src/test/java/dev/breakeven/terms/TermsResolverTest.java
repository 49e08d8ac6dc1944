package dev.breakeven.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Issue;
import dev.breakeven.advice.ReplicaTerms;
import dev.breakeven.advice.Workload;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.cluster.WorkloadState;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import dev.breakeven.render.words.Words;
import dev.breakeven.terms.ResolvedTerms.ResolvedWorkload;
import dev.breakeven.testing.ChatPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TermsResolverTest {

  @Test
  void workloadsWithTheSameGpusAndCapacityAreAlike() {
    ResolvedTerms terms =
        resolved(
            """
              workloads: [{name: a}, {name: b, gpu: {hourlyPrice: "2.50"}}]
              selfHost: {monthlyOverhead: {}, gpu: {hourlyPrice: "2.50"}}
            """,
            found("a", 2, 4),
            found("b", 1, 4));

    assertThat(terms.present())
        .extracting(Workload::replica)
        .containsOnly(new ReplicaTerms.Common());
    assertThat(terms.selfHost().gpusPerReplica()).isEqualTo(4);
    assertThat(terms.issues()).isEmpty();
  }

  @Test
  void eachWorkloadHasThePriceOfItsOwnGpus() {
    ResolvedTerms terms =
        resolved(
            """
              workloads:
              - {name: h100, gpu: {product: NVIDIA-H100-80GB-HBM3}}
              - {name: a100, gpu: {product: NVIDIA-A100-SXM4-80GB}}
            """,
            found("h100", 2, 2),
            found("a100", 1, 2));

    assertThat(terms.present()).hasSize(2);
    assertThat(terms.present().get(0).replica()).isEqualTo(new ReplicaTerms.Common());
    // Two GPUs at 1.50.
    assertThat(ownOf(terms, 1).perHour().value()).isCloseTo(3, within(1e-9));
    assertThat(terms.workloads())
        .extracting(ResolvedWorkload::gpuProduct)
        .containsExactly("NVIDIA-H100-80GB-HBM3", "NVIDIA-A100-SXM4-80GB");
  }

  @Test
  void aWorkloadWithItsOwnCapacityKeepsIt() {
    ResolvedTerms terms =
        resolved(
            """
              workloads:
              - {name: a}
              - {name: b, capacityPerReplica: {inputTokensPerSecond: "5000", outputTokensPerSecond: "500"}}
              selfHost:
                gpu: {hourlyPrice: "2.50"}
                capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "1000"}
            """,
            found("a", 1, 1),
            found("b", 1, 1));

    assertThat(terms.core().capacity())
        .isEqualTo(new StatedCapacity.Declared(Capacity.of(10_000, 1_000), 10));
    assertThat(ownOf(terms, 1).capacity())
        .isEqualTo(new StatedCapacity.Declared(Capacity.of(5_000, 500), 10));
  }

  @Test
  void oneCapacityForReplicasOfDifferentSizeIsSaid() {
    ResolvedTerms terms =
        resolved(
            """
              workloads: [{name: a}, {name: b}]
              selfHost: {monthlyOverhead: {}, gpu: {hourlyPrice: "2.50"}}
            """,
            found("a", 1, 1),
            found("b", 1, 4));

    assertThat(ownOf(terms, 1).perHour().value()).isCloseTo(10, within(1e-9));
    assertThat(terms.issues())
        .extracting(issue -> Words.of(issue))
        .containsExactly(
            "Deployment b takes a different number of GPUs per replica than Deployment a, and one"
                + " capacity is used for both: set capacityPerReplica for each workload");
  }

  @Test
  void theReplicasOverAllWorkloadsAreBoundedByTheirOwnBounds() {
    ResolvedTerms terms =
        resolved(
            """
              workloads: [{name: a, minReplicas: 1, maxReplicas: 3}, {name: b, minReplicas: 2, maxReplicas: 4}]
              selfHost: {monthlyOverhead: {}, gpu: {hourlyPrice: "2.50"}}
            """,
            found("a", 1, 1),
            found("b", 2, 1));

    assertThat(terms.selfHost().minReplicas()).isEqualTo(3);
    assertThat(terms.selfHost().maxReplicas()).isEqualTo(7);
  }

  @Test
  void aReplicaOfDecodeIsPaidWithItsShareOfPrefill() {
    ResolvedTerms terms =
        resolved(
            """
              workloads:
              - {name: prefill, role: Prefill, gpu: {hourlyPrice: "1.00"}}
              - {name: decode, role: Decode, gpu: {hourlyPrice: "2.00"}}
            """,
            found("prefill", 1, 4),
            found("decode", 2, 8));

    // 8 × 2.00 for itself, and half of a replica of 4 × 1.00.
    assertThat(terms.present()).extracting(Workload::name).containsExactly("decode");
    assertThat(terms.present().get(0).replicasWanted()).isEqualTo(2);
    double gpuHour = ((GpuPricing.Priced) terms.selfHost().gpu()).hour().perHour().value();
    assertThat(terms.selfHost().gpusPerReplica() * gpuHour).isCloseTo(18, within(1e-9));
    assertThat(terms.prefill()).extracting(Workload::name).containsExactly("prefill");
  }

  @Test
  void prefillThatIsNotSeenIsSaidToBeLeftOut() {
    ResolvedTerms terms =
        resolved(
            """
              workloads: [{name: prefill, role: Prefill}, {name: decode, role: Decode}]
              selfHost: {monthlyOverhead: {}, gpu: {hourlyPrice: "2.50"}}
            """,
            found("decode", 2, 8));

    assertThat(terms.selfHost().gpusPerReplica()).isEqualTo(8);
    assertThat(terms.issues())
        .extracting(Issue::message)
        .containsExactly(Message.of(Cause.PREFILL_REPLICAS_UNSEEN, Parameter.name("prefill")));
  }

  @Test
  void aPriceMissingForOneWorkloadIsMissingForAll() {
    ResolvedTerms terms =
        resolved(
            "  workloads: [{name: a, gpu: {hourlyPrice: \"2.50\"}}, {name: b}]\n",
            found("a", 1, 1),
            found("b", 1, 1));

    assertThat(terms.selfHost().gpu()).isInstanceOf(GpuPricing.Unpriced.class);
  }

  @Test
  void howManyGpusAReplicaTakesIsNeverGuessedAndNothingIsPricedWithoutIt() {
    String priced = "  selfHost: {monthlyOverhead: {}, gpu: {hourlyPrice: \"2.50\"}}\n";
    assertThat(whyUnpriced(resolved(priced)))
        .isEqualTo(
            Message.of(
                Cause.GPU_COUNT_UNKNOWN, Parameter.clause(Message.of(Cause.NO_WORKLOAD_SEEN))));
    assertThat(
            whyUnpriced(
                resolved(
                    "  workloads: [{name: a}]\n" + priced,
                    new WorkloadState.Missing(
                        ChatPolicy.deployment("a"), Message.of(Cause.STILL_BEING_READ)))))
        .isEqualTo(
            Message.of(
                Cause.GPU_COUNT_UNKNOWN, Parameter.clause(Message.of(Cause.STILL_BEING_READ))));
    assertThat(
            resolved(
                    "  selfHost: {monthlyOverhead: {}, gpu: {hourlyPrice: \"2.50\", perReplica:"
                        + " 2}}\n")
                .selfHost()
                .gpu())
        .isInstanceOf(GpuPricing.Priced.class);
  }

  @Test
  void aPartOfAGpuThatNobodyCanTellHasNeitherACountNorAPrice() {
    ResolvedTerms terms =
        resolved(
            "  workloads: [{name: a}]\n  selfHost: {gpu: {hourlyPrice: \"2.50\"}}\n",
            new WorkloadState.Found(
                ChatPolicy.deployment("a"),
                2,
                2,
                new WorkloadState.GpuRequest.Unknown(Message.of(Cause.DEVICES_BY_CLAIM)),
                new WorkloadState.GpuProduct.Unknown(Message.of(Cause.STILL_BEING_READ)),
                new WorkloadState.NodePlacement.Unknown(Message.of(Cause.STILL_BEING_READ))));

    assertThat(Words.of(whyUnpriced(terms))).startsWith("its pods get devices by resource claims");
    assertThat(terms.workloads().get(0).gpusPerReplica()).isNull();
    assertThat(terms.workloads().get(0).gpuHour()).isNull();
  }

  @Test
  void aPriceThatNobodyCanLookUpSaysOnWhichCard() {
    ResolvedTerms terms = resolved("  workloads: [{name: a}]\n", found("a", 2, 1));

    assertThat(Words.of(whyUnpriced(terms)))
        .isEqualTo(
            Words.of(Message.of(Cause.STILL_BEING_READ))
                + ", so no GPU price can be found on RateCard default");
  }

  @Test
  void aMakersOnlyProductOnTheCardIsTakenWhereNoLabelNamesIt() {
    WorkloadState gaudis =
        new WorkloadState.Found(
            ChatPolicy.deployment("a"),
            2,
            2,
            new WorkloadState.GpuRequest.Requested(8),
            new WorkloadState.GpuProduct.Unknown(
                Message.of(Cause.STILL_BEING_READ), List.of("habana.ai/gaudi")),
            new WorkloadState.NodePlacement.Unknown(Message.of(Cause.STILL_BEING_READ)));
    ChatPolicy one =
        ChatPolicy.with(
            """
            [{product: NVIDIA-H100-80GB-HBM3, hourlyPrice: "2.50"},
             {product: gaudi3, hourlyPrice: "2.00"}]\
            """,
            "  workloads: [{name: a}]\n");
    ChatPolicy two =
        ChatPolicy.with(
            """
            [{product: gaudi2, hourlyPrice: "1.00"},
             {product: gaudi3, hourlyPrice: "2.00"}]\
            """,
            "  workloads: [{name: a}]\n");

    ResolvedTerms priced = TermsResolver.resolve(one.policy(), one.card(), List.of(gaudis));
    assertThat(priced.workloads().get(0).gpuProduct()).isEqualTo("gaudi3");
    assertThat(priced.issues())
        .extracting(Issue::message)
        .contains(
            Message.of(
                Cause.GPU_PRODUCT_FROM_CARD,
                Parameter.name("habana.ai/gaudi"),
                Parameter.name("gaudi3")));
    assertThat(TermsResolver.resolve(two.policy(), two.card(), List.of(gaudis)).selfHost().gpu())
        .isInstanceOf(GpuPricing.Unpriced.class);
  }

  /** Pods whose containers hold three GPUs, two of them for the policy's model. */
  private static ResolvedTerms shared(String spec, Map<String, Double> byModel) {
    ChatPolicy chat =
        ChatPolicy.with(
            "[{product: A100, hourlyPrice: \"1.50\"}]", "  workloads: [{name: a}]\n" + spec);
    WorkloadState found =
        new WorkloadState.Found(
            ChatPolicy.deployment("a"),
            1,
            1,
            new WorkloadState.GpuRequest.Requested(3, byModel),
            new WorkloadState.GpuProduct.Labelled(
                "A100", new WorkloadState.PurchaseLabel.Unlabelled()),
            new WorkloadState.NodePlacement.Unknown(Message.of(Cause.STILL_BEING_READ)));
    return TermsResolver.resolve(chat.policy(), chat.card(), List.of(found));
  }

  @Test
  void gpusOfAContainerThatServesAnotherModelAreNotThisModels() {
    ResolvedTerms terms = shared("", Map.of("acme/chat", 2.0, "acme/reranker", 1.0));

    assertThat(terms.selfHost().gpusPerReplica()).isEqualTo(2);
    assertThat(terms.issues())
        .extracting(issue -> Words.of(issue.message()))
        .anySatisfy(
            said -> assertThat(said).contains("acme/reranker", "1 a replica", "not counted"));
  }

  @Test
  void theEnginesNameOfTheModelIsTheModelToo() {
    assertThat(
            shared("  engineModelName: chat\n", Map.of("chat", 2.0, "acme/reranker", 1.0))
                .selfHost()
                .gpusPerReplica())
        .isEqualTo(2);
  }

  @Test
  void whereNoContainerNamesTheModelAllGpusAreItsOwn() {
    assertThat(shared("", Map.of("/models/a", 2.0, "/models/b", 1.0)).selfHost().gpusPerReplica())
        .isEqualTo(3);
  }

  /** Two GPUs of a product that no label says how it is paid for. */
  private static ResolvedTerms unlabelled(String prices, String spec) {
    ChatPolicy chat = ChatPolicy.with(prices, spec);
    WorkloadState found =
        new WorkloadState.Found(
            ChatPolicy.deployment("a"),
            1,
            1,
            new WorkloadState.GpuRequest.Requested(2),
            new WorkloadState.GpuProduct.Labelled(
                "A100", new WorkloadState.PurchaseLabel.Unlabelled()),
            new WorkloadState.NodePlacement.Unknown(Message.of(Cause.STILL_BEING_READ)));
    return TermsResolver.resolve(chat.policy(), chat.card(), List.of(found));
  }

  @Test
  void theOnlyWayInWhichTheCardHasAProductIsTakenWhereNobodySaysHowItIsPaidFor() {
    ResolvedTerms terms =
        unlabelled(
            "[{product: A100, purchase: Reserved, hourlyPrice: \"1.20\"}]",
            "  workloads: [{name: a}]\n");

    assertThat(terms.selfHost().gpu())
        .isInstanceOfSatisfying(
            GpuPricing.Priced.class,
            priced -> assertThat(priced.hour().perHour().value()).isCloseTo(1.2, within(1e-9)));
    assertThat(terms.issues())
        .extracting(Issue::message)
        .contains(
            Message.of(
                Cause.GPU_PURCHASE_FROM_CARD,
                Parameter.name("A100"),
                Parameter.name("Reserved"),
                Parameter.name("default")));
  }

  @Test
  void ofSeveralWaysTheOneOnDemandIsTakenAndAStatedOneIsNeverReplaced() {
    String two =
        "[{product: A100, purchase: Reserved, hourlyPrice: \"1.20\"}, {product: A100,"
            + " hourlyPrice: \"2.00\"}]";

    assertThat(unlabelled(two, "  workloads: [{name: a}]\n").selfHost().gpu())
        .isInstanceOfSatisfying(
            GpuPricing.Priced.class,
            priced -> assertThat(priced.hour().perHour().value()).isCloseTo(2, within(1e-9)));
    assertThat(
            unlabelled(
                    "[{product: A100, purchase: Reserved, hourlyPrice: \"1.20\"}]",
                    "  workloads: [{name: a}]\n  selfHost: {gpu: {purchase: OnDemand}}\n")
                .selfHost()
                .gpu())
        .isInstanceOf(GpuPricing.Unpriced.class);
  }

  private static Message whyUnpriced(ResolvedTerms terms) {
    return ((GpuPricing.Unpriced) terms.selfHost().gpu()).message();
  }

  private static ReplicaTerms.Own ownOf(ResolvedTerms terms, int workload) {
    return (ReplicaTerms.Own) terms.present().get(workload).replica();
  }

  private static WorkloadState found(String name, int replicas, double gpus) {
    return new WorkloadState.Found(
        ChatPolicy.deployment(name),
        replicas,
        replicas,
        new WorkloadState.GpuRequest.Requested(gpus),
        new WorkloadState.GpuProduct.Unknown(Message.of(Cause.STILL_BEING_READ)),
        new WorkloadState.NodePlacement.Unknown(Message.of(Cause.STILL_BEING_READ)));
  }

  private static ResolvedTerms resolved(String spec, WorkloadState... states) {
    ChatPolicy chat =
        ChatPolicy.with(
            """
            [{product: NVIDIA-H100-80GB-HBM3, hourlyPrice: "2.50"},
             {product: NVIDIA-A100-SXM4-80GB, hourlyPrice: "1.50"}]\
            """,
            spec);
    return TermsResolver.resolve(chat.policy(), chat.card(), List.of(states));
  }
}
