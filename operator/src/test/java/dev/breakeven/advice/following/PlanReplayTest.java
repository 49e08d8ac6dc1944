package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Planning;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A replica is 4.00 an hour; its work is 6.00 an hour at the API unless a test says otherwise. */
class PlanReplayTest {

  private static final int STEP_SECONDS = 600;
  private static final int DAY = 144;
  private static final double API_PER_STEP = 1;

  @Test
  void aSteadyLoadAboveBreakevenIsHeld() {
    // The third of 2.8 replicas' worth is used to 80 %: 4.80 an hour at the API against 4.00.
    int[] held = replayed(terms(0, 0, 0, 0, 100), hours(1), steady(3 * DAY, 2.8), API_PER_STEP);

    assertThat(held[0]).isZero();
    assertThat(Arrays.stream(held).skip(1)).containsOnly(3);
  }

  @Test
  void aReplicaThatWouldBeUsedTooLittleIsLeftToTheApi() {
    // The third of 2.5 replicas' worth is used to 50 %: 3.00 an hour at the API against 4.00.
    int[] held = replayed(terms(0, 0, 0, 0, 100), hours(1), steady(3 * DAY, 2.5), API_PER_STEP);

    assertThat(Arrays.stream(held).skip(1)).containsOnly(2);
  }

  @Property(tries = 20)
  void nothingStartsWhereTheApiIsCheaper(@ForAll long seed) {
    int[] held =
        replayed(terms(0, 0, 0, 0, 100), hours(1), erratic(seed, 3 * DAY), 3.9 / 6); // 3.90 an hour

    assertThat(held).containsOnly(0);
  }

  @Test
  void peopleAreNotHiredForWhatDoesNotPayThem() {
    // One replica saves 2.00 an hour, people are 4.00: 2,920 a month.
    int[] held = replayed(terms(2920, 0, 0, 0, 100), hours(1), steady(14 * DAY, 1), API_PER_STEP);

    assertThat(held).containsOnly(0);
  }

  @Test
  void peopleAreHiredOnceWhatTheyCostAWeekIsExpectedToBeSaved() {
    // Ten replicas save 20.00 an hour, people are 4.00, 672.00 a week. After 7 h: 140.00 saved and
    // ln(1 + 168/7) = 3.22 make 450; after 12 h: 240 · ln(1 + 168/12) = 650; after 18 h: 360 ·
    // 2.34.
    int[] held = replayed(terms(2920, 0, 0, 0, 100), hours(1), steady(7 * DAY, 10), API_PER_STEP);

    assertThat(Arrays.stream(held).limit(72)).containsOnly(0);
    assertThat(Arrays.stream(held).skip(110)).containsOnly(10);
  }

  @Property(tries = 30)
  void whatWasAddedIsAlwaysKeptForTheHold(@ForAll long seed) {
    int holdSteps = 6;
    int[] held =
        replayed(terms(100, 1, 0, 0, 9), hours(1), erratic(seed, 4 * DAY), 2 * API_PER_STEP);

    for (int t = 0; t < held.length; t++) {
      int added = 0;
      for (int u = Math.max(0, t - holdSteps + 1); u <= t; u++) {
        added += Math.max(0, held[u] - (u > 0 ? held[u - 1] : 0));
      }
      assertThat(held[t]).as("step %d", t).isBetween(added, 9);
    }
    assertThat(held).as("something was held at all").contains(9);
  }

  @Property(tries = 10)
  void cuttingThePastChangesNoEarlierDecision(@ForAll long seed) {
    double[] loads = erratic(seed, 5 * DAY);
    int cut = 1 + new Random(seed).nextInt(loads.length - 1);
    ReplicaCostModel terms = terms(100, 0, 0, 0, 50);

    int[] whole = replayed(terms, hours(24), loads, 2 * API_PER_STEP);
    int[] part = replayed(terms, hours(24), Arrays.copyOf(loads, cut), 2 * API_PER_STEP);

    assertThat(part).isEqualTo(Arrays.copyOf(whole, cut));
  }

