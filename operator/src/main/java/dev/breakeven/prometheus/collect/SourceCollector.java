package dev.breakeven.prometheus.collect;

import static dev.breakeven.reason.Parameter.count;
import static dev.breakeven.reason.Parameter.name;

import dev.breakeven.prometheus.CollectionReport;
import dev.breakeven.prometheus.CollectorSettings;
import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.attribution.ScrapeGapDetector;
import dev.breakeven.prometheus.attribution.TargetIndex;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.LeftOut;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.ScrapeLabels;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All targets of one source and one engine profile, and what of their past has still to be read.
 * Not safe for several threads.
 */
public final class SourceCollector {

  private static final int PODS_REMEMBERED_STEPS = 144;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Clock difference that is reported; beyond one step no data is used. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  /** After this many bytes in a cycle, no more of the past is read in it. */
  private static final long MOST_BYTES_A_CYCLE = 1L << 30;

  private static final Duration NEWEST_EVERY = Duration.ofSeconds(5);

  /** Fits a URL of 8 KiB; where that is refused too, no query names namespaces. */
  private static final int FEW_CHARACTERS = 4_000;

  private static final Duration TAILS_EVERY = Duration.ofHours(1);
  private static final SourceFailure UNKNOWN =
      SourceFailure.of(SourceFailure.Reason.NOT_AN_ANSWER, "no answer");

