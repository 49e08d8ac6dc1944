package dev.breakeven.advice.following;

import dev.breakeven.advice.Planning;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.util.Arrays;

/**
 * The cheapest plan with the same lead and hold that knows the whole load beforehand (the offline
 * optimum), which advice is compared with. Replicas that serve in the first step were added before
 * it.
 *
 * <p>What the overflow costs is a sum over replicas: the first takes the load up to what one can
 * take, the next the load from there on. So each replica's times are found for itself, exactly and
 * in one walk over the steps: on or off, on for at least the hold, serving from a lead later. Plans
 * that give up an older replica and keep a newer one, which the hold binds less, are not tried.
 * Spares are tried both ways, following the first replica or always on; the cheaper plan counts.
 */
public final class ClairvoyantPlan {

  /** Money for a replica's worth of work that nobody serves: more than any price. */
  private static final double UNSERVED = 1e9;

  private final PricedLoad load;
  private final ReplicaCostModel terms;
  private final ApiAccess api;
  private final boolean sparesStay;
  private final int keptSteps;
  private final int leadSteps;
  private final int[] stepOf; // of a known step of the load, its place in time
  private final int steps;
  private final int[] serving; // by place in time

  private ClairvoyantPlan(
      PricedLoad load,
      ReplicaCostModel terms,
      ApiAccess api,
      Planning planning,
      boolean sparesStay) {
    this.load = load;
    this.terms = terms;
    this.api = api;
    this.sparesStay = sparesStay;
    leadSteps = planning.leadSteps(load.stepSeconds());
    // To give one up that is still loading is never worth its price.
    keptSteps = Math.max(leadSteps, planning.holdSteps(load.stepSeconds()));
    stepOf = new int[load.steps()];
    for (int i = 0; i < stepOf.length; i++) {
      stepOf[i] = (int) ((load.startOf(i) - load.startOf(0)) / load.stepSeconds());
    }
    steps = stepOf.length == 0 ? 0 : stepOf[stepOf.length - 1] + 1;
    serving = new int[steps];
  }

  /**
   * The cost of the best plan, holding none included where the policy allows that.
   *
   * @param api where the overflow goes; {@link ApiAccess#NONE} where nothing may burst, and all is
   *     served that the policy's greatest number can serve
   */
  public static PlanCost of(
      PricedLoad load, ReplicaCostModel terms, ApiAccess api, Planning planning) {
    PlanCost best = new ClairvoyantPlan(load, terms, api, planning, false).best();
    if (terms.redundantReplicas() > 0) {
      best = cheaper(best, new ClairvoyantPlan(load, terms, api, planning, true).best());
    }
    return terms.minReplicas() > 0 ? best : cheaper(best, PlanCost.ofConstant(load, terms, api, 0));
  }

  /** The other one, where it leaves no more tokens unserved and costs no more. */
  private static PlanCost cheaper(PlanCost one, PlanCost other) {
    return other.unservedTokens() <= one.unservedTokens() && other.total() <= one.total()
        ? other
        : one;
  }

  private PlanCost best() {
    int most = Math.min(terms.maxReplicas(), terms.neededFor(load.peak()));
    for (int held = terms.redundantReplicas() + 1; held <= most; held++) {
      decide(held);
    }
    int[] held = new int[steps];
    for (int step = 0; step < steps; step++) {
      int wanted = serving[step] == 0 ? 0 : serving[step] + terms.redundantReplicas();
      held[step] = Math.min(terms.maxReplicas(), Math.max(terms.minReplicas(), wanted));
    }
    return PlanCost.of(load, terms, api, i -> held[stepOf[i]], i -> ready(held, stepOf[i]), 0);
  }

  /** Fewest held since a lead ago; what was held in the first step was there before. */
  private int ready(int[] held, int step) {
    return Arrays.stream(held, Math.max(0, step - leadSteps), step + 1).min().orElseThrow();
  }

  /** Adds, where it pays, the last of that many held replicas to those that serve. */
  private void decide(int held) {
    double below = terms.usable(held - 1);
    double size = terms.usable(held) - below;
    double perHour = held <= terms.minReplicas() ? 0 : pricePerHour(held);
    double[] earned = new double[steps + 1]; // before a step, by serving all along
    double[] paid = new double[steps + 1]; // before a step, by being held all along
    for (int i = 0; i < stepOf.length; i++) { // what is not known earns and costs nothing
      earned[stepOf[i] + 1] = worth(i, below, size);
      paid[stepOf[i] + 1] = perHour * load.stepHours();
    }
    Arrays.parallelPrefix(earned, Double::sum);
    Arrays.parallelPrefix(paid, Double::sum);
    walk(earned, paid);
  }

  /**
   * Money an hour for the last of that many; the first that serves brings the spare ones along,
   * where they are not there anyway.
   */
  private double pricePerHour(int held) {
    boolean isFirst = held == terms.redundantReplicas() + 1;
    int before = isFirst && !sparesStay ? 0 : held - 1;
    return terms.paidPerHour(held) - terms.paidPerHour(before);
  }

  /** What is not paid to the API in a step; more than all money where no API can serve it. */
  private double worth(int i, double below, double size) {
    double work = load.replicasAt(i);
    double carried = Math.min(work - below, size);
    if (carried <= 0) {
      return 0;
    }
    if (!api.priced()) {
      return UNSERVED * carried;
    }
    double mustCarry = Math.max(0, Math.min(api.leastOwnLoadAt(load, i) - below, carried));
    return load.apiAt(i) * carried / work + UNSERVED * mustCarry;
  }

  /** On and off by the best way to each step; then back along it. */
  private void walk(double[] earned, double[] paid) {
    double[] off = new double[steps + 1];
    double[] on = new double[steps + 1]; // and free to stop
    int[] startedAt = new int[steps + 1]; // the start that on is reached by, or −1: on before
    Arrays.fill(on, Double.NEGATIVE_INFINITY);
    on[0] = 0;
    startedAt[0] = -1;
    boolean[] stays = new boolean[steps + 1]; // off since a step before
    for (int step = 0; step <= steps; step++) {
      if (step > 0) {
        double goingOn = on[step - 1] + net(earned, paid, step - 1, step);
        if (goingOn >= on[step]) {
          on[step] = goingOn;
          startedAt[step] = startedAt[step - 1];
        }
        stays[step] = off[step - 1] >= on[step];
        off[step] = Math.max(off[step - 1], on[step]);
      }
      if (step < steps) {
        int free = Math.min(steps, step + keptSteps);
        int serves = Math.min(steps, step + leadSteps);
        double started = off[step] + paid[step] - paid[serves] + net(earned, paid, serves, free);
        if (started > on[free]) {
          on[free] = started;
          startedAt[free] = step;
        }
      }
    }
    for (int end = steps; end > 0; ) {
      if (stays[end]) {
        end--;
        continue;
      }
      int from = Math.max(0, startedAt[end]);
      for (int step = from; step < end; step++) {
        serving[step]++;
      }
      end = startedAt[end] < 0 ? 0 : from;
    }
  }

  private static double net(double[] earned, double[] paid, int from, int to) {
    return earned[to] - earned[from] - (paid[to] - paid[from]);
  }
}
