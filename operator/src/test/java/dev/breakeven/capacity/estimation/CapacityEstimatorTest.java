package dev.breakeven.capacity.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.capacity.BenchmarkPoint;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityBasis;
import dev.breakeven.capacity.CapacityEstimate;
import dev.breakeven.capacity.CapacityEstimate.Known;
import dev.breakeven.capacity.CapacityInterval;
import dev.breakeven.capacity.ConcurrencyLimit;
import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.capacity.ModelArchitecture;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.traffic.TokenRates;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityEstimatorTest {

  private static final StatedCapacity NOT_STATED = new StatedCapacity.NotStated();
  private static final StatedCapacity.Declared DECLARED =
      new StatedCapacity.Declared(
          Capacity.of(1000, 1000), StatedCapacity.Declared.USUAL_ERROR_PERCENT);
  private static final PublishedThroughput NOT_LISTED = new PublishedThroughput.NotListed();

  @Test
  void aDeclaredCapacityIsRightToTenPercent() {
    CapacityInterval interval = known(of(DECLARED, List.of())).interval();
    assertThat(interval.low().inputTokensPerSecond()).isCloseTo(900, within(1e-9));
    assertThat(interval.best().inputTokensPerSecond()).isCloseTo(1000, within(1e-9));
    assertThat(interval.high().inputTokensPerSecond()).isCloseTo(1100, within(1e-9));
    assertThat(interval.basis()).isEqualTo(new CapacityBasis.Declared());
  }

  @Test
  void aDeclaredCapacityHasTheErrorThatIsStated() {
    CapacityInputs inputs =
        new CapacityInputs(
            new StatedCapacity.Declared(DECLARED.capacity(), 25),
            List.of(),
            ConcurrencyLimit.stated(256),
            LatencyTarget.NONE,
            ModelArchitecture.DENSE,
            NOT_LISTED);
    CapacityInterval interval = known(CapacityEstimator.of(inputs)).interval();
    assertThat(interval.lowFactor()).isEqualTo(0.75);
    assertThat(interval.highFactor()).isEqualTo(1.25);
  }

  @Test
  void oneBenchmarkPointIsRepeatedToWithinFivePercent() {
    CapacityInterval interval = known(of(benchmarks(10), List.of())).interval();
    assertThat(interval.highFactor()).isCloseTo(1.05, within(0.001));
    assertThat(interval.lowFactor()).isCloseTo(1 / 1.05, within(0.001));
  }

  @Test
  void benchmarksThatOneCapacityMissesBySoMuchGiveAnIntervalThatWide() {
    // The same requests at 8/s and 12/s: one capacity is at least 20 % off.
    StatedCapacity two =
        new StatedCapacity.Benchmarked(
            List.of(new BenchmarkPoint(100, 0, 100, 8), new BenchmarkPoint(100, 0, 100, 12)));
    CapacityInterval interval = known(of(two, List.of())).interval();
    assertThat(interval.width()).isGreaterThan(1.4);
  }

  @Test
  void aLineThatIsRepeatedInSaturatedStepsKeepsThePublishedProportions() {
    // 100 in and 100 out at 10/s, over and over, with the noise of a few percent.
    List<ReplicaStep> steps = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      double noise = 1 + 0.03 * Math.sin(i * 2.4);
      double skew = 1 + 0.03 * Math.sin(i * 1.3);
      steps.add(saturated(1000 * noise * skew, 1000 * noise / skew, 10));
    }
    Capacity best = known(of(NOT_STATED, steps)).interval().best();
    assertThat(best.outputTokensPerSecond() / best.inputTokensPerSecond())
        .isCloseTo(TokenProportions.USUAL.outputPerInput(), within(0.1));
    assertThat(best.contextTokensPerSecond() / best.inputTokensPerSecond())
        .isBetween(
            TokenProportions.USUAL.contextPerInput() / 1.5,
            TokenProportions.USUAL.contextPerInput() * 1.5);
    assertThat(ReplicaLoad.of(new TokenRates(1000, 0, 1000), 150, best)).isCloseTo(1, within(0.03));
  }

  @Test
  void benchmarksOfManyMixesOverruleThePublishedProportions() {
    // A token of output is five times as dear as one of input, whatever is usual.
    Capacity truth = Capacity.of(10_000, 2_000);
    List<BenchmarkPoint> points = new ArrayList<>();
    for (double output : new double[] {10, 50, 200, 1000}) {
      for (double input : new double[] {10, 200, 2000}) {
        points.add(new BenchmarkPoint(input, 0, output, 1 / (input / 10_000 + output / 2_000)));
      }
    }
    Capacity best = known(of(new StatedCapacity.Benchmarked(points), List.of())).interval().best();
    assertThat(best.inputTokensPerSecond() / best.outputTokensPerSecond())
        .isCloseTo(truth.inputTokensPerSecond() / truth.outputTokensPerSecond(), within(0.5));
  }

  @Test
  void saturatedStepsThatScatterGiveAnIntervalThatHoldsNineOfTen() {
    List<ReplicaStep> steps = new ArrayList<>();
    for (int i = 0; i <= 100; i++) {
      double served = 800 + 4 * i;
      steps.add(saturated(served, served, 8));
    }
    CapacityInterval interval = known(of(NOT_STATED, steps)).interval();
    double low = 1 / ReplicaLoad.of(new TokenRates(820, 0, 820), 153.75, interval.low());
    double high = 1 / ReplicaLoad.of(new TokenRates(1180, 0, 1180), 221.25, interval.high());
    assertThat(low).isCloseTo(1, within(0.03));
    assertThat(high).isCloseTo(1, within(0.03));
  }

  @Test
  void ofTwoThatAgreeTheNarrowerCounts() {
    // Benchmarks: 2,000 tokens/s to 5 %; saturated steps scatter more around the same.
    List<ReplicaStep> steps = new ArrayList<>();
    for (int i = 0; i <= 100; i++) {
      double served = 800 + 4 * i;
      steps.add(saturated(served, served, served / 100));
    }
    Known known = known(of(benchmarks(10), steps));
    assertThat(known.interval().basis()).isInstanceOf(CapacityBasis.Benchmarks.class);
    assertThat(known.contradictions()).isEmpty();
  }

  @Test
  void narrowSaturatedStepsCountBeforeAWideDeclaration() {
    List<ReplicaStep> steps = Collections.nCopies(20, saturated(490, 490, 4.9));
    Known known = known(of(DECLARED, steps));
    assertThat(known.interval().basis()).isInstanceOf(CapacityBasis.SaturatedSteps.class);
  }

  @Test
  void evidenceThatDoesNotMeetWhatIsDeclaredIsAContradiction() {
    // Declared: 500 in and 500 out at once. Saturated at half of that.
    List<ReplicaStep> steps = Collections.nCopies(20, saturated(250, 250, 2.5));
    Known known = known(of(DECLARED, steps));
    assertThat(known.interval().basis()).isInstanceOf(CapacityBasis.Declared.class);
    assertThat(known.contradictions())
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.counts()).isInstanceOf(CapacityBasis.Declared.class);
              assertThat(c.contradicts()).isInstanceOf(CapacityBasis.SaturatedSteps.class);
              assertThat(c.factor()).isCloseTo(0.5, within(1e-3));
            });
  }

  @Test
  void whatWasServedWithNothingWaitingIsALowerBoundToWhatIsDeclared() {
    // 525 in and 525 out are 1.05 of the declared.
    Known known = known(of(DECLARED, Collections.nCopies(3, unqueued(525, 525, 5))));
    assertThat(known.interval().low().inputTokensPerSecond()).isCloseTo(1050, within(1e-6));
    assertThat(known.interval().best().inputTokensPerSecond()).isCloseTo(1050, within(1e-6));
    assertThat(known.interval().high().inputTokensPerSecond()).isCloseTo(1100, within(1e-6));
    assertThat(known.servedMore()).isEmpty();
  }

  @Test
  void whatIsSeenInTwoStepsOnlyMayBeAMeasuringErrorAndBoundsNothing() {
    List<ReplicaStep> steps = new ArrayList<>(Collections.nCopies(50, unqueued(400, 400, 4)));
    steps.add(unqueued(1100, 1100, 11));
    steps.add(unqueued(1200, 1200, 12));
    Known known = known(of(DECLARED, steps));
    assertThat(known.servedMore()).isEmpty();
    assertThat(known.interval().best()).isEqualTo(DECLARED.capacity());
  }

  @Test
  void aDeclaredCapacityBelowWhatWasServedIsRefuted() {
    // 1,100 in and 1,100 out are 2.2 of the declared, twice its high end.
    Known known = known(of(DECLARED, Collections.nCopies(3, unqueued(1100, 1100, 11))));
    assertThat(known.interval().low().inputTokensPerSecond()).isCloseTo(2200, within(1e-6));
    assertThat(known.servedMore())
        .singleElement()
        .satisfies(s -> assertThat(s.factor()).isCloseTo(2, within(1e-9)));
  }

  @Test
  void stepsThatMissedTheLatencyTargetAreNoLowerBound() {
    ReplicaStep late =
        new ReplicaStep(new TokenRates(1100, 0, 1100), 11, 50, 0, Double.NaN, 3, 0.02);
    CapacityInputs inputs =
        new CapacityInputs(
            DECLARED,
            List.of(late),
            ConcurrencyLimit.stated(256),
            new LatencyTarget(2, 0.05),
            ModelArchitecture.DENSE,
            NOT_LISTED);
    assertThat(known(CapacityEstimator.of(inputs)).servedMore()).isEmpty();
  }

  @Test
  void aDayOfConcurrencyGivesAnIntervalWhereNothingIsStated() {
    CapacityEstimate estimate = of(NOT_STATED, ConcurrencyCurveTest.dayUpTo(32));
    assertThat(known(estimate).interval().basis())
        .isInstanceOfSatisfying(
            CapacityBasis.ConcurrencyCurve.class,
            curve -> {
              assertThat(curve.steps()).isEqualTo(144);
              assertThat(curve.limit()).isEqualTo(ConcurrencyLimit.stated(256));
            });
  }

  @Test
  void aFewHoursGiveOnlyTheBound() {
    List<ReplicaStep> day = ConcurrencyCurveTest.dayUpTo(32);
    CapacityEstimate estimate = of(NOT_STATED, day.subList(97, 144));
    assertThat(estimate)
        .isInstanceOfSatisfying(
            CapacityEstimate.AtLeast.class,
            bound -> {
              // 32 requests at 2 s each are 16 requests/s of 100 tokens each way; the third most
              // of 144 steps to ten times as many ran 32 × 10^(-2/144).
              double running = 32 * Math.pow(10, -2 / 144.0);
              assertThat(bound.served().tokens().output())
                  .isCloseTo(100 * running / (1 + running / 32), within(1e-6));
            });
  }

  @Test
  void aPublishedThroughputAloneIsRightToAFactorOfFour() {
    PublishedThroughput listed =
        new PublishedThroughput.Listed(Capacity.of(1000, 1000), 1024, "a tool");
    CapacityInterval interval =
        known(CapacityEstimator.of(inputs(NOT_STATED, List.of(), listed))).interval();
    assertThat(interval.lowFactor()).isEqualTo(0.40);
    assertThat(interval.highFactor()).isEqualTo(1.66);
  }

  @Test
  void nothingAtAllIsNotKnown() {
    assertThat(of(NOT_STATED, List.of())).isEqualTo(new CapacityEstimate.Unknown());
  }

  private static StatedCapacity benchmarks(double requestsPerSecond) {
    return new StatedCapacity.Benchmarked(
        List.of(new BenchmarkPoint(100, 0, 100, requestsPerSecond)));
  }

  private static ReplicaStep saturated(double input, double output, double requests) {
    return new ReplicaStep(
        new TokenRates(input, 0, output), requests, 64, 2, Double.NaN, Double.NaN, Double.NaN);
  }

  private static ReplicaStep unqueued(double input, double output, double requests) {
    return ReplicaStep.served(new TokenRates(input, 0, output), requests);
  }

  private static CapacityEstimate of(StatedCapacity stated, List<ReplicaStep> steps) {
    return CapacityEstimator.of(inputs(stated, steps, NOT_LISTED));
  }

  private static CapacityInputs inputs(
      StatedCapacity stated, List<ReplicaStep> steps, PublishedThroughput published) {
    return new CapacityInputs(
        stated,
        steps,
        ConcurrencyLimit.stated(256),
        LatencyTarget.NONE,
        ModelArchitecture.DENSE,
        published);
  }

  private static Known known(CapacityEstimate estimate) {
    assertThat(estimate).isInstanceOf(Known.class);
    return (Known) estimate;
  }
}
