package dev.breakeven.advice.following;

import dev.breakeven.advice.costing.ReplicaChanges;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.time.Duration;
import java.util.stream.IntStream;

/**
 * What numbers of replicas would have cost over some steps of a past, of which only the known ones
 * count; in money, people included once any are held.
 */
final class WindowCosts {

  private final LoadColumns past;
  private final ReplicaCostModel terms;
  private final double stepHours;
  private final int[] known; // the steps

  /**
   * Costs over the steps from one to before another.
   *
   * @param stepHours length of a step
   */
  WindowCosts(LoadColumns past, int from, int to, ReplicaCostModel terms, double stepHours) {
    this.past = past;
    this.terms = terms;
    this.stepHours = stepHours;
    known = IntStream.range(from, to).filter(past::isKnown).toArray();
  }

  /** Replicas that keep their headroom; the rest goes to the API, or with none everything. */
  double holding(int replicas) {
    double usable = terms.usable(replicas);
    double api = 0;
    for (int i : known) {
      api += past.apiAbove(usable, i);
    }
    return paid(replicas) + api;
  }

  /**
   * Going on as it runs: with the replicas that run, or where something scales them, as it ran.
   *
   * @param review how often a person looks at the number
   */
  double goingOn(int replicas, Duration review) {
    double withThese = keeping(replicas);
    if (ReplicaChanges.areOfAScaler(IntStream.of(known).mapToDouble(past::ran), hours(), review)) {
      double asItRan = asItRan(replicas);
      return ReplicaChanges.areShownBy(asItRan, withThese) ? asItRan : withThese;
    }
    return withThese;
  }

  /**
   * Replicas that run: where so many or more ran they serve what was served then, up to all that
   * they can do; where fewer ran, at least that, and what their headroom leaves room for.
   */
  private double keeping(int replicas) {
    double size = terms.sizeOf(replicas);
    double usable = terms.usable(replicas);
    double api = 0;
    for (int i : known) {
      double served = Math.min(past.ownLoad(i), size);
      api += past.apiAbove(past.ran(i) < replicas ? Math.max(served, usable) : served, i);
    }
    return paid(replicas) + api;
  }

  private double asItRan(int otherwise) {
    double cost = people();
    for (int i : known) {
      double held = Double.isNaN(past.ran(i)) ? otherwise : past.ran(i);
      double served = Math.min(past.ownLoad(i), terms.sizeOf(held));
      cost += terms.paidPerHour(held) * stepHours + past.apiAbove(served, i);
    }
    return cost;
  }

  /** For replicas and people. */
  private double paid(int replicas) {
    return terms.paidPerHour(replicas) * hours() + (replicas > 0 ? people() : 0);
  }

  private double people() {
    return terms.overheadPerMonth() * hours() / ReplicaCostModel.HOURS_PER_MONTH;
  }

  private double hours() {
    return known.length * stepHours;
  }

  /**
   * The number at which holding costs least, and of several the fewest. The cost is convex in it
   * from the first replica that serves on.
   *
   * @param near where to look first
   */
  int cheapest(int least, int most, int near) {
    int low = Math.min(most, Math.max(least, terms.redundantReplicas() + 1));
    int cheapest = Math.max(low, Math.min(most, near));
    double cost = holding(cheapest);
    while (cheapest < most && holding(cheapest + 1) < cost) {
      cost = holding(++cheapest);
    }
    while (cheapest > low && holding(cheapest - 1) <= cost) {
      cost = holding(--cheapest);
    }
    return cheapest;
  }
}
