package dev.breakeven.prometheus;

import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of a {@link Target} after a {@link MetricsCollector}. */
public sealed interface Observation {

  /** The last answer of the source; empty if nothing was ever read. */
  Optional<Observed> lastObserved();

  /**
   * The source answered.
   *
   * @param traffic the target's window, step by step, up to the last step that was read
   * @param before the time directly before it, as far as it is kept step by step too
   * @param earlier what is kept of the time directly before that, by the hour; may be of no steps
   * @param tails lengths of long requests
   * @param loaded whether all of the past that is kept has been read
   * @param revision grows with every change of the history; equal means nothing to compute anew
   * @param notes what to know beside it
   * @param lastReplicas how many replicas each workload had in the newest step, as far as
   *     Kubernetes' state was recorded; of those that only read prompts too
   */
  record Observed(
      TrafficHistory traffic,
      TrafficHistory before,
      TrafficHistory earlier,
      LengthTails tails,
      boolean loaded,
      long revision,
      List<Note> notes,
      Map<WorkloadRef, Integer> lastReplicas)
      implements Observation {

    public Observed {
      notes = List.copyOf(notes);
      lastReplicas = Map.copyOf(lastReplicas);
    }

    /** Without replicas by workload. */
    public Observed(
        TrafficHistory traffic,
        TrafficHistory before,
        TrafficHistory earlier,
        LengthTails tails,
        boolean loaded,
        long revision,
        List<Note> notes) {
      this(traffic, before, earlier, tails, loaded, revision, notes, Map.of());
    }

    @Override
    public Optional<Observed> lastObserved() {
      return Optional.of(this);
    }

    /** End of the last step that was read. */
    public Instant through() {
      return Instant.ofEpochSecond(traffic.grid().endEpochSecond());
    }
  }

  /**
   * The source does not answer now; this is what it last said.
   *
   * @param why in one sentence
   * @param since when it first failed
   */
  record Stale(Observed lastGood, Note why, Instant since) implements Observation {
    @Override
    public Optional<Observed> lastObserved() {
      return Optional.of(lastGood);
    }
  }

  /**
   * Nothing was ever read.
   *
   * @param why in one sentence
   * @param since when it was first queried
   */
  record Unavailable(Note why, Instant since) implements Observation {
    @Override
    public Optional<Observed> lastObserved() {
      return Optional.empty();
    }
  }
}
