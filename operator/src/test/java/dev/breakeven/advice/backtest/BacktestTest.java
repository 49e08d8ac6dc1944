package dev.breakeven.advice.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.SelfHostTerms;
import dev.breakeven.advice.proof.ReplayedAdvice;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Api;
import dev.breakeven.price.ApiLimits;
import dev.breakeven.price.ApiLimits.Limit;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.price.OverheadPart;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * A replica does 1,000 output tokens/s for 4.00 an hour; at 2.00 a million the API asks 7.20 for
 * them. What was decided is charged here a second time, step by step and without the operator's
 * code.
 */
class BacktestTest {

  private static final Currency USD = Currency.getInstance("USD");
  private static final int STEP_SECONDS = 600;
  private static final int DAY = 144;
  private static final double STEP_HOURS = 1 / 6.0;
  private static final double API_PER_TOKEN = 2e-6;

  /** Everything of a policy that a plan is charged and bounded by. */
  private record Policy(
      double headroomPercent,
      int spare,
      int min,
      int max,
      int reserved,
      double overhead,
      double tokensPerMinute,
      double requestsPerMinute,
      boolean dataMustStay,
      int holdHours) {

    static final Policy PLAIN = new Policy(0, 0, 0, 100, 0, 0, 0, 0, false, 1);

    Policy holding(int hours) {
      return new Policy(
          headroomPercent,
          spare,
          min,
          max,
          reserved,
          overhead,
          tokensPerMinute,
          requestsPerMinute,
          dataMustStay,
          hours);
    }

    static Policy random(Random random) {
      int min = random.nextInt(3);
      return new Policy(
          random.nextInt(4) * 10,
          random.nextInt(3),
          min,
          min + 1 + random.nextInt(9),
          random.nextInt(4),
          random.nextInt(3) * 1000,
          random.nextInt(3) == 0 ? 150_000 : 0,
          random.nextInt(3) == 0 ? 600 : 0,
          random.nextInt(5) == 0,
          1 + random.nextInt(6));
    }

    double rho() {
      return 1 - headroomPercent / 100;
    }

    Backtest.Setup terms() {
      Offer plain = Offer.of("api", TokenPrices.of(money("2"), money("2")));
      Offer offer =
          new Offer(
              plain.name(),
              plain.prices(),
              plain.longContextTiers(),
              plain.batch(),
              plain.batchSharePercent(),
              new ApiLimits(limit(tokensPerMinute), limit(requestsPerMinute)),
              0,
              plain.cacheHits(),
              plain.read(),
              plain.weights());
      return new Backtest.Setup(
          Currency.getInstance("USD"),
          new SelfHostTerms(
              1,
              new GpuPricing.Priced(new GpuHour.OnDemand(money("4"))),
              reserved == 0
                  ? Commitments.NONE
                  : Commitments.reserved(reserved, money("3"), LocalDate.of(2099, 1, 1)),
              List.of(new OverheadPart("people", money(Double.toString(overhead)))),
              headroomPercent,
              spare,
              min,
              max),
          new Api.Offered(offer),
          new Constraints(dataMustStay, false, false, false, Constraints.Stage.ESTABLISHED),
          new StatedCapacity.Declared(Capacity.of(1000, 1000)),
          new Planning(
              Duration.ofDays(1), Duration.ofHours(holdHours), Duration.ofMinutes(20), 5, 80),
          Instant.EPOCH);
    }

    private static Limit limit(double perMinute) {
      return perMinute > 0 ? new Limit.PerMinute(perMinute) : new Limit.None();
    }

    /**
     * Of a step's tokens, the part that the API takes at most; limits carry a margin of a fifth.
     */
    double fits(double tokensPerSecond) {
      double fits = Double.POSITIVE_INFINITY;
      if (tokensPerMinute > 0) {
        fits = Math.min(fits, 0.8 * tokensPerMinute / 60 / tokensPerSecond);
      }
      if (requestsPerMinute > 0) {
        fits = Math.min(fits, 0.8 * requestsPerMinute / 60 / (tokensPerSecond / 200));
      }
      return dataMustStay ? 0 : fits;
    }
  }

  private static Money money(String amount) {
    return new Money(new BigDecimal(amount), USD);
  }

