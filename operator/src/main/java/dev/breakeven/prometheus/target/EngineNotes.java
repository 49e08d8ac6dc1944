package dev.breakeven.prometheus.target;

import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.names;
import static dev.breakeven.reason.Parameter.time;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What is missing or odd in the history of a target that has workloads. */
final class EngineNotes {

  // Steps in which two counts differ by less than this are alike.
  private static final double ALIKE = 0.03;
  private static final double MOSTLY = 0.9;
  private static final int LEAST_BUSY_STEPS = 36;
  private static final double AS_MANY = 0.1;
  private static final double MOSTLY_EXPLAINED = 0.5; // of how the gateway's tokens change

  private final Target target;
  private final EngineProfile profile;
  private final StoredHistory history;

  EngineNotes(Target target, EngineProfile profile, StoredHistory history) {
    this.target = target;
    this.profile = profile;
    this.history = history;
  }

  /**
   * Adds the notes.
   *
   * @param otherModels that its pods serve
   * @param gpusWereRead whether a missing GPU utilization means that no exporter has it
   */
  void add(List<Note> notes, List<String> otherModels, WindowShares shares, boolean gpusWereRead) {
    boolean served = history.has(Figure.OUTPUT);
    if (!served) {
      notes.add(otherModels.isEmpty() ? seriesMissing() : modelNameDiffers(otherModels));
    } else if (!history.has(Figure.CACHED)) {
      notes.add(
          new Note(
              Note.Reason.CACHE_UNMEASURED,
              profile.cached().isEmpty()
                  ? Message.of(Cause.ENGINE_COUNTS_NO_CACHED_TOKENS, name(profile.title()))
                  : Message.of(Cause.PODS_COUNT_NO_CACHED_TOKENS)));
    }
    if (served) {
      shares
          .ofOthers(otherModels)
          .ifPresent(its -> notes.add(new Note(Note.Reason.OTHER_MODELS_SERVED, its)));
    }
    if (served && gpusWereRead && !history.has(Figure.GPU)) {
      notes.add(
          new Note(Note.Reason.GPU_UNMEASURED, Message.of(Cause.NO_EXPORTER_NAMES_THE_PODS_GPUS)));
    }
    if (!history.has(Figure.REPLICAS)) {
      notes.add(
          new Note(Note.Reason.REPLICAS_UNMEASURED, Message.of(Cause.NOBODY_COUNTS_REPLICAS)));
    }
    noteZero(notes);
    gatewayRepeatsEngines()
        .ifPresent(
            cause -> notes.add(new Note(Note.Reason.GATEWAY_REPEATS_ENGINES, Message.of(cause))));
  }

  private Note modelNameDiffers(List<String> otherModels) {
    return new Note(
        Note.Reason.MODEL_NAME_DIFFERS,
        Message.of(Cause.OTHER_MODEL_SERVED, names(otherModels), name(target.model())));
  }

  private Note seriesMissing() {
    return new Note(
        Note.Reason.SERIES_MISSING,
        Message.of(
            Cause.NO_ENGINE_SERIES,
            name(target.source()),
            name(profile.title()),
            names(target.workloads().stream().sorted().map(WorkloadRef::toString).toList()),
            name(target.namespace())));
  }

  private void noteZero(List<Note> notes) {
    long from = history.endStep();
    while (from > history.recentFrom() && isAtZero(from - 1)) {
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

  /** Whether a step had no replicas, and no tokens are known of it. */
  private boolean isAtZero(long step) {
    return history.at(Figure.REPLICAS, step) == 0
        && Float.isNaN(history.at(Figure.OUTPUT, step))
        && Float.isNaN(history.at(Figure.BURST_OUTPUT, step));
  }

  /** Whether a gateway counts the same tokens as the engines, step by step, or those and others. */
  private Optional<Cause> gatewayRepeatsEngines() {
    if (!history.has(Figure.BURST_OUTPUT) || !history.has(Figure.OUTPUT)) {
      return Optional.empty();
    }
    long to = history.endStep();
    double[] engines = history.steps(Figure.OUTPUT, to - history.windowSteps(), to);
    double[] gateway = history.steps(Figure.BURST_OUTPUT, to - history.windowSteps(), to);
    int busy = 0;
    int alike = 0;
    int atLeast = 0;
    for (int i = 0; i < engines.length; i++) {
      double most = Math.max(engines[i], gateway[i]);
      if (most > 0) { // not where either is unknown
        busy++;
        alike += Math.abs(engines[i] - gateway[i]) <= ALIKE * most ? 1 : 0;
        atLeast += gateway[i] >= (1 - ALIKE) * engines[i] ? 1 : 0;
      }
    }
    if (busy < LEAST_BUSY_STEPS) {
      return Optional.empty();
    }
    if (alike >= MOSTLY * busy) {
      return Optional.of(Cause.GATEWAY_AND_ENGINES_ALIKE);
    }
    return atLeast >= MOSTLY * busy && riseTogether(engines, gateway)
        ? Optional.of(Cause.GATEWAY_FOLLOWS_ENGINES)
        : Optional.empty();
  }

  /** Whether, from step to step, the gateway's tokens change by as many as the engines'. */
  private static boolean riseTogether(double[] engines, double[] gateway) {
    double ofEngines = 0;
    double ofGateway = 0;
    double ofBoth = 0;
    for (int i = 1; i < engines.length; i++) {
      double engine = engines[i] - engines[i - 1];
      double its = gateway[i] - gateway[i - 1];
      if (!Double.isNaN(engine) && !Double.isNaN(its)) {
        ofEngines += engine * engine;
        ofGateway += its * its;
        ofBoth += engine * its;
      }
    }
    return Math.abs(ofBoth - ofEngines) <= AS_MANY * ofEngines
        && ofBoth * ofBoth >= MOSTLY_EXPLAINED * ofEngines * ofGateway
        && ofBoth > 0;
  }
}