  @Test
  void redundantReplicasComeOnTopOnceServingOnesPayForThemToo() {
    // Three replicas save 42.00 an hour at 18.00 each; two spare ones are 8.00.
    int[] held = replayed(terms(0, 2, 0, 0, 100), hours(1), steady(DAY, 3), 3 * API_PER_STEP);
    assertThat(Arrays.stream(held).skip(80)).containsOnly(5);

    // At 6.00 they save 6.00.
    assertThat(replayed(terms(0, 2, 0, 0, 100), hours(1), steady(DAY, 3), API_PER_STEP))
        .containsOnly(0);
  }

  @Test
  void whereNothingServesNoSpareIsHeld() {
    // Five for a day of three replicas' work; then no work, and people stay for a while.
    double[] loads = Arrays.copyOf(steady(DAY, 3), 2 * DAY);
    int[] held = replayed(terms(0, 2, 0, 0, 100), hours(1), loads, 3 * API_PER_STEP);

    assertThat(held[DAY]).isEqualTo(5);
    assertThat(held[2 * DAY - 1]).isZero();
    assertThat(held).doesNotContain(1, 2);
  }

  @Test
  void headroomIsKeptFreeOnEveryServingReplica() {
    // Half of each replica may carry load: two for 1.0, 6.00 an hour each at the API.
    ReplicaCostModel halfFree = new ReplicaCostModel(4, 2, 0, 0, 0.5, 0, 0, 100);
    int[] held = replayed(halfFree, hours(1), steady(DAY, 1), 2 * API_PER_STEP);

    assertThat(Arrays.stream(held).skip(1)).containsOnly(2);
  }

  @Test
  void peopleWhoEarnedTheirPayBeforeAGapHaveToEarnItAfterIt() {
    // Steps of half a day: a replica is 48.00, people are 10.00, the window is four steps. Saved:
    // 52.00, then for two steps nobody knows, then 2.00 twice.
    ReplicaCostModel withPeople = terms(730 * 10 / 12.0, 0, 0, 0, 100);
    Planning twoDays = new Planning(Duration.ofDays(2), Duration.ZERO, Duration.ZERO, 5, 80);
    PlanReplay plan = new PlanReplay(withPeople, twoDays, true, 43_200);
    int[] held = new int[7];
    for (int t = 0; t < held.length; t++) {
      held[t] = plan.begin();
      plan.reallyRan(true);
      if (t == 2 || t == 3) {
        plan.endUnknown();
      } else {
        plan.end(1, t < 2 ? 100 : 50, 0);
      }
    }

    assertThat(held).containsExactly(0, 1, 1, 1, 1, 1, 0);
  }

  @Test
  void anApiOfSixtyTimesThePriceForDaysLosesNoVote() {
    // A step of work in every two: who looks back on one step alone is wrong each time.
    double[] loads = repeated(10 * DAY, 1, 0);
    int[] held = replayed(terms(0, 0, 0, 0, 100), TEN_MINUTES, loads, 60 * 4 / 6.0);

    assertThat(Arrays.stream(held).skip(1)).containsOnly(1);
  }

  @Test
  void aSmallGainInEachStepForWeeksLosesNoVote() {
    // Two steps of work in every three, at 8.00 an hour: worth it in these and not in between,
    // which who looks at the same hours of the days before knows.
    double[] loads = repeated(28 * DAY, 1, 1, 0);
    int[] held = replayed(terms(0, 0, 0, 0, 100), TEN_MINUTES, loads, 8 / 6.0);

    for (int t = 14 * DAY; t < held.length; t++) {
      assertThat(held[t]).as("step %d", t).isEqualTo((int) loads[t]);
    }
  }

