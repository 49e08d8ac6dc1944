package dev.breakeven.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.CostPolicyStatus.Alternative;
import dev.breakeven.api.CostPolicyStatus.Condition;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.Loopback;
import dev.breakeven.testing.ScrapedPage;
import dev.breakeven.testing.ServingPods;
import dev.breakeven.testing.SteadyTraffic;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A GPU hour that neither the policy nor a rate card prices, from a real Prometheus that scrapes
 * what OpenCost would export, to the status on a real API server.
 *
 * <p>Worked out by hand: 3,000 input and 500 output tokens/s on two replicas of two GPUs, one on
 * each of two nodes whose GPUs cost USD 2 and 3 an hour; so one costs 2.50. With USD 3,000 of
 * overhead two replicas cost 4 × 2.50 × 730 + 3,000 = 10,300 a month, and the API at 0.60 and 2.40
 * a million (3,000 × 0.60 + 500 × 2.40) ÷ 1e6 × 3,600 × 730 = 7,884.
 */
@SuppressWarnings("try") // the operator runs while its block does
class OpenCostIT {

  private static final int PATIENCE_SECONDS = 120;

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private final ScrapedPage opencost = ScrapedPage.of("");
  private LivePrometheus prometheus = LivePrometheus.scrapingNothing();
  private String namespace = "";
  private String nodeA = "";
  private String nodeB = "";

  @BeforeEach
  void aWorkloadOnTwoNodes() {
    cluster.installDefinitions();
    namespace = cluster.freshNamespace();
    nodeA = namespace + "-a";
    nodeB = namespace + "-b";
    for (String node : List.of(nodeA, nodeB)) {
      client()
          .resource(
              new NodeBuilder()
                  .withNewMetadata()
                  .withName(node)
                  .addToLabels("nvidia.com/gpu.product", "NVIDIA-L4")
                  .endMetadata()
                  .build())
          .create();
    }
    ChatWorkload.create(client(), namespace, "chat");
    new ServingPods(cluster, namespace, "chat").readyOn(List.of(nodeA, nodeB));
    show(2, 3);
    prometheus =
        LivePrometheus.scraping(Duration.ofMillis(500), Map.of("opencost", opencost.port()))
            .holding(history -> SteadyTraffic.ofChat(namespace).into(history, Instant.now()))
            .start();
  }

  @AfterEach
  void leaveNothing() {
    prometheus.close();
    opencost.close();
    client().nodes().withName(nodeA).delete();
    client().nodes().withName(nodeB).delete();
  }

  @Test
  void aGpuCostsWhatOpenCostSaysOfTheNodesItIsOnAsLongAsItSaysSo()
      throws IOException, InterruptedException {
    CostPolicyStatus kept;
    try (RunningOperator operator = operator("USD")) {
      apply("USD");
      CostPolicyStatus status = awaitStatus(s -> total(s) > 0);

      assertThat(total(status)).isCloseTo(10_300, within(1.0));
      CostPolicyStatus.WorkloadStatus workload = status.workloads().get(0);
      assertThat(workload.hourlyPrice()).isEqualTo("2.50");
      assertThat(workload.priceReportedAt()).isNotNull();
      assertThat(condition(status, "Conclusive").message())
          .contains("GPUs of Deployment chat cost from 2.00 to 3.00 USD an hour");

      // One in a hundred more: known at the next cycle, and nothing to write about once the first
      // answers have settled.
      String written = RunningOperator.settled(this::resourceVersion);
      show(2.02, 3.03);
      awaitMetric(operator, 4 * 2.525 * 730 + 3_000);
      assertThat(resourceVersion()).isEqualTo(written);

      // Eight times as much: the number of the last review stands, and the status says so at once.
      show(20, 20);
      CostPolicyStatus dear = awaitStatus(s -> Math.abs(total(s) - 61_400) < 1);
      assertThat(Objects.requireNonNull(dear.advice()).reason()).isEqualTo("ReviewNotDue");

      // OpenCost says 0 where it knows no price: no free GPU, but the last price, and since when.
      show(0, 0);
      kept = awaitStatus(s -> pricesKnown(s).reason().equals("GPUPriceKept"));
      assertThat(total(kept)).isCloseTo(61_400, within(1.0));
      assertThat(pricesKnown(kept).message())
          .contains(
              "OpenCost reports 0, as it does where it knows no price, for the GPUs of %s, %s"
                  .formatted(nodeA, nodeB),
              "the last price that OpenCost reported for the GPUs of Deployment chat is kept: 20.00 USD");
    }
    // What it knows is in the status: started again it says the same.
    String written = resourceVersion();
    try (RunningOperator again = operator("USD")) {
      awaitMetric(again, 61_400);
      assertThat(resourceVersion()).isEqualTo(written);
      assertThat(pricesKnown(policy().getStatus())).isEqualTo(pricesKnown(kept));
    }
  }

