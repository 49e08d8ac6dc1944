package dev.breakeven.advice.following;

import dev.breakeven.advice.Planning;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Following the load as its description reads, with nothing remembered but the steps themselves:
 * every mean is added up anew, every rule's whole past is lived again for every decision, and each
 * replica is charged for itself. Slow; {@link PlanReplay} has to hold the same.
 */
final class SlowFollower {

  private record Step(double load, double apiPerReplica) {}

  private final ReplicaCostModel terms;
  private final boolean mayBurst;
  private final double replicaPerStep;
  private final double feePerStep; // for people and for spare replicas beyond the reserved ones
  private final int hold;
  private final int lead;
  private final int window;
  private final int day;
  private final int[] trailing;
  private final int[] gateSpans;
  private final int lastHour;
  private final int ahead;
  private final List<Integer> marks = new ArrayList<>(List.of(0)); // numbers told apart

  private final List<Step> steps = new ArrayList<>(); // null where nothing is known
  private final List<Double> mustServe = new ArrayList<>();
  private final List<Double> loads = new ArrayList<>();
  private final List<int[]> named = new ArrayList<>(); // by step, what each rule asked for
  private final List<Integer> worthwhile = new ArrayList<>();
  private final List<Integer> plan = new ArrayList<>();
  private final List<Double> savings = new ArrayList<>();
  private int[] asked;
  private int agreed;
  private boolean open;
  private boolean ran;
  private double lost;

  SlowFollower(ReplicaCostModel terms, Planning planning, boolean mayBurst, int stepSeconds) {
    this.terms = terms;
    this.mayBurst = mayBurst;
    StepTerms inSteps = StepTerms.of(terms, planning, stepSeconds);
    replicaPerStep = inSteps.replicaPerStep();
    feePerStep =
        inSteps.overheadPerStep()
            + Math.max(0, terms.redundantReplicas() - terms.reservedReplicas()) * replicaPerStep;
    hold = inSteps.holdSteps();
    lead = inSteps.leadSteps();
    window = inSteps.windowSteps();
    day = inSteps.stepsPerDay();
    trailing = inSteps.spans(10, 20, 30, 60, 120, 240, 360, 720, 1440, 2880, 4320, 10080);
    double holdMinutes = hold * stepSeconds / 60.0;
    gateSpans =
        inSteps.spans(
            IntStream.of(
                    10, 20, 30, 40, 60, 90, 120, 180, 240, 360, 540, 720, 1080, 1440, 2160, 2880,
                    4320, 5760, 7200, 10080)
                .filter(minutes -> minutes >= holdMinutes || minutes == 10080)
                .toArray());
    lastHour = inSteps.spans(60)[0];
    ahead = Math.max(Math.min(hold, inSteps.spans(360)[0]), lead + 1);
    asked = new int[trailing.length + 8];
    int most = terms.maxReplicas() - terms.redundantReplicas();
    for (int mark = 0; mark < most; ) {
      mark = Math.min(most, mark + Math.max(1, mark / 8));
      marks.add(mark);
    }
  }

  int begin() {
    int now = steps.size();
    if (now > 0 && steps.get(now - 1) != null) {
      asked = ask();
      agreed = agree();
    }
    named.add(asked);
    int held = agreed > 0 ? agreed + terms.redundantReplicas() : 0;
    double highest = 0;
    for (int t = Math.max(0, now - window); t < now; t++) {
      highest = Math.max(highest, loads.get(t));
    }
    int paidAnyway = Math.min(terms.reservedReplicas(), terms.neededFor(highest));
    held = Math.min(terms.maxReplicas(), Math.max(held, paidAnyway));
    worthwhile.add(kept(worthwhile, mayBurst ? held : 0));
    double peak = 0;
    for (int t = Math.max(0, now - window); t < now; t++) {
      peak = Math.max(peak, mustServe.get(t));
    }
    int least = Math.max(terms.minReplicas(), terms.neededFor(peak));
    boolean worthPeople = isOpen();
    int wanted = Math.max(least, worthPeople || least > 0 ? worthwhile.get(now) : 0);
    plan.add(kept(plan, Math.min(terms.maxReplicas(), wanted)));
    return plan.get(now);
  }

