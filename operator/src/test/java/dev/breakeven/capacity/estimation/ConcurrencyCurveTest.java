package dev.breakeven.capacity.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.ConcurrencyLimit;
import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.capacity.ModelArchitecture;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.traffic.TokenRates;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A dense replica in which a request stays 1 s and 1/32 s more for each request beside it: at 128
 * requests it stays 5 s, so 25.6 requests/s come out. A request is 100 tokens in and 100 out; a
 * token of output is as dear as one of input and reading context costs nothing, so it is 200 units
 * of work.
 */
class ConcurrencyCurveTest {

  private static final TokenProportions EVEN = new TokenProportions(1, 1, Double.POSITIVE_INFINITY);
  private static final ConcurrencyLimit AT_128 = ConcurrencyLimit.stated(128);
  private static final double WORK_OF_REQUEST = 200;
  private static final double TRUE_REQUESTS_PER_SECOND = 25.6;

  @Test
  void aReplicaSeenUpToAQuarterOfItsLimitIsExtrapolatedToWithinTenPercent() {
    ConcurrencyCurve.Fit fit = fit(dayUpTo(32), AT_128);
    assertThat(requestsPerSecond(fit) / TRUE_REQUESTS_PER_SECOND).isCloseTo(1, within(0.1));
    assertThat(lowest(fit)).isLessThan(TRUE_REQUESTS_PER_SECOND);
    assertThat(highest(fit)).isGreaterThan(TRUE_REQUESTS_PER_SECOND);
  }

  @Test
  void theLessIsSeenTheWiderIsTheInterval() {
    double before = 1;
    for (double most : new double[] {128, 32, 8, 2}) {
      ConcurrencyCurve.Fit fit = fit(dayUpTo(most), AT_128);
      double width = fit.high() / fit.low();
      assertThat(width).as("seen up to %s at once", most).isGreaterThan(before);
      before = width;
    }
  }

  @Test
  void theIntervalIsNeverBelowWhatWasServedWithNothingWaiting() {
    // 32 requests at 2 s each are 16 requests/s.
    ConcurrencyCurve.Fit fit = fit(dayUpTo(32), AT_128);
    assertThat(lowest(fit)).isGreaterThanOrEqualTo(15.9);
  }

  @Test
  void theIntervalIsNeverAboveTheLimitByTheShortestResidenceTime() {
    // No request stays less than 1 s, so at most 128 requests/s come out of 128 at once.
    ConcurrencyCurve.Fit fit = fit(dayUpTo(2), AT_128);
    assertThat(highest(fit)).isLessThanOrEqualTo(128);
  }

  @Test
  void aFullKvCacheLimitsWhatRunsAtOnce() {
    // One request takes 1/100 of the cache, of which 97 % can be used.
    List<ReplicaStep> steps =
        day(32, c -> 1 + c / 32, c -> c / 100, c -> Double.NaN, c -> Double.NaN);
    ConcurrencyCurve.Fit fit = fit(steps, ConcurrencyLimit.stated(1024));
    assertThat(fit.limit().reason()).isEqualTo(ConcurrencyLimit.Reason.KV_CACHE);
    assertThat(fit.limit().requests()).isCloseTo(97, within(1e-6));
  }

  @Test
  void aLatencyTargetLimitsWhatRunsAtOnce() {
    // 20 ms between tokens and 10 ms more for every 32 requests: 50 ms at 96 requests.
    List<ReplicaStep> steps =
        day(32, c -> 1 + c / 32, c -> Double.NaN, c -> 0.1, c -> 0.02 + 0.01 * c / 32);
    ConcurrencyCurve.Fit fit = fitWithin(new LatencyTarget(2, 0.05), steps);
    assertThat(fit.limit().reason()).isEqualTo(ConcurrencyLimit.Reason.LATENCY);
    assertThat(fit.limit().requests()).isCloseTo(96, within(30.0));
  }

  @Test
  void whereNoStepKeptTheLatencyTargetAReplicaSustainsNoMoreThanOneRequestAtATime() {
    // 20 ms between tokens when empty, and 10 ms are asked for: nothing may run beside another.
    List<ReplicaStep> steps =
        day(32, c -> 1 + c / 32, c -> Double.NaN, c -> 0.1, c -> 0.02 + 0.01 * c / 32);
    ConcurrencyCurve.Fit fit = fitWithin(new LatencyTarget(2, 0.01), steps);
    assertThat(fit.limit().reason()).isEqualTo(ConcurrencyLimit.Reason.LATENCY);
    assertThat(highest(fit)).isPositive().isFinite();
    assertThat(lowest(fit)).isPositive();
  }

