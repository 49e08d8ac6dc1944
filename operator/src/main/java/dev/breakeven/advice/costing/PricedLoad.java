package dev.breakeven.advice.costing;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.price.Tariff;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;

/**
 * The known steps of a history as the two things they can be: replicas' worth of work, and money at
 * the API. Columns of one length, in order of time; unknown steps are left out, so a step is found
 * by its start and not by its index in the grid. Not safe for several threads.
 */
public final class PricedLoad {

  private final int stepSeconds;
  private final int from; // in the columns, of the first step
  private final int steps;
  private final long[] startEpochSecond;
  private final double[] replicas;
  private final double[] apiInput;
  private final double[] apiCachedInput;
  private final double[] apiOutput;
  private final double[] tokensPerSecond;
  private final double[] requestsPerSecond;
  private final Work work;
  private final Past past;
  private final LoadDurationCurve curve;

  private PricedLoad(
      int stepSeconds,
      int from,
      int steps,
      long[] startEpochSecond,
      double[] replicas,
      double[] apiInput,
      double[] apiCachedInput,
      double[] apiOutput,
      double[] tokensPerSecond,
      double[] requestsPerSecond,
      Work work,
      Past past) {
    this.stepSeconds = stepSeconds;
    this.from = from;
    this.steps = steps;
    this.startEpochSecond = startEpochSecond;
    this.replicas = replicas;
    this.apiInput = apiInput;
    this.apiCachedInput = apiCachedInput;
    this.apiOutput = apiOutput;
    this.tokensPerSecond = tokensPerSecond;
    this.requestsPerSecond = requestsPerSecond;
    this.work = work;
    this.past = past;
    curve = new LoadDurationCurve(this);
  }

  /** Tokens of each step, tokens/s. */
  private static final class Tokens {
    private final double[] uncachedInput;
    private final double[] cachedInput;
    private final double[] output;

    Tokens(int steps) {
      uncachedInput = new double[steps];
      cachedInput = new double[steps];
      output = new double[steps];
    }

    void set(int step, TokenRates rates) {
      uncachedInput[step] = rates.uncachedInput();
      cachedInput[step] = rates.cachedInput();
      output[step] = rates.output();
    }

    boolean isAny(int step) {
      return uncachedInput[step] != 0 || cachedInput[step] != 0 || output[step] != 0;
    }

    double load(int step, double contextTokens, Capacity capacity) {
      return ReplicaLoad.of(
          uncachedInput[step], cachedInput[step], output[step], contextTokens, capacity);
    }
  }

  /** What each step asks of replicas, whatever one of these sustains. */
  private static final class Work {
    private final Tokens demand;
    private final Tokens sentAway; // of these, through a gateway to an API
    private final double[] contextTokens;
    private boolean isAnySentAway;

    Work(int steps) {
      demand = new Tokens(steps);
      sentAway = new Tokens(steps);
      contextTokens = new double[steps];
    }

    void set(int step, Step asked) {
      demand.set(step, asked.demand());
      sentAway.set(step, asked.burst());
      isAnySentAway |= sentAway.isAny(step);
      contextTokens[step] = asked.lengths().areKnown() ? asked.lengths().contextTokens() : 0;
    }

    /** Replicas' worth of work in each step, r. */
    double[] loads(Capacity capacity) {
      double[] loads = new double[contextTokens.length];
      for (int i = 0; i < loads.length; i++) {
        loads[i] = demand.load(i, contextTokens[i], capacity);
      }
      return loads;
    }

    /** Part of each of these loads that was counted on own replicas. */
    double[] ownShares(double[] loads, Capacity capacity) {
      double[] shares = new double[loads.length];
      Arrays.fill(shares, 1);
      for (int i = 0; isAnySentAway && i < loads.length; i++) {
        if (sentAway.isAny(i)) {
          shares[i] = 1 - part(sentAway.load(i, contextTokens[i], capacity), loads[i]);
        }
      }
      return shares;
    }
  }

  /** How each step was served when it was lived. */
  private static final class Past {

    /**
     * Part of each step's load that was counted on own replicas, 0 to 1; the rest went to an API
     * through a gateway.
     */
    private final double[] ownShare;

    /** The same of its tokens. */
    private final double[] ownTokenShare;

    /** Money at the API for what a gateway sent there, uncached input; as the next. */
    private final double[] burstInput;

    private final double[] burstCachedInput;
    private final double[] burstOutput;

    /** Replicas that were held; NaN where nobody says. */
    private final double[] replicasHeld;

    Past(
        double[] ownShare,
        double[] ownTokenShare,
        double[] burstInput,
        double[] burstCachedInput,
        double[] burstOutput,
        double[] replicasHeld) {
      this.ownShare = ownShare;
      this.ownTokenShare = ownTokenShare;
      this.burstInput = burstInput;
      this.burstCachedInput = burstCachedInput;
      this.burstOutput = burstOutput;
      this.replicasHeld = replicasHeld;
    }

