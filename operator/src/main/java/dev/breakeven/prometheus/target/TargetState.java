package dev.breakeven.prometheus.target;

import static dev.breakeven.reason.Parameter.names;

import dev.breakeven.prometheus.LengthTails;
import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Observation;
import dev.breakeven.prometheus.ObservationVersion;
import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A target and all that is known of it. The cycle writes it, and any thread may observe it: every
 * access holds its monitor.
 */
public final class TargetState {

  public static final Note NOTHING_READ =
      new Note(Note.Reason.HISTORY_LOADING, Message.of(Cause.NOTHING_READ_YET));

  private static final int MOST_NAMES = 3;

  private final Target target;
  private final EngineProfile profile;
  private final Instant since;
  private final StoredHistory history;
  private final Set<String> otherModels = new TreeSet<>();
  private final Set<String> ambiguousPods = new TreeSet<>();
  private final Map<Note.Reason, Message> notes = new EnumMap<>(Note.Reason.class);
  private final NavigableSet<Long> cachedUnread = new TreeSet<>(); // steps
  private final WindowShares shares;
  private final Map<WorkloadRef, Integer> lastReplicas = new TreeMap<>();
  private LengthTails tails = new LengthTails.Unmeasured();
  private long incompleteSince = Long.MAX_VALUE;
  private boolean everRead;
  private boolean windowAsked;
  private boolean loaded;
  private @Nullable Note failure;
  private Instant failureSince = Instant.EPOCH;

  public TargetState(Target target, EngineProfile profile, StoredHistory history, Instant since) {
    this.target = target;
    this.profile = profile;
    this.history = history;
    this.since = since;
    this.shares = new WindowShares(history);
  }

  public Target target() {
    return target;
  }

  public StoredHistory history() {
    return history;
  }

  public synchronized void sawOtherModel(String model) {
    if (otherModels.size() < MOST_NAMES) {
      otherModels.add(model);
    }
  }

  public synchronized void sawAmbiguousPod(String pod) {
    if (ambiguousPods.size() < MOST_NAMES) {
      ambiguousPods.add(pod);
    }
  }

  /** Sets a note. */
  public synchronized void note(Note.Reason reason, Message message) {
    notes.put(reason, message);
  }

  /** Whether series that claim to be its own are left out. */
  public synchronized boolean hasUntrustedSeries() {
    return notes.containsKey(Note.Reason.LABELS_NOT_TRUSTED);
  }

  /** Sets a note, or removes it. */
  public synchronized void note(Note.Reason reason, Optional<Message> message) {
    message.ifPresentOrElse(m -> notes.put(reason, m), () -> notes.remove(reason));
  }

  /** How many replicas a workload had in the newest step. */
  public synchronized void sawReplicas(WorkloadRef workload, double replicas) {
    lastReplicas.put(workload, (int) Math.round(replicas));
  }

  /** How many pods were scraped in the newest step, of how many replicas that existed. */
  public synchronized void sawPods(long step, int pods, double replicas) {
    if (pods >= Math.floor(replicas)) {
      incompleteSince = Long.MAX_VALUE;
      note(Note.Reason.PODS_UNSEEN, Optional.empty());
      return;
    }
    incompleteSince = Math.min(incompleteSince, step);
    if (step - incompleteSince >= StoredHistory.STEPS_PER_HOUR) {
      note(Note.Reason.PODS_UNSEEN, Message.of(Cause.FEWER_PODS_THAN_REPLICAS));
    }
  }

  /**
   * Adds generated tokens that are known only from the increase of a counter across a gap.
   *
   * @param isDown whether scrapes of the pod failed
   * @param wasAttempted whether scrapes of the pod were attempted at all
   */
  public synchronized void countedAcrossGap(
      Chunk chunk, int point, double perSecond, boolean isDown, boolean wasAttempted) {
    shares.addAcrossGap(chunk, point, perSecond, isDown, wasAttempted);
  }

  /** Adds tokens that its pods generated in a point for another model. */
  public synchronized void generatedForOthers(Chunk chunk, int point, double perSecond) {
    shares.addOfOthers(chunk, point, perSecond);
  }

