package dev.breakeven.operator;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.cluster.ApiFailure;
import dev.breakeven.cluster.Backoff;
import dev.breakeven.operator.client.ApiServerCalls;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Java Operator SDK's controller of policies, begun anew where its watches have ended or show
 * something else than the API server has: the SDK gives up an informer whose answer it cannot read,
 * and no informer notices that versions went back, as they do when etcd is restored from a backup.
 */
final class PolicyWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PolicyWatch.class);

  private static final String PLURAL = "costpolicies";
  private static final Duration SHUTDOWN = Duration.ofSeconds(5);
  private static final int RECONCILERS = 4;

  /** Policies of one answer: each may weigh half a megabyte, which its owner decides. */
  private static final long PAGE = 100;

  /** How long the first list is waited for before the others begin; it goes on being read. */
  private static final Duration FIRST_LIST = Duration.ofSeconds(10);

  private static final Duration RETRY_AT_MOST = Duration.ofSeconds(30);
  private static final Backoff ANEW = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

  /** Every policy would be written and parsed once an answer; the reconciler changes none. */
  private static final Cloner NOTHING_IS_CLONED =
      new Cloner() {
        @Override
        public <R extends HasMetadata> R clone(R resource) {
          return resource;
        }
      };

  private final KubernetesClient client;
  private final List<String> namespaces;
  private final CostPolicyReconciler reconciler;
  private final ApiServerCalls calls;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "policy-watch");
            daemon.setDaemon(true);
            return daemon;
          });
  private final AtomicBoolean isToBegin = new AtomicBoolean();
  private final AtomicInteger failures = new AtomicInteger();
  private volatile @Nullable Operator operator;
  private volatile boolean closed;

  /**
   * @param namespaces whose policies are watched; empty for all
   * @param calls records informers that end
   */
  PolicyWatch(
      KubernetesClient client,
      List<String> namespaces,
      CostPolicyReconciler reconciler,
      ApiServerCalls calls) {
    this.client = client;
    this.namespaces = List.copyOf(namespaces);
    this.reconciler = reconciler;
    this.calls = calls;
  }

  /** Starts to watch. Returns when everything is listed, or after a time limit. */
  void start() {
    try {
      thread.submit(this::begin).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RejectedExecutionException e) {
      log.debug("not started", e);
    }
  }

  /** Schedules a new list and watch. */
  void beginAnew() {
    soon(Duration.ZERO);
  }

  private void soon(Duration wait) {
    if (!closed && isToBegin.compareAndSet(false, true)) {
      try {
        var unused = thread.schedule(this::begin, wait.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        log.debug("stopping; nothing is watched anew");
      }
    }
  }

  private void begin() {
    isToBegin.set(false);
    boolean isAnew = operator != null;
    end();
    if (closed) {
      return;
    }
    try {
      Operator next = new Operator(this::configure);
      next.register(reconciler, this::configure);
      operator = next;
      next.start();
      if (isAnew && unsyncedNamespaces().isEmpty()) {
        reconciler.watchBegunAnew();
      }
    } catch (RuntimeException e) {
      log.debug("the watch did not begin", e);
      if (closed) {
        return;
      }
      calls.failed(ApiServerCalls.subject(PLURAL, ""), ApiFailure.words(e));
      soon(ANEW.after(failures.incrementAndGet()));
    }
  }

  private void end() {
    Operator before = operator;
    if (before != null) {
      reconciler.watchEnds();
      try {
        before.stop();
      } catch (RuntimeException e) {
        log.debug("the watch did not end in order", e);
      }
    }
  }

  /** An informer ended by itself: its answer could not be read. */
  private void ended(String kind, @Nullable Throwable why) {
    if (why != null && !closed) {
      calls.failed(ApiServerCalls.subject(kind, ""), ApiFailure.words(why));
      soon(ANEW.after(failures.incrementAndGet()));
    }
  }

  /** Whether everything has been listed. */
  boolean isSynced() {
    Operator current = operator;
    return current != null
        && isStarted(current)
        && current.getRuntimeInfo().allEventSourcesAreHealthy();
  }

  private static boolean isStarted(Operator operator) {
    return operator.getRuntimeInfo().isStarted();
  }

  /** The namespaces whose policies have not been listed; all of them as one empty name. */
  @SuppressWarnings("rawtypes") // the SDK's own
  List<String> unsyncedNamespaces() {
    Operator current = operator;
    if (current == null || !isStarted(current)) {
      return namespaces.isEmpty() ? List.of("") : namespaces;
    }
    return current
        .getRuntimeInfo()
        .unhealthyInformerWrappingEventSourceHealthIndicator()
        .values()
        .stream()
        .flatMap(sources -> sources.values().stream())
        .flatMap(PolicyWatch::informers)
        .filter(informer -> !informer.hasSynced() || !informer.isRunning())
        .map(InformerHealthIndicator::getTargetNamespace)
        .map(namespace -> namespaces.contains(namespace) ? namespace : "")
        .distinct()
        .sorted()
        .toList();
  }

  @SuppressWarnings("rawtypes") // the SDK's own
  private static Stream<InformerHealthIndicator> informers(
      InformerWrappingEventSourceHealthIndicator source) {
    Map<?, ?> informers = source.informerHealthIndicators();
    return informers.values().stream().map(InformerHealthIndicator.class::cast);
  }

  /** Resets the backoff; called once the watches match the lists. */
  void forgive() {
    failures.set(0);
  }

  private void configure(ConfigurationServiceOverrider overrides) {
    overrides
        .withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withConcurrentReconciliationThreads(RECONCILERS)
        .withResourceCloner(NOTHING_IS_CLONED)
        .withReconciliationTerminationTimeout(SHUTDOWN)
        .withCacheSyncTimeout(FIRST_LIST)
        .withStopOnInformerErrorDuringStartup(false)
        .withInformerStoppedHandler(
            (informer, why) -> ended(HasMetadata.getPlural(informer.getApiTypeClass()), why))
        .checkingCRDAndValidateLocalModel(false);
  }

  private void configure(ControllerConfigurationOverrider<CostPolicy> overrides) {
    overrides
        .withName("costpolicy")
        .withFieldManager(CostPolicy.FIELD_MANAGER)
        .withInformerListLimit(PAGE)
        .withRetry(
            GenericRetry.defaultLimitedExponentialRetry()
                .withoutMaxAttempts()
                .setInitialInterval(Duration.ofSeconds(1))
                .setMaxInterval(RETRY_AT_MOST.toMillis()));
    if (namespaces.isEmpty()) {
      overrides.watchingAllNamespaces().withItemStore(new TrimmedPolicies());
    } else {
      overrides.settingNamespaces(Set.copyOf(namespaces));
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.shutdown();
    end();
  }
}