  void reallyRan(boolean any) {
    ran = any;
  }

  void end(double load, double api, double mayNotBurst) {
    double replicas = load / terms.targetUtilization();
    steps.add(new Step(replicas, replicas > 0 ? api / replicas : 0));
    mustServe.add(mayBurst ? mayNotBurst : load);
    loads.add(load);
    int now = steps.size() - 1;
    double paid = Math.max(0, worthwhile.get(now) - terms.reservedReplicas()) * replicaPerStep;
    double paidForSpares =
        Math.max(0, terms.redundantReplicas() - terms.reservedReplicas()) * replicaPerStep;
    double saved =
        steps.get(now).apiPerReplica() * Math.min(replicas, terms.serving(ready(worthwhile, now)))
            - Math.max(0, paid - paidForSpares);
    savings.add(saved);
    lost = Math.max(0, lost + feePerStep - saved);
  }

  void endUnknown() {
    steps.add(null);
    mustServe.add(0.0);
    loads.add(0.0);
    savings.add(0.0);
  }

  private boolean isOpen() {
    if (feePerStep == 0) {
      return true;
    }
    if (ran) {
      open = isEarned();
      lost = 0;
    } else if (open) {
      open = lost < feePerStep * window;
    } else if (isWorthStarting() && isEarnedOver(7 * day, 0.5)) {
      open = true;
      lost = 0;
    }
    return open;
  }

  /** Whether people who are there earned their pay over the last window; a day is looked at. */
  private boolean isEarned() {
    int known = 0;
    for (int t = Math.max(0, steps.size() - window); t < steps.size(); t++) {
      known += steps.get(t) != null ? 1 : 0;
    }
    return known < Math.min(day, window) || isEarnedOver(window, 1);
  }

  private boolean isEarnedOver(int span, double part) {
    double saved = 0;
    double paid = 0;
    for (int t = Math.max(0, steps.size() - span); t < steps.size(); t++) {
      saved += savings.get(t);
      paid += steps.get(t) != null ? feePerStep : 0;
    }
    return saved >= part * paid;
  }

  /** No fewer than were added in the last hold. */
  private int kept(List<Integer> held, int wanted) {
    int now = held.size();
    int added = 0;
    for (int t = Math.max(0, now - hold + 1); t < now; t++) {
      added += Math.max(0, held.get(t) - (t > 0 ? held.get(t - 1) : 0));
    }
    return Math.max(wanted, added);
  }

  private int ready(List<Integer> held, int step) {
    int ready = Integer.MAX_VALUE;
    for (int t = step - lead; t <= step; t++) {
      ready = Math.min(ready, t < 0 ? 0 : held.get(t));
    }
    return ready;
  }

  /**
   * What each rule asks for: every replica that would have paid over the rule's part of the past.
   */
  private int[] ask() {
    List<Integer> rules = new ArrayList<>();
    for (int span : trailing) {
      rules.add(replicas(j -> mean(j, steps.size() - span, steps.size())));
    }
    int same = rules.size();
    for (int days : new int[] {7, 3, 1}) {
      rules.add(replicas(j -> sameHours(j, days)));
    }
    for (int days : new int[] {7, 1}) {
      rules.add(
          replicas(
              j -> {
                double last = mean(j, steps.size() - lastHour, steps.size());
                double then = sameHours(j, days);
                return then < 0 ? last : 0.5 * last + 0.5 * then;
              }));
    }
    for (int i = 0; i < 3; i++) {
      rules.add(Math.max(rules.get(same + i), rules.get(0)));
    }
    return rules.stream().mapToInt(n -> n).toArray();
  }

  private int replicas(IntToDoubleFunction saving) {
    int rung = 0;
    while (isReached(rung) && saving.applyAsDouble(rung) >= replicaPerStep) {
      rung++;
    }
    return marks.get(rung);
  }

