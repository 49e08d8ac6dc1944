package dev.breakeven.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.evaluation.Advisor;
import dev.breakeven.capacity.BenchmarkPoint;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.ConcurrencyLimit;
import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.ServingConditions;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.traffic.EngineState;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever engines show, and whatever of it is missing, there is an answer: one that is compared in
 * money, or one that says what is not known.
 */
class AnyPastTest {

  private static final int STEPS = 2 * 1008;
  private static final int WINDOW = 1008;

  static Stream<Integer> seeds() {
    return IntStream.range(0, 150).boxed();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyPastHasAnAnswerWhoseTotalsAreMoney(int seed) {
    Advice advice = Advisor.standard().advise(input(new Random(seed)));

    if (advice.basis().capacity() instanceof CapacityEvidence.Unknown) {
      assertThat(advice.recommendation().replicasAdvised())
          .isIn(0, advice.recommendation().replicasNow());
      assertThat(advice.issues()).isNotEmpty();
    }
    assertThat(advice.comparison().alternatives())
        .allSatisfy(
            alternative ->
                assertThat(alternative.bill().total().amount().signum()).isNotNegative());
    assertThat(advice.recommendation().replicasAdvised()).isNotNegative();
  }

  private static AdvisorInput input(Random random) {
    double mean = Math.exp(10 * random.nextDouble());
    double swing = random.nextDouble();
    double secondsAlone = Math.exp(4 * random.nextDouble() - 2);
    int replicas = random.nextInt(6);
    double[] output =
        steps(
            i ->
                mean * (1 + swing * Math.sin(2 * Math.PI * i / 144)) * (0.7 + random.nextDouble()));
    double[] running = steps(i -> output[i] / 100 * secondsAlone * (1 + output[i] / mean / 4));
    TrafficHistory all =
        new TrafficHistory(
            new StepGrid(SampleInput.MONDAY.getEpochSecond(), 600, STEPS),
            maybe(random, steps(i -> 5 * output[i])),
            maybe(random, steps(i -> 2 * output[i])),
            maybe(random, output),
            maybe(random, steps(i -> output[i] / 100)),
            unmeasured(),
            unmeasured(),
            unmeasured(),
            unmeasured(),
            maybe(random, steps(i -> random.nextInt(40) == 0 ? 0 : replicas)),
            maybe(random, steps(i -> random.nextInt(3) == 0 ? 3 * replicas : 0)),
            maybe(random, steps(i -> 100 * random.nextDouble())),
            new EngineState(
                maybe(random, running),
                maybe(random, steps(i -> Math.min(1, running[i] / 200))),
                maybe(random, steps(i -> secondsAlone / 10 * (1 + running[i] / 16))),
                maybe(random, steps(i -> secondsAlone / 100 * (1 + running[i] / 64)))));
    SampleInput input = SampleInput.about().running(replicas);
    AdvisorInput usual = input.input();
    return new AdvisorInput(
        usual.inputHash(),
        new Terms(
            usual.model(),
            usual.currency(),
            new Planning(
                Duration.ofDays(7),
                Duration.ofHours(1 + random.nextInt(24)),
                Duration.ofMinutes(10),
                5,
                80,
                random.nextBoolean() ? Scaling.MANUAL : Scaling.AUTOMATIC,
                Duration.ofDays(7)),
            usual.selfHost(),
            usual.api(),
            usual.constraints(),
            stated(random),
            new ServingConditions(published(random), limit(random), target(random))),
        usual.workloads(),
        usual.prefill(),
        new AdvisorInput.Past(
            all.slice(STEPS - WINDOW, STEPS),
            List.of(all.slice(0, STEPS - WINDOW)),
            usual.past().tails()),
        Instant.ofEpochSecond(all.grid().endEpochSecond()),
        usual.issues(),
        usual.previous());
  }

  private static StatedCapacity stated(Random random) {
    double tokens = Math.exp(12 * random.nextDouble());
    return switch (random.nextInt(4)) {
      case 0 -> new StatedCapacity.Declared(Capacity.of(5 * tokens, tokens, 1e3 * tokens), 10);
      case 1 ->
          new StatedCapacity.Benchmarked(List.of(new BenchmarkPoint(700, 200, 100, tokens / 100)));
      default -> new StatedCapacity.NotStated();
    };
  }

  private static PublishedThroughput published(Random random) {
    double tokens = Math.exp(12 * random.nextDouble());
    return random.nextBoolean()
        ? new PublishedThroughput.NotListed()
        : new PublishedThroughput.Listed(
            Capacity.of(5 * tokens, tokens, 1e3 * tokens),
            random.nextBoolean() ? Double.NaN : 1 + random.nextInt(2000),
            "a tool");
  }

  private static ConcurrencyLimit limit(Random random) {
    return ConcurrencyLimit.stated(1 + random.nextInt(1024));
  }

  private static LatencyTarget target(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> LatencyTarget.NONE;
      case 1 -> new LatencyTarget(random.nextDouble(), Double.POSITIVE_INFINITY);
      case 2 -> new LatencyTarget(Double.POSITIVE_INFINITY, random.nextDouble() / 10);
      default -> new LatencyTarget(1e-4, 1e-5);
    };
  }

  private static double[] steps(IntToDoubleFunction value) {
    double[] values = new double[STEPS];
    Arrays.setAll(values, value);
    return values;
  }

  /** Whole, with gaps, or not measured at all. */
  private static Series maybe(Random random, double[] values) {
    int kind = random.nextInt(5);
    if (kind == 0) {
      return unmeasured();
    }
    if (kind == 1) {
      double[] gaps = values.clone();
      for (int i = 0; i < gaps.length; i++) {
        if (random.nextInt(8) == 0) {
          gaps[i] = Double.NaN;
        }
      }
      return Series.of(gaps);
    }
    return Series.of(values);
  }

  private static Series unmeasured() {
    return Series.absent(STEPS);
  }
}
