package dev.breakeven.prometheus.collect;

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
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.QueryExecutor;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All targets of one source and one engine profile, and what of their past has still to be read.
 * Not safe for several threads.
 */
public final class SourceCollector {

  private static final int PODS_REMEMBERED_STEPS = 144;
  private static final Duration TAILS_EVERY = Duration.ofHours(1);
  private static final SourceFailure UNKNOWN =
      SourceFailure.of(SourceFailure.Reason.NOT_AN_ANSWER, "no answer");

  private final Source source;
  private final EngineProfile profile;
  private final CollectorSettings settings;
  private final ExecutorService workers;
  private final Set<Figure> figures = EnumSet.noneOf(Figure.class);
  private final PodOwners owners = new PodOwners();
  private final Map<Pod, ScrapeGapDetector> presences = new HashMap<>();
  private final ReadBatch main;
  private final List<ReadBatch> joining = new ArrayList<>();
  private final Map<QueryCatalog, SourceFailure> failures = new LinkedHashMap<>();
  private final Set<String> leftOut = new HashSet<>(); // scrape targets that are not believed
  private Instant nextTails = Instant.MIN;

  public SourceCollector(
      Source source,
      EngineProfile profile,
      CollectorSettings settings,
      ExecutorService workers,
      Instant now) {
    this.source = source;
    this.profile = profile;
    this.settings = settings;
    this.workers = workers;
    this.main = new ReadBatch(throughAt(now));
    QueryBuilder questions = new QueryBuilder(source, profile, Set.of(), Set.of());
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
            .filter(b -> b.targets().stream().noneMatch(TargetState::wasEverRead))
            .findFirst()
            .orElseGet(
                () -> {
                  ReadBatch made = new ReadBatch(through);
                  made.miss(figures, new StepRanges.Run(tracked.history().earliestFrom(), through));
                  joining.add(made);
                  return made;
                });
    batch.targets().add(tracked);
    nextTails = Instant.MIN;
    return tracked;
  }

  /** Forgets targets that nobody asks about any more. */
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
   */
  public CollectionReport.Reading read(
      Instant now, boolean onlyJoining, BooleanSupplier hasTime, @Nullable NodePrices prices) {
    failures.clear();
    CycleQueryExecutor asker =
        new CycleQueryExecutor(source.transport(), workers, settings.parallelism());
    List<ReadBatch> batches = new ArrayList<>();
    if (!onlyJoining) {
      leftOut.clear();
    }
    if (!onlyJoining && !main.targets().isEmpty()) {
      batches.add(main);
    }
    batches.addAll(joining);
    for (ReadBatch batch : batches) {
      readNewest(batch, now, asker);
    }
    if (!now.isBefore(nextTails) && !failures.containsKey(QueryCatalog.SCRAPES)) {
      new LengthTailReader(source, profile, allTargets(), leftOut)
          .read(asker, now)
          .forEach(failures::put);
      StraySeries.look(
          new QueryBuilder(source, profile, Set.of(), Set.of()), profile, allTargets(), asker, now);
      nextTails = now.plus(TAILS_EVERY);
    }
    if (prices != null) {
      prices.read(asker, now).ifPresent(failure -> failures.put(QueryCatalog.GPU_PRICES, failure));
    }
    ClockCheck.remark(source, allTargets());
    int newest = asker.requests();
    for (ReadBatch batch : batches) {
      readPast(batch, now, hasTime, asker);
    }
    mergeLoaded(now);
    forgetOldPods();
    return new CollectionReport.Reading(
        source.name(),
        profile.name(),
        newest,
        asker.requests() - newest,
        failures,
        joining.isEmpty() && !main.isMissingAny());
  }

  private void readNewest(ReadBatch batch, Instant now, QueryExecutor asker) {
    long through = throughAt(now);
    if (batch.isAheadOf(through)) {
      batch.startAnew(through, figures);
      presences.clear();
    }
    batch.reach(through, figures);
    while (true) {
      Chunk chunk = batch.newest(through);
      ChunkReader read = readChunk(batch, chunk, true, figures, asker);
      if (isTooLarge(read) && chunk.points() > 1) {
        batch.halve(chunk);
        continue;
      }
      leftOut.addAll(read.leftOut());
      boolean answered = true;
      for (TargetState tracked : batch.targets()) {
        Optional<Note> why = whyUnanswered(tracked.target(), read.answers());
        why.ifPresentOrElse(note -> tracked.failed(note, now), tracked::wasRead);
        answered &=
            why.isEmpty()
                && read.answers().areWholeFor(tracked.target())
                && !read.isLessThanWas(tracked);
      }
      batch.askedNewest(chunk, answered);
      return;
    }
  }

  /** Why a target has no answer: a question failed that it cannot do without. */
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

  /** Reads what is missing of the past, newest first, while there is time. */
  private void readPast(
      ReadBatch batch, Instant now, BooleanSupplier hasTime, CycleQueryExecutor asker) {
    if (batch.isWaitingToRetry(now) || asker.gaveUp()) {
      return;
    }
    batch.missWhatIsPast(figures);
    StepRanges left = batch.missingPast();
    while (!left.isEmpty() && hasTime.getAsBoolean()) {
      Chunk chunk = batch.newestOf(left);
      ChunkReader read = readChunk(batch, chunk, false, batch.missingIn(chunk.run()), asker);
      if (isTooLarge(read) && chunk.points() > 1) {
        batch.halve(chunk);
        continue;
      }
      left.remove(chunk.run());
      if (!read.answers().areWhole()) {
        batch.pastFailed(now);
      }
      if (asker.gaveUp()) {
        return;
      }
      batch.widenAfter(read.pointsRead());
    }
  }

  private ChunkReader readChunk(
      ReadBatch batch, Chunk chunk, boolean isNewest, Set<Figure> wanted, QueryExecutor asker) {
    ChunkReader read =
        new ChunkReader(
            new ChunkReader.Scope(
                source, profile, new TargetIndex(batch.targets(), allTargets()), chunk, isNewest),
            owners,
            presences,
            asker);
    read.read(wanted);
    ChunkQueries answers = read.answers();
    failures.putAll(answers.failures());
    if (isNewest
        && !batch.targets().stream().map(TargetState::target).allMatch(answers::sufficeFor)) {
      return read; // nothing of it was kept for those
    }
    wanted.stream().filter(answers::areWholeOf).forEach(figure -> batch.found(figure, chunk.run()));
    read.toReadAgain().forEach(batch::readAgain);
    return read;
  }

  private static boolean isTooLarge(ChunkReader read) {
    return read.answers().failures().values().stream().anyMatch(SourceFailure::isTooLarge);
  }

  private List<TargetState> allTargets() {
    List<TargetState> all = new ArrayList<>(main.targets());
    joining.forEach(batch -> all.addAll(batch.targets()));
    return all;
  }

  /** Batches whose past has been asked for, whatever came of it, become one with the others. */
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
  }
}
