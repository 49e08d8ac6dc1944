package dev.breakeven.prometheus.collect;

import static dev.breakeven.reason.Parameter.count;
import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.prometheus.CollectionReport;
import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.collect.gateway.GatewayCheck;
import dev.breakeven.prometheus.collect.hourly.LengthTailReader;
import dev.breakeven.prometheus.collect.hourly.NodePrices;
import dev.breakeven.prometheus.collect.hourly.RestartCheck;
import dev.breakeven.prometheus.collect.hourly.UnattributedSeries;
import dev.breakeven.prometheus.collect.request.CycleQueryExecutor;
import dev.breakeven.prometheus.collect.request.SourceHealth;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.UntrustedTargets;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Collects for all targets of one source and one engine profile: the newest steps in every cycle,
 * and the past of new targets. Not safe for several threads.
 */
public final class SourceCollector {

  private static final int PODS_REMEMBERED_STEPS = 144;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Clock difference that is reported; beyond one step no data is used. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  private static final Duration NEWEST_EVERY = Duration.ofSeconds(5);

  private static final Duration TAILS_EVERY = Duration.ofHours(1);
  private final Source source;
  private final SourceHealth health;
  private final EngineProfile profile;
  private final Collection<EngineProfile> engines;
  private final CollectorSettings settings;
  private final ExecutorService workers;
  private final Set<Figure> figures = EnumSet.noneOf(Figure.class);
  private final ChunkReaders readers;
  private final NewestSteps newestSteps;
  private final Backfill backfill;
  private final RestartCheck restarts;
  private final ReadBatch main;
  private final List<ReadBatch> joining = new ArrayList<>();
  private Instant nextGatewayCheck = Instant.MIN;
  private Instant nextTails = Instant.MIN;
  private Instant nextNewest = Instant.EPOCH;

  public SourceCollector(
      Source source,
      SourceHealth health,
      EngineProfile profile,
      Collection<EngineProfile> engines,
      CollectorSettings settings,
      ExecutorService workers,
      Instant now) {
    this.engines = engines;
    this.source = source;
    this.health = health;
    this.profile = profile;
    this.settings = settings;
    this.workers = workers;
    QueryBuilder builder = new QueryBuilder(source, profile, Set.of(), UntrustedTargets.NONE);
    for (Figure figure : Figure.values()) {
      if (builder.canAnswer(figure.part())) {
        figures.add(figure);
      }
    }
    this.readers = new ChunkReaders(source, profile);
    this.newestSteps = new NewestSteps(source.name(), figures, readers);
    this.backfill = new Backfill(readers, figures, settings, workers);
    this.restarts = new RestartCheck(source, profile);
    this.main = new ReadBatch(throughAt(now), readers.limit());
  }

  /** The step after the last that ended long enough ago. */
  private long throughAt(Instant now) {
    return Math.floorDiv(
        now.getEpochSecond() - settings.lateness().toSeconds(), (long) StoredHistory.STEP_SECONDS);
  }

  /** Adds a target. */
  public TargetState join(Target target, Instant now) {
    int windowSteps = Math.toIntExact(target.window().toSeconds() / StoredHistory.STEP_SECONDS);
    long kept = settings.history().toSeconds() / StoredHistory.STEP_SECONDS;
    int hours = Math.toIntExact(Math.max(0, kept - windowSteps) / StoredHistory.STEPS_PER_HOUR);
    long through = throughAt(now);
    TargetState tracked =
        new TargetState(
            target,
            profile,
            new StoredHistory(windowSteps, hours, StoredHistory.Stride.ofADayOf(target), through),
            now);
    ReadBatch batch =
        joining.stream()
            .filter(b -> b.targets().get(0).target().window().equals(target.window()))
            .filter(b -> !b.isBegun())
            .findFirst()
            .orElseGet(
                () -> {
                  ReadBatch made = new ReadBatch(through, readers.limit());
                  made.miss(figures, new StepRanges.Run(tracked.history().earliestFrom(), through));
                  joining.add(made);
                  return made;
                });
    batch.targets().add(tracked);
    nextTails = Instant.MIN;
    return tracked;
  }

