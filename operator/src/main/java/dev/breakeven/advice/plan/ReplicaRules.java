package dev.breakeven.advice.plan;

import java.util.Arrays;

/**
 * Rules that each name a number of serving replicas: as many as would each have earned its price at
 * the API over some part of the past (the newsvendor's answer on those steps). The parts are the
 * last ten minutes to seven days; the hours ahead as they were on the last one, three and seven
 * days; those halved with the last hour; and the larger of them and the last step.
 *
 * <p>None is right for every traffic: which to follow is decided by {@link RuleVotes}.
 */
final class ReplicaRules {

  private static final int[] TRAILING_MINUTES = {
    10, 20, 30, 60, 120, 240, 360, 720, 1440, 2880, 4320, 10080
  };
  private static final int[] SAME_HOURS_OF_DAYS = {1, 3, 7};
  private static final int[] BLENDED = {0, 2}; // of the same hours, those of one day and of seven
  private static final int MOST_MINUTES_AHEAD = 360;
  private static final int LAST_HOUR_MINUTES = 60;
  private static final double[] NOTHING = {};

  private final RungSavings savings;
  private final double price;
  private final int day;
  private final int lead;
  private final int ahead; // the hours ahead end there, steps from now
  private final int[] trailing;
  private final int lastHour;
  private final double[][] sameHours; // by number of days and rung, saved in those hours
  private final double[] allSameHours; // by rung, of the days that have been added up
  private final int[] sameHoursKnown; // by number of days, steps of those hours
  private final double[] blended; // by rung, of a mean step
  private final int[] named; // rungs; where the rule next starts to look
  private int fewest;
  private int most;

  ReplicaRules(ReplicaLadder ladder, RungSavings savings, StepTerms terms) {
    this.savings = savings;
    price = terms.replicaPerStep();
    day = terms.stepsPerDay();
    lead = terms.leadSteps();
    ahead = Math.max(Math.min(terms.holdSteps(), terms.spans(MOST_MINUTES_AHEAD)[0]), lead + 1);
    trailing = terms.spans(TRAILING_MINUTES);
    lastHour = terms.spans(LAST_HOUR_MINUTES)[0];
    sameHours = new double[SAME_HOURS_OF_DAYS.length][ladder.rungs()];
    allSameHours = new double[ladder.rungs()];
    sameHoursKnown = new int[SAME_HOURS_OF_DAYS.length];
    blended = new double[ladder.rungs()];
    named = new int[trailing.length + 2 * SAME_HOURS_OF_DAYS.length + BLENDED.length];
  }

  /** How many rules. */
  int count() {
    return named.length;
  }

  /** Rungs, from the lowest on, that a rule named last. */
  int named(int rule) {
    return named[rule];
  }

  /** The fewest that any rule named. */
  int fewestNamed() {
    return fewest;
  }

  /** The most that any rule named. */
  int mostNamed() {
    return most;
  }

  /** Every rule names its number from the steps that have ended. */
  void name() {
    lookBackToSameHours();
    int rule = 0;
    for (int steps : trailing) {
      nameByLast(steps, rule++);
    }
    int firstOfSameHours = rule;
    for (int i = 0; i < SAME_HOURS_OF_DAYS.length; i++) {
      name(rule++, sameHours[i], NOTHING, sameHoursKnown[i]);
    }
    for (int i : BLENDED) {
      nameBlended(i, rule++);
    }
    for (int i = 0; i < SAME_HOURS_OF_DAYS.length; i++) {
      named[rule++] = Math.max(named[firstOfSameHours + i], named[0]);
    }
    fewest = Integer.MAX_VALUE;
    most = 0;
    for (int rungs : named) {
      fewest = Math.min(fewest, rungs);
      most = Math.max(most, rungs);
    }
  }

  /**
   * Rungs from the lowest on whose replicas earned their price over some steps. A replica of a
   * higher rung never saves more than one of a lower, so the answer is near the last one.
   *
   * @param saved by rung, what one replica saved up to their end
   * @param before the same up to their start; rungs that are not there had saved nothing
   * @param known of those steps; where there are none, nothing is named
   */
  private void name(int rule, double[] saved, double[] before, int known) {
    double paid = known > 0 ? price * known : Double.POSITIVE_INFINITY;
    int rung = named[rule];
    while (rung < savings.rungs() && since(before, saved, rung) >= paid) {
      rung++;
    }
    while (rung > 0 && since(before, saved, rung - 1) < paid) {
      rung--;
    }
    named[rule] = rung;
  }

  private static double since(double[] before, double[] saved, int rung) {
    return rung < before.length ? saved[rung] - before[rung] : saved[rung];
  }

  private void nameByLast(int steps, int rule) {
    int now = savings.steps();
    int from = Math.max(0, now - steps);
    name(rule, savings.upTo(now), savings.upTo(from), savings.known(from, now));
  }

  private void nameBlended(int sameHoursOf, int rule) {
    int now = savings.steps();
    int from = Math.max(0, now - lastHour);
    int known = savings.known(from, now);
    int sameKnown = sameHoursKnown[sameHoursOf];
    if (known == 0 || sameKnown == 0) {
      nameByLast(lastHour, rule);
      return;
    }
    double[] saved = savings.upTo(now);
    double[] before = savings.upTo(from);
    for (int rung = 0; rung < saved.length; rung++) {
      blended[rung] = sameKnown * since(before, saved, rung) + known * sameHours[sameHoursOf][rung];
    }
    name(rule, blended, NOTHING, 2 * known * sameKnown);
  }

  /** The hours ahead, from when a replica added now serves, as they were on past days. */
  private void lookBackToSameHours() {
    int now = savings.steps();
    Arrays.fill(allSameHours, 0);
    int known = 0;
    int days = 0;
    for (int i = 0; i < SAME_HOURS_OF_DAYS.length; i++) {
      while (days < SAME_HOURS_OF_DAYS[i]) {
        days++;
        int from = now + lead - days * day;
        int to = Math.min(now, now + ahead - days * day);
        if (from >= 0 && to > from) {
          savings.addTo(allSameHours, from, to);
          known += savings.known(from, to);
        }
      }
      System.arraycopy(allSameHours, 0, sameHours[i], 0, savings.rungs());
      sameHoursKnown[i] = known;
    }
  }
}
