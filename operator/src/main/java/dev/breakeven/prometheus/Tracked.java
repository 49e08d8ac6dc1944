package dev.breakeven.prometheus;

import dev.breakeven.traffic.Absence;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A target and all that is known of it: written by the cycle, read by whoever wants the answer.
 * Every access holds its monitor.
 */
final class Tracked {

  private static final int MOST_NAMES = 3;

  private final Target target;
  private final EngineProfile profile;
  private final boolean hasGateway;
  private final Instant since;
  private final StoredHistory history;
  private final Set<String> otherModels = new TreeSet<>();
  private final Set<String> ambiguousPods = new TreeSet<>();
  private final Map<Figure, Absence> doubts = new EnumMap<>(Figure.class);
  private final Map<Note.Reason, String> remarks = new EnumMap<>(Note.Reason.class);
  private LengthTails tails = new LengthTails.Unmeasured();
  private boolean everRead;
  private boolean loaded;
  private @Nullable Note trouble;
  private Instant troubleSince = Instant.EPOCH;

  Tracked(
      Target target,
      EngineProfile profile,
      boolean hasGateway,
      StoredHistory history,
      Instant since) {
    this.target = target;
    this.profile = profile;
    this.hasGateway = hasGateway;
    this.history = history;
    this.since = since;
  }

