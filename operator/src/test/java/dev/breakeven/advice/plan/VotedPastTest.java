package dev.breakeven.advice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.HoldingTerms;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.plan.PastSteps.Ran;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class VotedPastTest {

  private static final int STEPS = 300;

  /** What a plan held, and what of it was ready, in every step and the one after. */
  private record Held(List<Integer> replicas, List<Integer> ready) {}

  /** A past on some terms. */
  private record Asked(HoldingTerms terms, Planning planning, boolean mayBurst, PastSteps past) {

    PlanReplay plan(VotedPast voted) {
      return new PlanReplay(terms, planning, mayBurst, 3_600, voted);
    }

    VotedPast voted(int steps, VotedPast before) {
      PlanReplay plan = plan(before);
      for (int i = 0; i < steps; i++) {
        plan.begin();
        past.end(i, plan);
      }
      return plan.voted();
    }

    Held held(VotedPast voted) {
      PlanReplay plan = plan(voted);
      Held held = new Held(new ArrayList<>(), new ArrayList<>());
      for (int i = 0; i < past.steps(); i++) {
        held.replicas().add(plan.begin());
        held.ready().add(plan.ready());
        past.end(i, plan);
      }
      held.replicas().add(plan.begin());
      held.ready().add(plan.ready());
      return held;
    }
  }

  @Property(tries = 60)
  void whoeverRemembersTheVotesOnAPartOfThePastHoldsTheSame(@ForAll long seed) {
    Random random = new Random(seed);
    Asked asked = any(random);
    Held anew = asked.held(VotedPast.NONE);

    int first = random.nextInt(STEPS + 1);
    VotedPast voted = asked.voted(first, VotedPast.NONE);
    assertThat(voted.steps()).isEqualTo(first);
    assertThat(asked.held(voted)).isEqualTo(anew);

    int second = first + random.nextInt(STEPS + 1 - first);
    assertThat(asked.held(asked.voted(second, voted))).isEqualTo(anew);
  }

  @Test
  void whatWasVotedOnIsNotVotedOnAgain() {
    // Remembered are ten steps in which three replicas paid, told of are steps in which none does.
    HoldingTerms terms = new HoldingTerms(4, 0, 0, 0, 1, 0, 0, 100);
    Planning planning = new Planning(Duration.ofDays(1), Duration.ZERO, Duration.ZERO, 5, 80);
    VotedPast voted = new Asked(terms, planning, true, steady(10, 6)).voted(10, VotedPast.NONE);

    Held held = new Asked(terms, planning, true, steady(12, 1)).held(voted);

    assertThat(held.replicas()).containsExactly(0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0, 0, 0);
  }

  private static PastSteps steady(int steps, double apiPerReplica) {
    PastSteps past = new PastSteps(steps);
    for (int i = 0; i < steps; i++) {
      past.add(3, 3 * apiPerReplica, 0, Ran.NOBODY_SAYS);
    }
    return past;
  }

  private static Asked any(Random random) {
    int most = random.nextInt(3) == 0 ? 60 : random.nextInt(8); // also none at all
    HoldingTerms terms =
        new HoldingTerms(
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
    PastSteps past = new PastSteps(STEPS);
    double apiPerReplica = 3 + 6 * random.nextDouble();
    double load = 0;
    for (int i = 0; i < STEPS; i++) {
      if (random.nextInt(5) == 0) {
        load = random.nextInt(4) == 0 ? 0 : 1.2 * (most + 1) * random.nextDouble();
      }
      Ran ran = List.of(Ran.values()).get(random.nextInt(3));
      if (random.nextInt(15) == 0) {
        past.addUnknown(ran);
      } else {
        double noisy = load * (0.9 + 0.2 * random.nextDouble());
        past.add(noisy, apiPerReplica * noisy, noisy * random.nextInt(2) / 4, ran);
      }
    }
    return new Asked(terms, planning, random.nextInt(8) > 0, past);
  }
}
