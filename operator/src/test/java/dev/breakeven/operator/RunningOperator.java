package dev.breakeven.operator;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.cluster.ClusterWorkloads;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.operator.client.OperatorClient;
import dev.breakeven.operator.cycle.MetricsPollingEventSource;
import dev.breakeven.prometheus.CollectionReport;
import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.ConfiguredSources;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Target;
import dev.breakeven.testing.Loopback;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The whole operator, in the tests' own process. */
public final class RunningOperator implements AutoCloseable {

  private static final Duration CACHES_FULL = Duration.ofSeconds(30);

  private final MetricsCollector cycle;
  private final ClusterWorkloads workloads;
  private final BreakevenOperator operator;

  private RunningOperator(OperatorConfiguration configuration, OperatorClient api, Clock clock)
      throws IOException {
    List<Consumer<WorkloadReference>> onChange = new CopyOnWriteArrayList<>();
    cycle = new MetricsCollector(ConfiguredSources.of(configuration), CollectorSettings.DEFAULT);
    workloads =
        new ClusterWorkloads(
            api.client(), configuration, w -> onChange.forEach(told -> told.accept(w)), clock);
    operator = new BreakevenOperator(configuration, api, cycle, workloads, "test", clock);
    onChange.add(operator::changed);
  }

  /**
   * Starts one.
   *
   * @param client what it may do; stays the caller's to close
   */
  public static RunningOperator start(OperatorConfiguration configuration, KubernetesClient client)
      throws IOException {
    return start(configuration, client, Clock.systemUTC(), cycle -> {});
  }

  /**
   * Starts one at another time.
   *
   * @param beforehand what its cycle has gone through before the first policy is answered
   */
  static RunningOperator start(
      OperatorConfiguration configuration,
      KubernetesClient client,
      Clock clock,
      Consumer<MetricsCollector> beforehand)
      throws IOException {
    return start(configuration, OperatorClient.around(client, clock), clock, beforehand);
  }

  /** Starts one that speaks to the API server as the process does. */
  static RunningOperator start(OperatorConfiguration configuration, OperatorClient api)
      throws IOException {
    return start(configuration, api, Clock.systemUTC(), cycle -> {});
  }

  private static RunningOperator start(
      OperatorConfiguration configuration,
      OperatorClient api,
      Clock clock,
      Consumer<MetricsCollector> beforehand)
      throws IOException {
    RunningOperator started = new RunningOperator(configuration, api, clock);
    beforehand.accept(started.cycle);
    started.workloads.start(CACHES_FULL);
    started.operator.start();
    return started;
  }

  /**
   * Reads all of the past of these policies before the first answer, which else depends on how fast
   * the machine is.
   *
   * @throws IllegalStateException where a question fails
   */
  static void readThePast(MetricsCollector cycle, List<CostPolicy> policies, Instant now) {
    List<Target> targets = policies.stream().map(MetricsPollingEventSource::targetOf).toList();
    CollectionReport report;
    do {
      report = cycle.run(targets, now);
      if (report.readings().stream().anyMatch(r -> !r.failures().isEmpty())) {
        throw new IllegalStateException("the past could not be read: " + report);
      }
    } while (report.readings().stream().anyMatch(r -> !r.loaded()));
  }

  /**
   * A resource version that has not changed for some cycles: an operator's first answers follow one
   * another while it reads the past.
   *
   * @throws IllegalStateException where it goes on changing for a minute
   */
  static String settled(Supplier<String> resourceVersion) throws InterruptedException {
    String before = resourceVersion.get();
    for (int tries = 0; tries < 12; tries++) {
      TimeUnit.SECONDS.sleep(5);
      String now = resourceVersion.get();
      if (now.equals(before)) {
        return now;
      }
      before = now;
    }
    throw new IllegalStateException("a status that is written again and again");
  }

  /** Whether it says that it is ready. */
  public boolean isReady() {
    return !Loopback.textAt("http://127.0.0.1:" + monitoringAddress().getPort() + "/readyz")
        .isEmpty();
  }

  /** Where its metrics are. */
  public InetSocketAddress monitoringAddress() {
    return operator.monitoringAddress();
  }

  @Override
  public void close() {
    operator.close();
    workloads.close();
    cycle.close();
  }
}
