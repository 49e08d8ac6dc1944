package dev.breakeven.prometheus;

import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.names;

import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.collect.SourceCollector;
import dev.breakeven.prometheus.collect.hourly.NodePrices;
import dev.breakeven.prometheus.collect.request.ParallelTasks;
import dev.breakeven.prometheus.collect.request.SourceHealth;
import dev.breakeven.prometheus.query.EngineProfiles;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Asks every source for what all targets want, and keeps what it said. The way into this room:
 *
 * <pre>
 *   cycle.run(targets, now);      // on a timer, every minute
 *   cycle.join(newTargets, now);  // when policies come or change, a batch at a time
 *   cycle.of(target);             // at any time, from any thread
 * </pre>
 *
 * Nothing that a source does or fails to do comes out as an exception: it is an {@link
 * Observation}.
 */
public final class MetricsCollector implements AutoCloseable {

  private record Key(String source, String engine) {}

  private final Map<String, Source> sources = new HashMap<>();
  private final EngineProfiles engines;
  private final CollectorSettings settings;
  private final ExecutorService workers;
  private final Map<Key, SourceCollector> readings = new HashMap<>();
  private final Map<Target, TargetState> tracked = new ConcurrentHashMap<>();
  private final Map<String, NodePrices> prices = new HashMap<>();
  private final Map<String, SourceHealth> health = new HashMap<>();
  private Set<Target> neighbours = Set.of();

  /** A cycle over these sources, with the built-in profiles. */
  public MetricsCollector(Collection<Source> sources, CollectorSettings settings) {
    this(sources, EngineProfiles.builtIn(), settings, Clock.systemUTC());
  }

