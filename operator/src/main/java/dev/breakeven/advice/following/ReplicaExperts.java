package dev.breakeven.advice.following;

import java.util.Arrays;

/**
 * Rules that each name a number of serving replicas: as many as would each have earned its price at
 * the API over some part of the past (the newsvendor's answer on those steps). The parts are the
 * last ten minutes to seven days; the hours ahead as they were on the last one, three and seven
 * days; those halved with the last hour; and the larger of them and the last step.
 *
 * <p>None is right for every traffic: which to follow is decided by {@link ExpertWeights}.
 */
final class ReplicaExperts {

  private static final int[] TRAILING_MINUTES = {
    10, 20, 30, 60, 120, 240, 360, 720, 1440, 2880, 4320, 10080
  };
  private static final int[] SAME_HOURS_OF_DAYS = {1, 3, 7};
  private static final int[] BLENDED = {0, 2}; // of the same hours, those of one day and of seven
  private static final int MOST_DAYS_BACK = 7;
  private static final int MOST_MINUTES_AHEAD = 360;
  private static final int LAST_HOUR_MINUTES = 60;

  private final SavingsPrefixSums savings;
  private final double price;
  private final int day;
  private final int lead;
  private final int ahead; // the hours ahead end there, steps from now
  private final int[] trailing;
  private final int lastHour;
  private final int[] hoursFrom = new int[MOST_DAYS_BACK]; // steps, of the days that are kept whole
  private final int[] hoursTo = new int[MOST_DAYS_BACK];
  private final int[] daysKept; // by same hours, how many of those days
  private final int[] sameHoursKnown; // by same hours, known steps of them
  private final double[][] sameHoursSaved; // by rung and same hours, where it is summed for now
  private final int[] summedAt; // by rung
  private final int[] named; // rungs; where the rule next starts to look
  private int now;
  private int fewest;
  private int most;

  ReplicaExperts(SavingsPrefixSums savings, StepTerms terms) {
    this.savings = savings;
    price = terms.replicaPerStep();
    day = terms.stepsPerDay();
    lead = terms.leadSteps();
    ahead = Math.max(Math.min(terms.holdSteps(), terms.spans(MOST_MINUTES_AHEAD)[0]), lead + 1);
    trailing = terms.spans(TRAILING_MINUTES);
    lastHour = terms.spans(LAST_HOUR_MINUTES)[0];
    daysKept = new int[SAME_HOURS_OF_DAYS.length];
    sameHoursKnown = new int[SAME_HOURS_OF_DAYS.length];
    sameHoursSaved = new double[savings.mostRungs()][SAME_HOURS_OF_DAYS.length];
    summedAt = new int[savings.mostRungs()];
    Arrays.fill(summedAt, -1);
    named = new int[trailing.length + 2 * SAME_HOURS_OF_DAYS.length + BLENDED.length];
  }

  /** Steps that the rules look back on. */
  static int looksBack(StepTerms terms) {
    int[] trailing = terms.spans(TRAILING_MINUTES);
    return Math.max(trailing[trailing.length - 1], MOST_DAYS_BACK * terms.stepsPerDay());
  }

  /** How many rules. */
  int count() {
    return named.length;
  }

  /** Rungs, from the lowest on, that a rule named last. */
  int named(int rule) {
    return named[rule];
  }

  /** What every rule named last, rungs by rule. */
  RunLengthInts named() {
    return RunLengthInts.of(named);
  }

  /** Goes on from what every rule had named. */
  void goOn(RunLengthInts before) {
    System.arraycopy(before.all(), 0, named, 0, named.length);
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
    now = savings.steps();
    lookBackToSameHours();
    int rule = 0;
    for (int steps : trailing) {
      nameByLast(steps, rule++);
    }
    int firstOfSameHours = rule;
    for (int i = 0; i < SAME_HOURS_OF_DAYS.length; i++) {
      nameBySameHours(i, rule++);
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

  // A rule names the rungs from the lowest on whose replicas earned their price over its part of
  // the past. A replica of a higher rung never saves more than one of a lower, so the answer is
  // near the last one: what is looked at is worked out rung by rung, and of most rungs never.

  /**
   * What a replica has to have saved; more than any has where nothing is known, so none is named.
   */
  private double paid(int known) {
    return known > 0 ? price * known : Double.POSITIVE_INFINITY;
  }

  private void nameByLast(int steps, int rule) {
    int from = Math.max(0, now - steps);
    double paid = paid(savings.known(from, now));
    int rung = named[rule];
    while (rung < savings.rungs() && savings.saved(rung, from, now) >= paid) {
      rung++;
    }
    while (rung > 0 && savings.saved(rung - 1, from, now) < paid) {
      rung--;
    }
    named[rule] = rung;
  }

  private void nameBySameHours(int i, int rule) {
    double paid = paid(sameHoursKnown[i]);
    int rung = named[rule];
    while (rung < savings.rungs() && savedInSameHours(rung, i) >= paid) {
      rung++;
    }
    while (rung > 0 && savedInSameHours(rung - 1, i) < paid) {
      rung--;
    }
    named[rule] = rung;
  }

  private void nameBlended(int i, int rule) {
    int from = Math.max(0, now - lastHour);
    int known = savings.known(from, now);
    int sameKnown = sameHoursKnown[i];
    if (known == 0 || sameKnown == 0) {
      nameByLast(lastHour, rule);
      return;
    }
    double paid = paid(2 * known * sameKnown);
    int rung = named[rule];
    while (rung < savings.rungs()
        && sameKnown * savings.saved(rung, from, now) + known * savedInSameHours(rung, i) >= paid) {
      rung++;
    }
    while (rung > 0
        && sameKnown * savings.saved(rung - 1, from, now) + known * savedInSameHours(rung - 1, i)
            < paid) {
      rung--;
    }
    named[rule] = rung;
  }

  private double savedInSameHours(int rung, int i) {
    if (summedAt[rung] != now) { // several rules look at the same rungs
      sumSameHours(rung);
    }
    return sameHoursSaved[rung][i];
  }

  private void sumSameHours(int rung) {
    double saved = 0;
    int day = 0;
    for (int i = 0; i < daysKept.length; i++) {
      while (day < daysKept[i]) {
        saved += savings.saved(rung, hoursFrom[day], hoursTo[day]);
        day++;
      }
      sameHoursSaved[rung][i] = saved;
    }
    summedAt[rung] = now;
  }

  /** The hours ahead, from when a replica added now serves, as they were on past days. */
  private void lookBackToSameHours() {
    int known = 0;
    int kept = 0;
    int days = 0;
    for (int i = 0; i < SAME_HOURS_OF_DAYS.length; i++) {
      while (days < SAME_HOURS_OF_DAYS[i]) {
        days++;
        int from = now + lead - days * day;
        int to = Math.min(now, now + ahead - days * day);
        if (from >= 0 && to > from) {
          hoursFrom[kept] = from;
          hoursTo[kept] = to;
          kept++;
          known += savings.known(from, to);
        }
      }
      daysKept[i] = kept;
      sameHoursKnown[i] = known;
    }
  }
}
