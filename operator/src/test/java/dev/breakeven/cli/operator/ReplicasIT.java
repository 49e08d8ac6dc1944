package dev.breakeven.cli.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicyStatus;
import dev.breakeven.api.manifest.Manifests;
import dev.breakeven.testing.BreakevenJvm;
import dev.breakeven.testing.ChatWorkload;
import dev.breakeven.testing.ChildProcess;
import dev.breakeven.testing.ControlPlane;
import dev.breakeven.testing.LivePrometheus;
import dev.breakeven.testing.Loopback;
import dev.breakeven.testing.Repository;
import dev.breakeven.testing.SteadyTraffic;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two operators as processes and one lease. What was written is known from a watch on the API
 * server, which sees every version of a policy, and from the line that an operator logs for each of
 * its writes.
 */
class ReplicasIT {

  @RegisterExtension static final ControlPlane cluster = new ControlPlane();

  private static final String LEASE = "breakeven";
  private static final String MODEL = "acme/chat";
  private static final long PATIENCE_SECONDS = 90;

  private static String namespace = "";
  private static LivePrometheus prometheus = LivePrometheus.scrapingNothing();

  private final Path directory = Repository.scratch("replicas");
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<CostPolicy> versions = new CopyOnWriteArrayList<>();
  private final List<LeaseSpec> leases = new CopyOnWriteArrayList<>();

  /** An operator that runs beside the tests. */
  private record Replica(ChildProcess process, String address, Path log) {

    String metrics() {
      return Loopback.textAt(address + "/metrics");
    }

    boolean leads() {
      return metrics().contains("breakeven_leader 1.0");
    }

    boolean showsPolicies() {
      return metrics().lines().anyMatch(line -> line.matches("breakeven_\\w+\\{namespace=.*"));
    }

    boolean isReady() {
      return !Loopback.textAt(address + "/readyz").isEmpty();
    }

