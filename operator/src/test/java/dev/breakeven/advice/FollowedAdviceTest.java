package dev.breakeven.advice;

import static dev.breakeven.advice.SampleInput.alternative;
import static dev.breakeven.advice.SampleInput.found;
import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.backtest.Backtest;
import dev.breakeven.advice.evaluation.Advisor;
import dev.breakeven.advice.proof.ReplayedAdvice;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is advised is what is proven: the plan's next step, and no number found with hindsight. */
class FollowedAdviceTest {

  private static final int DAY = 144;

  /** Two weeks: business hours up to four replicas' worth, with noise, and quiet weekends. */
  private static double officeHours(int step, long seed) {
    int hour = step / 6 % 24;
    boolean weekend = step / DAY % 7 >= 5;
    double level = hour >= 8 && hour < 18 ? (weekend ? 300 : 1_700) : 120;
    return level * (0.8 + 0.4 * new Random(31 * seed + step).nextDouble());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1100",
    "1, 0, 1200",
    "1, 0, 1300",
    "1, 0, 1431",
    "1, 0, 1530",
    "24, 0, 1200",
    "24, 0, 1700",
    "24, 0, 1999",
    "1, 1500, 1300",
    "1, 1500, 1700",
    "1, 1500, 2000"
  })
  void theSamePastThroughBacktestGivesTheSameNumberAtTheSameTime(
      int holdHours, int overhead, int now) {
    SampleInput input =
        SampleInput.about()
            .overhead("onCall", Integer.toString(overhead))
            .planning(Duration.ofDays(7), Duration.ofHours(holdHours), Duration.ofMinutes(10));
    TrafficHistory past = history(2_016, i -> officeHours(i, 5));
    seenUntil(input, past, now);

    Advice advice = input.planned();

    assertThat(advice.decision().verdict()).isIn(Verdict.SELF_HOST, Verdict.HYBRID);
    assertThat(advice.recommendation().replicasAdvised()).isEqualTo(backtested(input, past, now));
  }

  @Test
  void theProofIsWhatBacktestChargesForTheSameWeek() {
    SampleInput input = SampleInput.about().overhead("onCall", "1500");
    TrafficHistory past = history(2_016, i -> officeHours(i, 5));
    seenUntil(input, past, 2_016);

    Backtest backtest = Backtest.of(past, terms(input));
    Advice advice = input.planned();
    Advice.Proof proof = found(advice.trackRecord().proof());

    assertThat(proof.days()).isEqualTo(7);
    assertThat(proof.followed().value()).isCloseTo(backtest.followed().cost(), within(0.01));
    assertThat(found(proof.alwaysApi()).value())
        .isCloseTo(found(backtest.alwaysApi()).cost(), within(0.01));
    assertThat(proof.hindsight().value()).isCloseTo(backtest.hindsight().cost(), within(0.01));
    assertThat(alternative(advice, Kind.FOLLOWING_BURST).bill().total().value())
        .isCloseTo(proof.followed().value() * 730 / 168, within(0.1));
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "24, 0", "1, 1500"})
  void itDoesNotMatterWhatAnAdvisorWasAskedBefore(int holdHours, int overhead) {
    SampleInput input =
        SampleInput.about()
            .overhead("onCall", Integer.toString(overhead))
            .planning(Duration.ofDays(7), Duration.ofHours(holdHours), Duration.ofMinutes(10));
    TrafficHistory past = history(2_016, i -> officeHours(i, 5));
    Advisor advisor = Advisor.standard();

    for (int now = 1_200; now < 1_300; now += 3) {
      seenUntil(input, past, now);
      assertThat(advisor.advise(input.input())).as("step %d", now).isEqualTo(input.planned());
    }
  }

  @Test
  void whatRanIsInTheProofWhereThePastSaysIt() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(3);

    // Three replicas for 168 hours at 4.00; without a gap.
    assertThat(found(found(input.planned().trackRecord().proof()).ran())).isEqualTo(usd("2016.00"));
    input.replicasHeld = Series.absent(SampleInput.WEEK);
    assertThat(found(input.planned().trackRecord().proof()).ran())
        .isInstanceOf(Estimate.NotFound.class);
  }

  @Test
  void aNumberFoundWithHindsightIsShownAndDoesNotBeatThePlan() {
    // Nothing for six days, then nine hours of two replicas' worth: nobody knew before.
    SampleInput input =
        SampleInput.about().outputTokens(i -> i >= 6 * DAY && i < 6 * DAY + 54 ? 1_000 : 0);
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("1.00")));
    Advice advice = input.planned();

    assertThat(advice.recommendation().replicasAdvised()).isZero();
    assertThat(alternative(advice, Kind.BASELINE_BURST).replicas())
        .isEqualTo(new Alternative.ReplicaPlan.Fixed(1));
  }

  @Test
  void steadyTrafficIsFollowedOnceADayIsKnownAndLearningIsNoBurst() {
    // No past: the first day and the step in which the replica loads go to the API, 1.56 a step.
    Advice advice = SampleInput.about().outputTokens(i -> 400).planned();

    assertThat(advice.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.recommendation().replicasAdvised()).isEqualTo(1);
    assertThat(advice.recommendation().burst()).isInstanceOf(Advice.BurstPoint.Never.class);
    // six days of 4.00 an hour, 145 steps of 9.36/6
    assertThat(found(advice.trackRecord().proof()).followed().value())
        .isCloseTo(144 * 4 + 145 * 1.56, within(0.01));
  }

  @Test
  void whatAConstraintCostsIsAgainstThePlanThatWouldBeFollowedWithoutIt() {
    // Half a day at 1.6 replicas' worth of work, half at nothing. Data that stays needs two all
    // day,
    // 8.00 an hour; without that the second is held by day at most.
    SampleInput input = SampleInput.about().outputTokens(i -> i % DAY < DAY / 2 ? 800 : 0);
    input.running(2).constraints =
        new Constraints(true, false, false, false, Constraints.Stage.ESTABLISHED);

    assertThat(found(input.planned().comparison().constraints().get(0).perMonth()).value())
        .isGreaterThan(1_000);
  }

  @Test
  void hoursOfTheTimeBeforeAreLearnedFromAsStepsOfTheirLoad() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.earlier = aDayBefore(400);

    // In the step in which the replica loads all goes to the API.
    assertThat(found(input.planned().trackRecord().proof()).followed().value())
        .isCloseTo(168 * 4 + 1.56, within(0.01));
  }

  @Test
  void whereReplicasRunThePeopleAreThereAndStayWhileTheyAreEarned() {
    // One replica at 0.8 saves 5.36 an hour. People at 5.30 an hour are earned, at 5.40 they are
    // not; to hire them a week's saving would have to pay them 1.44 times.
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(1);
    input.planning = new Planning(Duration.ofDays(7), Duration.ofHours(1), Duration.ZERO, 0, 80);
    input.earlier = aDayBefore(400);
    input.overhead("onCall", "3869");
    assertThat(input.planned().decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(input.planned().recommendation().replicasAdvised()).isEqualTo(1);
    input.overhead = List.of();
    input.overhead("onCall", "3942");
    assertThat(input.planned().decision().verdict()).isEqualTo(Verdict.API);
    assertThat(input.planned().recommendation().replicasAdvised()).isZero();
  }

  @Test
  void verdictAndReplicasNeverContradictEachOther() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int level = 100 + random.nextInt(2_000);
      int on = 1 + random.nextInt(DAY);
      SampleInput input =
          SampleInput.about().outputTokens(i -> i % DAY < on ? level : level / 20.0);
      input.overhead("onCall", Integer.toString(random.nextInt(4_000)));
      input.gpu =
          new GpuPricing.Priced(
              new GpuHour.OnDemand(usd(Integer.toString(1 + random.nextInt(12)))));
      input.redundantReplicas = random.nextInt(2);
      if (random.nextBoolean()) {
        input.running(random.nextInt(4));
      }
      Advice advice = input.planned();
      int advised = advice.recommendation().replicasAdvised();

      if (advice.decision().verdict() == Verdict.API) {
        assertThat(advised).as("seed %d", seed).isZero();
      } else if (advice.decision().verdict() == Verdict.SELF_HOST) {
        assertThat(burst(advice)).as("seed %d", seed).isLessThan(1);
      } else if (advice.decision().verdict() == Verdict.HYBRID) {
        assertThat(burst(advice)).as("seed %d", seed).isGreaterThanOrEqualTo(1);
      } else {
        assertThat(advised).as("seed %d", seed).isEqualTo(input.input().replicasNow());
      }
    }
  }

  private static double burst(Advice advice) {
    return advice.recommendation().burst() instanceof Advice.BurstPoint.Above above
        ? above.sharePercent()
        : 0;
  }

  // ---- the stage ----

  private static TrafficHistory history(int steps, IntToDoubleFunction output) {
    double[] values = new double[steps];
    for (int i = 0; i < steps; i++) {
      values[i] = output.applyAsDouble(i);
    }
    Series generated = Series.of(values);
    return TrafficHistory.ofTokens(
        new StepGrid(SampleInput.MONDAY.getEpochSecond(), 600, steps),
        Series.of(Arrays.stream(values).map(tokens -> 10 * tokens).toArray()),
        Series.constant(steps, 0),
        generated);
  }

  private static TrafficHistory aDayBefore(double output) {
    return TrafficHistory.ofTokens(
        new StepGrid(SampleInput.MONDAY.minus(Duration.ofDays(1)).getEpochSecond(), 3_600, 24),
        Series.constant(24, 10 * output),
        Series.constant(24, 0),
        Series.constant(24, output));
  }

  /** SampleInput when that many steps of the past have ended. */
  private static void seenUntil(SampleInput input, TrafficHistory past, int now) {
    int window = Math.min(now, SampleInput.WEEK);
    TrafficHistory seen = past.slice(now - window, now);
    input.steps(window);
    input.grid = seen.grid();
    input.now = java.time.Instant.ofEpochSecond(seen.grid().endEpochSecond());
    input.uncachedInput = seen.uncachedInput();
    input.output = seen.output();
    input.earlier = past.slice(0, now - window);
  }

  private static int backtested(SampleInput input, TrafficHistory past, int now) {
    long at = past.grid().startOf(now);
    return Backtest.of(past, terms(input)).decisions().stream()
        .filter(d -> d.epochSecond() <= at)
        .reduce((a, b) -> b)
        .map(ReplayedAdvice.Decision::replicas)
        .orElse(0);
  }

  private static Backtest.Setup terms(SampleInput input) {
    return new Backtest.Setup(
        Currency.getInstance("USD"),
        input.selfHost(),
        input.api,
        input.constraints,
        input.capacity,
        input.planning,
        input.now);
  }
}
