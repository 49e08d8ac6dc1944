package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A replica costs 4.00 a step. */
class ReplicaExpertsTest {

  private static final double PRICE = 4;
  private static final int SIX_HOURS = 21_600;
  private static final int HALF_AN_HOUR = 1_800;

  // Of steps of six hours there are four a day; 1, 2, 4, 8, 12 and 28 are looked back on.
  private static final int LAST_STEP = 0;
  private static final int YESTERDAY = 6;
  private static final int THREE_DAYS = 7;
  private static final int SEVEN_DAYS = 8;
  private static final int YESTERDAY_AND_LAST = 9;
  private static final int LARGER_OF_YESTERDAY_AND_LAST = 11;

  @Test
  void eachNamesWhatWouldHaveEarnedItsPriceOverItsPartOfThePast() {
    // At 7.50 a replica has to be of use in more than 53 % of the steps.
    Past past = new Past(SIX_HOURS, 1, 0);
    past.ended(7.5, 5, 0, 0, 0);
    past.ended(7.5, 3, 0, 0, 0);
    past.ended(7.5, 1, 2, 2, 3);

    assertThat(past.named())
        .containsExactly(
            3, // the last step
            2, // of two: the third of them in half
            2, // of four: the second in three
            1, // of eight: the first in five, the second in half
            0, // of twelve: the first in half
            0, // of 28, of which twelve are there
            1, // the step ahead a day ago
            3, // on three days, 5, 3 and 1: the third on two
            3, // on seven, of which three are there
            1, // half of the last step and half of a day ago: the second in half
            3, // and of the three days: the third in half and a third
            3, // the larger of the last step and of a day ago
            3, 3);
    assertThat(past.rules.fewestNamed()).isZero();
    assertThat(past.rules.mostNamed()).isEqualTo(3);
  }

  @Test
  void theLargerOfTheLastStepAndTheSameHoursIsTakenWhicheverItIs() {
    Past past = new Past(SIX_HOURS, 1, 0);
    past.ended(7.5, 5, 1, 1, 1);

    assertThat(past.named()[LAST_STEP]).isEqualTo(1);
    assertThat(past.named()[LARGER_OF_YESTERDAY_AND_LAST]).isEqualTo(5);
    assertThat(past.rules.fewestNamed()).isEqualTo(1);
    assertThat(past.rules.mostNamed()).isEqualTo(5);
  }

  @Test
  void yesterdayIsNotTheDayBefore() {
    // At 9.00 half of the steps are enough: three of them over both days, one yesterday.
    Past past = new Past(SIX_HOURS, 1, 0);
    past.ended(9, 3, 0, 0, 0);
    past.ended(9, 1, 0, 0, 0);

    assertThat(past.named()[YESTERDAY]).isEqualTo(1);
    assertThat(past.named()[THREE_DAYS]).isEqualTo(3);
  }

  @Test
  void whatEarnsExactlyItsPriceIsNamedWhetherMoreOrFewerWereBefore() {
    Past past = new Past(SIX_HOURS, 1, 0);
    past.ended(PRICE, 1);
    assertThat(past.named()[LAST_STEP]).as("none before").isEqualTo(1);
    past.ended(8, 3);
    assertThat(past.named()[LAST_STEP]).isEqualTo(3);
    past.ended(PRICE, 1);
    assertThat(past.named()[LAST_STEP]).as("three before").isEqualTo(1);
  }

  @Test
  void theHoursAheadBeginWhenAReplicaAddedNowServesAndLastForTheHold() {
    // A day ago: two replicas in the third half hour from now, six in the fourth, none else.
    double[] day = new double[48];
    day[2] = 2;
    day[3] = 6;
    int yesterday = 10; // 1, 2, 4, 8, 12, 24, 48, 96, 144 and 336 half hours come before

    assertThat(named(1, 2, day)[yesterday]).as("hold shorter than the lead").isEqualTo(2);
    assertThat(named(1, 3, day)[yesterday]).isEqualTo(6);
    assertThat(named(4, 2, day)[yesterday]).as("both: the third in half of them").isEqualTo(2);
    assertThat(named(1, 1, day)[yesterday]).isZero();
  }

  @Test
  void theHoursAheadEndAfterSixHoursHoweverLongTheHold() {
    double[] day = new double[48];
    for (int t = 0; t < 12; t++) {
      day[t] = 2;
    }
    assertThat(named(48, 0, day)[10]).isEqualTo(2);
  }

  @Test
  void theLastHourAndTheSameHoursCountAlikeHoweverManyStepsTheyHave() {
    // Two half hours of four replicas just now; a day ago twelve half hours of two.
    double[] day = new double[48];
    for (int t = 0; t < 12; t++) {
      day[t] = 2;
    }
    day[46] = 4;
    day[47] = 4;
    int yesterdayAndLast = 13;
    // At 7.50 half of the time is not enough, at 9.00 it is.
    assertThat(named(7.5, 12, 0, day)[yesterdayAndLast]).isEqualTo(2);
    assertThat(named(9, 12, 0, day)[yesterdayAndLast]).isEqualTo(4);
  }

  @Test
  void withoutADayOfPastTheLastHourStandsAloneAndTheSameHoursNameNothing() {
    Past past = new Past(SIX_HOURS, 1, 0);
    past.ended(7.5, 1, 3);

    assertThat(past.named()[YESTERDAY]).isZero();
    assertThat(past.named()[SEVEN_DAYS]).isZero();
    assertThat(past.named()[YESTERDAY_AND_LAST]).isEqualTo(3);
    assertThat(past.named()[LARGER_OF_YESTERDAY_AND_LAST]).isEqualTo(3);
  }

  @Test
  void stepsOfWhichNothingIsKnownAreNoPartOfThePast() {
    Past past = new Past(SIX_HOURS, 1, 0);
    past.ended(7.5, 3);
    past.savings.addUnknown();
    assertThat(past.named()[LAST_STEP]).isZero();
    assertThat(past.named()[1]).as("of two, of which one is known").isEqualTo(3);
  }

  private static int[] named(int hold, int lead, double... loads) {
    return named(7.5, hold, lead, loads);
  }

  private static int[] named(double apiPerReplica, int hold, int lead, double... loads) {
    Past past = new Past(HALF_AN_HOUR, hold, lead);
    past.ended(apiPerReplica, loads);
    return past.named();
  }

  /** Steps that have ended, and what the rules name after them. */
  private static final class Past {
    private final SavingsPrefixSums savings;
    private final ReplicaExperts rules;

    Past(int stepSeconds, int hold, int lead) {
      ReplicaLevels ladder = new ReplicaLevels(16);
      savings = new SavingsPrefixSums(ladder);
      rules = new ReplicaExperts(savings, new StepTerms(PRICE, 0, hold, lead, 1_000, stepSeconds));
    }

    void ended(double apiPerReplica, double... loads) {
      for (double load : loads) {
        savings.add(load, apiPerReplica);
      }
    }

    int[] named() {
      rules.name();
      return IntStream.range(0, rules.count()).map(rules::named).toArray();
    }
  }
}