  @Test
  void aMixThatMovesWithTheLoadIsNotTakenForAReplicaThatSlowsDown() {
    // The same work, in requests that grow from 200 to 400 tokens over the day.
    List<ReplicaStep> steps = new ArrayList<>();
    for (ReplicaStep step : dayUpTo(32)) {
      double longer = 1 + step.requestsRunning() / 32;
      steps.add(
          new ReplicaStep(
              step.tokens(),
              step.requestsPerSecond() / longer,
              step.requestsRunning(),
              0,
              Double.NaN,
              Double.NaN,
              Double.NaN));
    }
    assertThat(fit(steps, AT_128).capacity().inputTokensPerSecond())
        .isCloseTo(fit(dayUpTo(32), AT_128).capacity().inputTokensPerSecond(), within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 3, 1000})
  void aReplicaThatIsSoManyTimesAsFastHasThatManyTimesTheCapacity(double factor) {
    ConcurrencyCurve.Fit slow = fit(dayUpTo(16), AT_128);
    List<ReplicaStep> faster =
        day(16, c -> (1 + c / 32) / factor, c -> Double.NaN, c -> Double.NaN, c -> Double.NaN);
    ConcurrencyCurve.Fit fast = fit(faster, AT_128);
    // The density's grid has a resolution of 2 %.
    assertThat(requestsPerSecond(fast) / requestsPerSecond(slow) / factor)
        .isCloseTo(1, within(0.021));
  }

  @Test
  void whatIsPublishedDrawsAnUnsureEstimateTowardsIt() {
    double without = requestsPerSecond(fit(dayUpTo(2), AT_128));
    ConcurrencyCurve.Fit with =
        fitWith(dayUpTo(2), new PublishedThroughput.Listed(at(without / 2), 128, "a tool"));
    assertThat(requestsPerSecond(with)).isBetween(without / 2, without * 0.9);
  }

  @Test
  void whatIsPublishedMovesAnEstimateFromNearlyEverythingByLittle() {
    ConcurrencyCurve.Fit with =
        fitWith(dayUpTo(96), new PublishedThroughput.Listed(at(100), 128, "a tool"));
    assertThat(requestsPerSecond(with) / TRUE_REQUESTS_PER_SECOND).isCloseTo(1, within(0.15));
  }

  @Test
  void aPublishedMaximumAtAHigherConcurrencyIsTakenBackToOurLimit() {
    // At 1,024 requests this replica would do 31; what is published there says 25.6 of 128.
    ConcurrencyCurve.Fit taken =
        fitWith(dayUpTo(8), new PublishedThroughput.Listed(at(31), 1024, "a tool"));
    ConcurrencyCurve.Fit asIs =
        fitWith(dayUpTo(8), new PublishedThroughput.Listed(at(31), Double.NaN, "a tool"));
    assertThat(requestsPerSecond(taken)).isLessThan(requestsPerSecond(asIs));
  }

  @Test
  void aMixtureOfExpertsIsExpectedToGainMoreFromConcurrencyThanADenseModel() {
    ConcurrencyCurve.Fit dense = fit(dayUpTo(2), AT_128);
    ConcurrencyCurve.Fit experts =
        ConcurrencyCurve.fit(
            dayUpTo(2),
            AT_128,
            LatencyTarget.NONE,
            ModelArchitecture.MIXTURE_OF_EXPERTS,
            EVEN,
            new PublishedThroughput.NotListed());
    assertThat(requestsPerSecond(experts)).isGreaterThan(requestsPerSecond(dense));
  }

  @Test
  void residenceTimesByLatencyAndByLittlesLawAreAveragedInLogarithms() {
    // By its latencies a request stays a quarter as long as by Little's law: half in the mean.
    double byLaw = requestsPerSecond(fit(dayUpTo(32), AT_128));
    double both = requestsPerSecond(fit(dayWithLatencies(0.25), AT_128));
    assertThat(both / byLaw).isCloseTo(2, within(0.08));
    double agreeing = requestsPerSecond(fit(dayWithLatencies(1), AT_128));
    assertThat(agreeing / byLaw).isCloseTo(1, within(0.02));
  }

