package dev.breakeven.prometheus.collect;

import static dev.breakeven.reason.Parameter.count;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.names;
import static dev.breakeven.reason.Parameter.percent;
import static dev.breakeven.reason.Parameter.time;

import dev.breakeven.prometheus.LengthTails;
import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.prometheus.ObservationVersion;
import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.traffic.Absence;
import dev.breakeven.traffic.EngineState;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A target and all that is known of it: written by the cycle, read by whoever wants the answer.
 * Every access holds its monitor.
 */
public final class TargetState {

  public static final Note NOTHING_READ =
      new Note(Note.Reason.HISTORY_LOADING, Message.of(Cause.NOTHING_READ_YET));

  private static final int MOST_NAMES = 3;
  // Below this part of the tokens, how they lay in gaps changes nothing.
  private static final double LEAST_ACROSS_GAPS = 0.05;
  // Below this part of the replicas, what those that nobody scrapes serve changes little.
  private static final double LEAST_UNSEEN = 0.05;
  // Below this part of its pods' tokens, what they serve under other names changes little.
  private static final double LEAST_OF_OTHERS = 0.05;
  // Two streams of requests that are not the same differ more than this in some of so many steps.
  private static final double ALIKE = 0.03;
  private static final double MOSTLY = 0.9;
  private static final int LEAST_BUSY_STEPS = 36;

  private final Target target;
  private final EngineProfile profile;
  private final Set<Figure> measurable;
  private final Instant since;
  private final StoredHistory history;
  private final Set<String> otherModels = new TreeSet<>();
  private final Set<String> ambiguousPods = new TreeSet<>();
  private final Map<Figure, Absence> doubts = new EnumMap<>(Figure.class);
  private final Map<Note.Reason, Message> remarks = new EnumMap<>(Note.Reason.class);
  private final NavigableMap<Long, AcrossGap> acrossGaps = new TreeMap<>();
  private final NavigableMap<Long, Double> unseen = new TreeMap<>(); // replica-steps, by step
  private final NavigableSet<Long> cachedUnread = new TreeSet<>(); // steps
  private final NavigableMap<Long, Double> ofOthers = new TreeMap<>(); // tokens/s x steps, by step
  private final Map<WorkloadRef, Integer> lastReplicas = new TreeMap<>();
  private LengthTails tails = new LengthTails.Unmeasured();
  private long unseenSince = Long.MAX_VALUE;
  private boolean everRead;
  private boolean windowAsked;
  private boolean loaded;
  private @Nullable Note trouble;
  private Instant troubleSince = Instant.EPOCH;

  TargetState(
      Target target,
      EngineProfile profile,
      Set<Figure> measurable,
      StoredHistory history,
      Instant since) {
    this.target = target;
    this.profile = profile;
    this.measurable = measurable;
    this.history = history;
    this.since = since;
  }

  public Target target() {
    return target;
  }

  StoredHistory history() {
    return history;
  }

  synchronized void sawOtherModel(String model) {
    if (otherModels.size() < MOST_NAMES) {
      otherModels.add(model);
    }
  }

  synchronized void sawAmbiguousPod(String pod) {
    if (ambiguousPods.size() < MOST_NAMES) {
      ambiguousPods.add(pod);
    }
  }

  /** Why a figure's absent steps are absent, until it is read again without doubt. */
  synchronized void doubt(Figure figure, Absence why) {
    doubts.put(figure, why);
  }

  synchronized void trust(Figure figure) {
    doubts.remove(figure);
  }

  /** Adds a note to the history. */
  synchronized void remark(Note.Reason reason, Message message) {
    remarks.put(reason, message);
  }

  /** Whether series that claim to be its own are left out. */
  synchronized boolean isLeftOut() {
    return remarks.containsKey(Note.Reason.LABELS_NOT_TRUSTED);
  }

  /** Adds a note to the history, or removes it. */
  synchronized void remark(Note.Reason reason, Optional<Message> message) {
    message.ifPresentOrElse(m -> remarks.put(reason, m), () -> remarks.remove(reason));
  }

