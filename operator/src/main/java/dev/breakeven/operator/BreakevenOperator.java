package dev.breakeven.operator;

import dev.breakeven.api.CostPolicy;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.cluster.WorkloadStates;
import dev.breakeven.configuration.LeaderElection;
import dev.breakeven.configuration.OperatorConfiguration;
import dev.breakeven.operator.client.OperatorClient;
import dev.breakeven.operator.events.EventRecorder;
import dev.breakeven.operator.lease.Leadership;
import dev.breakeven.operator.lease.LeaseElection;
import dev.breakeven.operator.serving.ClusterReport;
import dev.breakeven.operator.serving.ReviewedAccess;
import dev.breakeven.operator.serving.RotatedCertificate;
import dev.breakeven.operator.status.StatusCache;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.render.html.ReportedPolicy;
import dev.breakeven.render.metrics.Monitoring;
import dev.breakeven.render.metrics.Probe.Condition;
import dev.breakeven.render.metrics.ScrapeAccess;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator, put together: the monitoring port first, then leader election, informers and the
 * cycle. An API server that is away, slow or refuses is waited for. Stopping the operator gives the
 * lease back, so that another replica leads at once.
 */
public final class BreakevenOperator implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BreakevenOperator.class);

  private static final String COMPONENT = "breakeven";

  /** How often failed work is looked for and retried. */
  private static final Duration TICK = Duration.ofSeconds(2);

  private final OperatorConfiguration configuration;
  private final OperatorClient api;
  private final CostPolicyReconciler reconciler;
  private final PolicyWatch watch;
  private final AuditTimer audits;
  private final Optional<LeaseElection> election;
  private final Monitoring monitoring;
  private final ScheduledExecutorService ticking =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "tick");
            daemon.setDaemon(true);
            return daemon;
          });
  private volatile boolean started;
  private boolean closed; // guarded by this

  /**
   * Puts an operator together; nothing runs before {@link #start}.
   *
   * @param api client of the API server; the caller closes it
   * @param cycle reads what is new from Prometheus
   * @param workloads reads workloads as they stand
   * @param version of the operator
   * @throws IOException if the monitoring address cannot be listened on
   */
  public BreakevenOperator(
      OperatorConfiguration configuration,
      OperatorClient api,
      MetricsCollector cycle,
      WorkloadStates workloads,
      String version,
      Clock clock)
      throws IOException {
    KubernetesClient client = api.client();
    String identity = identity();
    this.configuration = configuration;
    this.api = api;
    this.election = election(identity, clock);
    ReviewedAccess access = new ReviewedAccess(client, api.outages(), clock);
    this.monitoring = monitoring(configuration, version, access);
    this.reconciler =
        new CostPolicyReconciler(
            cycle,
            configuration.cycle(),
            configuration.readsRateCards()
                ? CostPolicyReconciler.RateCards.READ
                : CostPolicyReconciler.RateCards.NOT_READ,
            workloads,
            new EventRecorder(client, clock, COMPONENT, identity, api.outages()),
            election.<Leadership>map(e -> e).orElse(Leadership.UNCONTESTED),
            monitoring.policies(),
            monitoring.operator(),
            new StatusCache(client.getKubernetesSerialization()),
            api.outages(),
            clock);
    this.watch = new PolicyWatch(client, configuration.watchNamespaces(), reconciler, api.calls());
    this.audits = new AuditTimer(configuration, api, reconciler, watch, workloads);
  }

  private Monitoring monitoring(
      OperatorConfiguration configuration, String version, ReviewedAccess access)
      throws IOException {
    return Monitoring.start(
        new InetSocketAddress(configuration.listen().host(), configuration.listen().port()),
        version,
        configuration.metricsPolicies(),
        security(configuration, access),
        Condition.Passing::new,
        this::readiness,
        configuration.servesReport()
            ? Optional.of(
                new ClusterReport(this::shownPolicies, this::reported, access::ofPolicies))
            : Optional.empty());
  }

  private List<CostPolicy> shownPolicies() {
    return reconciler.shownPolicies();
  }

  private Optional<ReportedPolicy> reported(CostPolicy policy) {
    return reconciler.reported(policy);
  }

  private static Monitoring.EndpointSecurity security(
      OperatorConfiguration configuration, ReviewedAccess access) {
    if (configuration.certificateFile().isEmpty()) {
      return Monitoring.EndpointSecurity.OPEN;
    }
    try {
      return new Monitoring.EndpointSecurity(
          Optional.of(
              RotatedCertificate.context(configuration.certificateFile(), configuration.keyFile())),
          configuration.reviewsTokens() ? access : ScrapeAccess.EVERYBODY);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "certificateFile, keyFile: cannot be read as a certificate and its PKCS#8 key", e);
    }
  }

  /** Starts to watch and to answer; returns once the caches are full, or after some seconds. */
  public void start() {
    watch.start();
    started();
  }

  /** Not once it has been closed, which does not wait for what is being listed. */
  private synchronized void started() {
    if (closed) {
      return;
    }
    started = true;
    if (election.isPresent()) {
      election.get().start();
    } else {
      monitoring.operator().leads(true);
    }
    audits.begin();
    var unused =
        ticking.scheduleWithFixedDelay(
            this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    log.info(
        "started; /metrics, /healthz and /readyz on {}:{}",
        monitoring.address().getHostString(),
        monitoring.address().getPort());
  }

  /** Where /metrics, /healthz and /readyz are. */
  public InetSocketAddress monitoringAddress() {
    return monitoring.address();
  }

  /** Reconciles the policies that name this workload; called for every change of a workload. */
  public void changed(WorkloadReference workload) {
    reconciler.changed(workload);
  }

  /** One tick. It must not throw, or the executor would stop the ticks. */
  private void tick() {
    try {
      reconciler.lookAgain();
      api.calls().settle();
      audits.compareIfDue();
    } catch (RuntimeException e) {
      api.outages().failed("looking again", "InternalError (" + e.getClass().getSimpleName() + ")");
      log.debug("a tick failed", e);
    }
  }

  private Condition readiness() {
    if (!started) {
      return new Condition.Failing("starting" + waitedFor());
    }
    List<String> unsynced = watch.unsyncedNamespaces();
    if (!unsynced.isEmpty()) {
      String which =
          unsynced.contains("")
              ? "policies or rate cards"
              : "the policies of namespace " + String.join(", ", unsynced);
      return new Condition.Failing(which + " have not been listed" + waitedFor());
    }
    return watch.isSynced()
        ? new Condition.Passing()
        : new Condition.Failing("a watch on the API server is broken" + waitedFor());
  }

  /** Such as {@code : reading of costpolicies: HTTP 403 Forbidden}. */
  private String waitedFor() {
    Map<String, String> waiting = api.calls().waitedFor();
    StringBuilder text = new StringBuilder();
    waiting.forEach(
        (subject, why) ->
            text.append(text.isEmpty() ? ": " : "; ").append(subject).append(": ").append(why));
    return text.toString();
  }

  private Optional<LeaseElection> election(String identity, Clock clock) {
    LeaderElection election = configuration.leaderElection();
    return election.enabled()
        ? Optional.of(
            new LeaseElection(
                api.client(),
                leaseNamespace(),
                election.leaseName(),
                identity,
                election.leaseDuration(),
                election.retryPeriod(),
                new LeaseElection.Listener() {
                  @Override
                  public void startedLeading() {
                    monitoring.operator().leads(true);
                    reconciler.startedLeading();
                  }

                  @Override
                  public void stoppedLeading() {
                    monitoring.operator().leads(false);
                    monitoring.policies().forgetAll();
                    reconciler.stoppedLeading();
                  }
                },
                api.outages(),
                clock,
                System::nanoTime))
        : Optional.empty();
  }

  /** Stops to answer, gives the lease back, and closes the monitoring port last. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    ticking.shutdownNow();
    watch.close();
    election.ifPresent(LeaseElection::close);
    monitoring.close();
    log.info("stopped");
  }

  private String leaseNamespace() {
    String configured = configuration.leaderElection().leaseNamespace();
    if (!configured.isEmpty()) {
      return configured;
    }
    String own = api.client().getConfiguration().getNamespace();
    return own == null ? "default" : own;
  }

  private static String identity() {
    String pod = System.getenv("HOSTNAME");
    return (pod == null || pod.isBlank() ? "breakeven" : pod)
        + "-"
        + UUID.randomUUID().toString().substring(0, 8);
  }
}
