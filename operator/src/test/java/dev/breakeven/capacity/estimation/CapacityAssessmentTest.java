package dev.breakeven.capacity.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.capacity.BenchmarkPoint;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityBasis;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.CapacityEvidence.MeasuredMix;
import dev.breakeven.capacity.CapacityFinding;
import dev.breakeven.capacity.ConcurrencyLimit;
import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.capacity.ServingConditions;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import dev.breakeven.render.words.Words;
import dev.breakeven.traffic.EngineState;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import java.util.List;
import org.junit.jupiter.api.Test;

class CapacityAssessmentTest {

  private static final StatedCapacity NOT_STATED = new StatedCapacity.NotStated();

  @Test
  void whatThePolicyDeclaresIsTaken() {
    Capacity capacity = Capacity.of(1000, 200);
    assertThat(CapacityAssessment.of(new StatedCapacity.Declared(capacity)))
        .isEqualTo(new CapacityEvidence.Declared(capacity));
  }

  @Test
  void oneBenchmarkPointGivesACapacityThatIsRightAtThatMix() {
    BenchmarkPoint point = new BenchmarkPoint(1000, 0, 500, 2);
    CapacityEvidence evidence =
        CapacityAssessment.of(new StatedCapacity.Benchmarked(List.of(point)));
    assertThat(evidence)
        .isInstanceOfSatisfying(
            CapacityEvidence.Fitted.class,
            fitted -> {
              assertThat(ReplicaLoad.of(new TokenRates(2000, 0, 1000), 1250, fitted.capacity()))
                  .isCloseTo(1, within(1e-9));
              assertThat(fitted.points()).isEqualTo(1);
              assertThat(fitted.measuredAt()).isEqualTo(new MeasuredMix(2, 2, 1250, 1250));
            });
  }

  @Test
  void whatOneMixCannotTellApartIsSplitAsDenseModelsUsuallySplitIt() {
    // 2,000 in, 1,000 out and 1,000 × 1,250 of context fill a replica. In the usual proportions,
    // one output token as dear as one of input and as 800 of context, that is 2,000 + 1,000 +
    // 1,562.5 input tokens' worth.
    CapacityEvidence.Fitted fitted =
        (CapacityEvidence.Fitted)
            CapacityAssessment.of(
                new StatedCapacity.Benchmarked(List.of(new BenchmarkPoint(1000, 0, 500, 2))));
    assertThat(fitted.capacity().inputTokensPerSecond()).isCloseTo(4_562.5, within(1e-3));
    assertThat(fitted.capacity().outputTokensPerSecond()).isCloseTo(4_562.5, within(1e-3));
    assertThat(fitted.capacity().contextTokensPerSecond()).isCloseTo(800 * 4_562.5, within(1.0));
  }

  @Test
  void twoPointsOfOneMixAreSplitSoAndLieOnEitherSide() {
    // The least squares of 1 against 1 and 2 is 0.6: so is a load of 3 ÷ 5 of the sum.
    List<BenchmarkPoint> points =
        List.of(new BenchmarkPoint(1000, 0, 500, 2), new BenchmarkPoint(1000, 0, 500, 4));
    CapacityEvidence.Fitted fitted =
        (CapacityEvidence.Fitted) CapacityAssessment.of(new StatedCapacity.Benchmarked(points));
    assertThat(fitted.capacity().inputTokensPerSecond()).isCloseTo(4_562.5 / 0.6, within(1e-3));
    // Loads of 0.6 and 1.2: the throughput it predicts is 1 ÷ 0.6 and 1 ÷ 1.2 of the measured one.
    assertThat(fitted.error().greatest()).isCloseTo(2 / 3.0, within(1e-6));
    assertThat(fitted.error().mean()).isCloseTo((2 / 3.0 + 1 / 6.0) / 2, within(1e-6));
  }

