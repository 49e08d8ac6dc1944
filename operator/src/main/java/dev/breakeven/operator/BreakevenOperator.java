package dev.breakeven.operator;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.cluster.WorkloadStates;
import dev.breakeven.configuration.LeaderElection;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.render.metrics.Monitoring;
import dev.breakeven.render.metrics.Probe.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator, put together: the monitoring port first, then leader election, informers and the
 * cycle. Stopping it gives the lease back, so that another replica leads at once.
 */
public final class BreakevenOperator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BreakevenOperator.class);

  private static final String COMPONENT = "breakeven";
  private static final Duration SHUTDOWN = Duration.ofSeconds(5);
  private static final int RECONCILERS = 4;

  /** A write that the API server did not take is tried again for ever, at most this far apart. */
  private static final Duration RETRY_AT_MOST = Duration.ofSeconds(30);

  /** Every policy would be written and parsed once an answer; the reconciler changes none. */
  private static final Cloner NOTHING_IS_CLONED =
      new Cloner() {
        @Override
        public <R extends HasMetadata> R clone(R resource) {
          return resource;
        }
      };

  private final OperatorConfiguration configuration;
  private final KubernetesClient client;
  private final Operator operator;
  private final String identity;
  private final CostPolicyReconciler reconciler;
  private volatile boolean leading;
  private volatile boolean stopping;
  private volatile boolean started;
  private volatile Runnable whenLeaseIsLost = () -> Runtime.getRuntime().halt(1);
  private final Leadership leadership;
  private final Monitoring monitoring;

  /**
   * Puts an operator together; nothing runs before {@link #start}.
   *
   * @param client speaks to the API server; stays the caller's to close
   * @param cycle reads what is new from Prometheus
   * @param workloads reads workloads as they stand
   * @param version of the operator
   * @throws IOException if the monitoring address cannot be listened on
   */
  public BreakevenOperator(
      OperatorConfiguration configuration,
      KubernetesClient client,
      MetricsCollector cycle,
      WorkloadStates workloads,
      String version,
      Clock clock)
      throws IOException {
    this.configuration = configuration;
    this.client = client;
    this.identity = identity();
    this.leadership = leadership(clock);
    this.monitoring =
        Monitoring.start(
            new InetSocketAddress(configuration.listen().host(), configuration.listen().port()),
            version,
            configuration.metricsPolicies(),
            Condition.Good::new,
            this::readiness);
    this.reconciler =
        new CostPolicyReconciler(
            cycle,
            configuration.cycle(),
            configuration.readsRateCards()
                ? CostPolicyReconciler.RateCards.READ
                : CostPolicyReconciler.RateCards.NOT_READ,
            workloads,
            new EventRecorder(client, clock, COMPONENT, identity),
            leadership,
            monitoring.policies(),
            monitoring.operator(),
            new StatusCache(client.getKubernetesSerialization()),
            clock);
    this.operator = new Operator(this::configure);
    operator.register(reconciler, this::configure);
  }

  private void configure(ConfigurationServiceOverrider overrides) {
    overrides
        .withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withConcurrentReconciliationThreads(RECONCILERS)
        .withResourceCloner(NOTHING_IS_CLONED)
        .withReconciliationTerminationTimeout(SHUTDOWN)
        .withStopOnInformerErrorDuringStartup(true)
        .checkingCRDAndValidateLocalModel(false);
    LeaderElection election = configuration.leaderElection();
    if (election.enabled()) {
      Duration lease = election.leaseDuration();
      overrides.withLeaderElectionConfiguration(
          LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(election.leaseName())
              .withLeaseNamespace(leaseNamespace())
              .withIdentity(identity)
              .withLeaseDuration(lease)
              .withRenewDeadline(lease.multipliedBy(2).dividedBy(3))
              .withRetryPeriod(election.retryPeriod())
              // The SDK would end the process from within a shutdown hook, and hang there.
              .withExitOnStopLeading(false)
              .withLeaderCallbacks(
                  new LeaderCallbacks(
                      this::startedLeading,
                      this::stoppedLeading,
                      leader -> log.info("{} leads", leader)))
              .build());
    }
  }

  private void configure(ControllerConfigurationOverrider<CostPolicy> overrides) {
    overrides
        .withName("costpolicy")
        .withFieldManager(CostPolicyReconciler.FIELD_MANAGER)
        .withRetry(
            GenericRetry.defaultLimitedExponentialRetry()
                .withoutMaxAttempts()
                .setInitialInterval(Duration.ofSeconds(1))
                .setMaxInterval(RETRY_AT_MOST.toMillis()));
    if (configuration.watchNamespaces().isEmpty()) {
      overrides.watchingAllNamespaces().withItemStore(new TrimmedPolicies());
    } else {
      overrides.settingNamespaces(Set.copyOf(configuration.watchNamespaces()));
    }
  }

  /**
   * Starts to watch and to answer; returns once the caches are full.
   *
   * @throws io.javaoperatorsdk.operator.OperatorException if what it watches cannot be read
   */
  public void start() {
    operator.start();
    started = true;
    if (!configuration.leaderElection().enabled()) {
      startedLeading();
    }
    log.info(
        "started; /metrics, /healthz and /readyz on {}:{}",
        monitoring.address().getHostString(),
        monitoring.address().getPort());
  }

  /** Where /metrics, /healthz and /readyz are. */
  public InetSocketAddress monitoringAddress() {
    return monitoring.address();
  }

  /** Reconciles the policies that name this workload; to be told of every change of one. */
  public void changed(WorkloadReference workload) {
    reconciler.changed(workload);
  }

  private Condition readiness() {
    if (!started) {
      return new Condition.Bad("starting");
    }
    return operator.getRuntimeInfo().allEventSourcesAreHealthy()
        ? new Condition.Good()
        : new Condition.Bad("a watch on the API server is broken");
  }

  private void startedLeading() {
    leading = true;
    monitoring.operator().leads(true);
  }

  private void stoppedLeading() {
    leading = false;
    monitoring.operator().leads(false);
    monitoring.policies().forgetAll();
    if (!stopping) {
      // Another replica may lead by now: two must never write. The kubelet starts us again.
      log.error("the lease was lost; ending so that only one replica answers");
      whenLeaseIsLost.run();
    }
  }

  /**
   * Does this instead of ending the process when another replica may lead. For where the process is
   * not the operator's own.
   */
  BreakevenOperator whenLeaseIsLost(Runnable instead) {
    whenLeaseIsLost = instead;
    return this;
  }

  /** Stops to answer, gives the lease back, and closes the monitoring port last. */
  @Override
  public void close() {
    stopping = true;
    boolean led = leading;
    operator.stop();
    if (led && configuration.leaderElection().enabled()) {
      giveLeaseBack();
    }
    monitoring.close();
    log.info("stopped");
  }

  /** The SDK leaves the lease to run out; given back, the next replica leads within a retry. */
  private void giveLeaseBack() {
    try {
      leadership.giveBack();
    } catch (KubernetesClientException e) {
      log.warn("the lease was not given back and runs out by itself: {}", e.getMessage());
    }
  }

  private Leadership leadership(Clock clock) {
    LeaderElection election = configuration.leaderElection();
    return election.enabled()
        ? new LeaseLeadership(
            client, leaseNamespace(), election.leaseName(), identity, election.retryPeriod(), clock)
        : Leadership.UNCONTESTED;
  }

  private String leaseNamespace() {
    String configured = configuration.leaderElection().leaseNamespace();
    if (!configured.isEmpty()) {
      return configured;
    }
    String own = client.getConfiguration().getNamespace();
    return own == null ? "default" : own;
  }

  private static String identity() {
    String pod = System.getenv("HOSTNAME");
    return (pod == null || pod.isBlank() ? "breakeven" : pod)
        + "-"
        + UUID.randomUUID().toString().substring(0, 8);
  }
}
