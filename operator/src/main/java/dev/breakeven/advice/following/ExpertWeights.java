package dev.breakeven.advice.following;

import java.util.Arrays;

/**
 * The weights of the experts at each level of replicas (Hedge). Every expert is replayed with hold
 * and lead, as if it had been followed alone. Its gain at a level is what a replica of that level
 * saved, less its price. Votes weigh {@code exp(gain ÷ (price · hold))}: the unit is what one
 * replica costs for one hold, which is the price of a change, so there is no constant to fit. A
 * level is added by three fifths of the weight, and given up when no more than two fifths still
 * want it. The margin between the two keeps near ties from causing changes.
 *
 * <p>Only differences between experts matter, so levels that all of them hold alike are skipped.
 * Weights are kept as products: experts whose replicas of a level all serve gain the same there,
 * and share one {@code exp}.
 */
final class ExpertWeights {

  private static final double ADDS_FROM = 0.6;
  private static final double KEEPS_ABOVE = 0.4;

  /** A tie is one however the rules came to it. */
  private static final double ROUNDING = 1e-9;

  /** No step's gain tells rules further apart. Its loss is at most one, a replica for a hold. */
  private static final double MOST_UNITS_A_STEP = 50;

  /** Weights are scaled to at most so much, well before they have left the range of a double. */
  private static final double LARGEST = 1e250;

  /** A rule 1,100 units behind the best falls no further: it weighs nothing, and can come back. */
  private static final double SMALLEST = 1e-250;

  private static final double MOST_DRIFT = 1e50;

  private final ReplicaLevels ladder;
  private final ReplicaExperts rules;
  private final double price;
  private final double unit;
  private final ReplicaSimulator replayed; // a plan of each rule
  private final double[][] weights; // by rule and rung, of which only the ratios mean anything
  private final double[] ofServing; // by rung, what the step multiplies with where replicas serve
  private final double ofLoading; // the same where they are only paid for
  private int allReady; // replicas that every rule has ready, in the present step
  private int anyHeld; // the most that a rule holds
  private int weighed; // rungs, from the lowest on, in which rules may have differed
  private double drifted = 1; // how far weights may have grown, and shrunk, since they were scaled

  ExpertWeights(ReplicaLevels ladder, ReplicaExperts rules, StepTerms terms) {
    this.ladder = ladder;
    this.rules = rules;
    price = terms.replicaPerStep();
    unit = Math.max(Double.MIN_NORMAL, price * terms.holdSteps());
    replayed = new ReplicaSimulator(rules.count(), terms.holdSteps(), terms.leadSteps());
    weights = new double[rules.count()][ladder.rungs()];
    for (double[] ofRule : weights) {
      Arrays.fill(ofRule, 1);
    }
    ofServing = new double[ladder.rungs()];
    ofLoading = factor(-price);
  }

  /** The weights between two steps. Immutable. */
  static final class State {
    static final State AT_FIRST = new State(0, new double[0], 1, 1, RunLengthInts.of());

    private final int rungs; // from the lowest on, in which anything tells rules apart
    private final double[] weights; // by rule and those rungs
    private final double ofOtherRungs;
    private final double drifted;
    private final RunLengthInts replayed;

    private State(
        int rungs, double[] weights, double ofOtherRungs, double drifted, RunLengthInts replayed) {
      this.rungs = rungs;
      this.weights = weights;
      this.ofOtherRungs = ofOtherRungs;
      this.drifted = drifted;
      this.replayed = replayed;
    }
  }

  /** The state after a step. */
  State state() {
    int rungs = ladder.rungs();
    double ofOtherRungs = rungs == 0 ? 1 : weights[0][rungs - 1];
    while (rungs > 0 && isOfEveryRule(ofOtherRungs, rungs - 1)) {
      rungs--;
    }
    double[] told = new double[weights.length * rungs];
    for (int rule = 0; rule < weights.length; rule++) {
      System.arraycopy(weights[rule], 0, told, rule * rungs, rungs);
    }
    return new State(rungs, told, ofOtherRungs, drifted, replayed.state());
  }

  private boolean isOfEveryRule(double weight, int rung) {
    return Arrays.stream(weights).allMatch(ofRule -> ofRule[rung] == weight);
  }

