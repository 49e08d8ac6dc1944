package dev.breakeven.operator.cycle;

import dev.breakeven.advice.Issue;
import dev.breakeven.api.CostPolicy;
import dev.breakeven.api.CostPolicySpec;
import dev.breakeven.cluster.OutageLog;
import dev.breakeven.cluster.WorkloadReference;
import dev.breakeven.operator.evaluation.PolicyKey;
import dev.breakeven.operator.evaluation.WorkloadConflicts;
import dev.breakeven.prometheus.CollectionReport;
import dev.breakeven.prometheus.MetricsCollector;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.prometheus.ObservationVersion;
import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.render.metrics.OperatorMetrics;
import dev.breakeven.terms.GpuPriceLookup;
import dev.breakeven.traffic.TimeSpan;
import io.javaoperatorsdk.operator.health.Status;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches what all policies ask for and reads it in one go: every cycle, and soon after a policy
 * came or asks for something else, so that many that come together join one batch. Policies whose
 * observation changed are reconciled. Runs on a standby replica too, which so stays warm.
 */
public final class MetricsPollingEventSource extends AbstractEventSource<Void, CostPolicy>
    implements ResourceEventAware<CostPolicy> {

  private static final Logger log = LoggerFactory.getLogger(MetricsPollingEventSource.class);

  private static final String CYCLE = "reading of the sources";

  /** How long a new policy waits for others to join its batch. */
  private static final Duration BATCHING = Duration.ofMillis(250);

  private final MetricsCollector cycle;
  private final Clock clock;
  private final Duration period;
  private final OperatorMetrics metrics;
  private final OutageLog outages;
  private final CollectionReports reports;
  private final Predicate<CostPolicy> onSeen;
  private final Consumer<PolicyKey> onGone;
  private final WorkloadConflicts claims = new WorkloadConflicts();
  private final Map<PolicyKey, Target> targets = new ConcurrentHashMap<>();
  private final Map<PolicyKey, ObservationVersion> announced = new ConcurrentHashMap<>();
  private final Map<PolicyKey, GpuPriceLookup> prices = new ConcurrentHashMap<>();
  private final AtomicBoolean soon = new AtomicBoolean();
  private volatile @Nullable ScheduledExecutorService thread;
  private volatile CycleTimer round = new CycleTimer(0, List.of());

  /**
   * @param outages logs cycles that fail
   * @param onSeen told of every policy as the API server sent it, before it is reconciled; says
   *     whether it is to be reconciled for that
   * @param onGone called for every policy that is deleted
   */
  public MetricsPollingEventSource(
      MetricsCollector cycle,
      Clock clock,
      Duration period,
      OperatorMetrics metrics,
      OutageLog outages,
      Predicate<CostPolicy> onSeen,
      Consumer<PolicyKey> onGone) {
    super(Void.class, "metrics");
    this.cycle = cycle;
    this.clock = clock;
    this.period = period;
    this.metrics = metrics;
    this.outages = outages;
    this.reports = new CollectionReports(metrics, outages, clock);
    this.onSeen = onSeen;
    this.onGone = onGone;
  }

  /** What is known for a policy; empty while its first batch is still being read. */
  public Optional<Observation> observationFor(CostPolicy policy) {
    Target target = targetOf(policy);
    ObservationVersion version = cycle.standingOf(target);
    // What else happens to a policy meanwhile makes no answer of a part of its window.
    boolean isBeingRead =
        version.isStillBeingRead()
            || (version.isWindowStillBeingRead() && !announced.containsKey(PolicyKey.of(policy)));
    return isBeingRead ? Optional.empty() : Optional.of(cycle.of(target));
  }

  /** OpenCost's prices, in the policy's source, for the nodes that its pods are on. */
  public GpuPriceLookup pricesFor(CostPolicy policy) {
    Target target = targetOf(policy);
    return new GpuPriceLookup(nodes -> cycle.gpuPrices(target, nodes));
  }

  /** Remembers the prices that an evaluation used: the policy is reconciled when they change. */
  public void remember(CostPolicy policy, GpuPriceLookup lookup) {
    PolicyKey key = PolicyKey.of(policy);
    if (lookup.isEmpty()) {
      prices.remove(key);
    } else if (targets.containsKey(key)) {
      prices.put(key, lookup);
    }
  }

  /** Whether there is still such a policy. */
  public boolean isWatched(CostPolicy policy) {
    return targets.containsKey(PolicyKey.of(policy));
  }

  /** The issue of a policy whose workloads another policy names too. */
  public Optional<Issue> contested(CostPolicy policy) {
    return claims.contested(policy);
  }

  @Override
  public void onResourceCreated(CostPolicy policy) {
    seen(policy);
  }

  @Override
  public void onResourceUpdated(CostPolicy policy, CostPolicy before) {
    seen(policy);
  }

  @Override
  public void onResourceDeleted(CostPolicy policy) {
    forget(PolicyKey.of(policy));
  }

  private void seen(CostPolicy policy) {
    boolean isToBeLookedAt = onSeen.test(policy);
    PolicyKey key = PolicyKey.of(policy);
    if (policy.getSpec() == null) {
      // Another version's, which this one cannot read.
      withdraw(key);
      announce(key);
      return;
    }
    noted(key, policy);
    if (isToBeLookedAt) {
      announce(key);
    }
  }

  private void withdraw(PolicyKey key) {
    targets.remove(key);
    announced.remove(key);
    prices.remove(key);
    claims.withdraw(key).forEach(this::announce);
    ended(key);
  }

  private void forget(PolicyKey key) {
    withdraw(key);
    onGone.accept(key);
  }

  private void noted(PolicyKey key, CostPolicy policy) {
    Target target = targetOf(policy);
    Target before = targets.put(key, target);
    claims.claim(policy).forEach(this::announce);
    if (!target.equals(before)) {
      joinSoon();
    }
  }

  /** Reconciles these. */
  public void lookAgain(Collection<PolicyKey> policies) {
    policies.forEach(this::announce);
  }

  /** Reconciles all policies. */
  public void lookAtAll() {
    List.copyOf(targets.keySet()).forEach(this::announce);
  }

  /** Drops all policies but these: their deletion was missed. */
  public void forgetAllBut(Set<PolicyKey> those) {
    List.copyOf(targets.keySet()).stream()
        .filter(key -> !those.contains(key))
        .forEach(this::forget);
  }

  private void joinSoon() {
    ScheduledExecutorService running = thread;
    if (running != null && soon.compareAndSet(false, true)) {
      try {
        // Whatever happens in it is caught in it.
        Future<?> unused = running.schedule(this::join, BATCHING.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        log.debug("stopping; nothing is read any more");
      }
    }
  }

  /** Reads for the policies that are new. */
  private void join() {
    soon.set(false);
    guarded(onWindows -> cycle.join(Set.copyOf(targets.values()), clock.instant(), onWindows));
  }

  /** Reads what is new for every policy. */
  private void read() {
    guarded(onWindows -> cycle.run(Set.copyOf(targets.values()), clock.instant(), onWindows));
  }

  /** A cycle must never be the last one, whatever happens in it. */
  private void guarded(Function<Runnable, CollectionReport> cycleRun) {
    long started = System.nanoTime();
    try {
      CollectionReport report = cycleRun.apply(() -> windowsAreRead(started));
      if (!isRunning()) {
        // Stopped meanwhile; where it starts again, everything is looked at.
        return;
      }
      reports.note(report);
      begin(new CycleTimer(started, changed(version -> true)));
      outages.ended(CYCLE);
      if (report.readings().stream().anyMatch(MetricsPollingEventSource::isToGoOn)) {
        joinSoon();
      }
    } catch (RuntimeException e) {
      if (isRunning()) {
        outages.failed(CYCLE, "InternalError (" + e.getClass().getSimpleName() + ")");
      }
      log.debug("a cycle failed", e);
    }
  }

  /** Whether more of the past can be read at once. */
  private static boolean isToGoOn(CollectionReport.Reading reading) {
    return !reading.loaded() && reading.failures().isEmpty() && reading.backfillRequests() > 0;
  }

  /** Policies whose windows are known are answered while older days are read. */
  private void windowsAreRead(long started) {
    begin(new CycleTimer(started, changed(version -> !version.isWindowStillBeingRead())));
  }

  /** The policies of which something new is known, of those whose observation is so. */
  private synchronized List<PolicyKey> changed(Predicate<ObservationVersion> such) {
    List<PolicyKey> changed = new ArrayList<>();
    Map.copyOf(targets)
        .forEach(
            (key, target) -> {
              ObservationVersion now = cycle.standingOf(target);
              if (now.isStillBeingRead() || !such.test(now)) {
                return;
              }
              boolean isNews = !now.equals(announced.put(key, now));
              GpuPriceLookup lookup = prices.get(key);
              if (isNews || (lookup != null && lookup.hasChanged())) {
                changed.add(key);
              }
            });
    return changed;
  }

  /** Reconciles the policies of a round; its time is taken when the last of them is answered. */
  private synchronized void begin(CycleTimer next) {
    CycleTimer before = round;
    if (before.isUnderWay()) {
      metrics.cycled(before.sinceStart());
    }
    round = next;
    if (next.isEmpty()) {
      metrics.cycled(next.sinceStart());
    }
    next.concerned().forEach(this::announce);
  }

  /** Called after each evaluation of a policy. */
  public void answered(CostPolicy policy) {
    ended(PolicyKey.of(policy));
  }

  private void ended(PolicyKey key) {
    CycleTimer current = round;
    if (current.endsWith(key)) {
      metrics.cycled(current.sinceStart());
    }
  }

  private void announce(PolicyKey key) {
    if (isRunning()) {
      getEventHandler().handleEvent(new Event(key.id()));
    }
  }

  /** Reconciles the policies that name this workload. */
  public void changed(WorkloadReference workload) {
    WorkloadRef named = new WorkloadRef(workload.kind(), workload.name());
    targets.forEach(
        (key, target) -> {
          if (target.namespace().equals(workload.namespace())
              && target.workloads().contains(named)) {
            announce(key);
          }
        });
  }

  /** What a policy asks its source for. */
  public static Target targetOf(CostPolicy policy) {
    var spec = policy.getSpec();
    String model = spec.engineModelName() == null ? spec.model() : spec.engineModelName();
    String gatewayModel = spec.gatewayModelName() == null ? spec.model() : spec.gatewayModelName();
    return new Target(
        spec.source(),
        spec.engine(),
        policy.getMetadata().getNamespace(),
        spec.workloads().stream()
            .map(w -> new WorkloadRef(w.kind(), w.name()))
            .collect(Collectors.toUnmodifiableSet()),
        spec.workloads().stream()
            .filter(w -> w.role() == CostPolicySpec.Role.PREFILL)
            .map(w -> new WorkloadRef(w.kind(), w.name()))
            .collect(Collectors.toUnmodifiableSet()),
        model,
        gatewayModel,
        spec.planning().slo() == null
            ? OptionalInt.empty()
            : OptionalInt.of(spec.planning().slo().percentile()),
        TimeSpan.parse(spec.planning().window()));
  }

  @Override
  public synchronized void start() {
    if (isRunning()) {
      return;
    }
    super.start();
    ScheduledThreadPoolExecutor started =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread daemon = new Thread(task, "cycle");
              daemon.setDaemon(true);
              return daemon;
            });
    started.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread = started;
    // Those that come meanwhile are in the first reading.
    soon.set(true);
    gather(started, 0);
  }

  /** Reads for the first time when no more policies come: begun earlier, it would read twice. */
  private void gather(ScheduledExecutorService on, int before) {
    Future<?> unused =
        on.schedule(
            () -> {
              int now = targets.size();
              if (now > before) {
                gather(on, now);
                return;
              }
              soon.set(false);
              Future<?> unusedEach =
                  on.scheduleAtFixedRate(this::read, 0, period.toMillis(), TimeUnit.MILLISECONDS);
            },
            BATCHING.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** A cycle that is under way goes on to its end: what it reads is kept for the next start. */
  @Override
  public synchronized void stop() {
    ScheduledExecutorService running = thread;
    if (running != null) {
      running.shutdown();
    }
    thread = null;
    super.stop();
  }

  @Override
  public Set<Void> getSecondaryResources(CostPolicy policy) {
    return Set.of();
  }

  @Override
  public Status getStatus() {
    return isRunning() ? Status.HEALTHY : Status.UNHEALTHY;
  }
}
