package dev.breakeven.advice.following;

import java.util.Arrays;

/** What a plan held, and what of it was ready, step by step. */
final class ReplicasByStep {

  private int[] replicas;
  private int[] ready;
  private int steps;

  /** What was held so far, from the first step that is looked back on. */
  ReplicasByStep(ReplayCheckpoint.Held lived) {
    steps = lived.replicas().length();
    replicas = Arrays.copyOf(lived.replicas().all(), steps + 256);
    ready = Arrays.copyOf(lived.ready().all(), steps + 256);
  }

  /** One step more. */
  void add(int replicasHeld, int ofThoseReady) {
    if (steps == replicas.length) {
      replicas = Arrays.copyOf(replicas, 2 * steps);
      ready = Arrays.copyOf(ready, 2 * steps);
    }
    replicas[steps] = replicasHeld;
    ready[steps++] = ofThoseReady;
  }

  /** Replicas held in a step. */
  int replicas(int step) {
    return replicas[step];
  }

  /** Replicas held in a step that have finished loading. */
  int ready(int step) {
    return ready[step];
  }

  /** The steps from one on, and how the plan stands after them. */
  ReplayCheckpoint.Held lived(int from, ReplicaSimulator standing) {
    return new ReplayCheckpoint.Held(
        RunLengthInts.of(Arrays.copyOfRange(replicas, from, steps)),
        RunLengthInts.of(Arrays.copyOfRange(ready, from, steps)),
        standing.state());
  }
}
