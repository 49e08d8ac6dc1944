package dev.breakeven.advice;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Api;
import dev.breakeven.price.ApiLimits;
import dev.breakeven.price.ApiLimits.Limit;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.price.OverheadPart;
import dev.breakeven.price.Reservation;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.traffic.Absence;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A question for tests, with figures that are easy to work with by hand: one replica does 10,000
 * input or 1,000 output tokens/s, costs 4.00 an hour, and the API asks 0.50 and 1.50 a million.
 * Traffic is ten input tokens for each output token, so that 400 output tokens/s are 0.8 replicas'
 * worth of work, and 9.36 an hour at the API. A week from a Monday, in steps of ten minutes.
 */
final class Asked {

  static final Instant MONDAY = Instant.parse("2026-11-02T00:00:00Z");
  static final int WEEK = 1008;
  static final Currency USD = Currency.getInstance("USD");

  /** What the API asks for the output of one token/s and its ten of input, per hour. */
  static final double API_PER_HOUR_OF_OUTPUT_TOKEN = (10 * 0.5 + 1.5) * 3600 / 1e6;

  String asked = "1-a";
  Api api = new Api.Offered(Offer.of("inline", TokenPrices.of(usd("0.50"), usd("1.50"))));
  GpuPricing gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("4.00")));
  Reservation reservation = new Reservation.None();
  List<OverheadPart> overhead = List.of();
  Constraints constraints = Constraints.NONE;
  Planning planning = Planning.DEFAULT;
  StatedCapacity capacity = new StatedCapacity.Declared(Capacity.of(10_000, 1_000));
  double gpusPerReplica = 1;
  double headroomPercent = 0;
  int redundantReplicas = 0;
  int minReplicas = 0;
  int maxReplicas = 100;
  List<Workload> workloads = List.of();
  List<Workload> prefill = List.of();
  PreviousDecision previous = new PreviousDecision.None();
  List<Caveat> caveats = List.of();
  LengthTail tails = new LengthTail.Unmeasured();
  TrafficHistory earlier = TrafficHistory.none(MONDAY.getEpochSecond());
  Instant now = MONDAY.plus(Duration.ofDays(7));
  StepGrid grid = new StepGrid(MONDAY.getEpochSecond(), 600, WEEK);
  Series uncachedInput = Series.constant(WEEK, 0);
  Series cachedInput = Series.constant(WEEK, 0);
  Series output = Series.constant(WEEK, 0);
  Series requests = none(WEEK);
  Series burstInput = none(WEEK);
  Series burstOutput = none(WEEK);
  Series replicasHeld = none(WEEK);
  Series requestsWaiting = none(WEEK);
  Series gpuUtilizationPercent = none(WEEK);

  static Asked about() {
    return new Asked();
  }

  /** Output tokens/s by step; ten times as many of input. */
  Asked outputTokens(IntToDoubleFunction perSecond) {
    double[] values = new double[grid.steps()];
    for (int i = 0; i < values.length; i++) {
      values[i] = perSecond.applyAsDouble(i);
    }
    output = Series.of(values, Absence.GAP);
    uncachedInput = output.map(tokens -> 10 * tokens);
    return this;
  }

  Asked steps(int steps) {
    grid = new StepGrid(MONDAY.getEpochSecond(), 600, steps);
    now = Instant.ofEpochSecond(grid.endEpochSecond());
    cachedInput = Series.constant(steps, 0);
    requests = none(steps);
    burstInput = none(steps);
    burstOutput = none(steps);
    replicasHeld = none(steps);
    requestsWaiting = none(steps);
    gpuUtilizationPercent = none(steps);
    return outputTokens(i -> 0);
  }

  Asked running(int replicas) {
    workloads = List.of(new Workload("Deployment", "chat", replicas, replicas, 0, 1000));
    replicasHeld = Series.constant(grid.steps(), replicas);
    return this;
  }

  Asked overhead(String name, String perMonth) {
    overhead = new ArrayList<>(overhead);
    overhead.add(new OverheadPart(name, usd(perMonth)));
    return this;
  }

  Asked planning(Duration window, Duration hold, Duration lead) {
    planning = new Planning(window, hold, lead, 5, 80);
    return this;
  }

  TrafficHistory traffic() {
    Series none = none(grid.steps());
    return new TrafficHistory(
        grid,
        uncachedInput,
        cachedInput,
        output,
        requests,
        burstInput,
        none,
        burstOutput,
        none,
        replicasHeld,
        requestsWaiting,
        gpuUtilizationPercent);
  }

  SelfHostTerms selfHost() {
    return new SelfHostTerms(
        gpusPerReplica,
        gpu,
        reservation,
        overhead,
        headroomPercent,
        redundantReplicas,
        minReplicas,
        maxReplicas);
  }

  Question question() {
    return new Question(
        asked,
        "test-model",
        USD,
        planning,
        selfHost(),
        api,
        constraints,
        capacity,
        workloads,
        prefill,
        traffic(),
        List.of(earlier),
        tails,
        now,
        caveats,
        previous);
  }

  Advice advice() {
    return new Advisor(Planner.none()).advise(question());
  }

  /** The answer of the advisor that operator and commands use. */
  Advice planned() {
    return Advisor.standard().advise(question());
  }

  /**
   * The answer where following the load would have held so many in each step, none of them loading.
   */
  Advice following(IntUnaryOperator held, int next) {
    Planner planner =
        replay -> {
          List<Integer> replicas =
              IntStream.range(0, replay.window().load().steps()).map(held).boxed().toList();
          return Finding.of(new Planner.Followed(replicas, replicas, next, 0));
        };
    return new Advisor(planner).advise(question());
  }

  /** The same prices from an API that lets so much through. */
  static Api limited(Limit tokens, Limit requests) {
    Offer any = Offer.of("inline", TokenPrices.of(usd("0.50"), usd("1.50")));
    return new Api.Offered(
        new Offer(
            "limited",
            any.prices(),
            List.of(),
            any.batch(),
            0,
            new ApiLimits(tokens, requests),
            0,
            any.cacheHits(),
            any.read(),
            any.weights()));
  }

  /** From an API that lets so many tokens a minute through, 80 % of which are planned with. */
  static Api limited(double tokensPerMinute) {
    return limited(new Limit.PerMinute(tokensPerMinute), new Limit.None());
  }

  static Alternative alternative(Advice advice, Alternative.Kind kind) {
    return advice.alternatives().stream()
        .filter(alternative -> alternative.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  static <T> T found(Finding<T> finding) {
    return ((Finding.Found<T>) finding).value();
  }

  static Money usd(String amount) {
    return Money.of(amount, "USD");
  }

  private static Series none(int steps) {
    return Series.absent(steps, Absence.NOT_MEASURED);
  }
}