  @Test
  @SuppressWarnings("try") // the operator runs while the block does
  void pricesInAnotherCurrencyThanThePolicysAreAMismatch() throws IOException {
    try (RunningOperator operator = operator("EUR")) {
      apply("USD");

      CostPolicyStatus status = awaitStatus(s -> s.conditions().size() > 1);
      assertThat(operator.isReady()).isTrue();

      assertThat(Objects.requireNonNull(status.advice()).verdict()).isEqualTo("Inconclusive");
      assertThat(pricesKnown(status).reason()).isEqualTo("CurrencyMismatch");
      assertThat(pricesKnown(status).message())
          .contains(
              "OpenCost's prices in source default are in EUR, the policy is in USD; nothing is"
                  + " converted");
    }
  }

  // ---- the stage ----

  private void show(double ofA, double ofB) {
    StringBuilder page = new StringBuilder("# TYPE node_gpu_hourly_cost gauge\n");
    Map.of(nodeA, ofA, nodeB, ofB)
        .forEach(
            (node, price) ->
                page.append(
                    "node_gpu_hourly_cost{instance=\"%1$s\",node=\"%1$s\",provider_id=\"i-%1$s\"} %2$s%n"
                        .formatted(node, price)));
    opencost.show(page.toString());
  }

  private RunningOperator operator(String currencyCode) throws IOException {
    return RunningOperator.start(
        ConfigurationFile.parse(
            "operator.yaml",
            """
            cycle: 1s
            listen: 127.0.0.1:0
            watchNamespaces: [%s]
            sources:
              default: {url: "%s", opencostCurrencyCode: %s}
            """
                .formatted(namespace, prometheus.url(), currencyCode)),
        client(),
        Clock.systemUTC(),
        cycle ->
            RunningOperator.readThePast(
                cycle,
                client().resources(CostPolicy.class).inNamespace(namespace).list().getItems(),
                Instant.now()));
  }

  private void apply(String currency) {
    client()
        .resource(
            Manifests.parse(
                    "policy.yaml",
                    """
                    apiVersion: breakeven.dev/v1alpha1
                    kind: CostPolicy
                    metadata: {name: chat, namespace: %s}
                    spec:
                      model: acme/chat
                      currency: %s
                      workloads: [{name: chat}]
                      selfHost:
                        capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "2500"}
                        monthlyOverhead: {engineering: "3000"}
                      api: {prices: {inputPerMillion: "0.60", outputPerMillion: "2.40"}}
                    """
                        .formatted(namespace, currency))
                .policies()
                .get(0))
        .forceConflicts()
        .serverSideApply();
  }

  private CostPolicy policy() {
    return client().resources(CostPolicy.class).inNamespace(namespace).withName("chat").get();
  }

  private String resourceVersion() {
    return policy().getMetadata().getResourceVersion();
  }

  private CostPolicyStatus awaitStatus(Predicate<CostPolicyStatus> condition) {
    CostPolicy policy =
        client()
            .resources(CostPolicy.class)
            .inNamespace(namespace)
            .withName("chat")
            .waitUntilCondition(
                p -> p != null && p.getStatus() != null && condition.test(p.getStatus()),
                PATIENCE_SECONDS,
                TimeUnit.SECONDS);
    return Objects.requireNonNull(policy.getStatus());
  }

  /** Waits until {@code /metrics} shows this as what a month of today's replicas costs. */
  private static void awaitMetric(RunningOperator operator, double monthlyCost) {
    String url = "http://127.0.0.1:" + operator.monitoringAddress().getPort() + "/metrics";
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (Loopback.textAt(url)
        .lines()
        .filter(line -> line.startsWith("breakeven_policy_monthly_cost"))
        .filter(line -> line.contains("alternative=\"TodaysReplicas\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .noneMatch(cost -> Math.abs(cost - monthlyCost) < 1)) {
      assertThat(System.nanoTime()).as("%s in time", monthlyCost).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
  }

  private static double total(CostPolicyStatus status) {
    return status.alternatives().stream()
        .filter(a -> "TodaysReplicas".equals(a.kind()))
        .map(Alternative::monthlyTotal)
        .mapToDouble(total -> Double.parseDouble(Objects.requireNonNull(total)))
        .findFirst()
        .orElse(0);
  }

  /** What holds is left out of a status in the cluster. */
  private static Condition pricesKnown(@org.jspecify.annotations.Nullable CostPolicyStatus status) {
    return condition(status, "PricesKnown");
  }

  private static Condition condition(
      @org.jspecify.annotations.Nullable CostPolicyStatus status, String type) {
    return Objects.requireNonNull(status).conditions().stream()
        .filter(c -> c.type().equals(type))
        .findFirst()
        .orElse(new Condition("", "", null, "", "True", type));
  }

  private static KubernetesClient client() {
    return cluster.client();
  }
}
