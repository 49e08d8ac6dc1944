package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Planning;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Steps of an hour; a replica costs 4.00 in each, and its work 11.70 at the API. */
class ClairvoyantPlanTest {

  private static final ReplicaCostModel UP_TO_ONE = new ReplicaCostModel(4, 0, 0, 0, 1, 0, 0, 1);

  @Test
  void aBurstIsServedFromTheLeadBeforeItOn() {
    // One hour to load and three to serve, at 4.00 each, beside 35.10 at the API.
    assertThat(cost(UP_TO_ONE, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0)).isCloseTo(16, within(1e-9));
  }

  @Test
  void aBurstThatDoesNotPayForTheHoldGoesToTheApi() {
    // Six hours are 24.00: three hours of work are worth them, two are not.
    assertThat(cost(UP_TO_ONE, 6, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0)).isCloseTo(24, within(1e-9));
    assertThat(cost(UP_TO_ONE, 6, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0))
        .isCloseTo(23.4, within(1e-9));
  }

  @Test
  void aReplicaIsKeptThroughAPauseThatIsCheaperThanLoadingAgain() {
    // One idle hour is cheaper than loading for two, three idle ones are dearer.
    assertThat(cost(UP_TO_ONE, 1, 2, 0, 0, 1, 1, 0, 1, 1)).isCloseTo(28, within(1e-9));
    assertThat(cost(UP_TO_ONE, 1, 2, 0, 0, 1, 1, 0, 0, 0, 1, 1)).isCloseTo(32, within(1e-9));
    assertThat(cost(UP_TO_ONE, 1, 9, 1, 1, 0, 0, 1, 1)).isCloseTo(24, within(1e-9));
  }

  @Test
  void whatServesInTheFirstStepWasTakenBeforeIt() {
    assertThat(cost(UP_TO_ONE, 6, 3, 1, 1, 0, 0, 0, 0, 0, 0)).isCloseTo(8, within(1e-9));
  }

  @Test
  void eachReplicaHasItsOwnHours() {
    // The second is worth its 4.00 in the two hours that ask for two, the third in none.
    ReplicaCostModel upToThree = new ReplicaCostModel(4, 0, 0, 0, 1, 0, 0, 3);
    assertThat(cost(upToThree, 1, 0, 1, 1, 2, 2.1, 1, 0))
        .isCloseTo(5 * 4 + 2 * 4 + 0.1 * 11.7, within(1e-9));
  }

  @Test
  void peopleAreHiredForTheWholeTimeOrNotAtAll() {
    // 7.70 saved in each of two hours: enough for people at 1.00 an hour over ten, not at 2.00.
    double[] load = {0, 0, 0, 1, 1, 0, 0, 0, 0, 0};
    assertThat(cost(new ReplicaCostModel(4, 0, 0, 730, 1, 0, 0, 1), 1, 0, load))
        .isCloseTo(18, within(1e-9));
    assertThat(cost(new ReplicaCostModel(4, 0, 0, 1460, 1, 0, 0, 1), 1, 0, load))
        .isCloseTo(23.4, within(1e-9));
  }

  @Test
  void theFirstReplicaBringsTheSpareOneAlong() {
    ReplicaCostModel withASpare = new ReplicaCostModel(4, 0, 0, 0, 1, 1, 0, 2);
    assertThat(cost(withASpare, 1, 0, 0, 1, 1, 0)).isCloseTo(16, within(1e-9));
    assertThat(cost(new ReplicaCostModel(6, 0, 0, 0, 1, 1, 0, 2), 1, 0, 0, 1, 1, 0))
        .isCloseTo(23.4, within(1e-9));
  }

  @Test
  void aSpareOneThatTheFirstAloneDoesNotEarnIsEarnedByTwo() {
    // At 7.00 the first with its spare is 14.00 for 11.70; three are 21.00 for 23.40.
    ReplicaCostModel dear = new ReplicaCostModel(7, 0, 0, 0, 1, 1, 0, 3);
    assertThat(cost(dear, 1, 0, 1, 1)).isCloseTo(2 * 11.7, within(1e-9));
    assertThat(cost(dear, 1, 0, 2, 2)).isCloseTo(2 * 21, within(1e-9));
  }

