package dev.breakeven.terms;

import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.quote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.CostPolicyStatus.NodePrice;
import dev.breakeven.cluster.WorkloadState;
import dev.breakeven.cluster.WorkloadState.GpuProduct;
import dev.breakeven.cluster.WorkloadState.NodePlacement;
import dev.breakeven.cluster.WorkloadState.PurchaseLabel;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.prometheus.GpuPrices;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import dev.breakeven.render.words.Words;
import dev.breakeven.terms.ResolvedTerms.GpuOrigin;
import dev.breakeven.terms.ResolvedTerms.ResolvedWorkload;
import dev.breakeven.testing.ChatPolicy;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Which price a GPU hour has: the policy's, its rate card's, or what OpenCost says of the nodes.
 */
class OpenCostPriceTest {

  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
  private static final Currency USD = Currency.getInstance("USD");
  private static final GpuProduct H100 =
      new GpuProduct.Labelled("H100", new PurchaseLabel.Unlabelled());
  private static final GpuProduct SPOT_L4 =
      new GpuProduct.Labelled(
          "L4", new PurchaseLabel.Labelled(dev.breakeven.api.CostPolicySpec.Purchase.SPOT));
  private static final String CHAT = "  workloads: [{name: chat}]\n";
  private static final String ONE_WORKLOAD = CHAT + "  selfHost: {monthlyOverhead: {}}\n";

  /** What OpenCost says of each node; a node that is not here has no price. */
  private final Map<String, String> perHour = new HashMap<>();

  private final List<Set<String>> askedAbout = new ArrayList<>();
  private Currency opencostIn = USD;
  private @Nullable GpuPrices instead;
  private @Nullable CostPolicyStatus previous;

  private GpuPrices say(Set<String> nodes) {
    askedAbout.add(nodes);
    if (instead != null) {
      return instead;
    }
    Map<String, GpuPrices.NodePrice> byNode = new HashMap<>();
    for (String node : nodes) {
      String price = perHour.get(node);
      byNode.put(
          node,
          price == null
              ? new GpuPrices.NodePrice.NotPriced(Cause.OPENCOST_PRICE_ABSENT)
              : new GpuPrices.NodePrice.PerGpuHour(new BigDecimal(price)));
    }
    return new GpuPrices.Read(opencostIn, "node_gpu_hourly_cost", NOW, byNode);
  }

  // ---- the order of precedence ----

  @Test
  void thePolicysOwnPriceComesBeforeAllOthersAndOpenCostIsNotEvenAsked() {
    perHour.put("gpu-a", "9");

    ResolvedTerms terms =
        resolved(
            CHAT + "  selfHost: {monthlyOverhead: {}, gpu: {hourlyPrice: \"2.50\"}}\n",
            on(H100, "gpu-a", 2));

    assertThat(priceOf(terms)).isEqualTo(Money.of("2.50", "USD"));
    assertThat(askedAbout).isEmpty();
  }

  @Test
  void theRateCardsPriceOfTheProductComesBeforeOpenCosts() {
    perHour.put("gpu-a", "9");

    ResolvedTerms terms = resolved(ONE_WORKLOAD, on(H100, "gpu-a", 2));

    assertThat(priceOf(terms)).isEqualTo(Money.of("3.00", "USD"));
    assertThat(((GpuPricing.Priced) terms.selfHost().gpu()).hour())
        .isInstanceOf(GpuHour.OnDemand.class);
    assertThat(askedAbout).isEmpty();
  }

  @Test
  void aProductThatTheRateCardDoesNotListCostsWhatOpenCostSaysOfItsNode() {
    perHour.put("gpu-a", "0.71");

    ResolvedTerms terms = resolved(ONE_WORKLOAD, on(SPOT_L4, "gpu-a", 2));

    assertThat(((GpuPricing.Priced) terms.selfHost().gpu()).hour())
        .isEqualTo(new GpuHour.Reported(Money.of("0.71", "USD"), "OpenCost"));
    assertThat(terms.issues()).isEmpty();
  }