  Target target() {
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

  /** Something to say beside the history; an empty message takes it back. */
  synchronized void remark(Note.Reason reason, String message) {
    if (message.isEmpty()) {
      remarks.remove(reason);
    } else {
      remarks.put(reason, message);
    }
  }

  synchronized void tails(LengthTails measured) {
    tails = measured;
  }

  synchronized void wasRead() {
    everRead = true;
    trouble = null;
  }

  synchronized boolean wasEverRead() {
    return everRead;
  }

  synchronized void wasLoaded() {
    loaded = true;
  }

  synchronized void failed(Note why, Instant when) {
    if (trouble == null) {
      troubleSince = when;
    }
    trouble = why;
  }

  /** What is known now. */
  synchronized Observation observe() {
    Note why = trouble;
    if (why == null) {
      return everRead
          ? observed()
          : new Observation.Unavailable(
              new Note(Note.Reason.HISTORY_LOADING, "nothing has been read yet"), since);
    }
    return everRead
        ? new Observation.Stale(observed(), why, troubleSince)
        : new Observation.Unavailable(why, troubleSince);
  }

  private Observation.Observed observed() {
    long windowFrom = history.endStep() - history.windowSteps();
    long from = Math.min(windowFrom, firstKnown());
    long to = history.endStep();
    StepGrid grid =
        new StepGrid(
            from * StoredHistory.STEP_SECONDS,
            StoredHistory.STEP_SECONDS,
            Math.toIntExact(to - from));
    double[] input = history.between(Figure.INPUT, from, to);
    double[] cached = history.between(Figure.CACHED, from, to);
    double[] output = history.between(Figure.OUTPUT, from, to);
    double[] burstInput = history.between(Figure.BURST_INPUT, from, to);
    double[] burstOutput = history.between(Figure.BURST_OUTPUT, from, to);
    double[] replicas = history.between(Figure.REPLICAS, from, to);
    double[] uncached = new double[input.length];
    for (int i = 0; i < input.length; i++) {
      if (Double.isNaN(input[i])
          && Double.isNaN(output[i])
          && servesNothing(replicas[i])
          && !Double.isNaN(burstOutput[i])) {
        // Nothing ran, and the gateway saw what was asked for: nothing was served here.
        input[i] = 0;
        output[i] = 0;
      }
      uncached[i] =
          profile.inputIncludesCached() && !Double.isNaN(cached[i])
              ? Math.max(0, input[i] - cached[i])
              : input[i];
    }
    TrafficHistory traffic =
        new TrafficHistory(
            grid,
            Series.of(uncached, absence(Figure.INPUT)),
            Series.of(cached, absence(Figure.CACHED)),
            Series.of(output, absence(Figure.OUTPUT)),
            series(Figure.REQUESTS, from, to),
            Series.of(burstInput, absence(Figure.BURST_INPUT)),
            Series.of(burstOutput, absence(Figure.BURST_OUTPUT)),
            Series.of(replicas, absence(Figure.REPLICAS)),
            series(Figure.WAITING, from, to),
            series(Figure.GPU, from, to));
    return new Observation.Observed(
        traffic,
        Math.toIntExact(windowFrom - from),
        tails,
        loaded,
        history.revision(),
        notes(traffic));
  }

  private boolean servesNothing(double replicas) {
    return target.workloads().isEmpty() || replicas == 0;
  }

  private Series series(Figure figure, long from, long to) {
    return Series.of(history.between(figure, from, to), absence(figure));
  }

  /** The first step that is known to anyone; the end where none is. */
  private long firstKnown() {
    long step = history.earliestFrom();
    while (step < history.endStep()) {
      if (!Float.isNaN(history.at(Figure.OUTPUT, step))
          || !Float.isNaN(history.at(Figure.BURST_OUTPUT, step))) {
        return step;
      }
      step += step < history.recentFrom() ? StoredHistory.STEPS_PER_HOUR : 1;
    }
    return step;
  }

  private Absence absence(Figure figure) {
    Absence doubt = doubts.get(figure);
    if (doubt != null) {
      return doubt;
    }
    if (history.has(figure)) {
      return Absence.GAP;
    }
    boolean measurable =
        switch (figure) {
          case BURST_INPUT, BURST_OUTPUT -> hasGateway;
          case REPLICAS, GPU -> true;
          default -> !profile.metricsFor(figure.query()).isEmpty();
        };
    return measurable ? Absence.NO_SERIES : Absence.NOT_MEASURED;
  }

  private List<Note> notes(TrafficHistory traffic) {
    List<Note> notes = new ArrayList<>();
    remarks.forEach((reason, message) -> notes.add(new Note(reason, message)));
    if (!loaded) {
      notes.add(new Note(Note.Reason.HISTORY_LOADING, "the past is still being read"));
    }
    if (!ambiguousPods.isEmpty()) {
      notes.add(
          new Note(
              Note.Reason.AMBIGUOUS_ATTRIBUTION,
              "pods that may belong to several workloads: " + String.join(", ", ambiguousPods)));
    }
    if (!target.workloads().isEmpty()) {
      boolean served = history.has(Figure.OUTPUT);
      if (!served && !otherModels.isEmpty()) {
        notes.add(
            new Note(
                Note.Reason.MODEL_NAME_DIFFERS,
                "the workloads' pods serve "
                    + String.join(", ", otherModels)
                    + ", not "
                    + target.model()
                    + "; set engineModelName to the name that they report"));
      } else if (!served) {
        notes.add(
            new Note(
                Note.Reason.SERIES_MISSING,
                "source %s has no %s series for %s in namespace %s"
                    .formatted(target.source(), profile.title(), names(), target.namespace())));
      } else if (!history.has(Figure.CACHED)) {
        notes.add(
            new Note(
                Note.Reason.CACHE_UNMEASURED,
                profile.cached().isEmpty()
                    ? profile.title() + " has no metric for cached tokens"
                    : "the pods show no metric for cached tokens"));
      }
      if (!history.has(Figure.REPLICAS)) {
        notes.add(
            new Note(
                Note.Reason.REPLICAS_UNMEASURED,
                "neither kube-state-metrics nor scraped pods tell how many replicas ran"));
      }
      noteZero(traffic, notes);
    }
    return notes;
  }

  private void noteZero(TrafficHistory traffic, List<Note> notes) {
    int last = traffic.grid().steps() - 1;
    int first = last + 1;
    while (first > 0
        && traffic.replicasHeld().at(first - 1, 1) == 0
        && !traffic.isKnown(first - 1)) {
      first--;
    }
    if (first <= last) {
      notes.add(
          new Note(
              Note.Reason.SCALED_TO_ZERO,
              "nothing has run since "
                  + Instant.ofEpochSecond(traffic.grid().startOf(first))
                  + ", so what was asked for since then is not known"));
    }
  }

  private String names() {
    return String.join(
        ", ", target.workloads().stream().sorted().map(WorkloadRef::toString).toList());
  }
}
