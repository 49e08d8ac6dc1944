package dev.breakeven.advice.proof;

import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What was held: what was decided, and by known step.
 *
 * @param anyFollowed whether anything was decided early enough to be followed; else it went on as
 *     it ran
 */
public record ReplayedAdvice(
    List<Decision> decisions, List<Integer> held, List<Integer> ready, boolean anyFollowed) {

  /**
   * From a time on, hold this many replicas.
   *
   * @param epochSecond start of the step, seconds UTC
   */
  public record Decision(long epochSecond, int replicas) {}

  /** A copy of advice that came too late to be followed. */
  public ReplayedAdvice notFollowed() {
    return new ReplayedAdvice(decisions, held, ready, false);
  }

  /**
   * The number that is set by hand at reviews.
   *
   * @param load what is held over it
   * @param ranBefore replicas before the first review
   * @param lead from setting a number to its added replicas serving
   */
  public static ReplayedAdvice of(
      List<ReviewedPast.Reviewed> reviews, PricedLoad load, int ranBefore, Duration lead) {
    NavigableMap<Long, ReviewedPast.Reviewed> byTime = new TreeMap<>();
    reviews.forEach(reviewed -> byTime.put(reviewed.epochSecond(), reviewed));
    List<Decision> decisions = new ArrayList<>();
    reviews.forEach(
        reviewed ->
            decisions.add(new Decision(reviewed.epochSecond(), reviewed.replicasAdvised())));
    List<Integer> held = new ArrayList<>(load.steps());
    List<Integer> ready = new ArrayList<>(load.steps());
    int before = -1;
    for (int i = 0; i < load.steps(); i++) {
      long start = load.startOf(i);
      Map.Entry<Long, ReviewedPast.Reviewed> last = byTime.floorEntry(start);
      if (last == null || !last.getValue().leavesTheScaling()) {
        int set = set(byTime, start, ranBefore);
        held.add(set);
        ready.add(Math.min(set, set(byTime, start - lead.toSeconds(), ranBefore)));
        continue;
      }
      // What scales the replicas goes on to do so.
      int ran = (int) Math.rint(load.heldAt(i, last.getValue().replicasThen()));
      held.add(ran);
      ready.add(ran);
      if (ran != before && start > last.getKey()) {
        decisions.add(new Decision(start, ran));
      }
      before = ran;
    }
    decisions.sort(Comparator.comparingLong(Decision::epochSecond));
    return new ReplayedAdvice(decisions, held, ready, !reviews.isEmpty());
  }

  /** The number that was set last before a time. */
  private static int set(
      NavigableMap<Long, ReviewedPast.Reviewed> reviews, long epochSecond, int ranBefore) {
    Map.Entry<Long, ReviewedPast.Reviewed> last = reviews.floorEntry(epochSecond);
    return last == null ? ranBefore : last.getValue().replicasAdvised();
  }

  /** What it comes to over a load that begins with one of its steps. */
  public PlanCost cost(PricedLoad load, int from, ReplicaCostModel terms, ApiAccess overflow) {
    return PlanCost.ofReplayed(
        load, terms, overflow, i -> held.get(from + i), i -> ready.get(from + i));
  }
}
