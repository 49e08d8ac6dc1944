package dev.breakeven.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.configuration.ConfigurationFile;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.operator.client.OperatorClient;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.LivePrometheus;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A policy called chat in some namespaces, whose verdict turns with the API's price. */
record ChatPolicies(ControlPlane cluster) {

  /** At this price per million tokens the verdict is {@code SelfHost}. */
  static final String DEAR = "0.60";

  /** At this one it is {@code API}. */
  static final String CHEAP = "0.06";

  private static final int PATIENCE_SECONDS = 90;

  void apply(String namespace, String price) {
    cluster
        .client()
        .resource(
            Manifests.parse(
                    "policy.yaml", ChatWorkload.policy(namespace, "chat", "acme/chat", price))
                .policies()
                .get(0))
        .forceConflicts()
        .serverSideApply();
  }

  CostPolicy in(String namespace) {
    return cluster
        .client()
        .resources(CostPolicy.class)
        .inNamespace(namespace)
        .withName("chat")
        .get();
  }

  /** Whether the policy as it now is has this verdict. */
  boolean isAnswered(String namespace, String verdict) {
    CostPolicy policy = in(namespace);
    CostPolicyStatus status = policy.getStatus();
    return status != null
        && status.advice() != null
        && Objects.equals(status.observedGeneration(), policy.getMetadata().getGeneration())
        && verdict.equals(status.advice().verdict());
  }

  /** Removes them, and the lease. */
  void removeFrom(String namespace) {
    cluster.client().resources(CostPolicy.class).inNamespace(namespace).delete();
    cluster.client().leases().inNamespace(namespace).delete();
  }

  static OperatorClient operatorClient(Path kubeconfig) {
    return OperatorClient.of(
        Config.fromKubeconfig(kubeconfig.toFile()), "cluster-faults", Clock.systemUTC());
  }

  /**
   * An operator's configuration.
   *
   * @param watched namespaces, with commas between them
   * @param leaseNamespace where its lease is
   */
  static OperatorConfiguration configuration(
      String watched, String leaseNamespace, LivePrometheus source) {
    return ConfigurationFile.parse(
        "operator.yaml",
        """
        cycle: 1s
        listen: 127.0.0.1:0
        watchNamespaces: [%s]
        leaderElection: {enabled: true, leaseNamespace: %s, leaseDuration: 3s}
        sources: {default: {url: "%s"}}
        """
            .formatted(watched, leaseNamespace, source.url()));
  }

  /** What it answers when it is asked whether it is ready. */
  static String readiness(RunningOperator operator) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:%d/readyz"
                              .formatted(operator.monitoringAddress().getPort())))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }
}