  @Test
  void pointsMadeFromACapacityGiveItBack() {
    // κx 10,000, κh 50,000, κy 2,000, κc 4,000,000: q = 1 ÷ the load of one request a second.
    Capacity made = new Capacity(10_000, 50_000, 2_000, 4e6);
    double[][] shapes = {
      {100, 0, 1000}, {2000, 0, 100}, {2000, 1500, 100}, {8000, 4000, 800}, {500, 0, 500}
    };
    List<BenchmarkPoint> points =
        java.util.Arrays.stream(shapes)
            .map(
                s ->
                    new BenchmarkPoint(
                        s[0],
                        s[1],
                        s[2],
                        1
                            / ReplicaLoad.of(
                                new TokenRates(s[0] - s[1], s[1], s[2]), s[0] + s[2] / 2, made)))
            .toList();
    CapacityEvidence.Fitted fitted =
        (CapacityEvidence.Fitted) CapacityAssessment.of(new StatedCapacity.Benchmarked(points));
    assertThat(fitted.capacity().inputTokensPerSecond()).isCloseTo(10_000, within(200.0));
    assertThat(fitted.capacity().cachedInputTokensPerSecond()).isCloseTo(50_000, within(2_000.0));
    assertThat(fitted.capacity().outputTokensPerSecond()).isCloseTo(2_000, within(40.0));
    assertThat(fitted.capacity().contextTokensPerSecond()).isCloseTo(4e6, within(1e5));
    assertThat(fitted.error().greatest()).isLessThan(0.005);
  }

  @Test
  void aCapacityIsLearnedFromThreeStepsWithRequestsWaiting() {
    // Two replicas serve 2,000 in and 1,000 out together whenever four requests wait.
    TrafficHistory history = twoReplicas(waiting(4, 4, 4, 0), Series.constant(4, 90));
    CapacityEvidence evidence = ofPast(List.of(history));
    assertThat(evidence)
        .isInstanceOfSatisfying(
            CapacityEvidence.Learned.class,
            learned -> {
              assertThat(learned.steps()).isEqualTo(3);
              assertThat(ReplicaLoad.of(new TokenRates(1000, 0, 500), 1250, learned.capacity()))
                  .isCloseTo(1, within(1e-9));
              assertThat(learned.error().greatest()).isLessThan(1e-9);
            });
  }

  @Test
  void stepsInWhichAReplicaCameTeachNothing() {
    TrafficHistory history =
        new TrafficHistory(
            new StepGrid(0, 600, 4),
            Series.constant(4, 2000),
            Series.constant(4, 0),
            Series.constant(4, 1000),
            Series.constant(4, 2),
            none(),
            none(),
            none(),
            none(),
            Series.of(1, 2, 2, 3),
            waiting(9, 9, 9, 9),
            none());
    assertThat(ofPast(List.of(history))).isInstanceOf(CapacityEvidence.Unknown.class);
  }

  @Test
  void stepsWhoseRequestsWereCountedAreEnoughFromThreeOn() {
    Series always = waiting(4, 4, 4, 4);
    Series three = Series.of(new double[] {2, 2, 2, Double.NaN});
    Series two = Series.of(new double[] {2, 2, Double.NaN, Double.NaN});
    assertThat(learned(twoReplicas(three, always, none())).steps()).isEqualTo(3);
    assertThat(learned(twoReplicas(three, always, none())).capacity().hasContextTerm()).isTrue();
    // With two of four all four count, and the context term cannot be told.
    assertThat(learned(twoReplicas(two, always, none())).steps()).isEqualTo(4);
    assertThat(learned(twoReplicas(two, always, none())).capacity().hasContextTerm()).isFalse();
  }

  @Test
  void aStepInWhichNothingWasServedTeachesNothing() {
    TrafficHistory history =
        new TrafficHistory(
            new StepGrid(0, 600, 4),
            Series.of(2000, 2000, 2000, 0),
            Series.constant(4, 0),
            Series.of(1000, 1000, 1000, 0),
            Series.constant(4, 2),
            none(),
            none(),
            none(),
            none(),
            Series.constant(4, 2),
            waiting(4, 4, 4, 4),
            none());
    assertThat(learned(history).steps()).isEqualTo(3);
  }

  @Test
  void gpuUtilizationTellsNoCapacity() {
    // 1,000 in and 500 out a replica with every GPU busy half of the time: it served that much.
    assertThat(ofPast(List.of(twoReplicas(waiting(0, 0, 0, 0), Series.constant(4, 50)))))
        .isInstanceOfSatisfying(
            CapacityEvidence.Unknown.class,
            unknown -> {
              assertThat(unknown.message().cause()).isEqualTo(Cause.CAPACITY_SEEN_AT_LEAST);
              assertThat(unknown.message().parameters())
                  .containsExactly(Parameter.count(500), Parameter.count(1000));
            });
  }