  @Test
  void itIsSaidThatOpenCostSaidItWhenAndOfWhichNode() {
    perHour.put("gpu-a", "0.71");

    ResolvedTerms terms = resolved(ONE_WORKLOAD, on(SPOT_L4, "gpu-a", 2));

    assertThat(terms.gpu())
        .isEqualTo(
            new GpuOrigin(
                "L4",
                "OpenCost's node_gpu_hourly_cost, in source default",
                "2026-11-25T10:00:00Z"));
    ResolvedWorkload workload = terms.workloads().get(0);
    assertThat(workload.gpuHour()).isEqualTo(Money.of("0.71", "USD"));
    assertThat(workload.evidence())
        .isEqualTo(
            new OpenCostPrice.Evidence(
                "2026-11-25T10:00:00Z", List.of(new NodePrice("0.71", "gpu-a"))));
  }

  @Test
  void nodesWithoutALabelOfTheirProductHaveOpenCostsPriceToo() {
    perHour.put("gpu-a", "0.71");

    ResolvedTerms terms =
        resolved(
            ONE_WORKLOAD,
            on(new GpuProduct.Unknown(Message.of(Cause.STILL_BEING_READ)), "gpu-a", 2));

    assertThat(priceOf(terms)).isEqualTo(Money.of("0.71", "USD"));
  }

  @Test
  void withoutARateCardOpenCostIsEnough() {
    perHour.put("gpu-a", "0.71");

    ResolvedTerms terms = resolved(ONE_WORKLOAD + "  rateCard: nobodys\n", on(H100, "gpu-a", 2));

    assertThat(priceOf(terms)).isEqualTo(Money.of("0.71", "USD"));
  }

  // ---- nodes of several prices ----

  @Test
  void onNodesOfDifferentPriceAGpuCostsTheMeanWeighedByGpusAndThatIsSaid() {
    perHour.putAll(Map.of("gpu-a", "1.00", "gpu-b", "2.00"));

    ResolvedTerms terms =
        resolved(ONE_WORKLOAD, on(SPOT_L4, Map.of("gpu-a", 6.0, "gpu-b", 2.0), Set.of()));

    // (6 × 1.00 + 2 × 2.00) ÷ 8.
    assertThat(priceOf(terms)).isEqualTo(Money.of("1.25", "USD"));
    assertThat(terms.issues())
        .containsExactly(
            new Issue(
                Reason.GPU_PRICES_DIFFER,
                Message.of(
                    Cause.OPENCOST_NODE_PRICES_DIFFER,
                    Parameter.name("Deployment chat"),
                    new Parameter.UnitPrice(new BigDecimal("1.00"), USD),
                    new Parameter.UnitPrice(new BigDecimal("2.00"), USD),
                    Parameter.name("USD"),
                    new Parameter.UnitPrice(new BigDecimal("1.250000"), USD))));
  }

  @Test
  void twoNodesOfOnePriceAreNothingToSpeakOf() {
    perHour.putAll(Map.of("gpu-a", "1.00", "gpu-b", "1.00"));

    ResolvedTerms terms =
        resolved(ONE_WORKLOAD, on(SPOT_L4, Map.of("gpu-a", 6.0, "gpu-b", 2.0), Set.of()));

    assertThat(priceOf(terms)).isEqualTo(Money.of("1.00", "USD"));
    assertThat(terms.issues()).isEmpty();
  }

  @Test
  void aNodeWithoutAPriceIsLeftOutOfTheMeanAndNamed() {
    perHour.put("gpu-a", "1.00");

    ResolvedTerms terms =
        resolved(ONE_WORKLOAD, on(SPOT_L4, Map.of("gpu-a", 6.0, "gpu-b", 2.0), Set.of()));

    assertThat(priceOf(terms)).isEqualTo(Money.of("1.00", "USD"));
    assertThat(terms.issues())
        .extracting(Issue::reason, issue -> Words.of(issue.message()))
        .containsExactly(
            tuple(
                Reason.GPU_PRICE_PARTIAL,
                "the price of the GPUs of Deployment chat is that of only some of its nodes:"
                    + " OpenCost has no price of the last ten minutes for the GPUs of gpu-b"));
  }