  /** Continues from the state of the same experts on the same terms after so many steps. */
  void goOn(int steps, State from) {
    for (int rule = 0; rule < weights.length; rule++) {
      System.arraycopy(from.weights, rule * from.rungs, weights[rule], 0, from.rungs);
      Arrays.fill(weights[rule], from.rungs, ladder.rungs(), from.ofOtherRungs);
    }
    drifted = from.drifted;
    weighed = ladder.rungs();
    replayed.goOn(steps, from.replayed);
  }

  /** The number of serving replicas that the votes come to, where that many serve now. */
  int agreed(int servingNow) {
    int rung = rules.fewestNamed();
    int most = rules.mostNamed();
    while (rung < most && isWanted(rung, ladder.below(rung) < servingNow)) {
      rung++;
    }
    return ladder.below(rung);
  }

  private boolean isWanted(int rung, boolean held) {
    double all = 0;
    double wanting = 0;
    for (int rule = 0; rule < weights.length; rule++) {
      double weight = weights[rule][rung];
      all += weight;
      wanting += rules.named(rule) > rung ? weight : 0;
    }
    return held
        ? wanting > all * (KEEPS_ABOVE + ROUNDING)
        : wanting >= all * (ADDS_FROM - ROUNDING);
  }

  /** Every rule begins the next step with what it named. */
  void begin() {
    for (int rule = 0; rule < weights.length; rule++) {
      replayed.want(rule, ladder.below(rules.named(rule)));
    }
    if (replayed.begin()) {
      allReady = Integer.MAX_VALUE;
      anyHeld = 0;
      for (int rule = 0; rule < weights.length; rule++) {
        allReady = Math.min(allReady, replayed.ready(rule));
        anyHeld = Math.max(anyHeld, replayed.held(rule));
      }
    }
  }

  /**
   * The step ended: every rule's replicas are charged and credited.
   *
   * @param load serving replicas that the step's work needed, with headroom
   * @param apiPerLoad money the API asks for one such replica's work in the step
   */
  void charge(double load, double apiPerLoad) {
    int first = ladder.filledBy(allReady); // the first rung in which the rules' replicas differ
    if (ladder.below(first) >= anyHeld) {
      return;
    }
    double ofLoaded = factor(apiPerLoad - price);
    makeRoomFor(ofLoaded);
    int rungs = first; // in which anything is held
    while (ladder.below(rungs) < anyHeld) {
      double part = ladder.partOf(rungs, load); // of all rungs but one it is all or nothing
      ofServing[rungs++] =
          part == 1 ? ofLoaded : part == 0 ? ofLoading : factor(apiPerLoad * part - price);
    }
    weighed = Math.max(weighed, rungs);
    for (int rule = 0; rule < weights.length; rule++) {
      double[] ofRule = weights[rule];
      int held = replayed.held(rule);
      int ready = replayed.ready(rule);
      int serving = ladder.filledBy(ready);
      for (int rung = first; rung < serving; rung++) {
        ofRule[rung] *= ofServing[rung];
      }
      for (int rung = serving; ladder.below(rung) < held; rung++) {
        boolean allLoading = ready <= ladder.below(rung) && ladder.below(rung + 1) <= held;
        ofRule[rung] *= allLoading ? ofLoading : ofPart(rung, held, ready, load, apiPerLoad);
      }
    }
  }

  /** Of a rung whose replicas are held in part, or serve in part. */
  private double ofPart(int rung, int held, int ready, double load, double apiPerLoad) {
    double worked = Math.min(ladder.partOf(rung, ready), ladder.partOf(rung, load));
    return factor(apiPerLoad * worked - ladder.partOf(rung, held) * price);
  }

  private double factor(double gain) {
    return Math.exp(Math.min(MOST_UNITS_A_STEP, gain / unit));
  }

  /** Before a step multiplies weights by at most so much. */
  private void makeRoomFor(double mostGained) {
    drifted *= Math.max(1, mostGained) / ofLoading;
    if (drifted <= MOST_DRIFT) {
      return;
    }
    for (int rung = 0; rung < weighed; rung++) {
      double best = 0;
      for (double[] ofRule : weights) {
        best = Math.max(best, ofRule[rung]);
      }
      for (double[] ofRule : weights) {
        ofRule[rung] = Math.max(SMALLEST, ofRule[rung] / best * LARGEST);
      }
    }
    drifted = Math.max(1, mostGained) / ofLoading;
  }
}
