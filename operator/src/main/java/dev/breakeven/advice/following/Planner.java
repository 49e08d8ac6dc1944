package dev.breakeven.advice.following;

import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.reason.Cause;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.util.List;

/**
 * Follows the load: rules replayed over the policy's own past, each step decided from what was
 * known before it, with lead and hold.
 */
public interface Planner {

  /** What following the load would have held over the window, and what it would hold next. */
  Estimate<Followed> follow(Replay replay);

  /** As {@code follow}, for a past that is asked about once; the result is not kept. */
  default Estimate<Followed> followOnce(Replay replay) {
    return follow(replay);
  }

  /** No planner: that alternative is not compared. */
  static Planner none() {
    return replay -> Estimate.notFound(Issue.Reason.NOT_REPLAYED, Cause.NOT_REPLAYED);
  }

  /**
   * The plan that {@code backtest} replays too. It remembers the past that it was asked about last:
   * asked again about that past and what has come since it is sooner done, and holds the same.
   */
  static Planner standard() {
    return new LoadFollower();
  }

  /**
   * The past to replay.
   *
   * @param earlier what is kept of the time before the window, oldest first
   * @param window the steps that are charged
   * @param terms what holding replicas costs and carries
   * @param api where the overflow goes
   * @param mayBurst whether it may; else everything must be served
   * @param planning window, hold, lead and the coverage that a verdict needs
   * @param replicasNow own replicas at the time of asking
   * @param leastSpan of the past before anything is advised
   * @param ends of the capacity's interval
   */
  record Replay(
      List<Span> earlier,
      Span window,
      ReplicaCostModel terms,
      ApiAccess api,
      boolean mayBurst,
      Planning planning,
      int replicasNow,
      Duration leastSpan,
      Ends ends) {
    public Replay {
      earlier = List.copyOf(earlier);
    }

    /** A copy with both ends of the capacity interval. */
    public Replay with(Ends others) {
      return new Replay(
          earlier, window, terms, api, mayBurst, planning, replicasNow, leastSpan, others);
    }
  }

  /**
   * The past as it is at the ends of the capacity's interval.
   *
   * @param loads at either end; none where the capacity is taken for exact
   * @param sameDirection whether the number of replicas must change the same way at the ends, and
   *     not only own GPUs or the API be the answer
   */
  record Ends(List<Loads> loads, boolean sameDirection) {
    /** Of a capacity that is taken for exact. */
    public static final Ends NONE = new Ends(List.of(), false);

    public Ends {
      loads = List.copyOf(loads);
    }
  }

  /**
   * The load of a past at another capacity.
   *
   * @param earlier one for each part of the time before the window
   */
  record Loads(List<PricedLoad> earlier, PricedLoad window) {
    public Loads {
      earlier = List.copyOf(earlier);
    }
  }

  /**
   * A part of the past.
   *
   * @param history every step, known or not, and what ran in it
   * @param load the known ones
   */
  record Span(TrafficHistory history, PricedLoad load) {}

  /**
   * A replayed plan.
   *
   * @param replicas advised in each known step of the window, paid from that step on and serving
   *     from lead later
   * @param serving of those, serving in each step
   * @param next to hold from now on
   * @param firstServing the first of the window's steps before which it has ever served: where it
   *     had all to learn, what it sent to the API until then is no burst
   * @param own whether own GPUs are the answer
   * @param sameAtEnds whether the answer is the same at the ends of the capacity's interval; else
   *     {@code next} is what was advised before
   * @param atEnds what would have been held at these
   */
  record Followed(
      List<Integer> replicas,
      List<Integer> serving,
      int next,
      int firstServing,
      boolean own,
      boolean sameAtEnds,
      List<Followed> atEnds) {
    public Followed {
      replicas = List.copyOf(replicas);
      serving = List.copyOf(serving);
      atEnds = List.copyOf(atEnds);
    }

    /** At a capacity that is taken for exact. */
    public Followed(List<Integer> replicas, List<Integer> serving, int next, int firstServing) {
      this(replicas, serving, next, firstServing, next > 0, true, List.of());
    }

    /** The plan in the form that an alternative shows. */
    public ReplicaPlan plan() {
      return new ReplicaPlan.Following(
          replicas.stream().mapToInt(n -> n).min().orElse(0),
          replicas.stream().mapToInt(n -> n).average().orElse(0),
          replicas.stream().mapToInt(n -> n).max().orElse(0));
    }
  }
}