    Past with(double[] otherOwnShare) {
      return new Past(
          otherOwnShare, ownTokenShare, burstInput, burstCachedInput, burstOutput, replicasHeld);
    }
  }

  /**
   * Works out the load and the price of every known step.
   *
   * @param usual mean lengths for the steps in which requests were not counted; unknown ones leave
   *     the context term of those steps out
   */
  public static PricedLoad of(
      TrafficHistory history, Capacity capacity, Tariff tariff, RequestLengths usual) {
    return of(history, capacity, lengths -> tariff, usual);
  }

  /**
   * The same where the price goes by the mean length of a step's prompts.
   *
   * @param tariffs the tariff for lengths, which may be unknown
   */
  public static PricedLoad of(
      TrafficHistory history,
      Capacity capacity,
      Function<RequestLengths, Tariff> tariffs,
      RequestLengths usual) {
    int steps = history.grid().steps();
    int stepSeconds = history.grid().stepSeconds();
    double perStep = stepSeconds / 1e6;
    long[] start = new long[steps];
    double[] apiInput = new double[steps];
    double[] apiCachedInput = new double[steps];
    double[] apiOutput = new double[steps];
    double[] tokens = new double[steps];
    double[] requests = new double[steps];
    double[] ownTokenShare = new double[steps];
    double[] burstInput = new double[steps];
    double[] burstCachedInput = new double[steps];
    double[] burstOutput = new double[steps];
    double[] replicasHeld = new double[steps];
    Work work = new Work(steps);
    int known = 0;
    for (int i = 0; i < steps; i++) {
      if (!history.isKnown(i)) {
        continue;
      }
      Step step = Step.of(history, i, usual);
      RequestLengths lengths = step.lengths();
      Tariff tariff = tariffs.apply(lengths);
      TokenRates counted = tariff.asCounted(step.demand());
      start[known] = history.grid().startOf(i);
      Tariff.Lines prices = tariff.linesAt(counted, start[known], stepSeconds);
      work.set(known, step);
      apiInput[known] = counted.uncachedInput() * prices.input() * perStep;
      apiCachedInput[known] = counted.cachedInput() * prices.cachedInput() * perStep;
      apiOutput[known] = counted.output() * prices.output() * perStep;
      tokens[known] = step.demand().total();
      requests[known] = tokens[known] / (lengths.inputTokens() + lengths.outputTokens());
      ownTokenShare[known] = 1 - part(step.burst().total(), tokens[known]);
      if (step.isAnySentAway()) {
        TokenRates sent = tariff.asCounted(step.burst());
        Tariff.Lines paid = tariff.linesAt(sent, start[known], stepSeconds);
        burstInput[known] = sent.uncachedInput() * paid.input() * perStep;
        burstCachedInput[known] = sent.cachedInput() * paid.cachedInput() * perStep;
        burstOutput[known] = sent.output() * paid.output() * perStep;
      }
      replicasHeld[known] = history.replicasHeld().at(i, Double.NaN);
      known++;
    }
    double[] loads = work.loads(capacity);
    return new PricedLoad(
        stepSeconds,
        0,
        known,
        start,
        loads,
        apiInput,
        apiCachedInput,
        apiOutput,
        tokens,
        requests,
        work,
        new Past(
            work.ownShares(loads, capacity),
            ownTokenShare,
            burstInput,
            burstCachedInput,
            burstOutput,
            replicasHeld));
  }

  /** The same traffic and prices at another capacity of one replica. */
  public PricedLoad at(Capacity capacity) {
    double[] loads = work.loads(capacity);
    return new PricedLoad(
        stepSeconds,
        from,
        steps,
        startEpochSecond,
        loads,
        apiInput,
        apiCachedInput,
        apiOutput,
        tokensPerSecond,
        requestsPerSecond,
        work,
        work.isAnySentAway ? past.with(work.ownShares(loads, capacity)) : past);
  }

  /** What was asked for in a known step. */
  private record Step(TokenRates demand, TokenRates burst, RequestLengths lengths) {

    static Step of(TrafficHistory history, int i, RequestLengths usual) {
      TokenRates served = history.servedAt(i);
      TokenRates burst = history.burstAt(i);
      return new Step(
          isAny(burst) ? served.plus(burst) : served,
          burst,
          lengths(history, i, served, burst, usual));
    }

    /**
     * Mean lengths of a step: of the GPUs' requests and the gateway's together, else the usual
     * ones.
     */
    private static RequestLengths lengths(
        TrafficHistory history, int i, TokenRates served, TokenRates burst, RequestLengths usual) {
      RequestLengths own = RequestLengths.of(served, history.requests().at(i, 0));
      if (own.areKnown()) {
        return own;
      }
      RequestLengths away = RequestLengths.of(burst, history.burstRequests().at(i, 0));
      return away.areKnown() ? away : usual;
    }

