package dev.breakeven.advice;

import dev.breakeven.advice.evaluation.Advisor;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.ServingConditions;
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
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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
public final class SampleInput {

  public static final Instant MONDAY = Instant.parse("2026-11-02T00:00:00Z");
  public static final int WEEK = 1008;
  public static final Currency USD = Currency.getInstance("USD");

  /** What the API asks for the output of one token/s and its ten of input, per hour. */
  static final double API_PER_HOUR_OF_OUTPUT_TOKEN = (10 * 0.5 + 1.5) * 3600 / 1e6;

  public String inputHash = "1-a";
  public Api api = new Api.Offered(Offer.of("inline", TokenPrices.of(usd("0.50"), usd("1.50"))));
  public GpuPricing gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("4.00")));
  public Commitments reservation = Commitments.NONE;
  public List<OverheadPart> overhead = List.of();
  public Constraints constraints = Constraints.NONE;
  public Planning planning = Planning.DEFAULT;
  public StatedCapacity capacity = new StatedCapacity.Declared(Capacity.of(10_000, 1_000));
  public ServingConditions serving = ServingConditions.UNKNOWN;
  double gpusPerReplica = 1;
  public double headroomPercent = 0;
  public int redundantReplicas = 0;
  public int minReplicas = 0;
  public int maxReplicas = 100;
  public List<Workload> workloads = List.of();
  public List<Workload> prefill = List.of();
  public PreviousDecision previous = new PreviousDecision.None();
  public List<Issue> issues = List.of();
  LengthTail tails = new LengthTail.Unmeasured();
  public TrafficHistory earlier = TrafficHistory.none(MONDAY.getEpochSecond());
  public Instant now = MONDAY.plus(Duration.ofDays(7));
  public StepGrid grid = new StepGrid(MONDAY.getEpochSecond(), 600, WEEK);
  Series uncachedInput = Series.constant(WEEK, 0);
  Series cachedInput = Series.constant(WEEK, 0);
  Series output = Series.constant(WEEK, 0);
  public Series requests = none(WEEK);
  public Series burstInput = none(WEEK);
  public Series burstOutput = none(WEEK);
  public Series replicasHeld = none(WEEK);
  public Series requestsWaiting = none(WEEK);
  Series gpuUtilizationPercent = none(WEEK);

  public static SampleInput about() {
    return new SampleInput();
  }

  /** Output tokens/s by step; ten times as many of input. */
  public SampleInput outputTokens(IntToDoubleFunction perSecond) {
    double[] values = new double[grid.steps()];
    for (int i = 0; i < values.length; i++) {
      values[i] = perSecond.applyAsDouble(i);
    }
    output = Series.of(values);
    uncachedInput = Series.of(Arrays.stream(values).map(tokens -> 10 * tokens).toArray());
    return this;
  }

  public SampleInput steps(int steps) {
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

  public SampleInput running(int replicas) {
    workloads = List.of(new Workload("Deployment", "chat", replicas, replicas, 0, 1000));
    replicasHeld = Series.constant(grid.steps(), replicas);
    return this;
  }

  public SampleInput overhead(String name, String perMonth) {
    overhead = new ArrayList<>(overhead);
    overhead.add(new OverheadPart(name, usd(perMonth)));
    return this;
  }

  public SampleInput planning(Duration window, Duration hold, Duration lead) {
    planning = new Planning(window, hold, lead, 5, 80);
    return this;
  }

  /** A person sets the number at a review every week. */
  public SampleInput setByHand() {
    planning =
        new Planning(
            Duration.ofDays(7),
            Duration.ofHours(1),
            Duration.ofMinutes(10),
            5,
            80,
            Scaling.MANUAL,
            Duration.ofDays(7));
    return this;
  }

  public TrafficHistory traffic() {
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

  public SelfHostTerms selfHost() {
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

  public Terms terms() {
    return new Terms("test-model", USD, planning, selfHost(), api, constraints, capacity, serving);
  }

  public AdvisorInput input() {
    return new AdvisorInput(
        inputHash,
        terms(),
        workloads,
        prefill,
        new AdvisorInput.Past(traffic(), List.of(earlier), tails),
        now,
        issues,
        previous);
  }

  public Advice advice() {
    return new Advisor(Planner.none()).advise(input());
  }

  /** The answer of the advisor that operator and commands use. */
  public Advice planned() {
    return Advisor.standard().advise(input());
  }

  /**
   * The answer where following the load would have held so many in each step, none of them loading.
   */
  public Advice following(IntUnaryOperator held, int next) {
    Planner planner =
        replay -> {
          List<Integer> replicas =
              IntStream.range(0, replay.window().load().steps()).map(held).boxed().toList();
          return Estimate.of(new Planner.Followed(replicas, replicas, next, 0));
        };
    return new Advisor(planner).advise(input());
  }

  /** The same prices from an API that lets so much through. */
  public static Api limited(Limit tokens, Limit requests) {
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
  public static Api limited(double tokensPerMinute) {
    return limited(new Limit.PerMinute(tokensPerMinute), new Limit.None());
  }

  public static Alternative alternative(Advice advice, Alternative.Kind kind) {
    return advice.comparison().alternatives().stream()
        .filter(alternative -> alternative.kind() == kind)
        .findFirst()
        .orElseThrow();
  }

  public static <T> T found(Estimate<T> finding) {
    return ((Estimate.Found<T>) finding).value();
  }

  public static Money usd(String amount) {
    return Money.of(amount, "USD");
  }

  private static Series none(int steps) {
    return Series.absent(steps);
  }
}
