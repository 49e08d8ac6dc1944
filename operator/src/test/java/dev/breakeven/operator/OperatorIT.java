package dev.breakeven.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.CostPolicyStatus.Alternative;
import dev.breakeven.api.CostPolicyStatus.Condition;
import dev.breakeven.api.RateCard;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.configuration.ListenAddress;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.configuration.PrometheusServer;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.OpenMetrics;
import dev.breakeven.testing.SteadyTraffic;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The whole loop: a real API server, a real Prometheus with a week of constant traffic, and the
 * operator. The traffic is 3,000 input and 500 output tokens/s on two replicas of two GPUs.
 *
 * <p>Worked out by hand, with 10,000 input or 2,500 output tokens/s a replica, a fifth of it kept
 * free, USD 2.50 a GPU hour, USD 3,000 of overhead, and an API at 0.60 and 2.40 a million:
 *
 * <ul>
 *   <li>load: 3,000 ÷ 10,000 + 500 ÷ 2,500 = 0.5 replicas, so utilisation of two is 25 %;
 *   <li>API: (3,000 × 0.60 + 500 × 2.40) ÷ 1e6 = USD 0.003/s, 7,884 a month of 730 h;
 *   <li>two replicas: 2 × 5 × 730 + 3,000 = 10,300; one, which 0.5 ÷ 0.8 fits: 3,650 + 3,000 =
 *       6,650, a saving of 3,650;
 *   <li>breakeven of two: (10 + 3,000 ÷ 730) ÷ (2 × 3,600 × 0.003 ÷ 0.5) = 32.7 %.
 * </ul>
 */
class OperatorIT {

  private static final long PATIENCE_SECONDS = 60;
  private static final String MODEL = "acme/chat";

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private String namespace = "";
  private LivePrometheus prometheus = LivePrometheus.scrapingNothing();
  private final List<AutoCloseable> running = new CopyOnWriteArrayList<>();

  @BeforeEach
  void startEverything() throws IOException {
    cluster.installDefinitions();
    namespace = cluster.freshNamespace();
    prometheus = LivePrometheus.scrapingNothing().holding(this::aWeekOfConstantTraffic).start();
    ChatWorkload.create(client(), namespace);
    startOperator();
  }

  @AfterEach
  void stopEverything() throws Exception {
    for (int i = running.size() - 1; i >= 0; i--) {
      running.get(i).close();
    }
    prometheus.close();
    client().resources(RateCard.class).withName("it-card").delete();
  }

  @Test
  void aPolicyIsAnsweredWithTheFiguresWorkedOutByHand() {
    apply(policy("chat", "prices: {inputPerMillion: \"0.60\", outputPerMillion: \"2.40\"}"));

    CostPolicyStatus status = awaitStatus("chat", OperatorIT::isAnswered);

    CostPolicyStatus.Advice advice = Objects.requireNonNull(status.advice());
    assertThat(advice.verdict()).isEqualTo("SelfHost");
    assertThat(advice.action()).isEqualTo("ScaleDown");
    assertThat(advice.replicasNow()).isEqualTo(2);
    assertThat(advice.replicasAdvised()).isEqualTo(1);
    assertThat(number(advice.monthlySaving())).isCloseTo(3_650, within(4.0));
    assertThat(total(status, "APIOnly")).isCloseTo(7_884, within(8.0));
    assertThat(total(status, "TodaysReplicas")).isCloseTo(10_300, within(1.0));
    assertThat(total(status, "SelfHostPeak")).isCloseTo(6_650, within(1.0));
    assertThat(number(Objects.requireNonNull(status.observed()).utilizationPercent()))
        .isCloseTo(25, within(0.2));
    assertThat(status.observed().gpuUtilizationPercent()).isEqualTo("60.0");
    assertThat(number(Objects.requireNonNull(status.breakeven()).utilizationPercent()))
        .isCloseTo(32.7, within(0.2));
    assertThat(status.observedGeneration()).isEqualTo(1);
    assertThat(condition(status, "WorkloadsFound").status()).isEqualTo("True");
  }

