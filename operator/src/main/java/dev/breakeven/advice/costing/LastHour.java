package dev.breakeven.advice.costing;

import dev.breakeven.advice.Advice.CostOfHour;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;

/** What the last hour cost. */
public final class LastHour {

  private static final int SECONDS_PER_HOUR = 3600;
  private static final int HOURLY_DECIMALS = 4;

  private LastHour() {}

  /**
   * The last hour's cost over its tokens: GPUs held and overhead, {@code (n·c + [n>0]·F/730) ÷
   * tokens}, beside what the API would have charged for the same tokens. Tokens beyond all that the
   * replicas can do are not theirs, whatever counted them.
   *
   * @param load the known steps of {@code all}
   */
  public static Estimate<CostOfHour> cost(
      AdvisorInput input,
      TrafficHistory all,
      PricedLoad load,
      ReplicaCostModel terms,
      ApiAccess api) {
    int steps = all.grid().steps();
    int stepsOfHour = Math.max(1, SECONDS_PER_HOUR / all.grid().stepSeconds());
    TrafficHistory hour = all.slice(Math.max(0, steps - stepsOfHour), steps);
    double replicas = 0;
    double gpus = 0;
    double overhead = 0;
    double tokens = 0;
    double apiMoney = 0;
    int seenSteps = 0;
    for (int i = 0; i < hour.grid().steps(); i++) {
      if (!hour.isServedMeasured(i) && !hour.nothingRan(i)) {
        continue;
      }
      seenSteps++;
      double held = hour.replicasHeld().at(i, input.replicasNow());
      replicas += held;
      gpus += terms.paidPerHour(held);
      overhead += held > 0 ? terms.overheadPerMonth() / ReplicaCostModel.HOURS_PER_MONTH : 0;
      double possible = held > 0 ? load.possibleShareAt(hour.grid().startOf(i), held, terms) : 1;
      tokens += possible * hour.servedAt(i).total() * SECONDS_PER_HOUR;
      apiMoney +=
          possible
              * api.tariff()
                  .perSecond(hour.servedAt(i), hour.grid().startOf(i), hour.grid().stepSeconds())
              * SECONDS_PER_HOUR;
    }
    if (seenSteps == 0) {
      return Estimate.notFound(Reason.SERIES_MISSING, Cause.LAST_HOUR_NOT_MEASURED);
    }
    double inHour = tokens / seenSteps;
    Issue nothingServed =
        new Issue(
            Reason.NO_TRAFFIC,
            Message.of(replicas > 0 ? Cause.NO_TOKEN_SERVED_LAST_HOUR : Cause.NOTHING_RAN));
    // Tokens of an hour in which nothing ran were served elsewhere: they are not free on own GPUs.
    double onOwnGpus = replicas > 0 ? inHour : 0;
    double perHour = (gpus + overhead) / seenSteps;
    return Estimate.of(
        new CostOfHour(
            Instant.ofEpochSecond(hour.grid().startEpochSecond()),
            inHour,
            Money.rounded(perHour, HOURLY_DECIMALS, input.currency()),
            PerMillion.of(perHour, onOwnGpus, input.currency(), nothingServed),
            PerMillion.of(gpus / seenSteps, onOwnGpus, input.currency(), nothingServed),
            api.priced()
                ? PerMillion.of(apiMoney / seenSteps, inHour, input.currency(), nothingServed)
                : Estimate.notFound(Reason.API_PRICE_MISSING, Cause.NO_API_PRICE)));
  }
}