  private boolean isReached(int rung) {
    return rung < marks.size() - 1 && marks.get(rung) < peak();
  }

  /** Of what each replica of a rung is worth: the mean. */
  private double mean(int rung, IntToDoubleFunction ofReplica) {
    double sum = 0;
    for (int j = marks.get(rung); j < marks.get(rung + 1); j++) {
      sum += ofReplica.applyAsDouble(j);
    }
    return sum / (marks.get(rung + 1) - marks.get(rung));
  }

  /** What the replica above j saves in a step. */
  private static double saved(Step step, int j) {
    return step.apiPerReplica() * Math.max(0, Math.min(1, step.load() - j));
  }

  private double peak() {
    return steps.stream().mapToDouble(s -> s == null ? 0 : s.load()).max().orElse(0);
  }

  /** Saved a step by a replica of the rung; negative where nothing is known. */
  private double mean(int rung, int from, int to) {
    double saved = 0;
    int known = 0;
    for (int t = Math.max(0, from); t < to; t++) {
      Step step = steps.get(t);
      if (step != null) {
        saved += mean(rung, j -> saved(step, j));
        known++;
      }
    }
    return known > 0 ? saved / known : -1;
  }

  private double sameHours(int rung, int days) {
    double saved = 0;
    int known = 0;
    for (int d = 1; d <= days; d++) {
      for (int t = steps.size() + lead - d * day; t < steps.size() + ahead - d * day; t++) {
        boolean wholeDayIsKept = steps.size() + lead - d * day >= 0;
        Step step = wholeDayIsKept && t < steps.size() ? steps.get(t) : null;
        if (step != null) {
          saved += mean(rung, j -> saved(step, j));
          known++;
        }
      }
    }
    return known > 0 ? saved / known : -1;
  }

  private int agree() {
    int now = steps.size();
    List<List<Integer>> lived = new ArrayList<>();
    for (int rule = 0; rule < asked.length; rule++) {
      List<Integer> held = new ArrayList<>();
      for (int t = 0; t < now; t++) {
        held.add(kept(held, named.get(t)[rule]));
      }
      lived.add(held);
    }
    int serving = terms.serving(now > 0 ? worthwhile.get(now - 1) : 0);
    int rung = 0;
    while (isReached(rung) && isWanted(rung, marks.get(rung) < serving, lived)) {
      rung++;
    }
    return marks.get(rung);
  }

  private boolean isWanted(int rung, boolean held, List<List<Integer>> lived) {
    double[] gain = new double[asked.length];
    double best = Double.NEGATIVE_INFINITY;
    for (int rule = 0; rule < gain.length; rule++) {
      for (int t = 0; t < steps.size(); t++) {
        Step step = steps.get(t);
        if (step != null) {
          int holds = lived.get(rule).get(t);
          int serves = ready(lived.get(rule), t);
          gain[rule] +=
              mean(rung, j -> (serves > j ? saved(step, j) : 0) - (holds > j ? replicaPerStep : 0));
        }
      }
      best = Math.max(best, gain[rule]);
    }
    double all = 0;
    double wanting = 0;
    for (int rule = 0; rule < gain.length; rule++) {
      double weight = Math.exp((gain[rule] - best) / (replicaPerStep * hold));
      all += weight;
      wanting += asked[rule] > marks.get(rung) ? weight : 0;
    }
    return held ? wanting > (0.4 + 1e-9) * all : wanting >= (0.6 - 1e-9) * all;
  }

  private boolean isWorthStarting() {
    int now = steps.size();
    for (int span : gateSpans) {
      if (span > now || span > window) {
        continue;
      }
      double saved = 0;
      for (int t = now - span; t < now; t++) {
        saved += savings.get(t);
      }
      if (saved * Math.log(1 + (double) window / span) >= feePerStep * window) {
        return true;
      }
    }
    return false;
  }
}
