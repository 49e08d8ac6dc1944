package dev.breakeven.advice.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Following the load as its description reads, with nothing remembered but the steps themselves:
 * every mean is added up anew, every rule's whole past is lived again for every decision, and each
 * replica is decided for itself. Slow; {@link PlanReplay} has to hold the same.
 */
final class SlowFollower {

  private final double replicaPerStep;
  private final double feePerStep;
  private final int hold;
  private final int lead;
  private final int window;
  private final int day;
  private final int[] trailing;
  private final int[] gateSpans;
  private final int lastHour;
  private final int ahead;
  private final int most;

  private final List<double[]> steps = new ArrayList<>(); // {load, api a replica}; null if unknown
  private final List<int[]> named = new ArrayList<>(); // by step, what each rule asked for
  private final List<Integer> worthwhile = new ArrayList<>();
  private final List<Integer> plan = new ArrayList<>();
  private int[] asked = new int[20];
  private int agreed;
  private boolean open;
  private double lost;
  private final List<Double> savings = new ArrayList<>();

  SlowFollower(StepTerms terms, int most) {
    replicaPerStep = terms.replicaPerStep();
    feePerStep = terms.overheadPerStep();
    hold = terms.holdSteps();
    lead = terms.leadSteps();
    window = terms.windowSteps();
    day = terms.stepsPerDay();
    trailing = terms.spans(10, 20, 30, 60, 120, 240, 360, 720, 1440, 2880, 4320, 10080);
    gateSpans =
        terms.spans(
            10, 20, 30, 40, 60, 90, 120, 180, 240, 360, 540, 720, 1080, 1440, 2160, 2880, 4320,
            5760, 7200, 10080);
    lastHour = terms.spans(60)[0];
    ahead = Math.max(Math.min(hold, terms.spans(360)[0]), lead + 1);
    this.most = most;
  }

  int begin() {
    int now = steps.size();
    if (now > 0 && steps.get(now - 1) != null) {
      asked = ask();
      agreed = agree();
    }
    named.add(asked);
    worthwhile.add(kept(worthwhile, agreed));
    if (feePerStep > 0 && !open && isWorthStarting()) {
      open = true;
      lost = 0;
    } else if (open) {
      open = lost < feePerStep * window;
    }
    plan.add(kept(plan, open || feePerStep == 0 ? worthwhile.get(now) : 0));
    return plan.get(now);
  }

  void end(double load, double api) {
    steps.add(new double[] {load, load > 0 ? api / load : 0});
    int now = steps.size() - 1;
    double saved =
        steps.get(now)[1] * Math.min(load, ready(worthwhile, now))
            - worthwhile.get(now) * replicaPerStep;
    savings.add(saved);
    lost = Math.max(0, lost + feePerStep - saved);
  }

  void endUnknown() {
    steps.add(null);
    savings.add(0.0);
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
    int n = 0;
    while (n < most && n < peak() && saving.applyAsDouble(n) >= replicaPerStep) {
      n++;
    }
    return n;
  }

  private double peak() {
    return steps.stream().mapToDouble(s -> s == null ? 0 : s[0]).max().orElse(0);
  }

  /** Saved a step by the replica above j; negative where nothing is known. */
  private double mean(int j, int from, int to) {
    double saved = 0;
    int known = 0;
    for (int t = Math.max(0, from); t < to; t++) {
      double[] step = steps.get(t);
      if (step != null) {
        saved += step[1] * Math.max(0, Math.min(1, step[0] - j));
        known++;
      }
    }
    return known > 0 ? saved / known : -1;
  }

  private double sameHours(int j, int days) {
    double saved = 0;
    int known = 0;
    for (int d = 1; d <= days; d++) {
      for (int t = steps.size() + lead - d * day; t < steps.size() + ahead - d * day; t++) {
        boolean wholeDayIsKept = steps.size() + lead - d * day >= 0;
        if (wholeDayIsKept && t < steps.size() && steps.get(t) != null) {
          saved += steps.get(t)[1] * Math.max(0, Math.min(1, steps.get(t)[0] - j));
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
    int serving = now > 0 ? worthwhile.get(now - 1) : 0;
    int n = 0;
    while (n < most && n < peak() && isWanted(n, n < serving, lived)) {
      n++;
    }
    return n;
  }

  private boolean isWanted(int j, boolean held, List<List<Integer>> lived) {
    double[] gain = new double[asked.length];
    double best = Double.NEGATIVE_INFINITY;
    for (int rule = 0; rule < gain.length; rule++) {
      for (int t = 0; t < steps.size(); t++) {
        double[] step = steps.get(t);
        if (step != null && lived.get(rule).get(t) > j) {
          boolean serves = ready(lived.get(rule), t) > j;
          gain[rule] +=
              (serves ? step[1] * Math.max(0, Math.min(1, step[0] - j)) : 0) - replicaPerStep;
        }
      }
      best = Math.max(best, gain[rule]);
    }
    double all = 0;
    double wanting = 0;
    for (int rule = 0; rule < gain.length; rule++) {
      double weight = Math.exp((gain[rule] - best) / (replicaPerStep * hold));
      all += weight;
      wanting += asked[rule] > j ? weight : 0;
    }
    return held ? wanting > 0.4 * all : wanting >= 0.6 * all;
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
      if (saved > 0 && saved * Math.log(1 + (double) window / span) >= feePerStep * window) {
        return true;
      }
    }
    return false;
  }
}
