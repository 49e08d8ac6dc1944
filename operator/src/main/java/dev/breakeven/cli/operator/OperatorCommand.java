package dev.breakeven.cli.operator;

import dev.breakeven.cli.cluster.ClusterOptions;
import dev.breakeven.cli.console.ExitCode;
import dev.breakeven.cli.console.Failure;
import dev.breakeven.cli.console.Logs;
import dev.breakeven.cli.console.ProgramVersion;
import dev.breakeven.cli.input.DurationOption;
import dev.breakeven.cluster.ClusterWorkloads;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.configuration.ListenAddress;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.configuration.PrometheusServer;
import dev.breakeven.operator.BreakevenOperator;
import dev.breakeven.operator.client.OperatorClient;
import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.ConfiguredSources;
import dev.breakeven.prometheus.MetricsCollector;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code breakeven operator}: runs until it is stopped. */
@Command(
    name = "operator",
    description = "Watches CostPolicies and writes advice into their status until it is stopped.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      " 0:the operator was stopped",
      " 1:the operator failed for another reason than its configuration",
      " 2:an option or the configuration is invalid; standard error says why",
      " 3:out of memory"
    })
public final class OperatorCommand implements Callable<Integer> {

  /** Longest wait for the caches. Workloads that are not read by then show it in their policies. */
  private static final Duration CACHES_FULL = Duration.ofSeconds(10);

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "The kubeconfig (default: as kubectl finds it, or the pod's service account).")
  @Nullable Path kubeconfig;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The operator's options as YAML; - is standard input. Options given here take"
              + " precedence.")
  @Nullable Path config;

  @Option(
      names = "--source",
      paramLabel = "NAME=URL",
      description = "A Prometheus source, such as default=http://127.0.0.1:9090; repeatable.")
  Map<String, String> sources = Map.of();

  @Option(
      names = "--cycle",
      paramLabel = "DURATION",
      description = "How often to query Prometheus, such as 60s.")
  @Nullable String cycle;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to serve /metrics, /healthz and /readyz.")
  @Nullable String listen;

  @Override
  public Integer call() throws IOException, InterruptedException {
    OperatorConfiguration configuration = configuration();
    if (configuration.sources().isEmpty()) {
      throw new IllegalArgumentException(
          "there is no Prometheus source to answer from: name one with --source, such as"
              + " default=http://prometheus:9090, or in the file of --config");
    }
    Logs.ofTheOperator(configuration.logFormat());
    CountDownLatch done = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Clock clock = Clock.systemUTC();
    // The watches start before the operator exists, so changes go through this list.
    List<Consumer<WorkloadReference>> onChange = new CopyOnWriteArrayList<>();
    try (OperatorClient api = client(clock);
        MetricsCollector reading =
            new MetricsCollector(
                ConfiguredSources.of(configuration),
                ConfiguredSources.engines(configuration),
                settings(configuration),
                clock);
        ClusterWorkloads workloads =
            new ClusterWorkloads(
                api.client(),
                configuration,
                w -> onChange.forEach(listener -> listener.accept(w)),
                clock);
        BreakevenOperator operator =
            new BreakevenOperator(
                configuration, api, reading, workloads, ProgramVersion.number(), clock)) {
      onChange.add(operator::changed);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    done.countDown();
                    awaitQuietly(ended);
                  },
                  "shutdown"));
      CompletableFuture<Void> begun =
          CompletableFuture.runAsync(
              () -> {
                workloads.start(CACHES_FULL);
                operator.start();
              },
              OperatorCommand::inBackground);
      // A start waits for an API server that does not answer; its end must not.
      var unused = begun.whenComplete((nothing, failure) -> endIf(failure != null, done));
      done.await();
      endedBy(begun);
    } catch (SocketException e) {
      // The one socket that is bound here; the others' failures are in the policies they concern.
      throw new IllegalArgumentException(
          "--listen: %s cannot be listened on: %s"
              .formatted(configuration.listen(), Failure.sentence(e)),
          e);
    } finally {
      ended.countDown();
    }
    return ExitCode.ANSWERED;
  }

  private static CollectorSettings settings(OperatorConfiguration configuration) {
    CollectorSettings usual = CollectorSettings.DEFAULT;
    return new CollectorSettings(
        configuration.history(), usual.lateness(), usual.backfill(), usual.parallelism());
  }

  private OperatorConfiguration configuration() {
    OperatorConfiguration configuration = ClusterOptions.stated(config);
    for (Map.Entry<String, String> source : sources.entrySet()) {
      configuration =
          configuration.withSource(source.getKey(), PrometheusServer.at(source.getValue()));
    }
    if (cycle != null) {
      configuration = configuration.withCycle(DurationOption.parse("--cycle", cycle));
    }
    if (listen != null) {
      configuration = configuration.withListen(ListenAddress.parse(listen));
    }
    return configuration.checked();
  }

  private OperatorClient client(Clock clock) {
    return ClusterOptions.client(kubeconfig, clock);
  }

  private static void inBackground(Runnable work) {
    Thread daemon = new Thread(work, "start");
    daemon.setDaemon(true);
    daemon.start();
  }

  private static void endIf(boolean failed, CountDownLatch done) {
    if (failed) {
      done.countDown();
    }
  }

  /** Whatever of it is still under way ends with the process; why it failed is the end's reason. */
  private static void endedBy(CompletableFuture<Void> start) {
    if (start.isCompletedExceptionally()) {
      try {
        start.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException failure ? failure : e;
      }
    }
  }

  /** The JVM ends when its hooks have: this one waits until the lease is given back. */
  private static void awaitQuietly(CountDownLatch ended) {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
