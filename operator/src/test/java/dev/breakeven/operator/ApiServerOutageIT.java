package dev.breakeven.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.Loopback;
import dev.breakeven.testing.SteadyTraffic;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The API server goes away under a running operator and comes back. */
class ApiServerOutageIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static final long PATIENCE_SECONDS = 120;

  private String namespace = "";

  @Test
  void policiesAndWorkloadsThatChangedMeanwhileAreAnsweredWithoutAHand() throws Exception {
    cluster.installDefinitions();
    namespace = cluster.freshNamespace();
    ChatWorkload.create(client(), namespace);
    try (LivePrometheus prometheus =
            LivePrometheus.scrapingNothing()
                .holding(SteadyTraffic.ofChat(namespace)::into)
                .start();
        RunningOperator operator =
            RunningOperator.start(
                ConfigurationFile.parse(
                    "operator.yaml",
                    """
                    cycle: 1s
                    listen: 127.0.0.1:0
                    watchNamespaces: [%s]
                    sources: {default: {url: "%s"}}
                    """
                        .formatted(namespace, prometheus.url())),
                client())) {
      apply("chat", "0.60");
      CostPolicyStatus before = answered("chat", status -> true);

      cluster
          .apiServerSwitch()
          .ifPresent(
              apiServer -> {
                apiServer.kill();
                awaitReadiness(operator, false);
                apiServer.startAgain();
              });
      // More changes than the API server remembers of before: its memory begins anew, and what the
      // operator's watches last saw is too old for it.
      apply("chat", "0.06");
      apply("new", "0.60");
      client().apps().deployments().inNamespace(namespace).withName("chat").scale(3);

      CostPolicyStatus after = answered("chat", status -> Objects.equals(replicasNow(status), 3));
      assertThat(verdict(before)).isEqualTo("SelfHost");
      assertThat(verdict(after)).isEqualTo("API");
      assertThat(after.observedGeneration()).isEqualTo(2);
      answered("new", status -> true);
      awaitReadiness(operator, true);
    }
  }

  /** It says that it is not ready while a watch is broken, and that it is once all are whole. */
  private static void awaitReadiness(RunningOperator operator, boolean ready) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (Loopback.textAt(address(operator) + "/readyz").isEmpty() == ready) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private static String address(RunningOperator operator) {
    return "http://127.0.0.1:" + operator.monitoringAddress().getPort();
  }

  private void apply(String name, String price) {
    client()
        .resource(
            Manifests.parse(
                    "policy.yaml", ChatWorkload.policy(namespace, name, "acme/" + name, price))
                .policies()
                .get(0))
        .forceConflicts()
        .serverSideApply();
  }

  private CostPolicyStatus answered(String name, Predicate<CostPolicyStatus> condition) {
    CostPolicy policy =
        client()
            .resources(CostPolicy.class)
            .inNamespace(namespace)
            .withName(name)
            .waitUntilCondition(
                p ->
                    p != null
                        && p.getStatus() != null
                        && Objects.equals(
                            p.getStatus().observedGeneration(), p.getMetadata().getGeneration())
                        && verdict(p.getStatus()).matches("SelfHost|Hybrid|API|Inconclusive")
                        && condition.test(p.getStatus()),
                PATIENCE_SECONDS,
                TimeUnit.SECONDS);
    return Objects.requireNonNull(policy.getStatus());
  }

  private static String verdict(CostPolicyStatus status) {
    return status.advice() == null ? "" : Objects.requireNonNullElse(status.advice().verdict(), "");
  }

  private static Integer replicasNow(CostPolicyStatus status) {
    return status.advice() == null
        ? 0
        : Objects.requireNonNullElse(status.advice().replicasNow(), 0);
  }

  private static KubernetesClient client() {
    return cluster.client();
  }
}