  @Test
  void latenciesThatOneStepLacksAreNotUsed() {
    List<ReplicaStep> steps = new ArrayList<>(dayWithLatencies(4));
    steps.set(0, dayUpTo(32).get(0));
    assertThat(requestsPerSecond(fit(steps, AT_128)))
        .isCloseTo(requestsPerSecond(fit(dayUpTo(32), AT_128)), within(1e-9));
  }

  @Test
  void aReplicaSeenUpToItsLimitIsKnownToTheMisfitOfTheForm() {
    // 5 % of a normal distribution with a standard deviation of 6 to 8 % lie above 10 to 14 %.
    ConcurrencyCurve.Fit fit = fit(dayUpTo(128), AT_128);
    assertThat(fit.high()).isBetween(1.07, 1.16);
    assertThat(fit.mostRequestsRunning()).isBetween(110.0, 128.0);
    assertThat(fit.steps()).isEqualTo(144);
  }

  @Test
  void theLowEndAllowsForAReplicaThatIsFullBeforeItsLimit() {
    // Three in ten are full earlier, evenly over the doublings from 8 to 128: a twentieth of all
    // is full at 12.7 requests, which are 9.1 requests/s.
    ConcurrencyCurve.Fit fit = fit(dayUpTo(8), AT_128);
    assertThat(lowest(fit)).isBetween(8.0, 10.5);
  }

  @Test
  void withALatencyTargetItMayBeFullEarlierHalfOfTheTime() {
    List<ReplicaStep> steps =
        day(8, c -> 1 + c / 32, c -> Double.NaN, c -> 0.1, c -> 0.02 + 0.01 * c / 32);
    // 50 ms between tokens at 96 requests; at 12 they are far from it.
    ConcurrencyCurve.Fit fit = fitWithin(new LatencyTarget(2, 0.05), steps);
    assertThat(lowest(fit)).isBetween(6.4, 9.0);
  }

  @Test
  void aPublishedMaximumOnTheReplicasOwnCurveSaysTheSameAsOneAtItsLimit() {
    // This replica does 1,024 ÷ 33 = 31.0 requests/s of 1,024, and 25.6 of 128.
    double higher =
        requestsPerSecond(
            fitWith(dayUpTo(32), new PublishedThroughput.Listed(at(31.03), 1024, "a tool")));
    double same =
        requestsPerSecond(
            fitWith(dayUpTo(32), new PublishedThroughput.Listed(at(25.6), 128, "a tool")));
    assertThat(higher / same).isCloseTo(1, within(0.045));
  }

  @Test
  void aPublishedCapacityWithAContextTermSaysNothingWhereLengthsAreUnknown() {
    List<ReplicaStep> uncounted = new ArrayList<>();
    for (ReplicaStep step : dayUpTo(8)) {
      uncounted.add(
          new ReplicaStep(
              step.tokens(),
              Double.NaN,
              step.requestsRunning(),
              0,
              Double.NaN,
              Double.NaN,
              Double.NaN));
    }
    Capacity little = Capacity.of(100, 100, 1e5);
    ConcurrencyCurve.Fit with =
        fitWith(uncounted, new PublishedThroughput.Listed(little, 128, "a tool"));
    assertThat(with).isEqualTo(fit(uncounted, AT_128));
    assertThat(with.capacity().hasContextTerm()).isFalse();
    ConcurrencyCurve.Fit withoutTerm =
        fitWith(uncounted, new PublishedThroughput.Listed(Capacity.of(100, 100), 128, "a tool"));
    assertThat(requestsPerSecond(withoutTerm)).isLessThan(requestsPerSecond(with));
  }

  @Test
  void whereLengthsAreKnownTheCapacityKeepsTheContextTermOfItsProportions() {
    ConcurrencyCurve.Fit fit =
        ConcurrencyCurve.fit(
            dayUpTo(32),
            AT_128,
            LatencyTarget.NONE,
            ModelArchitecture.DENSE,
            new TokenProportions(1, 1, 150),
            new PublishedThroughput.NotListed());
    // 100 in, 100 out and 100 × 150 of context at 150: 300 units of work a request.
    assertThat(fit.capacity().inputTokensPerSecond() / 300)
        .isCloseTo(requestsPerSecond(fit(dayUpTo(32), AT_128)), within(0.6));
    assertThat(fit.capacity().contextTokensPerSecond())
        .isCloseTo(150 * fit.capacity().inputTokensPerSecond(), within(1e-6));
  }