  @Test
  void eachWorkloadCostsWhatItsOwnNodesDo() {
    perHour.putAll(Map.of("gpu-a", "1.00", "gpu-b", "2.00"));

    ResolvedTerms terms =
        resolved(
            "  workloads: [{name: chat}, {name: code}]\n",
            on("chat", SPOT_L4, Map.of("gpu-a", 2.0), Set.of()),
            on("code", SPOT_L4, Map.of("gpu-b", 2.0), Set.of()));

    assertThat(terms.workloads())
        .extracting(w -> w.gpuHour())
        .containsExactly(Money.of("1.00", "USD"), Money.of("2.00", "USD"));
    assertThat(askedAbout).doesNotContain(Set.of("gpu-a", "gpu-b")).contains(Set.of("gpu-a"));
  }

  @Test
  void gpusCutIntoMigSlicesHaveNoPriceBecauseOpenCostMayCountEachSliceAsAGpu() {
    perHour.put("gpu-a", "1.00");

    ResolvedTerms terms =
        resolved(ONE_WORKLOAD, on(SPOT_L4, Map.of("gpu-a", 0.5), Set.of("gpu-a")));

    assertThat(Words.of(whyUnpriced(terms).message()))
        .endsWith(
            "; OpenCost prices MIG slices as GPUs, which is not the price of a whole GPU of gpu-a");
  }

  // ---- nothing to say ----

  @Test
  void whereOpenCostIsNotReadNothingIsSaidOfIt() {
    instead = new GpuPrices.NotRead();

    assertThat(Words.of(whyUnpriced(resolved(ONE_WORKLOAD, on(SPOT_L4, "gpu-a", 2))).message()))
        .isEqualTo("RateCard default has no Spot price for GPU product L4");
  }

  @Test
  void anotherCurrencyThanThePolicysIsAMismatchAndNothingIsConverted() {
    perHour.put("gpu-a", "1.00");
    opencostIn = Currency.getInstance("EUR");

    GpuPricing.Unpriced why = whyUnpriced(resolved(ONE_WORKLOAD, on(SPOT_L4, "gpu-a", 2)));

    assertThat(why.currencyDiffers()).isTrue();
    assertThat(Words.of(why.message()))
        .endsWith(
            "; OpenCost's prices in source default are in EUR, the policy is in USD; nothing is"
                + " converted");
  }

  @Test
  void nodesThatHaveNoPriceAreNamedThreeOfThemAndTheRestCounted() {
    GpuPricing.Unpriced why =
        whyUnpriced(
            resolved(
                ONE_WORKLOAD,
                on(
                    SPOT_L4,
                    Map.of("gpu-a", 1.0, "gpu-b", 1.0, "gpu-c", 1.0, "gpu-d", 1.0, "gpu-e", 1.0),
                    Set.of())));

    assertThat(why.currencyDiffers()).isFalse();
    assertThat(Words.of(why.message()))
        .endsWith(
            "; OpenCost has no price of the last ten minutes for the GPUs of gpu-a, gpu-b, gpu-c and 2"
                + " more");
  }

  @Test
  void aSourceThatDoesNotAnswerIsTheReasonWhyThereIsNoPrice() {
    instead =
        new GpuPrices.Unavailable(
            USD,
            Message.of(
                Cause.OPENCOST_NOT_READ, name("default"), quote("UNREACHABLE", "no connection")));

    assertThat(Words.of(whyUnpriced(resolved(ONE_WORKLOAD, on(SPOT_L4, "gpu-a", 2))).message()))
        .endsWith("; OpenCost's prices cannot be read from source default: no connection");
  }

  @Test
  void withoutAPodOnANodeThereIsNoPriceToAskFor() {
    assertThat(Words.of(whyUnpriced(resolved(ONE_WORKLOAD, nowhere(SPOT_L4))).message()))
        .endsWith("; no pod of Deployment chat is on a node");
    assertThat(askedAbout).containsOnly(Set.of());
  }

  @Test
  void aPolicyThatAsksForAnotherGpuThanItsPodsRunOnIsNotToldThePriceOfThose() {
    perHour.put("gpu-a", "1.00");

    String product = CHAT + "  selfHost: {monthlyOverhead: {}, gpu: {product: H200}}\n";
    String purchase = CHAT + "  selfHost: {monthlyOverhead: {}, gpu: {purchase: OnDemand}}\n";

    assertThat(Words.of(whyUnpriced(resolved(product, on(SPOT_L4, "gpu-a", 2))).message()))
        .contains("OpenCost prices the GPUs that Deployment chat runs on", "names other GPUs");
    assertThat(Words.of(whyUnpriced(resolved(purchase, on(SPOT_L4, "gpu-a", 2))).message()))
        .contains("names other GPUs");
    assertThat(
            priceOf(
                resolved(
                    CHAT
                        + "  selfHost: {monthlyOverhead: {}, gpu: {product: L4, purchase: Spot}}\n",
                    on(SPOT_L4, "gpu-a", 2))))
        .isEqualTo(Money.of("1.00", "USD"));
  }

