package dev.breakeven.advice.costing;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.price.Tariff;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The known steps of a history as the two things they can be: replicas' worth of work, and money at
 * the API. Columns of one length, in order of time; unknown steps are left out, so a step is found
 * by its start and not by its index in the grid.
 */
public final class PricedLoad {

  private final int stepSeconds;
  private final long[] startEpochSecond;
  private final double[] replicas;
  private final double[] apiInput;
  private final double[] apiCachedInput;
  private final double[] apiOutput;
  private final double[] tokensPerSecond;
  private final double[] requestsPerSecond;
  private final Past past;

  private PricedLoad(
      int stepSeconds,
      long[] startEpochSecond,
      double[] replicas,
      double[] apiInput,
      double[] apiCachedInput,
      double[] apiOutput,
      double[] tokensPerSecond,
      double[] requestsPerSecond,
      Past past) {
    this.stepSeconds = stepSeconds;
    this.startEpochSecond = startEpochSecond;
    this.replicas = replicas;
    this.apiInput = apiInput;
    this.apiCachedInput = apiCachedInput;
    this.apiOutput = apiOutput;
    this.tokensPerSecond = tokensPerSecond;
    this.requestsPerSecond = requestsPerSecond;
    this.past = past;
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

    Past mapped(UnaryOperator<double[]> change) {
      return new Past(
          change.apply(ownShare),
          change.apply(ownTokenShare),
          change.apply(burstInput),
          change.apply(burstCachedInput),
          change.apply(burstOutput),
          change.apply(replicasHeld));
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
    double[][] columns = new double[12][steps];
    int known = 0;
    for (int i = 0; i < steps; i++) {
      if (!history.isKnown(i)) {
        continue;
      }
      TokenRates demand = history.demandAt(i);
      RequestLengths lengths = lengthsAt(history, i, usual);
      Tariff tariff = tariffs.apply(lengths);
      TokenRates counted = tariff.asCounted(demand);
      Tariff.Lines prices = tariff.linesAt(counted, history.grid().startOf(i), stepSeconds);
      start[known] = history.grid().startOf(i);
      columns[0][known] =
          ReplicaLoad.of(demand, lengths.areKnown() ? lengths.contextTokens() : 0, capacity);
      columns[1][known] = counted.uncachedInput() * prices.input() * perStep;
      columns[2][known] = counted.cachedInput() * prices.cachedInput() * perStep;
      columns[3][known] = counted.output() * prices.output() * perStep;
      columns[4][known] = demand.total();
      columns[5][known] = demand.total() / (lengths.inputTokens() + lengths.outputTokens());
      TokenRates burst = history.burstAt(i);
      TokenRates sent = tariff.asCounted(burst);
      Tariff.Lines paid = tariff.linesAt(sent, history.grid().startOf(i), stepSeconds);
      double context = lengths.areKnown() ? lengths.contextTokens() : 0;
      columns[6][known] = 1 - part(ReplicaLoad.of(burst, context, capacity), columns[0][known]);
      columns[7][known] = 1 - part(burst.total(), demand.total());
      columns[8][known] = sent.uncachedInput() * paid.input() * perStep;
      columns[9][known] = sent.cachedInput() * paid.cachedInput() * perStep;
      columns[10][known] = sent.output() * paid.output() * perStep;
      columns[11][known] = history.replicasHeld().at(i, Double.NaN);
      known++;
    }
    return new PricedLoad(
        stepSeconds,
        known == steps ? start : Arrays.copyOf(start, known),
        first(known, columns[0]),
        first(known, columns[1]),
        first(known, columns[2]),
        first(known, columns[3]),
        first(known, columns[4]),
        first(known, columns[5]),
        new Past(
            first(known, columns[6]),
            first(known, columns[7]),
            first(known, columns[8]),
            first(known, columns[9]),
            first(known, columns[10]),
            first(known, columns[11])));
  }

  private static double part(double part, double whole) {
    return whole > 0 ? Math.min(1, part / whole) : 0;
  }

  /** The column itself where every step is known, which is the rule. */
  private static double[] first(int known, double[] column) {
    return known == column.length ? column : Arrays.copyOf(column, known);
  }

  /**
   * Mean lengths of a step: of the GPUs' requests and the gateway's together, else the usual ones.
   */
  private static RequestLengths lengthsAt(TrafficHistory history, int i, RequestLengths usual) {
    RequestLengths served = RequestLengths.of(history.servedAt(i), history.requests().at(i, 0));
    if (served.areKnown()) {
      return served;
    }
    RequestLengths burst = RequestLengths.of(history.burstAt(i), history.burstRequests().at(i, 0));
    return burst.areKnown() ? burst : usual;
  }

  /** How many known steps. */
  public int steps() {
    return replicas.length;
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
    return replicas.length * stepHours();
  }

  /** What a total over the covered hours is multiplied with to be a month's, 730/H. */
  public double toMonth() {
    return ReplicaCostModel.HOURS_PER_MONTH / hours();
  }

  /** Start of a step, seconds UTC. */
  public long startOf(int i) {
    return startEpochSecond[i];
  }

  /** The first step that starts at a time, seconds UTC, or later. */
  public int firstFrom(long epochSecond) {
    int found = Arrays.binarySearch(startEpochSecond, epochSecond);
    return found < 0 ? -found - 1 : found;
  }

  /** Replicas' worth of work in a step, r. */
  public double replicasAt(int i) {
    return replicas[i];
  }

  /** Money the API would charge for all of a step, a·Δ. */
  public double apiAt(int i) {
    return apiInput[i] + apiCachedInput[i] + apiOutput[i];
  }

  double apiInputAt(int i) {
    return apiInput[i];
  }

  double apiCachedInputAt(int i) {
    return apiCachedInput[i];
  }

  double apiOutputAt(int i) {
    return apiOutput[i];
  }

  /** All tokens of a step, tokens/s. */
  public double tokensPerSecondAt(int i) {
    return tokensPerSecond[i];
  }

  /** Load that own replicas were counted to serve in a step, replicas' worth of work. */
  double ownLoadAt(int i) {
    return replicas[i] * past.ownShare[i];
  }

  /** Part of a step's tokens that own replicas were counted to serve, 0 to 1. */
  double ownTokenShareAt(int i) {
    return past.ownTokenShare[i];
  }

  double burstInputAt(int i) {
    return past.burstInput[i];
  }

  double burstCachedInputAt(int i) {
    return past.burstCachedInput[i];
  }

  double burstOutputAt(int i) {
    return past.burstOutput[i];
  }

  /** Replicas that were held in a step, or so many where nobody says. */
  double heldAt(int i, double otherwise) {
    double held = past.replicasHeld[i];
    return Double.isNaN(held) ? otherwise : held;
  }

  /** Part of what own replicas were counted to serve in a step that so many can have served. */
  double possibleShareAt(long startEpochSecond, double held, ReplicaCostModel terms) {
    int step = Arrays.binarySearch(this.startEpochSecond, startEpochSecond);
    double own = step < 0 ? 0 : ownLoadAt(step);
    return own > 0 ? Math.min(1, terms.sizeOf(held) / own) : 1;
  }

  /** Requests of a step, requests/s; NaN where neither they nor usual lengths are known. */
  public double requestsPerSecondAt(int i) {
    return requestsPerSecond[i];
  }

  /** Tokens in a step. */
  public double tokensAt(int i) {
    return tokensPerSecond[i] * stepSeconds;
  }

  /** All tokens. */
  public double tokens() {
    return Arrays.stream(tokensPerSecond).sum() * stepSeconds;
  }

  /** Money the API would charge for everything. */
  public double api() {
    double sum = 0;
    for (int i = 0; i < replicas.length; i++) {
      sum += apiAt(i);
    }
    return sum;
  }

  /** Sum of the steps' loads. */
  public double load() {
    return Arrays.stream(replicas).sum();
  }

  /** The highest step's load. */
  public double peak() {
    return Arrays.stream(replicas).max().orElse(0);
  }

  /** Known steps {@code from} (included) to {@code to} (excluded). */
  public PricedLoad slice(int from, int to) {
    return new PricedLoad(
        stepSeconds,
        Arrays.copyOfRange(startEpochSecond, from, to),
        Arrays.copyOfRange(replicas, from, to),
        Arrays.copyOfRange(apiInput, from, to),
        Arrays.copyOfRange(apiCachedInput, from, to),
        Arrays.copyOfRange(apiOutput, from, to),
        Arrays.copyOfRange(tokensPerSecond, from, to),
        Arrays.copyOfRange(requestsPerSecond, from, to),
        past.mapped(column -> Arrays.copyOfRange(column, from, to)));
  }
}