  private final Source source;
  private final SourceHealth health;
  private final ChunkLimit limit = new ChunkLimit();
  private final EngineProfile profile;
  private final Collection<EngineProfile> engines;
  private final CollectorSettings settings;
  private final ExecutorService workers;
  private final Set<Figure> figures = EnumSet.noneOf(Figure.class);
  private final PodOwners owners = new PodOwners();
  private final Map<Pod, ScrapeGapDetector> presences = new HashMap<>();
  private final WithoutUp withoutUp = new WithoutUp();
  private final RepeatedServers repeatedServers = new RepeatedServers();
  private int mostCharacters = QueryBuilder.MOST_CHARACTERS;
  private final ReadBatch main;
  private final List<ReadBatch> joining = new ArrayList<>();
  private final Map<QueryCatalog, SourceFailure> failures = new LinkedHashMap<>();
  private LeftOut leftOut = LeftOut.NONE; // scrape targets that are not believed
  private ScrapeLabels gateways = ScrapeLabels.NONE; // what is known of who scraped the gateway
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
    this.main = new ReadBatch(throughAt(now), limit);
    QueryBuilder questions = new QueryBuilder(source, profile, Set.of(), LeftOut.NONE);
    for (Figure figure : Figure.values()) {
      if (questions.canAnswer(figure.part())) {
        figures.add(figure);
      }
    }
  }

  /** The step after the last that ended long enough ago. */
  private long throughAt(Instant now) {
    return Math.floorDiv(
        now.getEpochSecond() - settings.lateness().toSeconds(), (long) StoredHistory.STEP_SECONDS);
  }

  /** Takes in a target that was not known before. */
  public TargetState join(Target target, Instant now) {
    int windowSteps = Math.toIntExact(target.window().toSeconds() / StoredHistory.STEP_SECONDS);
    long kept = settings.history().toSeconds() / StoredHistory.STEP_SECONDS;
    int hours = Math.toIntExact(Math.max(0, kept - windowSteps) / StoredHistory.STEPS_PER_HOUR);
    long through = throughAt(now);
    TargetState tracked =
        new TargetState(
            target,
            profile,
            figures,
            new StoredHistory(windowSteps, hours, StoredHistory.Stride.ofADayOf(target), through),
            now);
    ReadBatch batch =
        joining.stream()
            .filter(b -> b.targets().get(0).target().window().equals(target.window()))
            .filter(b -> !b.isBegun())
            .findFirst()
            .orElseGet(
                () -> {
                  ReadBatch made = new ReadBatch(through, limit);
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
   * @param onlyJoining leaves out the targets whose past has been read
   * @param prices to be asked for too; none where they are, or another reading of the source asks
   * @param onWindows told when the windows of targets that came are read, and what is older is not
   */
  public CollectionReport.Reading read(
      Instant now,
      boolean onlyJoining,
      BooleanSupplier hasTime,
      @Nullable NodePrices prices,
      Runnable onWindows) {
    failures.clear();
    long startedNanos = System.nanoTime();
    LongSupplier millis =
        () -> now.toEpochMilli() + (System.nanoTime() - startedNanos) / NANOS_PER_MILLI;
    SourceHealth.Beginning beginning = health.begin(now, millis);
    if (beginning instanceof SourceHealth.Beginning.Failed failed) {
      return unanswered(failed.failure(), now);
    }
    if (beginning instanceof SourceHealth.Beginning.HeldBack
        || (beginning instanceof SourceHealth.Beginning.Go go
            && !go.ahead().map(ahead -> isTold(ahead, now)).orElse(true))) {
      return reading(0, 0);
    }
    CycleQueryExecutor asker =
        new CycleQueryExecutor(source.transport(), health, millis, workers, settings.parallelism());
    List<ReadBatch> batches = new ArrayList<>();
    // A cycle may be shorter than it takes for anything new to be there.
    boolean isDue = !now.isBefore(nextNewest) || now.isBefore(nextNewest.minus(NEWEST_EVERY));
    if (!onlyJoining && isDue) {
      leftOut = LeftOut.NONE;
    }
    if (!onlyJoining && !main.targets().isEmpty()) {
      batches.add(main);
    }
    batches.addAll(joining);
    for (ReadBatch batch : batches) {
      boolean isToBeAsked = batch == main ? isDue : batch.isNewestDue(now);
      if (isToBeAsked && asker.left() >= SourceHealth.FEWEST_REQUESTS) {
        readNewest(batch, now, asker);
      }
    }
    if (!now.isBefore(nextTails) && !failures.containsKey(QueryCatalog.SCRAPES)) {
      new LengthTailReader(source, profile, allTargets(), leftOut, mostCharacters)
          .read(asker, now)
          .forEach(failures::put);
      StraySeries.look(source, profile, engines, allTargets(), asker, now);
      nextTails = now.plus(TAILS_EVERY);
    }
    if (prices != null && (isDue || prices.isUnread())) {
      prices.read(asker, now).ifPresent(failure -> failures.put(QueryCatalog.GPU_PRICES, failure));
    }
    if (failures.isEmpty() && asker.requests() > 0) {
      health.budget().isWell();
      if (isDue && batches.contains(main)) {
        nextNewest = now.plus(NEWEST_EVERY);
      }
    }
    int newest = asker.requests();
    // A cycle's requests go first to targets whose window is incomplete.
    batches.sort(Comparator.comparing(ReadBatch::noteWindows));
    for (ReadBatch batch : batches) {
      readPast(batch, now, hasTime, asker, batch == main ? () -> {} : onWindows);
    }
    mergeLoaded(now);
    checkGateway(now, asker);
    forgetOldPods();
    return reading(newest, asker.requests() - newest);
  }

  /** Once an hour, of those of whose past all is read. */
  private void checkGateway(Instant now, CycleQueryExecutor asker) {
    if (now.isBefore(nextGatewayCheck) || !joining.isEmpty() || main.targets().isEmpty()) {
      return;
    }
    Set<String> namespaces =
        main.targets().stream()
            .map(t -> t.target().namespace())
            .collect(Collectors.toUnmodifiableSet());
    GatewayCheck.look(
        new QueryBuilder(source, profile, namespaces, LeftOut.NONE, gateways, mostCharacters),
        source,
        gateways.gateways(),
        main.targets(),
        asker,
        main.through());
    nextGatewayCheck = now.plus(TAILS_EVERY);
  }

  private CollectionReport.Reading reading(int newest, int past) {
    return new CollectionReport.Reading(
        source.name(),
        profile.name(),
        newest,
        past,
        failures,
        joining.isEmpty() && !main.isMissingAny());
  }

  /** Only the health check is sent, and it fails. */
  private CollectionReport.Reading unanswered(SourceFailure why, Instant now) {
    failures.put(QueryCatalog.SOURCE_TIME, why);
    Note note =
        new Note(
            Note.Reason.SOURCE_UNAVAILABLE,
            Message.of(Cause.SOURCE_DOES_NOT_ANSWER_AT_ALL, name(source.name()), why.quoted()));
    allTargets().forEach(target -> target.failed(note, now));
    return reading(0, 0);
  }

  /**
   * Tells targets how the source's clock stands to ours.
   *
   * @param ahead how far it is ahead of ours
   * @return whether times are alike enough for steps to be the same ones
   */
  private boolean isTold(Duration ahead, Instant now) {
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
      target.remark(Note.Reason.CLOCKS_DIFFER, differ.filter(message -> !isFar));
      target.remark(Note.Reason.CLOCKS_FAR_APART, differ.filter(message -> isFar));
      differ
          .filter(message -> isFar)
          .ifPresent(
              message -> target.failed(new Note(Note.Reason.CLOCKS_FAR_APART, message), now));
    }
    return !isFar;
  }

  private void readNewest(ReadBatch batch, Instant now, CycleQueryExecutor asker) {
    long through = throughAt(now);
    if (batch.isAheadOf(through)) {
      batch.startAnew(through, figures);
      presences.clear();
    }
    batch.reach(through, figures);
    while (true) {
      Chunk chunk = batch.newest(through);
      ChunkReader read = reader(batch, chunk, true, asker);
      read.read(figures);
      if (batch.targets().stream().map(TargetState::target).allMatch(read.answers()::sufficeFor)) {
        keep(batch, read);
      } else {
        failures.putAll(read.answers().failures()); // nothing of it was kept for those
      }
      if (isTooLarge(read) && chunk.isSplittable()) {
        limit.refused(chunk, now);
        continue;
      }
      if (isToBeShortened(read)) {
        continue;
      }
      learnFromTimeouts(read, chunk, now);
      if (read.answers().wasHeldBack()) {
        return; // what is known stands
      }
      leftOut = leftOut.and(read.leftOut());
      gateways = read.labels().ofGateways();
      boolean answered = !read.lacksAnswers();
      for (TargetState tracked : batch.targets()) {
        Optional<Note> why = whyUnanswered(tracked.target(), read.answers());
        why.ifPresentOrElse(note -> tracked.failed(note, now), tracked::wasRead);
        answered &=
            why.isEmpty()
                && read.answers().areWholeFor(tracked.target())
                && !read.isLessThanWas(tracked);
      }
      batch.askedNewest(chunk, answered, now);
      if (answered) {
        limit.answered(read.pointsRead(), now);
      }
      return;
    }
  }

  /** Why a target has no data: a query that it needs failed. */
  private Optional<Note> whyUnanswered(Target target, ChunkQueries answers) {
    return ChunkQueries.neededBy(target).stream()
        .filter(answers::hasFailed)
        .max(Comparator.naturalOrder())
        .map(
            query ->
                new Note(
                    Note.Reason.SOURCE_UNAVAILABLE,
                    Message.of(
                        Cause.SOURCE_DOES_NOT_ANSWER,
                        name(source.name()),
                        answers.failures().getOrDefault(query, UNKNOWN).quoted(),
                        name(query.label()))));
  }

  /**
   * Reads what is missing of the past, newest first, while there is time. While the figures of a
   * chunk are asked for, the pods of the next one are.
   */
  private void readPast(
      ReadBatch batch,
      Instant now,
      BooleanSupplier hasTime,
      CycleQueryExecutor asker,
      Runnable onWindow) {
    if (asker.gaveUp()) {
      batch.noteWindows();
      return;
    }
    boolean isTrial = batch.isWaitingToRetry(now);
    batch.missWhatIsPast(figures);
    StepRanges left = batch.missingPast();
    Pace pace = new Pace();
    ChunkReader next = null;
    while (next != null || mayGoOn(left, hasTime, asker, 1)) {
      ChunkReader current = next == null ? readPods(batch, left, asker) : next;
      CompletableFuture<Void> figuresRead =
          CompletableFuture.runAsync(current::readFigures, workers);
      next =
          !isTrial && asker.isWell() && mayGoOn(left, hasTime, asker, 2)
              ? readPods(batch, left, asker)
              : null;
      figuresRead.join();
      keep(batch, current);
      boolean isTooLarge = isTooLarge(current) && current.chunk().isSplittable();
      if (isTooLarge) {
        limit.refused(current.chunk(), now);
      }
      if (isTooLarge || isToBeShortened(current)) {
        left.add(current.chunk().run());
        if (next != null && (!isTooLarge || next.chunk().points() > limit.points())) {
          // It would be refused as well.
          left.add(next.chunk().run());
          giveUp(batch, next);
          next = null;
        }
        continue;
      }
      learnFromTimeouts(current, current.chunk(), now);
      if (!current.answers().areWhole() && !current.answers().wasHeldBack()) {
        batch.pastFailed(now);
      }
      if (asker.gaveUp() || (isTrial && !current.answers().areWhole())) {
        break;
      }
      if (isTrial) {
        batch.pastAnswers();
        isTrial = false;
      }
      limit.answered(current.pointsRead(), now);
      pace.read(current.chunk());
      long pointsLeft = batch.pointsOf(left) + (next == null ? 0 : next.chunk().points());
      if (pointsLeft > 0 && pace.timeFor(pointsLeft).compareTo(settings.patience()) > 0) {
        batch.tellOfWindows(onWindow);
      }
    }
    if (next != null) {
      giveUp(batch, next);
    }
    batch.noteWindows();
  }

  /** How fast the past comes. */
  private static final class Pace {
    private final long startedNanos = System.nanoTime();
    private long points;

    void read(Chunk chunk) {
      points += chunk.points();
    }

    Duration timeFor(long morePoints) {
      double nanosAPoint = (System.nanoTime() - startedNanos) / (double) Math.max(1, points);
      return Duration.ofNanos((long) (nanosAPoint * morePoints));
    }
  }

  private static boolean mayGoOn(
      StepRanges left, BooleanSupplier hasTime, CycleQueryExecutor asker, int chunksAtOnce) {
    return !left.isEmpty()
        && hasTime.getAsBoolean()
        && !asker.gaveUp()
        && asker.bytes() < MOST_BYTES_A_CYCLE
        && asker.left() >= chunksAtOnce * SourceHealth.FEWEST_REQUESTS;
  }

  /** Begins with the newest of what is left, and takes it away. */
  private ChunkReader readPods(ReadBatch batch, StepRanges left, CycleQueryExecutor asker) {
    Chunk chunk = batch.newestOf(left);
    left.remove(chunk.run());
    ChunkReader begun = reader(batch, chunk, false, asker);
    begun.readPods(batch.missingIn(chunk.run()));
    return begun;
  }

  private static void giveUp(ReadBatch batch, ChunkReader begun) {
    begun.giveUp();
    begun.toReadAgain().forEach(batch::readAgain);
  }

  private ChunkReader reader(
      ReadBatch batch, Chunk chunk, boolean isNewest, CycleQueryExecutor asker) {
    return new ChunkReader(
        new ChunkReader.Scope(
            source,
            profile,
            new TargetIndex(batch.targets(), allTargets()),
            chunk,
            isNewest,
            mostCharacters),
        owners,
        presences,
        withoutUp,
        repeatedServers,
        asker.forChunk(chunk));
  }

  /** Notes what was read of the past, and what was not. */
  private void keep(ReadBatch batch, ChunkReader read) {
    failures.putAll(read.answers().failures());
    read.wanted().stream()
        .filter(read.answers()::areWholeOf)
        .forEach(figure -> batch.found(figure, read.chunk().run()));
    read.toReadAgain().forEach(batch::readAgain);
  }

  /** Whether a query was refused for its length, and there is anything to leave out of it. */
  private boolean isToBeShortened(ChunkReader read) {
    boolean isTooLong =
        read.answers().failures().values().stream().anyMatch(SourceFailure::isTooLong);
    if (!isTooLong || mostCharacters == 0) {
      return false;
    }
    mostCharacters = mostCharacters > FEW_CHARACTERS ? FEW_CHARACTERS : 0;
    return true;
  }

  /** What did not arrive in time is read in smaller parts next time. */
  private void learnFromTimeouts(ChunkReader read, Chunk chunk, Instant now) {
    if (chunk.isSplittable()
        && read.answers().failures().values().stream()
            .anyMatch(failure -> failure.reason() == SourceFailure.Reason.TIMEOUT)) {
      limit.refused(chunk, now);
    }
  }

  private static boolean isTooLarge(ChunkReader read) {
    return read.answers().failures().values().stream().anyMatch(SourceFailure::isTooLarge);
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
    long oldest = main.through() - PODS_REMEMBERED_STEPS;
    presences.values().removeIf(presence -> presence.lastStep() < oldest);
    owners.forgetBefore(oldest);
    repeatedServers.forgetBefore(oldest);
  }
}