  /**
   * A cycle over these sources, with these profiles.
   *
   * @param clock ours, to which sources' clocks are compared
   */
  public MetricsCollector(
      Collection<Source> sources, EngineProfiles engines, CollectorSettings settings, Clock clock) {
    for (Source source : sources) {
      this.sources.put(source.name(), source);
      health.put(source.name(), new SourceHealth(source.transport(), clock));
      if (source.opencost() instanceof Source.OpenCost.Scraped opencost) {
        prices.put(source.name(), new NodePrices(source, opencost));
      }
    }
    this.engines = engines;
    this.settings = settings;
    AtomicInteger number = new AtomicInteger();
    // Idle threads end; how many there are is bounded by the sources and what each may be asked.
    this.workers =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "prometheus-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Reads what is new for all targets, and what is missing of their past while there is time.
   * Targets that are not among them are forgotten.
   */
  public CollectionReport run(Collection<Target> targets, Instant now) {
    return run(targets, now, () -> {});
  }

  /**
   * The same.
   *
   * @param onWindows run, by any thread, when the windows of targets that came are read and what is
   *     older is not: they can be answered. The reading goes on when it returns.
   */
  public synchronized CollectionReport run(
      Collection<Target> targets, Instant now, Runnable onWindows) {
    Set<Target> wanted = new HashSet<>(targets);
    forget(target -> !wanted.contains(target));
    readAnewBesideOthers(wanted);
    readings.values().removeIf(SourceCollector::isEmpty);
    prices.forEach(
        (source, its) -> {
          if (readings.keySet().stream().noneMatch(key -> key.source().equals(source))) {
            its.forget();
          }
        });
    return read(targets, now, false, onWindows);
  }

  /** Reads only for those of the targets that are not yet known, and forgets none. */
  public CollectionReport join(Collection<Target> targets, Instant now) {
    return join(targets, now, () -> {});
  }

  /** The same; see {@link #run(Collection, Instant, Runnable)}. */
  public synchronized CollectionReport join(
      Collection<Target> targets, Instant now, Runnable onWindows) {
    Set<Target> all = new HashSet<>(tracked.keySet());
    all.addAll(targets);
    Set<Target> before = Set.copyOf(tracked.keySet());
    readAnewBesideOthers(all);
    Set<Target> toRead = new LinkedHashSet<>(targets);
    before.stream().filter(target -> !tracked.containsKey(target)).forEach(toRead::add);
    return read(toRead, now, true, onWindows);
  }

  private void forget(Predicate<Target> which) {
    tracked.keySet().removeIf(which);
    readings.values().forEach(reading -> reading.retain(tracked.keySet()));
  }

  /**
   * Which pods are whose depends on what other policies of the namespace name. Where that has
   * changed, what was read stands for other pods, and is read anew.
   */
  private void readAnewBesideOthers(Set<Target> now) {
    if (now.equals(neighbours)) {
      return;
    }
    Map<Neighbourhood, Set<WorkloadRef>> before = Neighbourhood.workloads(neighbours);
    Map<Neighbourhood, Set<WorkloadRef>> after = Neighbourhood.workloads(now);
    neighbours = Set.copyOf(now);
    Set<Target> otherwise = new HashSet<>();
    for (Target target : tracked.keySet()) {
      Neighbourhood its = Neighbourhood.of(target);
      Set<WorkloadRef> changed = new HashSet<>(before.getOrDefault(its, Set.of()));
      Set<WorkloadRef> present = after.getOrDefault(its, Set.of());
      Set<WorkloadRef> came = new HashSet<>(present);
      came.removeAll(changed);
      changed.removeAll(present);
      changed.addAll(came);
      changed.removeAll(target.workloads());
      if (changed.stream()
          .anyMatch(
              other ->
                  target.workloads().stream()
                      .anyMatch(mine -> PodOwners.mayClaimTheSame(mine, other)))) {
        otherwise.add(target);
      }
    }
    if (!otherwise.isEmpty()) {
      forget(otherwise::contains);
    }
  }

  /** Targets whose pods are attributed together. */
  private record Neighbourhood(Key key, String namespace) {
    static Neighbourhood of(Target target) {
      return new Neighbourhood(new Key(target.source(), target.engine()), target.namespace());
    }

    static Map<Neighbourhood, Set<WorkloadRef>> workloads(Set<Target> targets) {
      Map<Neighbourhood, Set<WorkloadRef>> all = new HashMap<>();
      for (Target target : targets) {
        all.computeIfAbsent(of(target), n -> new HashSet<>()).addAll(target.workloads());
      }
      return all;
    }
  }

  private CollectionReport read(
      Collection<Target> targets, Instant now, boolean onlyJoining, Runnable onWindows) {
    for (Target target : targets) {
      if (!tracked.containsKey(target) && isServed(target)) {
        tracked.put(target, reading(target, now).join(target, now));
      }
    }
    long started = System.nanoTime();
    BooleanSupplier hasTime =
        () -> Duration.ofNanos(System.nanoTime() - started).compareTo(settings.backfill()) < 0;
    // Side by side, so that a slow source keeps no other waiting longer than the slowest answer.
    List<Supplier<CollectionReport.Reading>> work = new ArrayList<>();
    Map<String, NodePrices> toAsk = pricesToAsk(onlyJoining);
    for (SourceCollector reading : readings.values()) {
      // Asked once a source, whichever of its engines' readings comes first.
      NodePrices its = toAsk.remove(reading.sourceName());
      work.add(() -> reading.read(now, onlyJoining, hasTime, its, onWindows));
    }
    List<CollectionReport.Reading> reports = ParallelTasks.all(workers, work);
    List<CollectionReport.SourceUse> uses =
        readings.keySet().stream()
            .map(Key::source)
            .distinct()
            .map(source -> Objects.requireNonNull(health.get(source)).use(source))
            .toList();
    return new CollectionReport(reports, uses);
  }

  private Map<String, NodePrices> pricesToAsk(boolean onlyJoining) {
    Map<String, NodePrices> toAsk = new HashMap<>(prices);
    toAsk.values().removeIf(its -> onlyJoining && !its.isUnread());
    return toAsk;
  }

  /**
   * OpenCost's GPU prices of nodes.
   *
   * @param target who wants to know
   * @param nodesOfItsPods the nodes that its own pods are on: it learns of no other
   */
  public GpuPrices gpuPrices(Target target, Set<String> nodesOfItsPods) {
    Source source = sources.get(target.source());
    NodePrices its = prices.get(target.source());
    // Forbidden and absent read the same.
    return source == null || its == null || !TenantFilter.mayLearnPrices(target, source)
        ? new GpuPrices.NotRead()
        : its.of(nodesOfItsPods);
  }

  private SourceCollector reading(Target target, Instant now) {
    return readings.computeIfAbsent(
        new Key(target.source(), target.engine()),
        key ->
            new SourceCollector(
                source(target),
                Objects.requireNonNull(health.get(key.source())),
                engines.named(key.engine()),
                engines.all(),
                settings,
                workers,
                now));
  }

  private Source source(Target target) {
    Source source = sources.get(target.source());
    if (source == null) {
      throw new IllegalArgumentException("no source called " + target.source());
    }
    return source;
  }

  private boolean isServed(Target target) {
    Source source = sources.get(target.source());
    return source != null && source.allows(target.namespace()) && engines.has(target.engine());
  }

  /** What is known of a target now. Cheap enough to be asked when it is needed, not to be kept. */
  public Observation of(Target target) {
    TargetState known = tracked.get(target);
    return known == null ? untracked(target) : known.observe();
  }

  private Observation.Unavailable untracked(Target target) {
    Source source = sources.get(target.source());
    if (source == null || !source.allows(target.namespace())) {
      // Forbidden and absent read the same.
      return new Observation.Unavailable(
          new Note(
              Note.Reason.SOURCE_UNKNOWN,
              Message.of(
                  Cause.SOURCE_NOT_CONFIGURED, name(target.namespace()), name(target.source()))),
          Instant.EPOCH);
    }
    if (!engines.has(target.engine())) {
      return new Observation.Unavailable(
          new Note(
              Note.Reason.ENGINE_UNKNOWN,
              Message.of(
                  Cause.ENGINE_PROFILE_NOT_KNOWN,
                  name(target.engine()),
                  names(List.copyOf(engines.names())))),
          Instant.EPOCH);
    }
    return new Observation.Unavailable(TargetState.NOTHING_READ, Instant.EPOCH);
  }

  /**
   * Whether {@link #of} would say anything new: cheap enough for every target after every cycle.
   */
  public ObservationVersion standingOf(Target target) {
    TargetState known = tracked.get(target);
    return known == null ? ObservationVersion.of(untracked(target)) : known.version();
  }

  /** Stops; answers stay readable. */
  @Override
  public void close() {
    workers.shutdownNow();
  }
}