    private static boolean isAny(TokenRates rates) {
      return rates.uncachedInput() != 0 || rates.cachedInput() != 0 || rates.output() != 0;
    }

    boolean isAnySentAway() {
      return isAny(burst);
    }
  }

  private static double part(double part, double whole) {
    return whole > 0 ? Math.min(1, part / whole) : 0;
  }

  /** How many known steps. */
  public int steps() {
    return steps;
  }

  /** Length of a step, seconds. */
  public int stepSeconds() {
    return stepSeconds;
  }

  /** Length of a step, hours. */
  public double stepHours() {
    return stepSeconds / 3600.0;
  }

  /** Hours covered, H. */
  public double hours() {
    return steps * stepHours();
  }

  /** The factor from a total over the covered hours H to a month: 730/H. */
  public double toMonth() {
    return ReplicaCostModel.HOURS_PER_MONTH / hours();
  }

  /** Start of a step, seconds UTC. */
  public long startOf(int i) {
    return startEpochSecond[from + i];
  }

  /** The first step that starts at a time, seconds UTC, or later. */
  public int firstFrom(long epochSecond) {
    int found = Arrays.binarySearch(startEpochSecond, from, from + steps, epochSecond);
    return (found < 0 ? -found - 1 : found) - from;
  }

  /** Replicas' worth of work in a step, r. */
  public double replicasAt(int i) {
    return replicas[from + i];
  }

  /** Money the API would charge for all of a step, a·Δ. */
  public double apiAt(int i) {
    return apiInput[from + i] + apiCachedInput[from + i] + apiOutput[from + i];
  }

  double apiInputAt(int i) {
    return apiInput[from + i];
  }

  double apiCachedInputAt(int i) {
    return apiCachedInput[from + i];
  }

  double apiOutputAt(int i) {
    return apiOutput[from + i];
  }

  /** All tokens of a step, tokens/s. */
  public double tokensPerSecondAt(int i) {
    return tokensPerSecond[from + i];
  }

  /** Load that own replicas were counted to serve in a step, replicas' worth of work. */
  public double ownLoadAt(int i) {
    return replicas[from + i] * past.ownShare[from + i];
  }

  /** Part of a step's tokens that own replicas were counted to serve, 0 to 1. */
  double ownTokenShareAt(int i) {
    return past.ownTokenShare[from + i];
  }

  double burstInputAt(int i) {
    return past.burstInput[from + i];
  }

  double burstCachedInputAt(int i) {
    return past.burstCachedInput[from + i];
  }

  double burstOutputAt(int i) {
    return past.burstOutput[from + i];
  }

  /** Replicas that were held in a step, or so many where nobody says. */
  public double heldAt(int i, double otherwise) {
    double held = past.replicasHeld[from + i];
    return Double.isNaN(held) ? otherwise : held;
  }

  /** Part of what own replicas were counted to serve in a step that so many can have served. */
  double possibleShareAt(long startEpochSecond, double held, ReplicaCostModel terms) {
    int step = firstFrom(startEpochSecond);
    double own = step < steps && startOf(step) == startEpochSecond ? ownLoadAt(step) : 0;
    return own > 0 ? Math.min(1, terms.sizeOf(held) / own) : 1;
  }

  /** Requests of a step, requests/s; NaN where neither they nor usual lengths are known. */
  public double requestsPerSecondAt(int i) {
    return requestsPerSecond[from + i];
  }

  /** Tokens in a step. */
  public double tokensAt(int i) {
    return tokensPerSecond[from + i] * stepSeconds;
  }

  /** All tokens. */
  public double tokens() {
    return Arrays.stream(tokensPerSecond, from, from + steps).sum() * stepSeconds;
  }

  /** Money the API would charge for everything. */
  public double api() {
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      sum += apiAt(i);
    }
    return sum;
  }

  /** Sum of the steps' loads. */
  public double load() {
    return Arrays.stream(replicas, from, from + steps).sum();
  }

  /** The highest step's load. */
  public double peak() {
    return Arrays.stream(replicas, from, from + steps).max().orElse(0);
  }

  /** The steps' loads in order, sorted once. */
  public LoadDurationCurve curve() {
    return curve;
  }

  /** Known steps {@code first} (included) to {@code end} (excluded); the same columns. */
  public PricedLoad slice(int first, int end) {
    if (first == 0 && end == steps) {
      return this;
    }
    Objects.checkFromToIndex(first, end, steps);
    return new PricedLoad(
        stepSeconds,
        from + first,
        end - first,
        startEpochSecond,
        replicas,
        apiInput,
        apiCachedInput,
        apiOutput,
        tokensPerSecond,
        requestsPerSecond,
        work,
        past);
  }
}