  /** Forgets targets that no policy has any more. */
  public void retain(Set<Target> wanted) {
    main.targets().removeIf(t -> !wanted.contains(t.target()));
    for (ReadBatch batch : joining) {
      batch.targets().removeIf(t -> !wanted.contains(t.target()));
    }
    joining.removeIf(batch -> batch.targets().isEmpty());
  }

  public boolean isEmpty() {
    return main.targets().isEmpty() && joining.isEmpty();
  }

  public String sourceName() {
    return source.name();
  }

  /**
   * Reads what is new, then what is missing of the past while there is time.
   *
   * @param onlyJoining leaves out targets whose past has been read
   * @param prices to read too; null if another collector of the source reads them
   * @param onWindows run when the windows of new targets are read, and what is older is not
   */
  public CollectionReport.Reading read(
      Instant now,
      boolean onlyJoining,
      BooleanSupplier hasTime,
      @Nullable NodePrices prices,
      Runnable onWindows) {
    readers.failures().clear();
    long startedNanos = System.nanoTime();
    LongSupplier millis =
        () -> now.toEpochMilli() + (System.nanoTime() - startedNanos) / NANOS_PER_MILLI;
    SourceHealth.Beginning beginning = health.begin(now, millis);
    if (beginning instanceof SourceHealth.Beginning.Failed failed) {
      return unanswered(failed.failure(), now);
    }
    if (beginning instanceof SourceHealth.Beginning.HeldBack
        || (beginning instanceof SourceHealth.Beginning.Go go
            && !go.ahead().map(ahead -> checkClock(ahead, now)).orElse(true))) {
      return reading(0, 0);
    }
    CycleQueryExecutor executor =
        new CycleQueryExecutor(source.transport(), health, millis, workers, settings.parallelism());
    List<ReadBatch> batches = new ArrayList<>(joining);
    if (!onlyJoining && !main.targets().isEmpty()) {
      batches.add(0, main);
    }
    readNewest(batches, onlyJoining, prices, now, executor);
    int newest = executor.requests();
    // A cycle's requests go first to targets whose window is incomplete.
    batches.sort(Comparator.comparing(ReadBatch::noteWindows));
    for (ReadBatch batch : batches) {
      backfill.read(
          batch, allTargets(), now, hasTime, executor, batch == main ? () -> {} : onWindows);
    }
    mergeLoaded(now);
    checkGateway(now, executor);
    forgetOldPods();
    return reading(newest, executor.requests() - newest);
  }

  /** Reads the newest steps, and what is read once an hour or once for all targets. */
  private void readNewest(
      List<ReadBatch> batches,
      boolean onlyJoining,
      @Nullable NodePrices prices,
      Instant now,
      CycleQueryExecutor executor) {
    // A cycle may be shorter than it takes for new samples to arrive.
    boolean isDue = !now.isBefore(nextNewest) || now.isBefore(nextNewest.minus(NEWEST_EVERY));
    if (!onlyJoining && isDue) {
      newestSteps.forgetLeftOut();
    }
    for (ReadBatch batch : batches) {
      boolean isToBeRead = batch == main ? isDue : batch.isNewestDue(now);
      if (isToBeRead && executor.left() >= SourceHealth.FEWEST_REQUESTS) {
        newestSteps.read(batch, allTargets(), throughAt(now), now, executor);
      }
    }
    readHourly(now, executor);
    if (prices != null && (isDue || prices.isUnread())) {
      prices
          .read(executor, now)
          .ifPresent(failure -> readers.failures().put(QueryCatalog.GPU_PRICES, failure));
    }
    if (readers.failures().isEmpty() && executor.requests() > 0) {
      health.budget().isWell();
      if (isDue && batches.contains(main)) {
        nextNewest = now.plus(NEWEST_EVERY);
      }
    }
  }