  @Test
  void withNothingToGoByItIsUnknownAndSaysWhatWouldHelp() {
    assertThat(ofPast(List.of(twoReplicas(none(), none()))))
        .isInstanceOfSatisfying(
            CapacityEvidence.Unknown.class,
            unknown -> assertThat(Words.of(unknown.message())).contains("capacityPerReplica"));
  }

  @Test
  void aStepIsSaturatedFromOneWaitingRequestForEachReplica() {
    TrafficHistory history = twoReplicas(Series.of(1.99, 2, 3, 0), none());
    assertThat(CapacityAssessment.isSaturated(history, 0)).isFalse();
    assertThat(CapacityAssessment.isSaturated(history, 1)).isTrue();
    assertThat(CapacityAssessment.isSaturated(twoReplicas(none(), none()), 0)).isFalse();
  }

  @Test
  void aMixHasDriftedOnceItIsMoreThanTwiceOutsideOfWhatWasMeasured() {
    MeasuredMix measured = new MeasuredMix(1, 4, 500, 2000);
    assertThat(CapacityAssessment.hasDrifted(measured, new TokenRates(800, 0, 100), 1000))
        .isFalse();
    assertThat(CapacityAssessment.hasDrifted(measured, new TokenRates(801, 0, 100), 1000)).isTrue();
    assertThat(CapacityAssessment.hasDrifted(measured, new TokenRates(25, 25, 100), 1000))
        .isFalse();
    assertThat(CapacityAssessment.hasDrifted(measured, new TokenRates(49, 0, 100), 1000)).isTrue();
    assertThat(CapacityAssessment.hasDrifted(measured, new TokenRates(200, 0, 100), 4001)).isTrue();
    assertThat(CapacityAssessment.hasDrifted(measured, new TokenRates(200, 0, 100), Double.NaN))
        .isFalse();
  }

  @Test
  void whatOneReplicaServedWithNothingWaitingRefutesALowerDeclaration() {
    // 1,000 in and 500 out a replica, of which 400 and 200 are declared: 2.5 replicas' worth each.
    CapacityFinding finding = declaredLess(twoReplicas(waiting(0, 0, 0, 0), none()));

    assertThat(finding.servedMore())
        .singleElement()
        .satisfies(
            more -> {
              assertThat(more.refuted()).isInstanceOf(CapacityBasis.Declared.class);
              assertThat(more.factor()).isCloseTo(5, within(1e-9));
            });
    assertThat(finding.served()).isEqualTo(CapacityFinding.Served.BY_THESE_REPLICAS);
    assertThat(((CapacityEvidence.Known) finding.evidence()).capacity())
        .isEqualTo(Capacity.of(2000, 1000));
  }

  @Test
  void whereNoEngineSaysWhatWaitedADeclarationStandsAndTheTrafficMayHaveGoneElsewhere() {
    CapacityFinding finding = declaredLess(twoReplicas(none(), none()));

    assertThat(finding.servedMore()).hasSize(1);
    assertThat(finding.served()).isEqualTo(CapacityFinding.Served.MAYBE_ELSEWHERE);
    assertThat(finding.evidence()).isEqualTo(new CapacityEvidence.Declared(Capacity.of(400, 200)));
  }

  @Test
  void stepsWithRequestsWaitingThatServedLessContradictADeclaration() {
    CapacityFinding finding =
        CapacityAssessment.of(
            new StatedCapacity.Declared(Capacity.of(20_000, 10_000)),
            List.of(twoReplicas(waiting(4, 4, 4, 4), none())),
            ServingConditions.UNKNOWN);

    // Declared: each step is a tenth of a replica.
    assertThat(finding.contradictions())
        .singleElement()
        .satisfies(
            contradiction -> {
              assertThat(contradiction.contradicts())
                  .isInstanceOf(CapacityBasis.SaturatedSteps.class);
              assertThat(contradiction.factor()).isCloseTo(0.1, within(1e-6));
            });
    assertThat(finding.evidence()).isInstanceOf(CapacityEvidence.Declared.class);
  }

  private static CapacityFinding declaredLess(TrafficHistory history) {
    return CapacityAssessment.of(
        new StatedCapacity.Declared(Capacity.of(400, 200)),
        List.of(history),
        ServingConditions.UNKNOWN);
  }

