package dev.breakeven.advice.costing;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.price.Tariff;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import java.util.Arrays;

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

  private PricedLoad(
      int stepSeconds,
      long[] startEpochSecond,
      double[] replicas,
      double[] apiInput,
      double[] apiCachedInput,
      double[] apiOutput,
      double[] tokensPerSecond,
      double[] requestsPerSecond) {
    this.stepSeconds = stepSeconds;
    this.startEpochSecond = startEpochSecond;
    this.replicas = replicas;
    this.apiInput = apiInput;
    this.apiCachedInput = apiCachedInput;
    this.apiOutput = apiOutput;
    this.tokensPerSecond = tokensPerSecond;
    this.requestsPerSecond = requestsPerSecond;
  }

  /**
   * Works out the load and the price of every known step.
   *
   * @param usual mean lengths for the steps in which requests were not counted; unknown ones leave
   *     the context term of those steps out
   */
  public static PricedLoad of(
      TrafficHistory history, Capacity capacity, Tariff tariff, RequestLengths usual) {
    int steps = history.grid().steps();
    int stepSeconds = history.grid().stepSeconds();
    double perStep = stepSeconds / 1e6;
    long[] start = new long[steps];
    double[][] columns = new double[6][steps];
    int known = 0;
    for (int i = 0; i < steps; i++) {
      if (!history.isKnown(i)) {
        continue;
      }
      TokenRates demand = history.demandAt(i);
      TokenRates counted = tariff.asCounted(demand);
      RequestLengths lengths = lengthsAt(history, i, usual);
      start[known] = history.grid().startOf(i);
      columns[0][known] =
          ReplicaLoad.of(demand, lengths.areKnown() ? lengths.contextTokens() : 0, capacity);
      columns[1][known] = counted.uncachedInput() * tariff.inputPerMillion() * perStep;
      columns[2][known] = counted.cachedInput() * tariff.cachedInputPerMillion() * perStep;
      columns[3][known] = counted.output() * tariff.outputPerMillion() * perStep;
      columns[4][known] = demand.total();
      columns[5][known] = demand.total() / (lengths.inputTokens() + lengths.outputTokens());
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
        first(known, columns[5]));
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
        Arrays.copyOfRange(requestsPerSecond, from, to));
  }
}