  @Test
  void aDayInWhichMoreThanItsMeanRanOnceIsHeldToWhatThreeStepsServed() {
    List<ReplicaStep> steps = new ArrayList<>(dayUpTo(8));
    steps.add(
        new ReplicaStep(
            new TokenRates(1e6, 0, 1e6), 1e4, 8, 0, Double.NaN, Double.NaN, Double.NaN));
    assertThat(lowest(fit(steps, AT_128))).isLessThan(100);
  }

  @Test
  void stepsWithNothingRunningServedOrWithAQueueAreNotUsable() {
    ReplicaStep good = dayUpTo(8).get(0);
    List<ReplicaStep> steps =
        List.of(
            good,
            new ReplicaStep(good.tokens(), 1, 0, 0, Double.NaN, Double.NaN, Double.NaN),
            new ReplicaStep(TokenRates.ZERO, 0, 1, 0, Double.NaN, Double.NaN, Double.NaN),
            new ReplicaStep(good.tokens(), 1, 1, 1, Double.NaN, Double.NaN, Double.NaN));
    assertThat(ConcurrencyCurve.usable(steps)).containsExactly(good);
  }

  /** Requests that stay so many times as long by their latencies as by Little's law. */
  private static List<ReplicaStep> dayWithLatencies(double times) {
    // Half of the time is to the first token, half is between the 100 of an answer.
    return day(
        32,
        c -> 1 + c / 32,
        c -> Double.NaN,
        c -> times * (1 + c / 32) / 2,
        c -> times * (1 + c / 32) / 2 / 99);
  }

  private static Capacity at(double requestsPerSecond) {
    return EVEN.withInput(requestsPerSecond * WORK_OF_REQUEST);
  }

  private static double requestsPerSecond(ConcurrencyCurve.Fit fit) {
    return fit.capacity().inputTokensPerSecond() / WORK_OF_REQUEST;
  }

  private static double lowest(ConcurrencyCurve.Fit fit) {
    return requestsPerSecond(fit) * fit.low();
  }

  private static double highest(ConcurrencyCurve.Fit fit) {
    return requestsPerSecond(fit) * fit.high();
  }

  private static ConcurrencyCurve.Fit fit(List<ReplicaStep> steps, ConcurrencyLimit limit) {
    return ConcurrencyCurve.fit(
        steps,
        limit,
        LatencyTarget.NONE,
        ModelArchitecture.DENSE,
        EVEN,
        new PublishedThroughput.NotListed());
  }

  private static ConcurrencyCurve.Fit fitWithin(LatencyTarget target, List<ReplicaStep> steps) {
    return ConcurrencyCurve.fit(
        steps,
        ConcurrencyLimit.stated(1024),
        target,
        ModelArchitecture.DENSE,
        EVEN,
        new PublishedThroughput.NotListed());
  }

  private static ConcurrencyCurve.Fit fitWith(
      List<ReplicaStep> steps, PublishedThroughput published) {
    return ConcurrencyCurve.fit(
        steps, AT_128, LatencyTarget.NONE, ModelArchitecture.DENSE, EVEN, published);
  }

  static List<ReplicaStep> dayUpTo(double mostRunning) {
    return day(mostRunning, c -> 1 + c / 32, c -> Double.NaN, c -> Double.NaN, c -> Double.NaN);
  }

  /** 144 steps from a tenth of the most running to the most, evenly in their logarithm. */
  private static List<ReplicaStep> day(
      double mostRunning,
      DoubleUnaryOperator secondsByRunning,
      DoubleUnaryOperator kvCacheUsage,
      DoubleUnaryOperator timeToFirstToken,
      DoubleUnaryOperator interTokenLatency) {
    List<ReplicaStep> steps = new ArrayList<>();
    for (int i = 1; i <= 144; i++) {
      double running = mostRunning * Math.pow(10, i / 144.0 - 1);
      double requests = running / secondsByRunning.applyAsDouble(running);
      steps.add(
          new ReplicaStep(
              new TokenRates(100 * requests, 0, 100 * requests),
              requests,
              running,
              0,
              kvCacheUsage.applyAsDouble(running),
              timeToFirstToken.applyAsDouble(running),
              interTokenLatency.applyAsDouble(running)));
    }
    return steps;
  }
}