  @Test
  void aSpareOneThatComesAndGoesWithTheFirstIsPaidOnlyThen() {
    // At 5.00 the first with its spare is 10.00: less than 11.70, more than 7.02. A spare that
    // stays would leave 5.00 for the second hour too.
    assertThat(cost(new ReplicaCostModel(5, 0, 0, 0, 1, 1, 0, 2), 1, 0, 0, 1, 0, 0.6, 0))
        .isCloseTo(10 + 7.02, within(1e-9));
  }

  @Test
  void theSecondReplicaIsJudgedByItsOwnWorkAndPrice() {
    // At 7.00 the second earns 11.70 and not 5.85. At 13.00 even the first does not earn its
    // price; where it has to be held the second is left out all the same.
    assertThat(cost(new ReplicaCostModel(7, 0, 0, 0, 1, 0, 0, 3), 1, 0, 2, 1.5))
        .isCloseTo(2 * 7 + 7 + 5.85, within(1e-9));
    assertThat(cost(new ReplicaCostModel(13, 0, 0, 0, 1, 0, 1, 3), 1, 0, 3))
        .isCloseTo(13 + 2 * 11.7, within(1e-9));
  }

  @Test
  void inStepsOfTenMinutesASixthOfTheHourIsPaid() {
    // Ten minutes to load and twenty to serve at 4.00 an hour, beside 3.90 at the API.
    Planning tenMinutes =
        new Planning(Duration.ofDays(7), Duration.ofMinutes(10), Duration.ofMinutes(10), 5, 80);
    assertThat(
            ClairvoyantPlan.of(Loads.of(600, 0, 0, 1, 1, 0), UP_TO_ONE, Loads.API, tenMinutes)
                .total())
        .isCloseTo(3 * 4 / 6.0, within(1e-9));
  }

  @Test
  void whatTheApiDoesNotTakeIsServedWhateverItCostsAndTheRestIsNot() {
    // One replica's tokens fit into the limit: of three, two are held at 40.00 each.
    ApiAccess limited =
        new ApiAccess(
            true, Loads.TARIFF, Loads.TOKENS_PER_SECOND_PER_REPLICA, Double.POSITIVE_INFINITY);
    ReplicaCostModel dear = new ReplicaCostModel(40, 0, 0, 0, 1, 0, 0, 100);
    PlanCost cost = ClairvoyantPlan.of(Loads.hourly(0, 3, 1, 0), dear, limited, planning(1, 0));
    assertThat(cost.unservedTokens()).isZero();
    assertThat(cost.total()).isCloseTo(2 * 40 + 11.7 + 11.7, within(1e-6));
  }

  @Test
  void reservedReplicasArePaidAnywayAndTheLeastAreHeldAnyway() {
    ReplicaCostModel reserved = new ReplicaCostModel(4, 3, 1, 0, 1, 0, 0, 1);
    assertThat(cost(reserved, 1, 0, 0, 0.1, 0)).isCloseTo(9, within(1e-9));
    assertThat(cost(new ReplicaCostModel(4, 0, 0, 0, 1, 0, 1, 2), 1, 0, 0, 0, 0))
        .isCloseTo(12, within(1e-9));
  }

  @Test
  void whatMayNotBurstIsServedWhateverItCosts() {
    PlanCost cost =
        ClairvoyantPlan.of(
            Loads.hourly(0, 0, 0.01, 1.5, 0), Loads.terms(), ApiAccess.NONE, planning(1, 1));
    assertThat(cost.unservedTokens()).isZero();
    assertThat(cost.total()).isCloseTo(4 * (1 + 2 + 2), within(1e-9));
  }

  @Test
  void aStepOfWhichNothingIsKnownCostsNothingAndTakesItsTime() {
    // On from the third step to the fifth; the fourth is not known and not charged.
    assertThat(cost(UP_TO_ONE, 3, 0, 0, 0, 1, Double.NaN, 0, 0)).isCloseTo(8, within(1e-9));
  }