    /** The statuses that it has written, one line each. */
    List<String> writes(String policy) {
      try (Stream<String> lines = Files.lines(log)) {
        return lines.filter(line -> line.contains(policy + ": ")).toList();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @BeforeAll
  static void aWorkloadWithTraffic() {
    cluster.installDefinitions();
    namespace = cluster.freshNamespace();
    ChatWorkload.create(client(), namespace);
    prometheus =
        LivePrometheus.scrapingNothing().holding(SteadyTraffic.ofChat(namespace)::into).start();
  }

  @AfterAll
  static void endPrometheus() {
    prometheus.close();
  }

  @AfterEach
  void endEverything() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    client().resources(CostPolicy.class).inNamespace(namespace).delete();
    client().leases().inNamespace(namespace).withName(LEASE).delete();
  }

  @Test
  void whereTheLeaderIsKilledTheOtherAnswersWithinTwentySecondsAndNothingIsWrittenTwice()
      throws IOException {
    Pair pair = twoReplicas("12s");
    Replica first = pair.leader();
    Replica second = pair.standby();
    answered("chat", "0.60");

    assertThat(first.showsPolicies()).isTrue();
    assertThat(second.showsPolicies()).as("shown once").isFalse();
    assertThat(second.metrics())
        .as("warm")
        .containsPattern("breakeven_prometheus_requests_total\\{source=\"default\",?} [1-9]");
    String written = standingVersion("chat", first);
    List<CostPolicyStatus> before = statuses("chat");
    first.process().kill();
    await(second::leads);
    awaitCycles(second, 2);
    assertThat(version("chat")).as("what stands is not written again").isEqualTo(written);
    answered("chat", "0.06");

    List<LeaseSpec> held = List.copyOf(leases);
    LeaseSpec last = lastOf(held, held.get(0).getHolderIdentity());
    LeaseSpec next = held.get(held.indexOf(last) + 1);
    assertThat(Duration.between(last.getRenewTime(), next.getAcquireTime()))
        .isLessThan(Duration.ofSeconds(20));
    awaitCycles(second, 2);
    assertThat(statuses("chat")).as("one more status").hasSize(before.size() + 1);
    assertThat(second.writes("chat")).hasSize(1);
    assertThat(second.showsPolicies()).isTrue();
  }

  @Test
  void askedToEndTheLeaderGivesItsLeaseBackAndTheOtherGoesOnAtOnce() throws IOException {
    Pair pair = twoReplicas("60s");
    Replica first = pair.leader();
    Replica second = pair.standby();
    answered("chat", "0.60");

    apply("chat", "0.06");
    first.process().signal("TERM");
    assertThat(first.process().awaitEnd(Duration.ofSeconds(30))).isTrue();
    answered("chat", "0.06");
    await(second::leads);
    awaitCycles(second, 2);

    List<LeaseSpec> held = List.copyOf(leases);
    LeaseSpec last = lastOf(held, held.get(0).getHolderIdentity());
    LeaseSpec given = held.get(held.indexOf(last) + 1);
    LeaseSpec next = held.get(held.indexOf(last) + 2);
    assertThat(given.getHolderIdentity()).as("given back").isNullOrEmpty();
    // It would have lasted a minute.
    assertThat(next.getAcquireTime()).isBefore(last.getRenewTime().plusSeconds(60));
    assertThat(first.writes("chat").size() + second.writes("chat").size())
        .as("every status written once")
        .isEqualTo(statuses("chat").size());
    assertThat(first.process().lastWords()).contains("stopped").doesNotContain("ERROR");
  }

  @Test
  void oneThatWasFrozenWhileAnotherTookOverStandsByAndWritesNothing() throws IOException {
    Pair pair = twoReplicas("6s");
    Replica first = pair.leader();
    Replica second = pair.standby();
    answered("chat", "0.60");

    await(() -> first.writes("chat").size() == statuses("chat").size());
    List<String> writtenBefore = first.writes("chat");
    first.process().signal("STOP");
    answered("chat", "0.06");
    await(second::leads);
    List<CostPolicyStatus> answers = statuses("chat");
    first.process().signal("CONT");

    await(() -> first.isReady() && !first.leads());
    awaitCycles(first, 2);
    assertThat(first.writes("chat")).isEqualTo(writtenBefore);
    assertThat(second.leads()).isTrue();
    assertThat(statuses("chat")).isEqualTo(answers);
  }

  // ---- the stage ----

  /** Two that run, of which one leads. */
  private record Pair(Replica leader, Replica standby) {}

  private Pair twoReplicas(String lease) throws IOException {
    watch();
    Replica one = start(lease);
    Replica other = start(lease);
    await(() -> one.isReady() && other.isReady() && (one.leads() || other.leads()));
    return one.leads() ? new Pair(one, other) : new Pair(other, one);
  }

  private Replica start(String lease) throws IOException {
    int number = open.size();
    int port = Loopback.freePort();
    Path log = directory.resolve("operator-" + number + ".log");
    Path config = directory.resolve("operator-" + number + ".yaml");
    Files.writeString(
        config,
        """
        cycle: 1s
        listen: 127.0.0.1:%d
        watchNamespaces: [%s]
        leaderElection: {enabled: true, leaseName: %s, leaseNamespace: %s, leaseDuration: %s}
        sources: {default: {url: "%s"}}
        """
            .formatted(port, namespace, LEASE, namespace, lease, prometheus.url()));
    ChildProcess process =
        ChildProcess.start(
            "operator",
            log,
            Map.of(),
            BreakevenJvm.command(
                List.of("-Xmx256m"),
                "operator",
                "--kubeconfig=" + cluster.kubeconfig(),
                "--config=" + config));
    open.add(process);
    return new Replica(process, "http://127.0.0.1:" + port, log);
  }

  /** Every version of the policies and of the lease from now on. */
  private void watch() {
    open.add(
        client()
            .resources(CostPolicy.class)
            .inNamespace(namespace)
            .watch(
                new Seen<CostPolicy>() {
                  @Override
                  public void eventReceived(Action action, CostPolicy policy) {
                    versions.add(policy);
                  }
                }));
    open.add(
        client()
            .leases()
            .inNamespace(namespace)
            .withName(LEASE)
            .watch(
                new Seen<Lease>() {
                  @Override
                  public void eventReceived(Action action, Lease lease) {
                    leases.add(lease.getSpec());
                  }
                }));
  }

  private abstract static class Seen<T> implements Watcher<T> {
    @Override
    public void onClose(WatcherException cause) {
      throw new IllegalStateException("the test's own watch ended", cause);
    }
  }

  /** Applies the policy with this price and waits for its answer. */
  /**
   * The version that stands once the leader has read the whole past: the first answer is from the
   * window.
   */
  private String standingVersion(String name, Replica leader) {
    String version = version(name);
    awaitCycles(leader, 2);
    while (!version(name).equals(version)) {
      version = version(name);
      awaitCycles(leader, 2);
    }
    return version;
  }

  private void answered(String name, String price) {
    apply(name, price);
    client()
        .resources(CostPolicy.class)
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(
            policy ->
                policy != null
                    && policy.getStatus() != null
                    && Objects.equals(
                        policy.getStatus().observedGeneration(),
                        policy.getMetadata().getGeneration())
                    && policy.getStatus().conditions().stream()
                        .anyMatch(c -> c.type().equals("Ready") && c.status().equals("True")),
            PATIENCE_SECONDS,
            TimeUnit.SECONDS);
  }

  private void apply(String name, String price) {
    client()
        .resource(
            Manifests.parse("policy.yaml", ChatWorkload.policy(namespace, name, MODEL, price))
                .policies()
                .get(0))
        .forceConflicts()
        .serverSideApply();
  }

  /** The statuses that a policy has had until now, one after the other. */
  private List<CostPolicyStatus> statuses(String name) {
    String newest = version(name);
    await(
        () -> versions.stream().anyMatch(p -> p.getMetadata().getResourceVersion().equals(newest)));
    List<CostPolicyStatus> seen = new ArrayList<>();
    for (CostPolicy policy : versions) {
      CostPolicyStatus status = policy.getStatus();
      if (policy.getMetadata().getName().equals(name)
          && status != null
          && (seen.isEmpty() || !seen.get(seen.size() - 1).equals(status))) {
        seen.add(status);
      }
    }
    return seen;
  }

  private String version(String name) {
    return client()
        .resources(CostPolicy.class)
        .inNamespace(namespace)
        .withName(name)
        .get()
        .getMetadata()
        .getResourceVersion();
  }

  private static LeaseSpec lastOf(List<LeaseSpec> leases, String holder) {
    return leases.stream()
        .filter(lease -> holder.equals(lease.getHolderIdentity()))
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  /** Lets an operator go through some more cycles, in which it could write. */
  private static void awaitCycles(Replica replica, int more) {
    double until = cycles(replica) + more;
    await(() -> cycles(replica) >= until);
  }

  private static double cycles(Replica replica) {
    return replica
        .metrics()
        .lines()
        .filter(line -> line.startsWith("breakeven_cycle_duration_seconds_count"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private static KubernetesClient client() {
    return cluster.client();
  }
}
