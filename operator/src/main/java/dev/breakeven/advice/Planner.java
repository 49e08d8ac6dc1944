package dev.breakeven.advice;

import dev.breakeven.advice.Alternative.ReplicaPlan;
import java.time.Instant;
import java.util.List;

/**
 * Follows the load: rules replayed over the policy's own past, each step decided from what was
 * known before it, with lead and hold.
 */
public interface Planner {

  /** What following the load would have held over the window, and what it would hold next. */
  Finding<Followed> follow(Replay replay);

  /** No planner: that alternative is not compared. */
  static Planner none() {
    return replay ->
        Finding.notFound(Caveat.Reason.NOT_REPLAYED, "following the load was not replayed");
  }

  /**
   * The past to replay.
   *
   * @param earlier what is kept of the time before the window, oldest first
   * @param window the steps that are charged
   * @param terms what holding replicas costs and carries
   * @param mayBurst whether overflow may go to the API; else it must be served
   * @param planning hold, lead and what a change of mind needs
   * @param replicasNow wanted now
   * @param now the time of asking
   * @param previous what was advised before
   */
  record Replay(
      List<PricedLoad> earlier,
      PricedLoad window,
      HoldingTerms terms,
      boolean mayBurst,
      Planning planning,
      int replicasNow,
      Instant now,
      PreviousDecision previous) {
    public Replay {
      earlier = List.copyOf(earlier);
    }
  }

  /**
   * A replayed plan.
   *
   * @param replicas held in each step of the window, paid from that step on and serving from lead
   *     later
   * @param serving of those, serving in each step
   * @param next to hold from now on
   * @param proof what following would have cost beside what ran
   */
  record Followed(
      List<Integer> replicas, List<Integer> serving, int next, Finding<Advice.Proof> proof) {
    public Followed {
      replicas = List.copyOf(replicas);
      serving = List.copyOf(serving);
    }

    /** As an alternative shows it. */
    ReplicaPlan plan() {
      return new ReplicaPlan.Following(
          replicas.stream().mapToInt(n -> n).min().orElse(0),
          replicas.stream().mapToInt(n -> n).average().orElse(0),
          replicas.stream().mapToInt(n -> n).max().orElse(0),
          replicas.isEmpty() ? 0 : replicas.get(replicas.size() - 1));
    }
  }
}