  @Test
  void aChangedPriceIsAnsweredAndAnEventTellsOfTheNewVerdict() {
    apply(policy("chat", "prices: {inputPerMillion: \"0.60\", outputPerMillion: \"2.40\"}"));
    awaitStatus("chat", OperatorIT::isAnswered);

    apply(policy("chat", "prices: {inputPerMillion: \"0.06\", outputPerMillion: \"0.24\"}"));

    CostPolicyStatus status = awaitStatus("chat", s -> Objects.equals(s.observedGeneration(), 2L));
    assertThat(Objects.requireNonNull(status.advice()).verdict()).isEqualTo("API");
    assertThat(total(status, "APIOnly")).isCloseTo(788.40, within(1.0));
    client()
        .v1()
        .events()
        .inNamespace(namespace)
        .informOnCondition(
            events ->
                events.stream()
                    .anyMatch(
                        e ->
                            e.getReason().equals("VerdictChanged")
                                && e.getMessage().startsWith("SelfHost to API")))
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  @Test
  void anOutageOfPrometheusKeepsTheLastFiguresMarkedStaleAndRecovers() {
    apply(policy("chat", "prices: {inputPerMillion: \"0.60\", outputPerMillion: \"2.40\"}"));
    CostPolicyStatus before = awaitStatus("chat", OperatorIT::isAnswered);

    prometheus.stop();
    CostPolicyStatus stale =
        awaitStatus("chat", s -> condition(s, "Ready").reason().equals("SourceUnavailable"));
    prometheus.start();
    CostPolicyStatus after =
        awaitStatus("chat", s -> condition(s, "SourceAnswers").status().equals("True"));

    assertThat(condition(stale, "SourceAnswers").status()).isEqualTo("False");
    assertThat(total(stale, "APIOnly")).isCloseTo(total(before, "APIOnly"), within(8.0));
    assertThat(Objects.requireNonNull(stale.advice()).verdict()).isEqualTo("SelfHost");
    assertThat(Objects.requireNonNull(after.advice()).verdict()).isEqualTo("SelfHost");
    assertThat(condition(after, "Ready").status()).isEqualTo("True");
  }

  @Test
  void twoPoliciesThatClaimTheSameWorkloadBothSaySoUntilOneIsGone() {
    apply(policy("one", "prices: {inputPerMillion: \"0.60\", outputPerMillion: \"2.40\"}"));
    awaitStatus("one", OperatorIT::isAnswered);

    apply(policy("two", "prices: {inputPerMillion: \"0.60\", outputPerMillion: \"2.40\"}"));
    CostPolicyStatus one =
        awaitStatus("one", s -> condition(s, "Uncontested").status().equals("False"));
    CostPolicyStatus two =
        awaitStatus("two", s -> condition(s, "Uncontested").status().equals("False"));
    client().resources(CostPolicy.class).inNamespace(namespace).withName("two").delete();

    assertThat(condition(one, "Uncontested").message()).contains("two", "chat");
    assertThat(condition(two, "Uncontested").message()).contains("one", "chat");
    awaitStatus("one", s -> condition(s, "Uncontested").status().equals("True"));
  }

  @Test
  void aChangedRateCardReachesThePoliciesThatUseIt() {
    applyCard("0.60", "2.40");
    apply(policy("chat", "offer: chat-offer", "rateCard: it-card"));
    awaitStatus("chat", s -> isAnswered(s) && Math.abs(total(s, "APIOnly") - 7_884) < 8);

    applyCard("0.06", "0.24");

    CostPolicyStatus status = awaitStatus("chat", s -> Math.abs(total(s, "APIOnly") - 788.40) < 1);
    assertThat(Objects.requireNonNull(status.advice()).verdict()).isEqualTo("API");
  }

  @Test
  void policiesShareWhatTheirCardListsAsCommitted() {
    applyCard(
        "0.60",
        "2.40",
        "commitments: [{product: NVIDIA-H100-80GB-HBM3, gpus: 4, hourlyPrice: \"1.80\","
            + " until: \"2999-12-31\"}]");
    apply(policy("one", "offer: chat-offer", "rateCard: it-card"));
    awaitStatus("one", s -> committed(s).startsWith("4 of 4 "));

    apply(policy("two", "offer: chat-offer", "rateCard: it-card"));

    // Each saves as much with a replica's two GPUs.
    assertThat(committed(awaitStatus("two", OperatorIT::isAnswered))).startsWith("2 of 4 ");
    awaitStatus("one", s -> committed(s).startsWith("2 of 4 "));
  }

  @Test
  void aStatusThatSaysTheSameIsNotWrittenAgain() throws InterruptedException {
    apply(policy("chat", "prices: {inputPerMillion: \"0.60\", outputPerMillion: \"2.40\"}"));
    awaitStatus("chat", s -> isAnswered(s) && condition(s, "Ready").status().equals("True"));
    String written = RunningOperator.settled(() -> resourceVersion("chat"));

    TimeUnit.SECONDS.sleep(8); // eight cycles

    assertThat(resourceVersion("chat")).isEqualTo(written);
  }

  // ---- the stage ----

  private void aWeekOfConstantTraffic(OpenMetrics history) {
    Instant until = SteadyTraffic.inAnHour();
    SteadyTraffic.ofChat(namespace).into(history, until);
    SteadyTraffic.ofChat(namespace).gpusInto(history, until, 60);
  }

  private void startOperator() throws IOException {
    OperatorConfiguration configuration =
        new OperatorConfiguration()
            .withCycle(Duration.ofSeconds(1))
            .withListen(ListenAddress.parse("127.0.0.1:0"))
            .withSource("default", PrometheusServer.at(prometheus.url()))
            .checked();
    running.add(RunningOperator.start(configuration, client()));
  }

  private CostPolicy policy(String name, String api, String... more) {
    String text =
        """
        apiVersion: breakeven.dev/v1alpha1
        kind: CostPolicy
        metadata: {name: %s, namespace: %s}
        spec:
          model: %s
          workloads: [{name: chat}]
          selfHost:
            gpu: {product: NVIDIA-H100-80GB-HBM3, hourlyPrice: "2.50"}
            capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "2500"}
            monthlyOverhead: {engineering: "3000"}
          api:
            %s
        """
            .formatted(name, namespace, MODEL, api);
    for (String line : more) {
      text += "  " + line + "\n";
    }
    return Manifests.parse("policy.yaml", text).policies().get(0);
  }

  private static String committed(CostPolicyStatus status) {
    return status.cost() == null ? "" : String.join("; ", status.cost().commitments());
  }

  private void applyCard(String input, String output, String... more) {
    RateCard card =
        Manifests.parse(
                "card.yaml",
                """
                apiVersion: breakeven.dev/v1alpha1
                kind: RateCard
                metadata: {name: it-card}
                spec:
                  offers:
                  - name: chat-offer
                    model: %s
                    prices: {inputPerMillion: "%s", outputPerMillion: "%s"}
                  %s
                """
                    .formatted(MODEL, input, output, String.join("\n  ", more)))
            .rateCards()
            .get(0);
    client().resource(card).forceConflicts().serverSideApply();
  }

  private void apply(CostPolicy policy) {
    client().resource(policy).forceConflicts().serverSideApply();
  }

  private CostPolicyStatus awaitStatus(String name, Predicate<CostPolicyStatus> condition) {
    CostPolicy policy =
        client()
            .resources(CostPolicy.class)
            .inNamespace(namespace)
            .withName(name)
            .waitUntilCondition(
                p -> p != null && p.getStatus() != null && condition.test(p.getStatus()),
                PATIENCE_SECONDS,
                TimeUnit.SECONDS);
    return Objects.requireNonNull(policy.getStatus());
  }

  private String resourceVersion(String name) {
    return client()
        .resources(CostPolicy.class)
        .inNamespace(namespace)
        .withName(name)
        .get()
        .getMetadata()
        .getResourceVersion();
  }

  private static boolean isAnswered(CostPolicyStatus status) {
    return !status.alternatives().isEmpty();
  }

  private static double total(CostPolicyStatus status, String kind) {
    return status.alternatives().stream()
        .filter(a -> kind.equals(a.kind()))
        .map(Alternative::monthlyTotal)
        .mapToDouble(OperatorIT::number)
        .findFirst()
        .orElse(Double.NaN);
  }

  /** What holds is left out of a status in the cluster. */
  private static Condition condition(CostPolicyStatus status, String type) {
    return status.conditions().stream()
        .filter(c -> c.type().equals(type))
        .findFirst()
        .orElse(new Condition("", "", null, "", "True", type));
  }

  private static double number(@org.jspecify.annotations.Nullable String decimal) {
    return Double.parseDouble(Objects.requireNonNull(decimal));
  }

  private static KubernetesClient client() {
    return cluster.client();
  }
}