  @Test
  void whatNobodyRunsHasNoPriceFromOpenCost() {
    assertThat(resolved("  api: {offer: x}\n").selfHost().gpu())
        .isInstanceOf(GpuPricing.Unpriced.class);
    assertThat(askedAbout).isEmpty();
  }

  // ---- the last price seen ----

  @Test
  void whereNothingRunsNowTheLastPriceSeenIsKeptAndDated() {
    previous = status("USD", "L4", "0.71", "2026-11-24T08:00:00Z");

    ResolvedTerms terms = resolved(ONE_WORKLOAD, nowhere(SPOT_L4));

    assertThat(priceOf(terms)).isEqualTo(Money.of("0.71", "USD"));
    assertThat(terms.issues())
        .extracting(Issue::reason, issue -> Words.of(issue.message()))
        .containsExactly(
            tuple(
                Reason.GPU_PRICE_KEPT,
                "no pod of Deployment chat is on a node; the last price that OpenCost reported for"
                    + " the GPUs of Deployment chat is kept: 0.71 USD an hour, from"
                    + " 2026-11-24T08:00:00Z"));
    assertThat(terms.gpu().asOf()).isEqualTo("2026-11-24T08:00:00Z");
    // So that the next answer knows it too.
    ResolvedWorkload workload = terms.workloads().get(0);
    assertThat(workload.gpuHour()).isEqualTo(Money.of("0.71", "USD"));
    assertThat(workload.evidence())
        .isEqualTo(new OpenCostPrice.Evidence("2026-11-24T08:00:00Z", List.of()));
  }

  @Test
  void theLastPriceIsKeptToWhenOpenCostFallsSilentOrItsSourceIsDown() {
    previous = status("USD", "L4", "0.71", "2026-11-24T08:00:00Z");

    assertThat(priceOf(resolved(ONE_WORKLOAD, on(SPOT_L4, "gpu-a", 2))))
        .isEqualTo(Money.of("0.71", "USD"));
    instead =
        new GpuPrices.Unavailable(
            USD,
            Message.of(
                Cause.OPENCOST_NOT_READ, name("default"), quote("UNREACHABLE", "no connection")));
    ResolvedTerms down = resolved(ONE_WORKLOAD, on(SPOT_L4, "gpu-a", 2));
    assertThat(priceOf(down)).isEqualTo(Money.of("0.71", "USD"));
    assertThat(down.issues())
        .extracting(Words::of)
        .singleElement()
        .asString()
        .startsWith(
            "OpenCost's prices cannot be read from source default: no connection; the last price"
                + " that OpenCost reported");
  }

  @Test
  void thePriceOfANodeComesBeforeTheLastOne() {
    previous = status("USD", "L4", "0.71", "2026-11-24T08:00:00Z");
    perHour.put("gpu-a", "0.80");

    assertThat(priceOf(resolved(ONE_WORKLOAD, on(SPOT_L4, "gpu-a", 2))))
        .isEqualTo(Money.of("0.80", "USD"));
  }

  @Test
  void aPriceOfAnotherCurrencyGpuOrOriginIsNoLastPrice() {
    for (CostPolicyStatus other :
        List.of(
            status("EUR", "L4", "0.71", "2026-11-24T08:00:00Z"),
            status("USD", "A100", "0.71", "2026-11-24T08:00:00Z"),
            status("USD", "L4", "0.71", ""))) {
      previous = other;
      assertThat(Words.of(whyUnpriced(resolved(ONE_WORKLOAD, nowhere(SPOT_L4))).message()))
          .endsWith("; no pod of Deployment chat is on a node");
    }
  }