  @Property(tries = 150)
  void followingCostsWhatItsDecisionsCostStepByStep(@ForAll @IntRange(min = 0) int seed) {
    Random random = new Random(seed);
    Policy policy = Policy.random(random);
    double[] tokens = erratic(random, 3 * DAY, true);
    Backtest backtest = Backtest.of(history(tokens), policy.terms());

    int[] held = held(backtest, tokens.length);
    double gpus = 0;
    double api = 0;
    double unserved = 0;
    int charged = 0;
    boolean any = false;
    for (int t = DAY; t < tokens.length; t++) {
      if (Double.isNaN(tokens[t])) {
        continue;
      }
      charged++;
      any |= held[t] > 0;
      gpus += (policy.reserved * 3 + Math.max(0, held[t] - policy.reserved) * 4) * STEP_HOURS;
      int ready = Math.min(held[t], Math.min(held[t - 1], held[t - 2])); // a lead of two steps
      double own = Math.max(0, ready - policy.spare) * policy.rho() * 1000;
      double over = Math.max(0, tokens[t] - own);
      double sent = over > 0 ? Math.min(over, policy.fits(tokens[t]) * tokens[t]) : 0;
      api += sent * 600 * API_PER_TOKEN;
      unserved += (over - sent) * 600;
    }
    double people = any ? policy.overhead / 730 * charged * STEP_HOURS : 0;

    assertThat(backtest.chargedSteps()).isEqualTo(charged);
    assertThat(backtest.followed().cost()).isCloseTo(gpus + api + people, within(1e-3));
    assertThat(backtest.followed().unservedTokens()).isCloseTo(unserved, within(1.0));
  }

  @Property(tries = 150)
  void everyDecisionKeepsTheHoldAndThePolicysBounds(@ForAll @IntRange(min = 0) int seed) {
    Random random = new Random(seed);
    Policy policy = Policy.random(random);
    double[] tokens = erratic(random, 3 * DAY, true);

    int[] held = held(Backtest.of(history(tokens), policy.terms()), tokens.length);

    int hold = 6 * policy.holdHours;
    for (int t = 0; t < held.length; t++) {
      int added = 0;
      for (int u = Math.max(0, t - hold + 1); u <= t; u++) {
        added += Math.max(0, held[u] - (u > 0 ? held[u - 1] : 0));
      }
      assertThat(held[t]).as("step %d", t).isBetween(Math.max(added, policy.min), policy.max);
    }
  }

  @Property(tries = 150)
  void whatTheApiDidNotTakeInTheLastWindowIsServedNow(@ForAll @IntRange(min = 0) int seed) {
    Random random = new Random(seed);
    Policy policy = Policy.random(random);
    double[] tokens = erratic(random, 3 * DAY, true);

    int[] held = held(Backtest.of(history(tokens), policy.terms()), tokens.length);

    for (int t = 1; t < held.length; t++) {
      double least = 0;
      for (int u = Math.max(0, t - DAY); u < t; u++) {
        if (tokens[u] > 0) {
          least = Math.max(least, tokens[u] * Math.max(0, 1 - policy.fits(tokens[u])));
        }
      }
      int needed =
          least > 1e-3 ? (int) Math.ceil(least / 1000 / policy.rho() - 1e-4) + policy.spare : 0;
      assertThat(held[t]).as("step %d", t).isGreaterThanOrEqualTo(Math.min(policy.max, needed));
    }
  }

  @Test
  void cuttingTheRecordingAtTenTimesChangesNoEarlierDecision() {
    Random random = new Random(20);
    double[] tokens = erratic(random, 6 * DAY, true);
    for (int holdHours : new int[] {1, 24}) {
      Backtest.Setup terms = Policy.PLAIN.holding(holdHours).terms();
      List<ReplayedAdvice.Decision> whole = Backtest.of(history(tokens), terms).decisions();
      assertThat(whole).as("decisions at all").hasSizeGreaterThan(5);
      for (int i = 0; i < 10; i++) {
        int cut = 1 + random.nextInt(tokens.length - 1);
        List<ReplayedAdvice.Decision> part =
            Backtest.of(history(Arrays.copyOf(tokens, cut)), terms).decisions();
        assertThat(part)
            .as("cut after %d steps, hold %d h", cut, holdHours)
            .isEqualTo(whole.stream().filter(d -> d.epochSecond() < 600L * cut).toList());
      }
    }
  }

  @Test
  void inAGapWhatIsHeldStaysAndNothingIsCharged() {
    double[] tokens = new double[3 * DAY];
    Arrays.fill(tokens, 2000);
    Arrays.fill(tokens, 2 * DAY, 2 * DAY + DAY / 2, Double.NaN);

    Backtest backtest = Backtest.of(history(tokens), Policy.PLAIN.terms());

    assertThat(backtest.decisions()).containsExactly(new ReplayedAdvice.Decision(86_400, 2));
    assertThat(backtest.chargedSteps()).isEqualTo(DAY + DAY / 2);
    // 36 known hours, in whose first two steps they load
    assertThat(backtest.followed().cost()).isCloseTo(36 * 2 * 4 + 2 * 14.4 / 6, within(1e-6));
  }