  /** How many replicas a workload had in the newest step. */
  synchronized void sawReplicas(WorkloadRef workload, double replicas) {
    lastReplicas.put(workload, (int) Math.round(replicas));
  }

  /** How many pods were scraped in the newest step, of how many replicas that existed. */
  synchronized void sawPods(long step, int pods, double replicas) {
    if (pods >= Math.floor(replicas)) {
      unseenSince = Long.MAX_VALUE;
      remark(Note.Reason.PODS_UNSEEN, Optional.empty());
      return;
    }
    unseenSince = Math.min(unseenSince, step);
    if (step - unseenSince >= StoredHistory.STEPS_PER_HOUR) {
      remark(Note.Reason.PODS_UNSEEN, Message.of(Cause.FEWER_PODS_THAN_REPLICAS));
    }
  }

  /**
   * Notes generated tokens that are known only from how far a counter rose across a gap.
   *
   * @param down whether the pod was scraped without success
   * @param wasQueried whether the pod was scraped at all
   */
  synchronized void countedAcrossGap(
      Chunk chunk, int point, double perSecond, boolean down, boolean wasQueried) {
    long step = chunk.run().from() + (long) point * chunk.stepsPerPoint();
    acrossGaps.merge(
        step, new AcrossGap(chunk.stepsPerPoint(), perSecond, down, !wasQueried), AcrossGap::with);
  }

  /** Forgets what gaps were found in a chunk, which is read anew. */
  synchronized void readAnew(Chunk chunk) {
    for (NavigableMap<Long, ?> found : List.of(acrossGaps, unseen, ofOthers)) {
      found.subMap(chunk.run().from(), chunk.run().to()).clear();
      found.headMap(history.endStep() - history.windowSteps()).clear();
    }
  }

  /** Notes whether how many prompt tokens of a step, or of an hour, were cached cannot be told. */
  synchronized void cachedUnread(long step, boolean isSo) {
    if (isSo) {
      cachedUnread.add(step);
    } else {
      cachedUnread.remove(step);
    }
    cachedUnread.headSet(history.earliestFrom()).clear();
  }

  /** Notes tokens that its pods generated in a point for another model. */
  synchronized void generatedForOthers(Chunk chunk, int point, double perSecond) {
    ofOthers.merge(
        chunk.run().from() + (long) point * chunk.stepsPerPoint(),
        perSecond * chunk.stepsPerPoint(),
        Double::sum);
  }

  private Optional<Message> ofOthers() {
    long from = history.endStep() - history.windowSteps();
    double others = 0;
    for (double its : ofOthers.tailMap(from).values()) {
      others += its;
    }
    double all = others;
    for (double own : history.steps(Figure.OUTPUT, from, history.endStep())) {
      all += Double.isNaN(own) ? 0 : own;
    }
    return others < LEAST_OF_OTHERS * all || others == 0
        ? Optional.empty()
        : Optional.of(
            Message.of(
                Cause.PODS_SERVE_OTHERS_TOO,
                percent(100 * others / all),
                names(List.copyOf(otherModels))));
  }

  /** Notes replicas of a point that showed no series while others did. */
  synchronized void didNotSee(Chunk chunk, int point, double replicas) {
    unseen.put(
        chunk.run().from() + (long) point * chunk.stepsPerPoint(),
        replicas * chunk.stepsPerPoint());
  }

  private Optional<Message> unseen() {
    long from = history.endStep() - history.windowSteps();
    double[] replicas = history.steps(Figure.REPLICAS, from, history.endStep());
    double[] output = history.steps(Figure.OUTPUT, from, history.endStep());
    double all = 0;
    for (int i = 0; i < replicas.length; i++) {
      all += Double.isNaN(replicas[i]) || Double.isNaN(output[i]) ? 0 : replicas[i];
    }
    double without = 0;
    for (double its : unseen.tailMap(from).values()) {
      without += its;
    }
    return all <= 0 || without < LEAST_UNSEEN * all
        ? Optional.empty()
        : Optional.of(
            Message.of(Cause.REPLICAS_WITHOUT_SERIES, percent(100 * Math.min(1, without / all))));
  }

