package dev.breakeven.prometheus;

import dev.breakeven.prometheus.PodOwners.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All targets of one source and one engine profile, and what of their past has still to be read.
 * Not safe for several threads.
 */
final class SourceReading {

  // Late writes may still change them.
  private static final int STEPS_READ_AGAIN = 2;
  private static final int FIRST_POINTS = 144; // a day of steps
  private static final int MOST_POINTS = 1008;
  private static final long FEW_FIGURES = 200_000;
  private static final int PODS_REMEMBERED_STEPS = 144;
  private static final int CLOCK_BACK_STEPS = 6;
  private static final Duration RETRY_PAST = Duration.ofMinutes(10);
  private static final Duration TAILS_EVERY = Duration.ofHours(1);
  private static final int DAY_SECONDS = 86_400;
  // One slow or failing answer may be the question's fault; two are the source's.
  private static final int STRIKES = 2;

  /** Targets whose past is read together. */
  private static final class Batch {
    final List<Tracked> targets = new ArrayList<>();
    final Map<Figure, StepRanges> missing = new EnumMap<>(Figure.class);
    int mostPoints = FIRST_POINTS;
    long missedThrough; // steps from here on are not yet in `missing`
    long readThrough; // the newest that was read of what every answer needs
    StepRanges.Run readNow = new StepRanges.Run(0, 0); // the newest steps, as last asked for
    Instant retryPastAt = Instant.MIN;

    Batch(long through) {
      this.missedThrough = through;
      this.readThrough = through - FIRST_POINTS;
    }

    StepRanges allMissing() {
      StepRanges all = new StepRanges();
      missing.values().forEach(all::addAll);
      return all;
    }

    void miss(Set<Figure> figures, StepRanges.Run run) {
      for (Figure figure : figures) {
        missing.computeIfAbsent(figure, f -> new StepRanges()).add(run);
      }
    }

    Set<Figure> missingIn(StepRanges.Run run) {
      Set<Figure> found = EnumSet.noneOf(Figure.class);
      missing.forEach(
          (figure, ranges) -> {
            if (ranges.meets(run)) {
              found.add(figure);
            }
          });
      return found;
    }

    /** The first step that any of its histories keeps as a step once read up to {@code end}. */
    long recentFrom(long end) {
      return targets.stream().mapToLong(t -> t.history().recentFromUpTo(end)).min().orElse(0);
    }
  }

  private final Source source;
  private final EngineProfile profile;
  private final CycleSettings settings;
  private final ExecutorService workers;
  private final Set<Figure> figures = EnumSet.noneOf(Figure.class);
  private final PodOwners owners = new PodOwners();
  private final Map<Pod, Presence> presences = new HashMap<>();
  private final Batch main;
  private final List<Batch> joining = new ArrayList<>();
  private final Map<Query, SourceFailure> failures = new LinkedHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger struck = new AtomicInteger();
  private final AtomicReference<@Nullable SourceFailure> down = new AtomicReference<>();
  private final Set<String> leftOut = new HashSet<>(); // scrape targets that are not believed
  private Instant nextTails = Instant.MIN;