  /** Adds replicas of a point that showed no series while others did. */
  public synchronized void hadReplicasWithoutSeries(Chunk chunk, int point, double replicas) {
    shares.addWithoutSeries(chunk, point, replicas);
  }

  /** Adds a point in which more pods showed series than there were replicas. */
  public synchronized void hadMorePodsThanReplicas(Chunk chunk, int point) {
    shares.addSurplus(chunk, point);
  }

  /** Forgets what was added of a chunk, which is read again. */
  public synchronized void forgetCounts(Chunk chunk) {
    shares.forget(chunk);
  }

  /** Sets whether it is unknown how many prompt tokens of a step, or of an hour, were cached. */
  public synchronized void setCachedUnread(long step, boolean isSo) {
    if (isSo) {
      cachedUnread.add(step);
    } else {
      cachedUnread.remove(step);
    }
    cachedUnread.headSet(history.earliestFrom()).clear();
  }

  public synchronized void tails(LengthTails measured) {
    tails = measured;
  }

  public synchronized void wasRead() {
    everRead = true;
    failure = null;
  }

  /** Whether it was read, and no pod of it reported anything. */
  public synchronized boolean isWithoutSeries() {
    return everRead && !history.has(Figure.OUTPUT) && otherModels.isEmpty();
  }

  /** Every step of its window has been queried. */
  public synchronized void windowWasAsked() {
    windowAsked = true;
  }

  public synchronized void wasLoaded() {
    windowAsked = true;
    loaded = true;
  }

  public synchronized void failed(Note why, Instant when) {
    if (failure == null) {
      failureSince = when;
    }
    failure = why;
  }

  /** What is known now. */
  public synchronized Observation observe() {
    Note why = failure;
    if (why == null) {
      return everRead ? observed() : new Observation.Unavailable(NOTHING_READ, since);
    }
    return everRead
        ? new Observation.Stale(observed(), why, failureSince)
        : new Observation.Unavailable(why, failureSince);
  }

  /** The version of this observation, without its history. */
  public synchronized ObservationVersion version() {
    Note why = failure;
    List<Note> current = everRead ? notes() : List.of(NOTHING_READ);
    return new ObservationVersion(
        everRead ? history.revision() : ObservationVersion.NOTHING_READ,
        loaded,
        why != null ? List.of(why) : current);
  }

  private Observation.Observed observed() {
    ObservedTraffic traffic = new ObservedTraffic(target, profile, history, cachedUnread);
    return new Observation.Observed(
        traffic.window(),
        traffic.beforeWindow(),
        traffic.earlier(),
        tails,
        loaded,
        history.revision(),
        notes(),
        lastReplicas);
  }

  private List<Note> notes() {
    List<Note> all = new ArrayList<>();
    notes.forEach((reason, message) -> all.add(new Note(reason, message)));
    shares.acrossGaps().ifPresent(its -> all.add(new Note(Note.Reason.GAPS_COUNTED, its)));
    shares
        .withoutSeries()
        .ifPresent(
            its -> {
              all.removeIf(note -> note.reason() == Note.Reason.PODS_UNSEEN);
              all.add(its);
            });
    if (!notes.containsKey(Note.Reason.CLUSTERS_MIXED)) {
      shares.surplus().ifPresent(its -> all.add(new Note(Note.Reason.CLUSTERS_MIXED, its)));
    }
    if (!loaded) {
      all.add(
          windowAsked
              ? new Note(Note.Reason.HISTORY_LOADING, Message.of(Cause.PAST_STILL_BEING_READ))
              : new Note(Note.Reason.WINDOW_LOADING, Message.of(Cause.WINDOW_STILL_BEING_READ)));
    }
    if (!ambiguousPods.isEmpty()) {
      all.add(
          new Note(
              Note.Reason.AMBIGUOUS_ATTRIBUTION,
              Message.of(Cause.PODS_OF_SEVERAL_WORKLOADS, names(List.copyOf(ambiguousPods)))));
    }
    if (!target.workloads().isEmpty()) {
      new EngineNotes(target, profile, history)
          .add(
              all,
              List.copyOf(otherModels),
              shares,
              loaded && !notes.containsKey(Note.Reason.QUERY_FAILED));
    }
    return all;
  }
}