  @Test
  void afterALongGapWhatWasNeededBeforeItStaysUntilEnoughIsKnown() {
    // Data stays: three for the first step, kept for a day of which nothing is known, and until
    // four fifths of the last day are.
    double[] tokens = new double[2 * DAY + 20];
    Arrays.fill(tokens, Double.NaN);
    tokens[0] = 3_000;
    Arrays.fill(tokens, DAY + 2, tokens.length, 1_000);
    Policy dataStays = new Policy(0, 0, 0, 100, 0, 0, 0, 0, true, 1);

    assertThat(Backtest.of(history(tokens), dataStays.terms()).decisions())
        .containsExactly(
            new ReplayedAdvice.Decision(600, 3),
            new ReplayedAdvice.Decision(600 * (2 * DAY - 26), 1));
  }

  @Test
  void whateverElseCouldHaveBeenDoneIsChargedForTheSameDay() {
    // The second of 1.5 replicas' work is not worth 4.00: its 500 tokens/s are 3.60 at the API.
    Backtest backtest =
        Backtest.of(
            history(Series.constant(2 * DAY, 3), steady(2 * DAY, 1_500)), Policy.PLAIN.terms());

    assertThat(backtest.decisions())
        .containsExactly(new ReplayedAdvice.Decision(0, 3), new ReplayedAdvice.Decision(86_400, 1));
    assertThat(backtest.chargedFrom()).isEqualTo(86_400);
    assertThat(backtest.chargedSteps()).isEqualTo(DAY);
    assertOutcome(backtest.followed(), 24 * (4 + 3.6), 24);
    assertOutcome(backtest.hindsight(), 24 * (4 + 3.6), 24);
    assertOutcome(backtest.foresight(), 24 * (4 + 3.6), 24);
    assertOutcome(backtest.peak(), 24 * 2 * 4, 48);
    assertOutcome(SampleInput.found(backtest.ran()), 24 * 3 * 4, 72);
    assertOutcome(SampleInput.found(backtest.alwaysApi()), 24 * 10.8, 0);
  }

  @Test
  void aPastShorterThanTheWindowIsChargedFromItsFirstStep() {
    Backtest backtest = Backtest.of(history(steady(DAY, 1_000)), Policy.PLAIN.terms());
    assertThat(backtest.chargedFrom()).isZero();
    assertThat(backtest.chargedSteps()).isEqualTo(DAY);
    assertThat(Backtest.of(history(steady(DAY + 1, 1_000)), Policy.PLAIN.terms()).chargedSteps())
        .isEqualTo(1);
  }

  @Test
  void inHindsightNothingIsHeldWhereTheApiIsCheaperUnlessThePolicyKeepsSome() {
    // 400 tokens/s are 2.88 an hour at the API.
    TrafficHistory little = history(steady(2 * DAY, 400));
    assertOutcome(Backtest.of(little, Policy.PLAIN.terms()).hindsight(), 24 * 2.88, 0);
    Policy atLeastOne = new Policy(0, 0, 1, 100, 0, 0, 0, 0, false, 1);
    assertOutcome(Backtest.of(little, atLeastOne.terms()).hindsight(), 24 * 4, 24);
    Policy none = new Policy(0, 0, 0, 0, 0, 0, 0, 0, false, 1);
    assertOutcome(
        Backtest.of(history(steady(2 * DAY, 2_000)), none.terms()).hindsight(), 24 * 14.4, 0);
  }

  @Test
  void inHindsightWhatTheApiDoesNotTakeIsServed() {
    // 150,000 tokens a minute are planned to 2,000 a second; at 4.00 nothing else is worth it.
    Policy limited = new Policy(0, 0, 0, 100, 0, 0, 150_000, 0, false, 1);
    double[] tokens = steady(2 * DAY, 400);
    tokens[2 * DAY - 1] = 2_500;
    Backtest backtest = Backtest.of(history(tokens), limited.terms());
    assertOutcome(backtest.hindsight(), 24 * 4 + 1_500 * 600 * API_PER_TOKEN, 24);
    assertThat(backtest.hindsight().unservedTokens()).isZero();
  }

  @Test
  void whereReplicasRanThePeopleWereThere() {
    // A replica saves 3.20 an hour and people are 3.00: earned, though not worth hiring them.
    Policy people = new Policy(0, 0, 0, 100, 0, 3 * 730, 0, 0, false, 1);
    double[] tokens = steady(3 * DAY, 1_000);
    assertThat(
            Backtest.of(history(Series.constant(3 * DAY, 1), tokens), people.terms()).decisions())
        .containsExactly(new ReplayedAdvice.Decision(0, 1));
    assertThat(
            Backtest.of(history(Series.constant(3 * DAY, 0), tokens), people.terms()).decisions())
        .isEmpty();
    assertThat(Backtest.of(history(tokens), people.terms()).decisions()).isEmpty();
  }

