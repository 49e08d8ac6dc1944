package dev.breakeven.advice.plan;

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
  private static final int[] SAME_HOURS_OF_DAYS = {7, 3, 1};
  private static final int[] BLENDED_DAYS = {7, 1};
  private static final int MOST_MINUTES_AHEAD = 360;
  private static final int LAST_HOUR_MINUTES = 60;

  private final ReplicaLadder ladder;
  private final RungSavings savings;
  private final StepTerms terms;
  private final int[] trailing;
  private final int lastHour;
  private final int ahead; // the hours ahead end there, steps from now
  private final int[] named;
  private final int[] rungs; // that a rule named last: where it starts to look

  ReplicaRules(ReplicaLadder ladder, RungSavings savings, StepTerms terms) {
    this.ladder = ladder;
    this.savings = savings;
    this.terms = terms;
    trailing = terms.spans(TRAILING_MINUTES);
    lastHour = terms.spans(LAST_HOUR_MINUTES)[0];
    ahead =
        Math.max(
            Math.min(terms.holdSteps(), terms.spans(MOST_MINUTES_AHEAD)[0]), terms.leadSteps() + 1);
    named = new int[trailing.length + 2 * SAME_HOURS_OF_DAYS.length + BLENDED_DAYS.length];
    rungs = new int[named.length];
  }

  /** How many rules. */
  int count() {
    return named.length;
  }

  /** The number that a rule named last. */
  int named(int rule) {
    return named[rule];
  }

  /** Every rule names its number from the steps that have ended. */
  void name() {
    int rule = 0;
    for (int span : trailing) {
      name(rule++, rung -> recentMean(rung, span));
    }
    int firstOfSameHours = rule;
    for (int days : SAME_HOURS_OF_DAYS) {
      name(rule++, rung -> sameHoursMean(rung, days));
    }
    for (int days : BLENDED_DAYS) {
      name(rule++, rung -> blendedMean(rung, days));
    }
    for (int i = 0; i < SAME_HOURS_OF_DAYS.length; i++) {
      named[rule++] = Math.max(named[firstOfSameHours + i], named[0]);
    }
  }

  /** Mean saving a step of one replica of a rung; negative where nothing is known. */
  private interface MeanSaving {
    double of(int rung);
  }

  /**
   * Replicas of the rungs from the lowest on that earn their price. A replica of a higher rung
   * never saves more than one of a lower, so the answer is near the last one.
   */
  private void name(int rule, MeanSaving mean) {
    int rung = rungs[rule];
    while (rung < savings.rungs() && mean.of(rung) >= terms.replicaPerStep()) {
      rung++;
    }
    while (rung > 0 && mean.of(rung - 1) < terms.replicaPerStep()) {
      rung--;
    }
    rungs[rule] = rung;
    named[rule] = ladder.below(rung);
  }

  private double recentMean(int rung, int span) {
    int now = savings.steps();
    int from = Math.max(0, now - span);
    int known = savings.known(from, now);
    return known > 0 ? savings.saved(rung, from, now) / known : -1;
  }

  /** Over the hours ahead, from when a replica added now serves, as they were on past days. */
  private double sameHoursMean(int rung, int days) {
    int now = savings.steps();
    double saved = 0;
    int known = 0;
    for (int day = 1; day <= days; day++) {
      int from = now + terms.leadSteps() - day * terms.stepsPerDay();
      if (from < 0) {
        break;
      }
      int to = Math.min(now, now + ahead - day * terms.stepsPerDay());
      if (to > from) {
        saved += savings.saved(rung, from, to);
        known += savings.known(from, to);
      }
    }
    return known > 0 ? saved / known : -1;
  }

  private double blendedMean(int rung, int days) {
    double last = recentMean(rung, lastHour);
    double same = sameHoursMean(rung, days);
    return same < 0 ? last : 0.5 * last + 0.5 * same;
  }
}