  private Optional<Message> acrossGaps() {
    long from = history.endStep() - history.windowSteps();
    double across = 0;
    int steps = 0;
    int down = 0;
    int unasked = 0;
    for (AcrossGap gap : acrossGaps.tailMap(from).values()) {
      across += gap.perSecond() * gap.steps();
      steps += gap.steps();
      down += gap.down() ? gap.steps() : 0;
      unasked += gap.unasked() ? gap.steps() : 0;
    }
    double all = 0;
    for (double output : history.steps(Figure.OUTPUT, from, history.endStep())) {
      all += Double.isNaN(output) ? 0 : output;
    }
    if (all <= 0 || across < LEAST_ACROSS_GAPS * all) {
      return Optional.empty();
    }
    return Optional.of(
        Message.of(
            causeOfGaps(down, unasked), count(steps), percent(100 * Math.min(1, across / all))));
  }

  private static Cause causeOfGaps(double down, double unasked) {
    if (down >= unasked && down > 0) {
      return Cause.COUNTED_ACROSS_GAPS_OF_DOWN_TARGETS;
    }
    return unasked > 0 ? Cause.COUNTED_ACROSS_GAPS_OF_UNASKED_TARGETS : Cause.COUNTED_ACROSS_GAPS;
  }

  /** Whether a gateway's tokens are what the engines count: then they are no others. */
  private boolean gatewayRepeatsEngines() {
    if (!history.has(Figure.BURST_OUTPUT) || !history.has(Figure.OUTPUT)) {
      return false;
    }
    long to = history.endStep();
    double[] engines = history.steps(Figure.OUTPUT, to - history.windowSteps(), to);
    double[] gateway = history.steps(Figure.BURST_OUTPUT, to - history.windowSteps(), to);
    int busy = 0;
    int alike = 0;
    for (int i = 0; i < engines.length; i++) {
      double most = Math.max(engines[i], gateway[i]);
      if (most > 0) { // not where either is unknown
        busy++;
        alike += Math.abs(engines[i] - gateway[i]) <= ALIKE * most ? 1 : 0;
      }
    }
    return busy >= LEAST_BUSY_STEPS && alike >= MOSTLY * busy;
  }

  private record AcrossGap(int steps, double perSecond, boolean down, boolean unasked) {
    AcrossGap with(AcrossGap other) {
      return new AcrossGap(
          steps, perSecond + other.perSecond, down || other.down, unasked || other.unasked);
    }
  }

  synchronized void tails(LengthTails measured) {
    tails = measured;
  }

  synchronized void wasRead() {
    everRead = true;
    trouble = null;
  }

  /** Whether it was read, and no pod of it reported anything. */
  synchronized boolean isWithoutSeries() {
    return everRead && !history.has(Figure.OUTPUT) && otherModels.isEmpty();
  }

  /** Every step of its window has been queried. */
  synchronized void windowWasAsked() {
    windowAsked = true;
  }

  synchronized void wasLoaded() {
    windowAsked = true;
    loaded = true;
  }

  synchronized void failed(Note why, Instant when) {
    if (trouble == null) {
      troubleSince = when;
    }
    trouble = why;
  }

  /** What is known now. */
  public synchronized Observation observe() {
    Note why = trouble;
    if (why == null) {
      return everRead ? observed() : new Observation.Unavailable(NOTHING_READ, since);
    }
    return everRead
        ? new Observation.Stale(observed(), why, troubleSince)
        : new Observation.Unavailable(why, troubleSince);
  }

  /** The version of this observation, without its history. */
  public synchronized ObservationVersion version() {
    Note why = trouble;
    List<Note> notes = everRead ? notes() : List.of(NOTHING_READ);
    return new ObservationVersion(
        everRead ? history.revision() : ObservationVersion.NOTHING_READ,
        loaded,
        why != null ? List.of(why) : notes);
  }

