package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Planning;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ReplayCheckpointTest {

  /** Steps of an hour: more than two weeks, of which no more than seven days are looked back on. */
  private static final int STEPS = 500;

  /**
   * What a plan held, and what of it was ready, in every step from one on and the one after the
   * last.
   *
   * @param firstServing the first step in which a replica served
   */
  private record Held(List<Integer> replicas, List<Integer> ready, int firstServing) {
    Held from(int step) {
      return new Held(
          replicas.subList(step, replicas.size()), ready.subList(step, ready.size()), firstServing);
    }
  }

  /** A past on some terms. */
  private record SampleInput(
      ReplicaCostModel terms, Planning planning, boolean mayBurst, LoadColumns past) {

    PlanReplay plan(ReplayCheckpoint lived) {
      return PlanReplay.goingOn(terms, planning, mayBurst, 3_600, lived, past);
    }

    ReplayCheckpoint lived(int steps, ReplayCheckpoint before) {
      PlanReplay plan = plan(before);
      for (int i = before.steps(); i < steps; i++) {
        plan.begin();
        past.end(i, plan);
      }
      return plan.lived();
    }

    Held held(ReplayCheckpoint lived) {
      PlanReplay plan = plan(lived);
      for (int i = lived.steps(); i < past.steps(); i++) {
        assertThat(plan.begin()).isEqualTo(plan.held(i));
        assertThat(plan.ready()).isEqualTo(plan.ready(i));
        past.end(i, plan);
      }
      plan.begin();
      return new Held(
          IntStream.rangeClosed(lived.from(), past.steps()).mapToObj(plan::held).toList(),
          IntStream.rangeClosed(lived.from(), past.steps()).mapToObj(plan::ready).toList(),
          plan.firstServing());
    }
  }

  @Property(tries = 100)
  void whoeverGoesOnFromAPartOfThePastHoldsWhatIsHeldByWhomLivesAllOfIt(@ForAll long seed) {
    Random random = new Random(seed);
    SampleInput input = any(random);
    Held anew = input.held(ReplayCheckpoint.NONE);

    int first = random.nextInt(STEPS + 1);
    ReplayCheckpoint lived = input.lived(first, ReplayCheckpoint.NONE);
    assertThat(lived.steps()).isEqualTo(first);
    assertThat(lived.from()).isEqualTo(Math.max(0, first - 7 * 24));
    assertThat(input.held(lived)).isEqualTo(anew.from(lived.from()));

    int second = first + random.nextInt(STEPS + 1 - first);
    ReplayCheckpoint further = input.lived(second, lived);
    assertThat(input.held(further)).isEqualTo(anew.from(further.from()));
  }

  @Test
  void aWindowLongerThanAWeekIsLookedBackOnWhole() {
    ReplicaCostModel terms = new ReplicaCostModel(4, 0, 0, 0, 1, 0, 0, 100);
    Planning planning = new Planning(Duration.ofDays(10), Duration.ZERO, Duration.ZERO, 5, 80);
    ReplayCheckpoint lived =
        new SampleInput(terms, planning, true, steady(400, 6)).lived(400, ReplayCheckpoint.NONE);
    assertThat(lived.from()).isEqualTo(400 - 10 * 24);
  }

  @Test
  void whatWasLivedIsNotLivedAgain() {
    // Lived are ten steps in which three replicas paid, told of are steps in which none does.
    ReplicaCostModel terms = new ReplicaCostModel(4, 0, 0, 0, 1, 0, 0, 100);
    Planning planning = new Planning(Duration.ofDays(1), Duration.ZERO, Duration.ZERO, 5, 80);
    ReplayCheckpoint lived =
        new SampleInput(terms, planning, true, steady(10, 6)).lived(10, ReplayCheckpoint.NONE);

    Held held = new SampleInput(terms, planning, true, steady(12, 1)).held(lived);

    assertThat(held.replicas()).containsExactly(0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0, 0, 0);
  }

  @Test
  void whatWasSavedBeforeCountsTowardsHiringPeople() {
    // After an idle hour ten replicas save 20.00 an hour; people are 4.00, 672.00 a week. What was
    // saved in 12 h does not hire them, in 15 h it does: 240 · ln(1 + 168/12) = 650, 300 · 2.50.
    ReplicaCostModel terms = new ReplicaCostModel(4, 0, 0, 2_920, 1, 0, 0, 100);
    Planning planning = new Planning(Duration.ofDays(7), Duration.ZERO, Duration.ZERO, 5, 80);
    LoadColumns past = new LoadColumns(31);
    past.add(0, 0, 0, LoadColumns.NOT_RECORDED);
    for (int i = 0; i < 30; i++) {
      past.add(10, 60, 0, LoadColumns.NOT_RECORDED);
    }
    SampleInput input = new SampleInput(terms, planning, true, past);

    Held held = input.held(input.lived(10, ReplayCheckpoint.NONE));

    assertThat(held.replicas().subList(0, 12)).containsOnly(0);
    assertThat(held.replicas().subList(18, 32)).containsOnly(10);
    assertThat(held).isEqualTo(input.held(ReplayCheckpoint.NONE));
  }

  private static LoadColumns steady(int steps, double apiPerReplica) {
    LoadColumns past = new LoadColumns(steps);
    for (int i = 0; i < steps; i++) {
      past.add(3, 3 * apiPerReplica, 0, LoadColumns.NOT_RECORDED);
    }
    return past;
  }

  private static SampleInput any(Random random) {
    int most = random.nextInt(3) == 0 ? 60 : random.nextInt(8); // also none at all
    ReplicaCostModel terms =
        new ReplicaCostModel(
            4,
            2,
            random.nextInt(3), // reserved
            random.nextBoolean() ? 0 : 730 * most * random.nextDouble(),
            random.nextBoolean() ? 1 : 0.6 + 0.4 * random.nextDouble(),
            random.nextInt(3), // spare
            random.nextInt(3) * random.nextInt(2), // at least
            most);
    Planning planning =
        new Planning(
            Duration.ofDays(2 + random.nextInt(6)),
            Duration.ofHours(random.nextInt(30)),
            Duration.ofHours(random.nextInt(3)),
            5,
            80);
    LoadColumns past = new LoadColumns(STEPS);
    double apiPerReplica = 3 + 6 * random.nextDouble();
    double load = 0;
    for (int i = 0; i < STEPS; i++) {
      if (random.nextInt(5) == 0) {
        load = random.nextInt(4) == 0 ? 0 : 1.2 * (most + 1) * random.nextDouble();
      }
      double ran = List.of(LoadColumns.NOT_RECORDED, 0.0, 1.0).get(random.nextInt(3));
      if (random.nextInt(15) == 0) {
        past.addUnknown(ran);
      } else {
        double noisy = load * (0.9 + 0.2 * random.nextDouble());
        past.add(noisy, apiPerReplica * noisy, noisy * random.nextInt(2) / 4, ran);
      }
    }
    return new SampleInput(terms, planning, random.nextInt(8) > 0, past);
  }
}
