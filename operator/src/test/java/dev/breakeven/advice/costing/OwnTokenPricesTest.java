package dev.breakeven.advice.costing;

import static dev.breakeven.advice.SampleInput.found;
import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Advice.TokenCosts;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import org.junit.jupiter.api.Test;

/** Two hours; a replica costs 3.00 an hour, people 1.00, and 20 % is kept free. */
class OwnTokenPricesTest {

  private static final ReplicaCostModel TERMS = new ReplicaCostModel(3, 0, 0, 730, 0.8, 0, 0, 100);

  @Test
  void anHourOfAReplicaIsSharedByTheWorkOfItsTokens() {
    // Half of a replica's time: 0.3 reading 3,000 of 10,000, 0.2 generating 200 of 1,000 tokens/s.
    TokenCosts costs = costs(Capacity.of(10_000, 1_000), 3_000, 0, 200, Double.NaN);
    // 4.00 an hour over half an hour of work: 8.00 ÷ 36 million tokens read, ÷ 3.6 generated.
    assertThat(found(costs.asItRan()).inputPerMillion()).isEqualTo(usd("0.222222"));
    assertThat(found(costs.asItRan()).outputPerMillion()).isEqualTo(usd("2.222222"));
    // At 0.8 of a replica it is 5.00 an hour of work.
    assertThat(found(costs.atTarget()).inputPerMillion()).isEqualTo(usd("0.138889"));
    assertThat(found(costs.atTarget()).outputPerMillion()).isEqualTo(usd("1.388889"));
  }

  @Test
  void theTokensOfEachKindAtItsPriceAddUpToTheBill() {
    Capacity capacity = new Capacity(10_000, 50_000, 1_000, 2_000_000);
    TokenPrices prices = found(costs(capacity, 2_000, 1_000, 200, 3).asItRan());
    double sum =
        (2_000 * prices.inputPerMillion().value()
                + 1_000 * prices.cachedInputPerMillion().value()
                + 200 * prices.outputPerMillion().value())
            * 3600
            / 1e6;
    assertThat(sum).isCloseTo(4, within(1e-4)); // an hour: 3.00 and 1.00
    assertThat(prices.cachedInputPerMillion().value())
        .isCloseTo(prices.inputPerMillion().value() / 5, within(1e-6));
  }

  @Test
  void readingItsContextIsPartOfWhatAnOutputTokenCosts() {
    Capacity plain = new Capacity(10_000, 10_000, 1_000, Double.POSITIVE_INFINITY);
    Capacity reading = new Capacity(10_000, 10_000, 1_000, 1_000_000);
    // 3,000 in and 200 out over 2 requests: 1,550 tokens of context, 0.00155 s beside 0.001 s.
    double without = ratio(found(costs(plain, 3_000, 0, 200, 2).asItRan()));
    double with = ratio(found(costs(reading, 3_000, 0, 200, 2).asItRan()));
    assertThat(with / without).isCloseTo(2.55, within(1e-3));
  }

  @Test
  void whereNothingWasServedThereIsAPriceAtTargetOnly() {
    TokenCosts costs = costs(Capacity.of(10_000, 1_000), 0, 0, 0, Double.NaN);
    assertThat(costs.asItRan()).isInstanceOf(Estimate.NotFound.class);
    assertThat(found(costs.atTarget()).inputPerMillion()).isEqualTo(usd("0.138889"));
  }

  private static double ratio(TokenPrices prices) {
    return prices.outputPerMillion().value() / prices.inputPerMillion().value();
  }

  private static TokenCosts costs(
      Capacity capacity, double input, double cached, double output, double requests) {
    Series none = Series.absent(2);
    TrafficHistory history =
        new TrafficHistory(
            new StepGrid(SampleInput.MONDAY.getEpochSecond(), 3600, 2),
            Series.constant(2, input),
            Series.constant(2, cached),
            Series.constant(2, output),
            Series.constant(2, requests),
            none,
            none,
            none,
            none,
            Series.constant(2, 1),
            none,
            none);
    PricedLoad load = PricedLoad.of(history, capacity, Loads.TARIFF, RequestLengths.UNKNOWN);
    return OwnTokenPrices.of(history, load, capacity, TERMS, 1, 1, SampleInput.USD);
  }
}
