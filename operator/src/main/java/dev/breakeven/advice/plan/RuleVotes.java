package dev.breakeven.advice.plan;

import java.util.Arrays;

/**
 * Which rules to believe, rung by rung. Every rule is replayed with hold and lead, as if it had
 * been followed alone, and what each replica of a rung gained that way is its rule's standing
 * there. Votes weigh {@code exp(gain ÷ (price · hold))}: the unit is what one replica costs for one
 * hold, the price of a change of mind, so that nothing is left to be fitted. Three fifths of the
 * weight add a rung; one that is held goes when no more than two fifths still want it. The margin
 * is what a change of mind asks for: without one, near ties are changed for nothing.
 *
 * <p>Only how rules differ is kept: what all of them hold in a step earns the same for each.
 */
final class RuleVotes {

  private static final double ADDS_FROM = 0.6;
  private static final double KEEPS_ABOVE = 0.4;

  /** Standings so far below the best one, in units, weigh nothing. */
  private static final double NEGLIGIBLE = -30;

  private final ReplicaLadder ladder;
  private final ReplicaRules rules;
  private final StepTerms terms;
  private final double unit;
  private final HeldReplicas[] replayed;
  private final int[] ready; // by rule, in the step that ended
  private double[][] gained = new double[0][];

  RuleVotes(ReplicaLadder ladder, ReplicaRules rules, StepTerms terms) {
    this.ladder = ladder;
    this.rules = rules;
    this.terms = terms;
    unit = Math.max(Double.MIN_NORMAL, terms.replicaPerStep() * terms.holdSteps());
    replayed = new HeldReplicas[rules.count()];
    ready = new int[replayed.length];
    Arrays.setAll(replayed, i -> new HeldReplicas(terms.holdSteps(), terms.leadSteps()));
  }

  /** The number of serving replicas that the votes come to, where that many serve now. */
  int agreed(int servingNow) {
    int rung = 0;
    while (rung < gained.length && isWanted(rung, ladder.below(rung) < servingNow)) {
      rung++;
    }
    return ladder.below(rung);
  }

  private boolean isWanted(int rung, boolean held) {
    int inFavour = 0;
    for (int rule = 0; rule < replayed.length; rule++) {
      inFavour += wants(rule, rung) ? 1 : 0;
    }
    if (inFavour == 0 || inFavour == replayed.length) {
      return inFavour > 0;
    }
    double[] gains = gained[rung];
    double best = Double.NEGATIVE_INFINITY;
    for (double gain : gains) {
      best = Math.max(best, gain);
    }
    double all = 0;
    double wanting = 0;
    for (int rule = 0; rule < gains.length; rule++) {
      double standing = (gains[rule] - best) / unit;
      if (standing < NEGLIGIBLE) {
        continue;
      }
      double weight = Math.exp(standing);
      all += weight;
      if (wants(rule, rung)) {
        wanting += weight;
      }
    }
    return held ? wanting > all * KEEPS_ABOVE : wanting >= all * ADDS_FROM;
  }

  private boolean wants(int rule, int rung) {
    return rules.named(rule) > ladder.below(rung);
  }

  /** Every rule begins the next step with what it named. */
  void begin() {
    for (int rule = 0; rule < replayed.length; rule++) {
      replayed[rule].begin(rules.named(rule));
    }
  }

  /**
   * The step ended: every rule's replicas are charged and credited.
   *
   * @param load serving replicas that the step's work needed, with headroom
   * @param apiPerLoad money the API asks for one such replica's work in the step
   * @param rungs that any load has reached, this one's included
   */
  void charge(double load, double apiPerLoad, int rungs) {
    int before = gained.length;
    if (rungs > before) {
      gained = Arrays.copyOf(gained, rungs);
    }
    for (int rung = before; rung < gained.length; rung++) {
      gained[rung] = new double[replayed.length];
    }
    int fewest = Integer.MAX_VALUE;
    for (int rule = 0; rule < replayed.length; rule++) {
      ready[rule] = replayed[rule].ready();
      fewest = Math.min(fewest, ready[rule]);
    }
    int first = 0; // the first rung in which the rules' replicas differ
    while (first < gained.length && ladder.below(first + 1) <= fewest) {
      first++;
    }
    for (int rule = 0; rule < replayed.length; rule++) {
      int held = replayed[rule].held();
      for (int rung = first; rung < gained.length && ladder.below(rung) < held; rung++) {
        double worked =
            Math.min(ladder.standing(rung, ready[rule]), Math.max(0, load - ladder.below(rung)));
        double paid = ladder.standing(rung, held) * terms.replicaPerStep();
        gained[rung][rule] += (apiPerLoad * worked - paid) / ladder.width(rung);
      }
    }
  }
}