  private Observation.Observed observed() {
    long end = history.endStep();
    long recentFrom = history.recentFrom();
    int hour = StoredHistory.STEPS_PER_HOUR;
    long earlierFrom = firstKnownHour(recentFrom);
    long windowFrom = end - history.windowSteps();
    TrafficHistory earlier =
        traffic(
            new StepGrid(
                earlierFrom * StoredHistory.STEP_SECONDS,
                hour * StoredHistory.STEP_SECONDS,
                Math.toIntExact((recentFrom - earlierFrom) / hour)),
            figure -> history.hours(figure, earlierFrom, recentFrom));
    return new Observation.Observed(
        steps(windowFrom, end),
        steps(recentFrom, windowFrom),
        earlier,
        tails,
        loaded,
        history.revision(),
        notes(),
        lastReplicas);
  }

  private TrafficHistory steps(long from, long to) {
    return traffic(
        new StepGrid(
            from * StoredHistory.STEP_SECONDS,
            StoredHistory.STEP_SECONDS,
            Math.toIntExact(to - from)),
        figure -> history.steps(figure, from, to));
  }

  private TrafficHistory traffic(StepGrid grid, Function<Figure, double[]> figures) {
    double[] input = figures.apply(Figure.INPUT);
    double[] cached = figures.apply(Figure.CACHED);
    double[] uncached = new double[input.length];
    long first = grid.startEpochSecond() / StoredHistory.STEP_SECONDS;
    int steps = grid.stepSeconds() / StoredHistory.STEP_SECONDS;
    for (int i = 0; i < input.length; i++) {
      if (!cachedUnread.subSet(first + (long) i * steps, first + (i + 1L) * steps).isEmpty()) {
        input[i] = Double.NaN;
      }
      if (profile.inputIncludesCached() && cached[i] > input[i]) {
        cached[i] = input[i]; // a part of the prompts, whatever was counted
      }
      uncached[i] =
          profile.inputIncludesCached() && !Double.isNaN(cached[i])
              ? input[i] - cached[i]
              : input[i];
    }
    Function<Figure, Series> series = figure -> Series.of(figures.apply(figure), absence(figure));
    return new TrafficHistory(
        grid,
        Series.of(uncached, absence(Figure.INPUT)),
        Series.of(cached, absence(Figure.CACHED)),
        series.apply(Figure.OUTPUT),
        series.apply(Figure.REQUESTS),
        series.apply(Figure.BURST_INPUT),
        series.apply(Figure.BURST_CACHED),
        series.apply(Figure.BURST_OUTPUT),
        series.apply(Figure.BURST_REQUESTS),
        target.workloads().isEmpty()
            ? Series.constant(grid.steps(), 0)
            : series.apply(Figure.REPLICAS),
        series.apply(Figure.WAITING),
        series.apply(Figure.GPU),
        new EngineState(
            series.apply(Figure.RUNNING),
            series.apply(Figure.KV_CACHE_USAGE),
            series.apply(Figure.TIME_TO_FIRST_TOKEN),
            series.apply(Figure.INTER_TOKEN)));
  }

  /** The first hour before {@code to} of which any tokens are known; {@code to} where none is. */
  private long firstKnownHour(long to) {
    long from = history.earliestFrom();
    double[] served = history.hours(Figure.OUTPUT, from, to);
    double[] burst = history.hours(Figure.BURST_OUTPUT, from, to);
    int first = 0;
    while (first < served.length && Double.isNaN(served[first]) && Double.isNaN(burst[first])) {
      first++;
    }
    return from + (long) first * StoredHistory.STEPS_PER_HOUR;
  }

  private Absence absence(Figure figure) {
    Absence doubt = doubts.get(figure);
    if (doubt != null) {
      return doubt;
    }
    if (history.has(figure)) {
      return Absence.GAP;
    }
    return measurable.contains(figure) ? Absence.NO_SERIES : Absence.NOT_MEASURED;
  }