  private static CapacityEvidence ofPast(List<TrafficHistory> histories) {
    return CapacityAssessment.of(NOT_STATED, histories, ServingConditions.UNKNOWN).evidence();
  }

  private static Series waiting(double... requests) {
    return Series.of(requests);
  }

  private static Series none() {
    return Series.absent(4);
  }

  private static CapacityEvidence.Learned learned(TrafficHistory history) {
    return (CapacityEvidence.Learned) ofPast(List.of(history));
  }

  /**
   * A day in which two replicas run 2 to 21 requests between them, each of which stays for 10 s:
   * the more run at once, the more is served, and nothing shows how far that goes but the curve.
   */
  private static TrafficHistory aDayOfRunningRequests() {
    double[] running = new double[144];
    double[] requests = new double[144];
    double[] tokens = new double[144];
    for (int i = 0; i < running.length; i++) {
      running[i] = 2 + i % 20;
      requests[i] = running[i] / 10;
      tokens[i] = 200 * requests[i];
    }
    Series none = Series.absent(144);
    return new TrafficHistory(
        new StepGrid(0, 600, 144),
        Series.of(tokens),
        Series.constant(144, 0),
        Series.of(tokens),
        Series.of(requests),
        none,
        none,
        none,
        none,
        Series.constant(144, 2),
        Series.constant(144, 0),
        none,
        new EngineState(Series.of(running), none, none, none));
  }

  @Test
  void requestsRunningGiveACapacityWhereNothingEverQueued() {
    CapacityEvidence evidence =
        CapacityAssessment.of(
                new StatedCapacity.NotStated(),
                List.of(aDayOfRunningRequests()),
                new ServingConditions(
                    new PublishedThroughput.NotListed(),
                    ConcurrencyLimit.stated(64),
                    LatencyTarget.NONE))
            .evidence();

    assertThat(evidence).isInstanceOf(CapacityEvidence.Curve.class);
    CapacityEvidence.Curve curve = (CapacityEvidence.Curve) evidence;
    // 64 at once for 10 s each is 6.4 requests/s at most, and 1.05 were served.
    double best = 1 / ReplicaLoad.of(new TokenRates(200, 0, 200), 200 + 100, curve.capacity());
    assertThat(best).isBetween(1.05, 6.4 * 1.2);
  }

  @Test
  void aLatencyThatNoReplicaKeepsLeavesNoCapacityAndSaysSo() {
    // 0.1 s between tokens even with one request a replica, and 10 ms are asked for.
    TrafficHistory day = aDayOfRunningRequests();
    EngineState engines = day.engines();
    TrafficHistory slow =
        new TrafficHistory(
            day.grid(),
            day.uncachedInput(),
            day.cachedInput(),
            day.output(),
            day.requests(),
            day.burstInput(),
            day.burstCachedInput(),
            day.burstOutput(),
            day.burstRequests(),
            day.replicasHeld(),
            day.requestsWaiting(),
            day.gpuUtilizationPercent(),
            new EngineState(
                engines.requestsRunning(),
                engines.kvCacheUsage(),
                Series.constant(144, 0.5),
                Series.constant(144, 0.1)));
    CapacityEvidence evidence =
        CapacityAssessment.of(
                new StatedCapacity.NotStated(),
                List.of(slow),
                new ServingConditions(
                    new PublishedThroughput.NotListed(),
                    ConcurrencyLimit.stated(64),
                    new LatencyTarget(Double.POSITIVE_INFINITY, 0.01)))
            .evidence();
    assertThat(evidence)
        .isEqualTo(new CapacityEvidence.Unknown(Message.of(Cause.LATENCY_TARGET_OUT_OF_REACH)));
  }

  /** Four steps in which two replicas serve 2,000 in and 1,000 out in two requests a second. */
  private static TrafficHistory twoReplicas(Series waiting, Series gpuUtilizationPercent) {
    return twoReplicas(Series.constant(4, 2), waiting, gpuUtilizationPercent);
  }

  private static TrafficHistory twoReplicas(
      Series requests, Series waiting, Series gpuUtilizationPercent) {
    return new TrafficHistory(
        new StepGrid(0, 600, 4),
        Series.constant(4, 2000),
        Series.constant(4, 0),
        Series.constant(4, 1000),
        requests,
        none(),
        none(),
        none(),
        none(),
        Series.constant(4, 2),
        waiting,
        gpuUtilizationPercent);
  }
}