  @Test
  void aHoldAndALeadThatEndWithinAStepLastForAllOfIt() {
    // Held for 61 minutes of steps of an hour: two steps, 8.00 for one hour's work. A lead of a
    // minute takes the step before it too.
    Planning longer =
        new Planning(Duration.ofDays(7), Duration.ofMinutes(61), Duration.ZERO, 5, 80);
    assertThat(ClairvoyantPlan.of(Loads.hourly(0, 1, 0, 0), UP_TO_ONE, Loads.API, longer).total())
        .isCloseTo(8, within(1e-9));
    Planning later =
        new Planning(Duration.ofDays(7), Duration.ofHours(3), Duration.ofMinutes(1), 5, 80);
    assertThat(
            ClairvoyantPlan.of(Loads.hourly(0, 0, 1, 1, 0, 0), UP_TO_ONE, Loads.API, later).total())
        .isCloseTo(12, within(1e-9));
  }

  @Property(tries = 200)
  void forOneReplicaNoWayOfTurningItOnAndOffIsCheaper(@ForAll long seed) {
    Random random = new Random(seed);
    double[] load = new double[10];
    Arrays.setAll(load, i -> random.nextInt(3) == 0 ? random.nextDouble() : 0);
    int hold = 1 + random.nextInt(4);
    int lead = random.nextInt(3);
    double cheapest = Double.POSITIVE_INFINITY;
    for (int plan = 0; plan < 1 << load.length; plan++) {
      if (keepsTheHold(plan, hold, load.length)) {
        cheapest = Math.min(cheapest, costOf(plan, lead, load));
      }
    }
    assertThat(cost(UP_TO_ONE, hold, lead, load)).isCloseTo(cheapest, within(1e-5));
  }

  @Property(tries = 200)
  void noFixedNumberIsCheaper(@ForAll long seed) {
    Random random = new Random(seed);
    double[] load = new double[48];
    Arrays.setAll(load, i -> random.nextDouble() * random.nextInt(5));
    ReplicaCostModel terms =
        new ReplicaCostModel(
            1 + random.nextInt(9), 1, random.nextInt(2), random.nextInt(900), 0.8, 1, 0, 6);
    PricedLoad priced = Loads.hourly(load);
    double known =
        ClairvoyantPlan.of(
                priced, terms, Loads.API, planning(1 + random.nextInt(9), random.nextInt(3)))
            .total();
    for (int held = 0; held <= 6; held++) {
      assertThat(known)
          .isLessThanOrEqualTo(PlanCost.ofConstant(priced, terms, Loads.API, held).total() + 1e-9);
    }
  }

  private static boolean keepsTheHold(int plan, int hold, int steps) {
    int on = plan % 2 == 1 ? hold : 0; // on in the first step: since long ago
    for (int step = 1; step < steps; step++) {
      boolean is = isOn(plan, step);
      if (!is && on > 0 && on < hold) {
        return false;
      }
      on = is ? on + 1 : 0;
    }
    return true;
  }

  private static double costOf(int plan, int lead, double... load) {
    double cost = 0;
    for (int step = 0; step < load.length; step++) {
      boolean ready = true;
      for (int before = Math.max(0, step - lead); before <= step; before++) {
        ready &= isOn(plan, before);
      }
      cost += (isOn(plan, step) ? 4 : 0) + (ready ? 0 : 11.7 * load[step]);
    }
    return cost;
  }

  private static boolean isOn(int plan, int step) {
    return (plan >> step) % 2 == 1;
  }

  private static double cost(ReplicaCostModel terms, int holdHours, int leadHours, double... load) {
    return ClairvoyantPlan.of(Loads.hourly(load), terms, Loads.API, planning(holdHours, leadHours))
        .total();
  }

  private static Planning planning(int holdHours, int leadHours) {
    return new Planning(
        Duration.ofDays(7), Duration.ofHours(holdHours), Duration.ofHours(leadHours), 5, 80);
  }
}