  @Test
  void aFewRulesThatEarnAreBelievedAgainstManyThatLose() {
    // Work in two steps of every seventeen, at 10.00 an hour. Who holds what the last step needed
    // gains 6.00 and loses 4.00; two steps back lose 8.00, longer ones hold nothing; and a day is
    // not a multiple of seventeen steps.
    double[] loads = repeated(60 * DAY, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    int[] held = replayed(terms(0, 0, 0, 0, 100), TEN_MINUTES, loads, 10 / 6.0);

    for (int t = 30 * DAY; t < held.length; t++) {
      assertThat(held[t]).as("step %d", t).isEqualTo((int) loads[t - 1]);
    }
  }

  @Test
  void thePolicysLeastAndMostAreKeptFromTheFirstStepOn() {
    ReplicaCostModel terms = terms(0, 0, 0, 2, 4);

    assertThat(replayed(terms, hours(1), steady(DAY, 0), API_PER_STEP)).containsOnly(2);
    assertThat(Arrays.stream(replayed(terms, hours(1), steady(DAY, 9), API_PER_STEP)).skip(1))
        .containsOnly(4);
  }

  @Test
  void ofReservedReplicasAsManyAreHeldAsTheHighestStepOfTheWindowCanUse() {
    double[] loads = steady(DAY, 1);
    loads[10] = 1.5;
    int[] held = replayed(terms(0, 0, 3, 0, 100), hours(1), loads, API_PER_STEP);

    assertThat(Arrays.copyOfRange(held, 0, 11)).containsExactly(0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    assertThat(Arrays.copyOfRange(held, 11, held.length)).containsOnly(2);
  }

  @Test
  void itBeginsWithWhatRunsAndKeepsThatForAHold() {
    PlanReplay plan = new PlanReplay(terms(0, 0, 0, 0, 100), hours(1), true, STEP_SECONDS);
    plan.startWith(3);
    int[] held = new int[8];
    for (int i = 0; i < held.length; i++) {
      held[i] = plan.begin();
      assertThat(plan.ready()).isEqualTo(held[i]); // it has loaded before
      plan.end(1, API_PER_STEP, 0);
    }
    assertThat(held).containsExactly(3, 3, 3, 3, 3, 3, 1, 1);
  }

  @Test
  void whatMustNotBurstIsServedForThePeakOfTheWindow() {
    double[] loads = steady(3 * DAY, 1);
    loads[10] = 4.5;
    Planning oneDay = new Planning(Duration.ofDays(1), Duration.ZERO, Duration.ZERO, 5, 80);
    PlanReplay plan = new PlanReplay(terms(1e6, 0, 0, 0, 100), oneDay, false, STEP_SECONDS);
    int[] held = new int[loads.length];
    for (int t = 0; t < held.length; t++) {
      held[t] = plan.begin();
      plan.end(loads[t], 0, 0);
    }

    assertThat(Arrays.stream(held).skip(1).limit(10)).containsOnly(1);
    assertThat(Arrays.stream(held).skip(11).limit(DAY)).containsOnly(5);
    assertThat(Arrays.stream(held).skip(11 + DAY)).containsOnly(1);
  }

  @Test
  void aStepOfWhichNothingIsKnownChangesNothing() {
    PlanReplay plan = new PlanReplay(terms(0, 0, 0, 0, 100), hours(1), true, STEP_SECONDS);
    for (int t = 0; t < DAY; t++) {
      plan.begin();
      plan.end(2, 2 * API_PER_STEP, 0);
    }
    for (int t = 0; t < DAY; t++) {
      assertThat(plan.begin()).isEqualTo(2);
      plan.endUnknown();
    }
  }

  @Property(tries = 40)
  void whatIsHeldIsWhatTheDescriptionSaysWorkedOutSlowly(@ForAll long seed) {
    Random random = new Random(seed);
    int most = random.nextBoolean() ? 6 : 40; // beyond sixteen, replicas are decided in blocks
    int spare = random.nextInt(3);
    boolean mayBurst = random.nextInt(8) > 0;
    ReplicaCostModel terms =
        new ReplicaCostModel(
            4,
            2,
            random.nextInt(3), // reserved
            random.nextBoolean() ? 0 : 730 * most * random.nextDouble(),
            random.nextBoolean() ? 1 : 0.6 + 0.4 * random.nextDouble(),
            spare,
            random.nextInt(3) * random.nextInt(2), // at least
            most);
    Planning planning =
        new Planning(
            Duration.ofDays(2),
            Duration.ofMinutes(30L * (1 + random.nextInt(6))),
            Duration.ofMinutes(30L * random.nextInt(3)),
            5,
            80);
    int stepSeconds = random.nextBoolean() ? 1800 : 3600;

    PlanReplay plan = new PlanReplay(terms, planning, mayBurst, stepSeconds);
    SlowFollower slow = new SlowFollower(terms, planning, mayBurst, stepSeconds);
    double apiPerReplica = (stepSeconds / 3600.0) * (4 + 4 * random.nextDouble());
    double load = 0;
    for (int t = 0; t < 130; t++) {
      assertThat(plan.begin()).as("step %d", t).isEqualTo(slow.begin());
      if (random.nextInt(5) == 0) {
        load = random.nextInt(4) == 0 ? 0 : 1.2 * most * random.nextDouble();
      }
      double noisy = load * (0.9 + 0.2 * random.nextDouble());
      double mayNotBurst = random.nextInt(4) == 0 ? noisy * random.nextDouble() / 2 : 0;
      boolean ran = random.nextInt(3) == 0;
      plan.reallyRan(ran);
      slow.reallyRan(ran);
      if (random.nextInt(15) == 0) {
        plan.endUnknown();
        slow.endUnknown();
      } else {
        plan.end(noisy, apiPerReplica * noisy, mayNotBurst);
        slow.end(noisy, apiPerReplica * noisy, mayNotBurst);
      }
    }
  }

  @Test
  void aFleetDecidedInBlocksIsChargedForEachOfItsReplicas() {
    // Loads that jump leave blocks held, and loading, in part: of twenty, seventeen are kept where
    // three were there before.
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      ReplicaCostModel terms = terms(0, 0, 0, 0, 40);
      int lead = random.nextInt(3);
      Planning planning =
          new Planning(
              Duration.ofDays(2),
              Duration.ofHours(2 + random.nextInt(3)),
              Duration.ofHours(lead),
              5,
              80);
      PlanReplay plan = new PlanReplay(terms, planning, true, 3_600);
      SlowFollower slow = new SlowFollower(terms, planning, true, 3_600);
      double apiPerReplica = 4 * (1 + 3 * random.nextDouble());
      for (int t = 0; t < 60; t++) {
        assertThat(plan.begin()).as("seed %d, step %d", seed, t).isEqualTo(slow.begin());
        double load = random.nextInt(3) == 0 ? 0 : 40 * random.nextDouble();
        plan.end(load, apiPerReplica * load, 0);
        slow.end(load, apiPerReplica * load, 0);
      }
    }
  }

  private static int[] replayed(
      ReplicaCostModel terms, Planning planning, double[] loads, double apiPerReplicaStep) {
    PlanReplay plan = new PlanReplay(terms, planning, true, STEP_SECONDS);
    int[] held = new int[loads.length];
    for (int t = 0; t < held.length; t++) {
      held[t] = plan.begin();
      plan.end(loads[t], loads[t] * apiPerReplicaStep, 0);
    }
    return held;
  }

  private static ReplicaCostModel terms(
      double overhead, int spare, int reserved, int min, int max) {
    return new ReplicaCostModel(4, 2, reserved, overhead, 1, spare, min, max);
  }

  private static Planning hours(int hold) {
    return new Planning(Duration.ofDays(7), Duration.ofHours(hold), Duration.ofMinutes(10), 5, 80);
  }

  /** What is added is kept for a step and serves at once. */
  private static final Planning TEN_MINUTES =
      new Planning(Duration.ofDays(7), Duration.ofMinutes(10), Duration.ZERO, 5, 80);

  private static double[] repeated(int steps, double... pattern) {
    double[] loads = new double[steps];
    Arrays.setAll(loads, t -> pattern[t % pattern.length]);
    return loads;
  }

  private static double[] steady(int steps, double load) {
    double[] loads = new double[steps];
    Arrays.fill(loads, load);
    return loads;
  }

  /** Levels up to 20 that last from one step to four hours. */
  private static double[] erratic(long seed, int steps) {
    Random random = new Random(seed);
    double[] loads = new double[steps];
    double level = 0;
    for (int t = 0; t < steps; t++) {
      if (random.nextInt(24) == 0 || t % 24 == 0) {
        level = random.nextInt(4) == 0 ? 0 : 20 * random.nextDouble();
      }
      loads[t] = level;
    }
    return loads;
  }
}