  @Test
  void aWorkloadThatIsNotFoundForAWhileKeepsItsLastPrice() {
    previous = status("USD", "L4", "0.71", "2026-11-24T08:00:00Z");

    ResolvedTerms terms =
        resolved(
            CHAT + "  selfHost: {monthlyOverhead: {}, gpu: {perReplica: 1}}\n",
            new WorkloadState.Missing(
                ChatPolicy.deployment("chat"), Message.of(Cause.STILL_BEING_READ)));

    assertThat(priceOf(terms)).isEqualTo(Money.of("0.71", "USD"));
    assertThat(terms.workloads().get(0).evidence().at()).isEqualTo("2026-11-24T08:00:00Z");
  }

  @Test
  void whenOpenCostIsNoLongerReadItsLastPriceIsNotKept() {
    previous = status("USD", "L4", "0.71", "2026-11-24T08:00:00Z");
    instead = new GpuPrices.NotRead();

    assertThat(resolved(ONE_WORKLOAD, nowhere(SPOT_L4)).selfHost().gpu())
        .isInstanceOf(GpuPricing.Unpriced.class);
  }

  // ---- a price that moves ----

  @Test
  void aPriceThatMovesIsNoOtherQuestion() {
    perHour.put("gpu-a", "0.71");
    ResolvedTerms before = resolved(ONE_WORKLOAD, on(SPOT_L4, "gpu-a", 2));
    perHour.put("gpu-a", "0.99");
    ResolvedTerms after = resolved(ONE_WORKLOAD, on(SPOT_L4, "gpu-a", 2));

    assertThat(after.inputHash(1)).isEqualTo(before.inputHash(1));
  }

  @Test
  void aPolicyIsToBeAnsweredAgainWhenWhatItWasToldHasMovedAndNotBefore() {
    perHour.put("gpu-a", "0.71");
    GpuPriceLookup asked = new GpuPriceLookup(this::say);
    asked.of(Set.of("gpu-a"));

    assertThat(asked.hasChanged()).isFalse();
    perHour.put("gpu-b", "9");
    assertThat(asked.hasChanged()).isFalse();
    perHour.put("gpu-a", "0.72");
    assertThat(asked.hasChanged()).isTrue();
  }

  // ---- the stage ----

  private static Money priceOf(ResolvedTerms terms) {
    return ((GpuPricing.Priced) terms.selfHost().gpu()).hour().perHour();
  }

  private static GpuPricing.Unpriced whyUnpriced(ResolvedTerms terms) {
    return (GpuPricing.Unpriced) terms.selfHost().gpu();
  }

  private static WorkloadState on(GpuProduct product, String node, double gpus) {
    return on(product, Map.of(node, gpus), Set.of());
  }

  private static WorkloadState on(
      GpuProduct product, Map<String, Double> gpusByNode, Set<String> sliced) {
    return on("chat", product, gpusByNode, sliced);
  }

  private static WorkloadState on(
      String name, GpuProduct product, Map<String, Double> gpusByNode, Set<String> sliced) {
    return found(name, product, new NodePlacement.OnNodes(gpusByNode, sliced));
  }

  private static WorkloadState nowhere(GpuProduct product) {
    return found(
        "chat",
        product,
        new NodePlacement.Unknown(Message.of(Cause.NO_POD_ON_A_NODE, name("Deployment chat"))));
  }

  private static WorkloadState found(String name, GpuProduct product, NodePlacement placement) {
    return new WorkloadState.Found(
        ChatPolicy.deployment(name),
        1,
        1,
        new WorkloadState.GpuRequest.Requested(2),
        product,
        placement);
  }

  /** A status that says what a GPU of the workload cost; reported then, if ever. */
  private static CostPolicyStatus status(
      String currency, String product, String price, String reportedAt) {
    try {
      return new ObjectMapper()
          .readValue(
              """
              {"cost": {"currency": "%s"},
               "workloads": [{"kind": "Deployment", "name": "chat", "gpuProduct": "%s",
                              "hourlyPrice": "%s"%s}]}
              """
                  .formatted(
                      currency,
                      product,
                      price,
                      reportedAt.isEmpty() ? "" : ", \"priceReportedAt\": \"" + reportedAt + "\""),
              CostPolicyStatus.class);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private ResolvedTerms resolved(String spec, WorkloadState... states) {
    ChatPolicy chat = ChatPolicy.with("[{product: H100, hourlyPrice: \"3.00\"}]", spec);
    return TermsResolver.resolve(
        chat.policy(), chat.card(), List.of(states), new GpuPriceLookup(this::say), previous);
  }
}