  /** Once an hour: the lengths of requests, and where series are that could not be attributed. */
  private void readHourly(Instant now, CycleQueryExecutor executor) {
    if (now.isBefore(nextTails) || readers.failures().containsKey(QueryCatalog.SCRAPES)) {
      return;
    }
    new LengthTailReader(
            source, profile, allTargets(), newestSteps.leftOut(), readers.mostCharacters())
        .read(executor, now)
        .forEach(readers.failures()::put);
    restarts
        .look(
            readers.memory().owners(),
            allTargets(),
            newestSteps.leftOut(),
            readers.mostCharacters(),
            executor,
            now)
        .forEach(readers.failures()::put);
    UnattributedSeries.look(source, profile, engines, allTargets(), executor, now);
    nextTails = now.plus(TAILS_EVERY);
  }

  /** Once an hour, for targets whose past is read. */
  private void checkGateway(Instant now, CycleQueryExecutor executor) {
    if (now.isBefore(nextGatewayCheck) || !joining.isEmpty() || main.targets().isEmpty()) {
      return;
    }
    Set<String> namespaces =
        main.targets().stream()
            .map(t -> t.target().namespace())
            .collect(Collectors.toUnmodifiableSet());
    GatewayCheck.run(
        new QueryBuilder(
            source,
            profile,
            namespaces,
            UntrustedTargets.NONE,
            newestSteps.gatewayLabels(),
            readers.mostCharacters()),
        source,
        newestSteps.gatewayLabels().ofGatewaySeries(),
        main.targets(),
        executor,
        main.through());
    nextGatewayCheck = now.plus(TAILS_EVERY);
  }

  private CollectionReport.Reading reading(int newest, int past) {
    return new CollectionReport.Reading(
        source.name(),
        profile.name(),
        newest,
        past,
        readers.failures(),
        joining.isEmpty() && !main.isMissingAny());
  }

  /** The source does not answer: no other query is sent. */
  private CollectionReport.Reading unanswered(SourceFailure why, Instant now) {
    readers.failures().put(QueryCatalog.SOURCE_TIME, why);
    Note note =
        new Note(
            Note.Reason.SOURCE_UNAVAILABLE,
            Message.of(Cause.SOURCE_DOES_NOT_ANSWER_AT_ALL, name(source.name()), why.quoted()));
    allTargets().forEach(target -> target.failed(note, now));
    return reading(0, 0);
  }

  /**
   * Notes on targets how far the source's clock is from ours.
   *
   * @param ahead how far it is ahead of ours
   * @return whether it is close enough for steps to be the same ones
   */
  private boolean checkClock(Duration ahead, Instant now) {
    Duration apart = ahead.abs();
    boolean isFar = apart.toSeconds() > StoredHistory.STEP_SECONDS;
    Optional<Message> differ =
        apart.compareTo(CLOCKS_DIFFER) <= 0
            ? Optional.empty()
            : Optional.of(
                Message.of(
                    ahead.isNegative() ? Cause.SOURCE_CLOCK_BEHIND : Cause.SOURCE_CLOCK_AHEAD,
                    name(source.name()),
                    count(apart.toMinutes())));
    for (TargetState target : allTargets()) {
      target.note(Note.Reason.CLOCKS_DIFFER, differ.filter(message -> !isFar));
      target.note(Note.Reason.CLOCKS_FAR_APART, differ.filter(message -> isFar));
      differ
          .filter(message -> isFar)
          .ifPresent(
              message -> target.failed(new Note(Note.Reason.CLOCKS_FAR_APART, message), now));
    }
    return !isFar;
  }

  private List<TargetState> allTargets() {
    List<TargetState> all = new ArrayList<>(main.targets());
    joining.forEach(batch -> all.addAll(batch.targets()));
    return all;
  }

  /** Merges batches whose past has been queried, with or without success. */
  private void mergeLoaded(Instant now) {
    for (ReadBatch batch : List.copyOf(joining)) {
      if (batch.isMissingAny() && !batch.isWaitingToRetry(now)) {
        continue;
      }
      batch.targets().forEach(TargetState::wasLoaded);
      main.absorb(batch);
      joining.remove(batch);
    }
  }

  private void forgetOldPods() {
    if (!joining.isEmpty()) {
      return;
    }
    readers.memory().forgetBefore(main.through() - PODS_REMEMBERED_STEPS);
  }
}