  private List<Note> notes() {
    List<Note> notes = new ArrayList<>();
    remarks.forEach((reason, message) -> notes.add(new Note(reason, message)));
    if (!acrossGaps.isEmpty()) {
      acrossGaps().ifPresent(gaps -> notes.add(new Note(Note.Reason.GAPS_COUNTED, gaps)));
    }
    if (!unseen.isEmpty() && !remarks.containsKey(Note.Reason.PODS_UNSEEN)) {
      unseen().ifPresent(its -> notes.add(new Note(Note.Reason.PODS_UNSEEN, its)));
    }
    if (!loaded) {
      notes.add(
          windowAsked
              ? new Note(Note.Reason.HISTORY_LOADING, Message.of(Cause.PAST_STILL_BEING_READ))
              : new Note(Note.Reason.WINDOW_LOADING, Message.of(Cause.WINDOW_STILL_BEING_READ)));
    }
    if (!ambiguousPods.isEmpty()) {
      notes.add(
          new Note(
              Note.Reason.AMBIGUOUS_ATTRIBUTION,
              Message.of(Cause.PODS_OF_SEVERAL_WORKLOADS, names(List.copyOf(ambiguousPods)))));
    }
    if (!target.workloads().isEmpty()) {
      boolean served = history.has(Figure.OUTPUT);
      if (!served && !otherModels.isEmpty()) {
        notes.add(
            new Note(
                Note.Reason.MODEL_NAME_DIFFERS,
                Message.of(
                    Cause.OTHER_MODEL_SERVED,
                    names(List.copyOf(otherModels)),
                    name(target.model()))));
      } else if (!served) {
        notes.add(
            new Note(
                Note.Reason.SERIES_MISSING,
                Message.of(
                    Cause.NO_ENGINE_SERIES,
                    name(target.source()),
                    name(profile.title()),
                    names(workloads()),
                    name(target.namespace()))));
      } else if (!history.has(Figure.CACHED)) {
        notes.add(
            new Note(
                Note.Reason.CACHE_UNMEASURED,
                profile.cached().isEmpty()
                    ? Message.of(Cause.ENGINE_COUNTS_NO_CACHED_TOKENS, name(profile.title()))
                    : Message.of(Cause.PODS_COUNT_NO_CACHED_TOKENS)));
      }
      if (served) {
        ofOthers().ifPresent(its -> notes.add(new Note(Note.Reason.OTHER_MODELS_SERVED, its)));
      }
      if (served
          && loaded
          && !history.has(Figure.GPU)
          && !remarks.containsKey(Note.Reason.QUERY_FAILED)) {
        notes.add(
            new Note(
                Note.Reason.GPU_UNMEASURED, Message.of(Cause.NO_EXPORTER_NAMES_THE_PODS_GPUS)));
      }
      if (!history.has(Figure.REPLICAS)) {
        notes.add(
            new Note(Note.Reason.REPLICAS_UNMEASURED, Message.of(Cause.NOBODY_COUNTS_REPLICAS)));
      }
      noteZero(notes);
      if (gatewayRepeatsEngines()) {
        notes.add(
            new Note(
                Note.Reason.GATEWAY_REPEATS_ENGINES, Message.of(Cause.GATEWAY_AND_ENGINES_ALIKE)));
      }
    }
    return notes;
  }

  private void noteZero(List<Note> notes) {
    long from = history.endStep();
    while (from > history.recentFrom() && nothingKnownOfZero(from - 1)) {
      from--;
    }
    if (from < history.endStep()) {
      notes.add(
          new Note(
              Note.Reason.SCALED_TO_ZERO,
              from == history.recentFrom()
                  ? Message.of(Cause.NOTHING_RAN_IN_WINDOW)
                  : Message.of(
                      Cause.NOTHING_RAN_SINCE,
                      time(Instant.ofEpochSecond(from * StoredHistory.STEP_SECONDS)))));
    }
  }

  private boolean nothingKnownOfZero(long step) {
    return history.at(Figure.REPLICAS, step) == 0
        && Float.isNaN(history.at(Figure.OUTPUT, step))
        && Float.isNaN(history.at(Figure.BURST_OUTPUT, step));
  }

  private List<String> workloads() {
    return target.workloads().stream().sorted().map(WorkloadRef::toString).toList();
  }
}
