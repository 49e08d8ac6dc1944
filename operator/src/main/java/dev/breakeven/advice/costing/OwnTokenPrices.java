package dev.breakeven.advice.costing;

import dev.breakeven.advice.Advice.TokenCosts;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.price.Money;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.reason.Cause;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import java.util.Currency;

/**
 * What a token of each kind costs on own replicas. A bill is shared by the work that the tokens
 * are: an uncached input token is {@code 1/κx} of a replica's second, a cached one {@code 1/κh},
 * and an output token {@code 1/κy} and the context it reads, {@code (Lin + Lout/2)/κc}. So each
 * kind's tokens at its price add up to the bill.
 */
public final class OwnTokenPrices {

  private static final int SECONDS_PER_HOUR = 3600;
  private static final int DECIMALS = 6;

  private final double inputLoad; // replica-seconds of one token, as the next two
  private final double cachedInputLoad;
  private final double outputLoad;

  private OwnTokenPrices(double inputLoad, double cachedInputLoad, double outputLoad) {
    this.inputLoad = inputLoad;
    this.cachedInputLoad = cachedInputLoad;
    this.outputLoad = outputLoad;
  }

  /**
   * On both bases: as it ran, idle time, headroom and people included; and were the replicas loaded
   * up to their headroom all the time.
   *
   * @param history whose known steps the load is
   * @param replicas of which the second basis is: those that run, else those that would
   * @param replicasNow in the steps of which nobody says what ran
   */
  public static TokenCosts of(
      TrafficHistory history,
      PricedLoad load,
      Capacity capacity,
      ReplicaCostModel terms,
      int replicas,
      int replicasNow,
      Currency currency) {
    OwnTokenPrices prices = ofWork(history, load, capacity, terms, replicasNow);
    PlanCost ran = PlanCost.ofWhatRan(load, terms, ApiAccess.NONE, replicasNow);
    double usable = terms.usable(replicas);
    double peoplePerHour = terms.overheadPerMonth() / ReplicaCostModel.HOURS_PER_MONTH;
    return new TokenCosts(
        ran.servedLoad() > 0
            ? Estimate.of(prices.at((ran.gpus() + ran.overhead()) / ran.servedLoad(), currency))
            : Estimate.notFound(Reason.NO_TRAFFIC, Cause.NO_TOKENS_SERVED_TO_SPREAD_OVER),
        usable > 0
            ? Estimate.of(
                prices.at((terms.paidPerHour(replicas) + peoplePerHour) / usable, currency))
            : Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NO_REPLICA_HELD));
  }

  private static OwnTokenPrices ofWork(
      TrafficHistory history,
      PricedLoad load,
      Capacity capacity,
      ReplicaCostModel terms,
      int replicasNow) {
    double outputLoad = 0;
    double output = 0;
    for (int i = 0; i < load.steps(); i++) {
      TokenRates served = history.servedAt(history.grid().indexOf(load.startOf(i)));
      double theirs = load.possibleShareAt(load.startOf(i), load.heldAt(i, replicasNow), terms);
      double ofInput =
          served.uncachedInput() / capacity.inputTokensPerSecond()
              + served.cachedInput() / capacity.cachedInputTokensPerSecond();
      outputLoad += theirs * Math.max(0, load.ownLoadAt(i) - ofInput);
      output += theirs * served.output();
    }
    return new OwnTokenPrices(
        1 / capacity.inputTokensPerSecond(),
        1 / capacity.cachedInputTokensPerSecond(),
        output > 0 ? outputLoad / output : 1 / capacity.outputTokensPerSecond());
  }

  /** The prices where one replica's worth of work for an hour costs so much. */
  private TokenPrices at(double perReplicaHour, Currency currency) {
    double perSecond = perReplicaHour / SECONDS_PER_HOUR;
    return TokenPrices.of(
        perMillion(perSecond * inputLoad, currency),
        perMillion(perSecond * cachedInputLoad, currency),
        perMillion(perSecond * outputLoad, currency));
  }

  private static Money perMillion(double perToken, Currency currency) {
    return Money.rounded(perToken * 1e6, DECIMALS, currency);
  }
}