  SourceReading(
      Source source,
      EngineProfile profile,
      CycleSettings settings,
      ExecutorService workers,
      Instant now) {
    this.source = source;
    this.profile = profile;
    this.settings = settings;
    this.workers = workers;
    this.main = new Batch(throughAt(now));
    Questions questions = new Questions(source, profile, Set.of(), Set.of());
    for (Figure figure : Figure.values()) {
      if (questions.canAnswer(figure.query())) {
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
  Tracked join(Target target, Instant now) {
    int windowSteps = Math.toIntExact(target.window().toSeconds() / StoredHistory.STEP_SECONDS);
    long kept = settings.history().toSeconds() / StoredHistory.STEP_SECONDS;
    int hours = Math.toIntExact(Math.max(0, kept - windowSteps) / StoredHistory.STEPS_PER_HOUR);
    long through = throughAt(now);
    Tracked tracked =
        new Tracked(target, profile, figures, new StoredHistory(windowSteps, hours, through), now);
    Batch batch =
        joining.stream()
            .filter(b -> b.targets.get(0).target().window().equals(target.window()))
            .filter(b -> b.targets.stream().noneMatch(Tracked::wasEverRead))
            .findFirst()
            .orElseGet(
                () -> {
                  Batch made = new Batch(through);
                  made.miss(figures, new StepRanges.Run(tracked.history().earliestFrom(), through));
                  joining.add(made);
                  return made;
                });
    batch.targets.add(tracked);
    nextTails = Instant.MIN;
    return tracked;
  }

  /** Forgets targets that nobody asks about any more. */
  void retain(Set<Target> wanted) {
    main.targets.removeIf(t -> !wanted.contains(t.target()));
    for (Batch batch : joining) {
      batch.targets.removeIf(t -> !wanted.contains(t.target()));
    }
    joining.removeIf(batch -> batch.targets.isEmpty());
  }

  boolean isEmpty() {
    return main.targets.isEmpty() && joining.isEmpty();
  }

  String sourceName() {
    return source.name();
  }

  /**
   * Reads what is new, then what is missing of the past while there is time.
   *
   * @param onlyJoining leaves out the targets whose past has been read
   * @param prices to be asked for too; none where they are, or another reading of the source asks
   */
  CycleReport.Reading read(
      Instant now, boolean onlyJoining, BooleanSupplier hasTime, @Nullable NodePrices prices) {
    failures.clear();
    requests.set(0);
    struck.set(0);
    down.set(null);
    List<Batch> batches = new ArrayList<>();
    if (!onlyJoining) {
      leftOut.clear();
    }
    if (!onlyJoining && !main.targets.isEmpty()) {
      batches.add(main);
    }
    batches.addAll(joining);
    for (Batch batch : batches) {
      readNewest(batch, now);
    }
    if (!now.isBefore(nextTails) && !failures.containsKey(Query.UNTRUSTED_TARGETS)) {
      readTails(now);
      nextTails = now.plus(TAILS_EVERY);
    }
    if (prices != null) {
      prices
          .read(new CountingAsker(), now)
          .ifPresent(failure -> failures.put(Query.GPU_PRICES, failure));
    }
    int newest = requests.get();
    for (Batch batch : batches) {
      readPast(batch, now, hasTime);
    }
    mergeLoaded(now);
    forgetOldPods();
    return new CycleReport.Reading(
        source.name(),
        profile.name(),
        newest,
        requests.get() - newest,
        failures,
        joining.isEmpty() && main.allMissing().isEmpty());
  }

  private void readNewest(Batch batch, Instant now) {
    long through = throughAt(now);
    if (through < batch.missedThrough - CLOCK_BACK_STEPS) {
      startAnew(batch, through);
    }
    batch.miss(figures, new StepRanges.Run(batch.missedThrough, through));
    batch.missedThrough = Math.max(batch.missedThrough, through);
    long from = Math.min(batch.readThrough, through) - STEPS_READ_AGAIN;
    while (true) {
      Chunk chunk =
          new Chunk(
              new StepRanges.Run(
                  Math.max(Math.max(from, through - batch.mostPoints), batch.recentFrom(through)),
                  through),
              1);
      ChunkRead read = readChunk(batch, chunk, true, figures);
      if (isTooLarge(read) && chunk.points() > 1) {
        batch.mostPoints = chunk.points() / 2;
        continue;
      }
      leftOut.addAll(read.leftOut());
      boolean answered = true;
      for (Tracked tracked : batch.targets) {
        Optional<Note> why = whyUnanswered(tracked.target(), read);
        why.ifPresentOrElse(note -> tracked.failed(note, now), tracked::wasRead);
        answered &= why.isEmpty() && isWhole(tracked.target(), read);
      }
      if (answered) {
        batch.readThrough = through;
      }
      batch.readNow = chunk.run();
      return;
    }
  }

  private void startAnew(Batch batch, long through) {
    batch.missing.clear();
    batch.readThrough = through - FIRST_POINTS;
    batch.missedThrough = through;
    presences.clear();
    for (Tracked tracked : batch.targets) {
      tracked.history().startAnew(through);
      batch.miss(figures, new StepRanges.Run(tracked.history().earliestFrom(), through));
    }
  }

  /** Why a target has no answer: a question failed that it cannot do without. */
  private Optional<Note> whyUnanswered(Target target, ChunkRead read) {
    return ChunkRead.neededBy(target).stream()
        .filter(read.failures()::containsKey)
        .max(Comparator.naturalOrder())
        .map(
            query ->
                new Note(
                    Note.Reason.SOURCE_UNAVAILABLE,
                    "source %s: %s (asked for %s)"
                        .formatted(
                            source.name(),
                            read.failures().getOrDefault(query, UNKNOWN).message(),
                            query.label())));
  }

  private static boolean isWhole(Target target, ChunkRead read) {
    return ChunkRead.neededBy(target).stream().noneMatch(read.partial()::contains)
        && !(read.partial().contains(Query.SAMPLES) && !target.workloads().isEmpty());
  }

  private static final SourceFailure UNKNOWN =
      SourceFailure.of(SourceFailure.Reason.NOT_AN_ANSWER, "no answer");

  /** Reads what is missing of the past, newest first, while there is time. */
  private void readPast(Batch batch, Instant now, BooleanSupplier hasTime) {
    if (now.isBefore(batch.retryPastAt) || down.get() != null) {
      return;
    }
    StepRanges left = batch.allMissing();
    left.remove(batch.readNow);
    while (!left.isEmpty() && hasTime.getAsBoolean()) {
      Chunk chunk = Chunk.newest(left, batch.recentFrom(Long.MIN_VALUE), batch.mostPoints);
      ChunkRead read = readChunk(batch, chunk, false, batch.missingIn(chunk.run()));
      if (isTooLarge(read) && chunk.points() > 1) {
        batch.mostPoints = chunk.points() / 2;
        continue;
      }
      left.remove(chunk.run());
      if (!read.failures().isEmpty() || !read.partial().isEmpty()) {
        batch.retryPastAt = now.plus(RETRY_PAST);
      }
      if (down.get() != null) {
        return;
      }
      if (read.pointsRead() < FEW_FIGURES) {
        batch.mostPoints = Math.min(MOST_POINTS, 2 * batch.mostPoints);
      }
    }
  }

  private ChunkRead readChunk(Batch batch, Chunk chunk, boolean isNewest, Set<Figure> wanted) {
    ChunkRead read =
        new ChunkRead(
            source,
            profile,
            new TargetIndex(batch.targets, allTargets()),
            chunk,
            isNewest,
            owners,
            presences,
            new CountingAsker());
    read.read(wanted);
    failures.putAll(read.failures());
    if (isNewest && !batch.targets.stream().allMatch(read::isAnswered)) {
      return read; // nothing of it was kept for those
    }
    for (Figure figure : wanted) {
      boolean whole =
          !read.failures().containsKey(figure.query())
              && !read.partial().contains(figure.query())
              && !(figure.isReportedByPods() && read.partial().contains(Query.SAMPLES));
      StepRanges missing = batch.missing.get(figure);
      if (whole && missing != null) {
        missing.remove(chunk.run());
      }
    }
    return read;
  }

  private static boolean isTooLarge(ChunkRead read) {
    return read.failures().values().stream().anyMatch(SourceFailure::isTooLarge);
  }

  private List<Tracked> allTargets() {
    List<Tracked> all = new ArrayList<>(main.targets);
    joining.forEach(batch -> all.addAll(batch.targets));
    return all;
  }

  private void readTails(Instant now) {
    TargetIndex index = new TargetIndex(allTargets(), allTargets());
    Questions questions = new Questions(source, profile, index.namespaces(), leftOut);
    Map<Query, Map<Tracked, Double>> found = new EnumMap<>(Query.class);
    for (Query query : List.of(Query.INPUT_TAIL, Query.OUTPUT_TAIL)) {
      if (!questions.canAnswer(query)) {
        return;
      }
      Map<Tracked, Double> lengths = new HashMap<>();
      String modelLabel = profile.modelLabel();
      Answer answer =
          new CountingAsker()
              .ask(
                  new ApiRequest.Instant(
                      query, questions.engine(query, DAY_SECONDS), now.getEpochSecond()),
                  (labels, points) -> {
                    String namespace = labels.getOrDefault("namespace", "");
                    String model = modelLabel.isEmpty() ? "" : labels.getOrDefault(modelLabel, "");
                    for (Tracked tracked : index.in(namespace)) {
                      if (points.size() > 0
                          && Double.isFinite(points.valueAt(0))
                          && Visibility.mayLearn(tracked.target(), source, namespace, model)) {
                        lengths.merge(tracked, points.valueAt(0), Math::max);
                      }
                    }
                  });
      if (answer instanceof Answer.Failed failed) {
        failures.put(query, failed.failure());
        return;
      }
      found.put(query, lengths);
    }
    Map<Tracked, Double> outputs = found.getOrDefault(Query.OUTPUT_TAIL, Map.of());
    found
        .getOrDefault(Query.INPUT_TAIL, Map.of())
        .forEach(
            (tracked, input) -> {
              Double output = outputs.get(tracked);
              if (output != null) {
                tracked.tails(new LengthTails.Measured(input, output));
              }
            });
  }

  /** Batches whose past has been asked for, whatever came of it, become one with the others. */
  private void mergeLoaded(Instant now) {
    for (Batch batch : List.copyOf(joining)) {
      boolean tried = now.isBefore(batch.retryPastAt);
      if (!batch.allMissing().isEmpty() && !tried) {
        continue;
      }
      for (Tracked tracked : batch.targets) {
        tracked.wasLoaded();
      }
      if (main.targets.isEmpty()) {
        main.readThrough = batch.readThrough;
        main.missedThrough = batch.missedThrough;
        main.mostPoints = batch.mostPoints;
        main.missing.clear();
      } else {
        main.readThrough = Math.min(main.readThrough, batch.readThrough);
        main.missedThrough = Math.min(main.missedThrough, batch.missedThrough);
        main.mostPoints = Math.min(main.mostPoints, batch.mostPoints);
      }
      batch.missing.forEach(
          (figure, ranges) ->
              main.missing.computeIfAbsent(figure, f -> new StepRanges()).addAll(ranges));
      main.retryPastAt = batch.retryPastAt;
      main.targets.addAll(batch.targets);
      joining.remove(batch);
    }
  }

  private void forgetOldPods() {
    if (!joining.isEmpty()) {
      return;
    }
    long oldest = main.missedThrough - PODS_REMEMBERED_STEPS;
    presences.values().removeIf(presence -> presence.lastStep() < oldest);
    owners.forgetBefore(oldest);
  }

  /**
   * Asks over the source's transport, counts, and runs questions side by side. Once the source has
   * failed as a whole it is left alone until the next cycle.
   */
  private final class CountingAsker implements ChunkRead.Asker {

    @Override
    public Answer ask(ApiRequest request, SeriesSink sink) {
      SourceFailure known = down.get();
      if (known != null) {
        return new Answer.Failed(known);
      }
      requests.incrementAndGet();
      Answer answer = AnswerReader.read(source.transport().ask(request), sink);
      if (answer instanceof Answer.Failed failed && failed.failure().concernsTheServer()) {
        int strikes = failed.failure().isLasting() ? STRIKES : 1;
        if (struck.addAndGet(strikes) >= STRIKES) {
          down.compareAndSet(null, failed.failure());
        }
      }
      return answer;
    }

    @Override
    public void together(Collection<Runnable> work) {
      Queue<Runnable> queue = new ConcurrentLinkedQueue<>(work);
      List<Callable<Boolean>> lanes = new ArrayList<>();
      for (int i = 0; i < Math.min(settings.parallelism(), work.size()); i++) {
        lanes.add(
            () -> {
              for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
                next.run();
              }
              return true;
            });
      }
      try {
        for (Future<Boolean> lane : workers.invokeAll(lanes)) {
          lane.get();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a question failed otherwise than with a value", e);
      }
    }
  }
}