  @Test
  void withoutAnOfferAllIsServedAndTheApiHasNoPrice() {
    Backtest.Setup terms = Policy.PLAIN.terms();
    Backtest backtest =
        Backtest.of(
            history(steady(2 * DAY, 1_500)),
            new Backtest.Setup(
                Currency.getInstance("USD"),
                terms.selfHost(),
                new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("none")),
                terms.constraints(),
                terms.capacity(),
                terms.planning(),
                terms.asOf()));
    assertThat(backtest.alwaysApi())
        .isEqualTo(Estimate.notFound(Issue.Reason.API_PRICE_MISSING, Cause.NO_API_PRICE));
    assertOutcome(backtest.followed(), 24 * 2 * 4, 48);
    assertOutcome(backtest.hindsight(), 24 * 2 * 4, 48);
  }

  @Test
  void withoutACapacityThereIsNoBacktest() {
    Backtest.Setup terms = Policy.PLAIN.terms();
    assertRefused(
        new Backtest.Setup(
            Currency.getInstance("USD"),
            terms.selfHost(),
            terms.api(),
            terms.constraints(),
            new StatedCapacity.NotStated(),
            terms.planning(),
            terms.asOf()),
        "a backtest needs capacityPerReplica or benchmarks: a capacity learned from the file would"
            + " know its end from the beginning");
  }

  @Test
  void withoutAPriceOfTheGpuHourThereIsNoBacktest() {
    Backtest.Setup terms = Policy.PLAIN.terms();
    assertRefused(
        new Backtest.Setup(
            Currency.getInstance("USD"),
            new SelfHostTerms(
                1,
                new GpuPricing.Unpriced(Message.quoted("no price"), false),
                Commitments.NONE,
                List.of(),
                0,
                0,
                0,
                100),
            terms.api(),
            terms.constraints(),
            terms.capacity(),
            terms.planning(),
            terms.asOf()),
        "a backtest needs a price for the GPU hour");
  }

  private static void assertRefused(Backtest.Setup terms, String sentence) {
    assertThatThrownBy(() -> Backtest.of(history(1, 1), terms))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(sentence);
  }

  private static void assertOutcome(Backtest.Outcome outcome, double cost, double replicaHours) {
    assertThat(outcome.cost()).isCloseTo(cost, within(1e-6));
    assertThat(outcome.replicaHours()).isCloseTo(replicaHours, within(1e-9));
  }

  private static double[] steady(int steps, double tokens) {
    double[] all = new double[steps];
    Arrays.fill(all, tokens);
    return all;
  }

  private static int[] held(Backtest backtest, int steps) {
    int[] held = new int[steps];
    for (ReplayedAdvice.Decision decision : backtest.decisions()) {
      int from = (int) (decision.epochSecond() / STEP_SECONDS);
      Arrays.fill(held, from, steps, decision.replicas());
    }
    return held;
  }

  /** Output tokens/s by step, 200 a request; NaN is a gap. */
  private static TrafficHistory history(double... tokens) {
    return history(Series.absent(tokens.length), tokens);
  }

  private static TrafficHistory history(Series replicas, double... tokens) {
    double[] none = Arrays.stream(tokens).map(y -> 0 * y).toArray();
    Series unmeasured = Series.absent(tokens.length);
    return new TrafficHistory(
        new StepGrid(0, STEP_SECONDS, tokens.length),
        Series.of(none),
        unmeasured,
        Series.of(tokens),
        Series.of(Arrays.stream(tokens).map(y -> y / 200).toArray()),
        unmeasured,
        unmeasured,
        unmeasured,
        unmeasured,
        replicas,
        unmeasured,
        unmeasured);
  }

  /** Levels of up to 8,000 tokens/s, whole requests, that last one step to four hours; gaps. */
  private static double[] erratic(Random random, int steps, boolean gaps) {
    List<Double> tokens = new ArrayList<>();
    while (tokens.size() < steps) {
      double level = random.nextInt(4) == 0 ? 0 : 200 * random.nextInt(41);
      if (gaps && random.nextInt(12) == 0) {
        level = Double.NaN;
      }
      for (int left = 1 + random.nextInt(24); left > 0; left--) {
        tokens.add(level);
      }
    }
    return tokens.stream().limit(steps).mapToDouble(y -> y).toArray();
  }
}
