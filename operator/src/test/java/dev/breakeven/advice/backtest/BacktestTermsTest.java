package dev.breakeven.advice.backtest;

import static dev.breakeven.advice.SampleInput.found;
import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.SelfHostTerms;
import dev.breakeven.advice.proof.ReplayedAdvice.Decision;
import dev.breakeven.price.Api;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.Offer;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.traffic.Series;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A week of 0.8 replicas' worth of work: 9.36 an hour or 1,572.48 at the API; a replica costs 4.00
 * an hour or 672.00.
 */
class BacktestTermsTest {

  private static final Instant SUNDAY = Instant.ofEpochSecond(1_794_182_400L);

  @Test
  void followingBeginsWithWhatRan() {
    Backtest backtest = backtest(asked().running(1), Constraints.NONE, SUNDAY);
    assertThat(backtest.followed().cost()).isCloseTo(672, within(1e-3));
    assertThat(backtest.decisions())
        .containsExactly(new Decision(SampleInput.MONDAY.getEpochSecond(), 1));
  }

  @Test
  void aProductThatNeedsAnApisModelsHoldsNoReplicaInAReplayEither() {
    Constraints constraints = new Constraints(false, false, false, true, Constraints.NONE.stage());
    Backtest backtest = backtest(asked().running(1), constraints, SUNDAY);
    assertThat(backtest.decisions()).isEmpty();
    assertThat(backtest.followed().cost()).isCloseTo(1572.48, within(1e-2));
  }

  @Test
  void aReservationIsPaidUntilItHasEndedAtTheTimeOfAsking() {
    SampleInput input = asked().running(1);
    input.reservation = Commitments.reserved(2, usd("1.00"), LocalDate.parse("2026-11-08"));
    assertThat(ran(input, "2026-11-08T12:00:00Z")).isCloseTo(2 * 168, within(1e-3));
    assertThat(ran(input, "2026-11-09T12:00:00Z")).isCloseTo(672, within(1e-3));
  }

  @Test
  void alwaysTheApiIsAllOfItAtItsPriceAndSaysWhatDoesNotFit() {
    SampleInput input = asked();
    input.api = SampleInput.limited(2_200 * 60 / 0.8); // half of 4,400 tokens/s
    Backtest.Outcome always = found(backtest(input, Constraints.NONE, SUNDAY).alwaysApi());
    assertThat(always.cost()).isCloseTo(1572.48, within(1e-2));
    assertThat(always.unservedTokens()).isCloseTo(2_200.0 * 168 * 3600, within(1e6));
  }

  @Test
  void thePeakIsServedOnOwnReplicasAsFarAsThePolicyAllows() {
    SampleInput input = asked().outputTokens(i -> 1_000); // 2 replicas' worth of work
    input.maxReplicas = 1;
    Backtest.Outcome peak = backtest(input, Constraints.NONE, SUNDAY).peak();
    assertThat(peak.cost()).isCloseTo(672, within(1e-3));
    assertThat(peak.unservedTokens()).isCloseTo(5_500.0 * 168 * 3600, within(1e6));
  }

  @Test
  void pricesByPromptLengthApplyToTheStepsThatAreThatLong() {
    SampleInput input = asked().outputTokens(i -> 100);
    TokenPrices twice = TokenPrices.of(usd("1.00"), usd("3.00"));
    Offer plain = Offer.of("inline", TokenPrices.of(usd("0.50"), usd("1.50")));
    input.api =
        new Api.Offered(
            new Offer(
                "long",
                plain.prices(),
                List.of(new Offer.LongContextTier(1_000, twice)),
                plain.batch(),
                0,
                plain.limits(),
                0,
                plain.cacheHits(),
                plain.read(),
                plain.weights()));
    // 1,000 input tokens/s: prompts of 500 in the first half of the week, of 2,000 in the other.
    double[] requests = new double[SampleInput.WEEK];
    for (int i = 0; i < requests.length; i++) {
      requests[i] = i < requests.length / 2 ? 2 : 0.5;
    }
    input.requests = Series.of(requests);
    // 0.00065 a second at the one price, twice that at the other.
    assertThat(found(backtest(input, Constraints.NONE, SUNDAY).alwaysApi()).cost())
        .isCloseTo(0.00065 * 1.5 * 168 * 3600, within(1e-2));
  }

  private static SampleInput asked() {
    return SampleInput.about().outputTokens(i -> 400);
  }

  private static double ran(SampleInput input, String asOf) {
    return found(backtest(input, Constraints.NONE, Instant.parse(asOf)).ran()).cost();
  }

  private static Backtest backtest(SampleInput input, Constraints constraints, Instant asOf) {
    SelfHostTerms selfHost =
        new SelfHostTerms(
            1, input.gpu, input.reservation, List.of(), 0, 0, input.minReplicas, input.maxReplicas);
    return Backtest.of(
        input.traffic(),
        new Backtest.Setup(
            Currency.getInstance("USD"),
            selfHost,
            input.api,
            constraints,
            input.capacity,
            Planning.DEFAULT,
            asOf));
  }
}
