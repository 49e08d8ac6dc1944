package dev.breakeven.advice.proof;

import static dev.breakeven.advice.SampleInput.found;
import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.PreviousDecision.Pending;
import dev.breakeven.advice.PreviousDecision.Prediction;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.Verdict;
import dev.breakeven.price.Api;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.render.words.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was predicted beside what then happened. */
class ForecastScoreTest {

  private static final Instant NOW = SampleInput.MONDAY.plus(Duration.ofDays(7));
  private static final Instant A_DAY_AGO = NOW.minus(Duration.ofDays(1));

  @Test
  void aVerdictIsGivenWithItsPrediction() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(3);
    Advice advice = input.planned();
    assertThat(advice.trackRecord().prediction())
        .isInstanceOfSatisfying(
            Prediction.Of.class,
            predicted -> {
              assertThat(predicted.at()).isEqualTo(NOW);
              // one replica instead of three, but for the first day: 8,760 − 2,920 − 8 × 24 × 730 ÷
              // 168
              assertThat(predicted.costPerMonth().value()).isCloseTo(3_754.29, within(0.01));
              assertThat(found(predicted.savingPerMonth()).value())
                  .isCloseTo(5_005.71, within(0.01));
              assertThat(predicted.replicasThen()).isEqualTo(3);
            });
    assertThat(
            Words.of(
                ((Estimate.NotFound<Advice.Score>) advice.trackRecord().score()).why().message()))
        .isEqualTo("a prediction is scored after a day of traffic");
  }

  @Test
  void itIsScoredOnceADayHasComeSinceAndOnTheTrafficThatCame() {
    // Predicted four days ago at 0.8; on the last four days it was 1.6, two replicas at 8.00 an
    // hour, and three replicas would have been 12.00. To be sure of the second one takes a while.
    SampleInput input = SampleInput.about().outputTokens(i -> i < 3 * 144 ? 400 : 800).running(2);
    input.previous = made(NOW.minus(Duration.ofDays(4)));
    Advice.Score score = found(input.planned().trackRecord().score());
    assertThat(score.from()).isEqualTo(NOW.minus(Duration.ofDays(4)));
    assertThat(score.to()).isEqualTo(NOW);
    assertThat(score.costPredicted()).isEqualTo(usd("2920"));
    assertThat(score.costHappened().value()).isCloseTo(5_840, within(100.0));
    assertThat(found(score.savingPredicted())).isEqualTo(usd("5840"));
    assertThat(found(score.savingHappened()).value()).isCloseTo(2_920, within(100.0));

    input.previous = made(NOW.minus(Duration.ofHours(24)));
    assertThat(input.planned().trackRecord().score()).isInstanceOf(Estimate.Found.class);
    input.previous = made(NOW.minus(Duration.ofHours(24)).plusSeconds(600));
    assertThat(input.planned().trackRecord().score()).isInstanceOf(Estimate.NotFound.class);
  }

  @Test
  void aPredictionStandsAsLongAsItsVerdictAndItsQuestion() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(1);
    PreviousDecision.Made before = made(NOW.minus(Duration.ofDays(4)));
    input.previous = before;
    assertThat(input.planned().trackRecord().prediction()).isEqualTo(before.prediction());
    input.inputHash = "2-a";
    assertThat(input.planned().trackRecord().prediction()).isNotEqualTo(before.prediction());
  }

  @Test
  void aPredictionEndsWithItsVerdict() {
    SampleInput input = SampleInput.about().outputTokens(i -> 40).running(1);
    input.previous = predicted(usd("2920"), new Pending.Considering(Verdict.API, 0, A_DAY_AGO));
    Advice changed = input.advice();
    assertThat(changed.decision().verdict()).isEqualTo(Verdict.API);
    assertThat(changed.trackRecord().prediction())
        .isEqualTo(new Prediction.Of(NOW, usd("683.28"), Estimate.of(usd("2236.72")), 1));
  }

  @Test
  void aPredictionInAnotherCurrencyIsForgottenAndNoneIsMadeLater() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(1);
    input.previous = predicted(Money.of("2920", "EUR"), new Pending.Nothing());
    assertThat(input.advice().trackRecord().prediction()).isEqualTo(new Prediction.None());
  }

  private static PreviousDecision predicted(Money cost, Pending pending) {
    return new PreviousDecision.Made(
        Verdict.SELF_HOST,
        1,
        NOW.minus(Duration.ofDays(4)),
        "1-a",
        pending,
        new Prediction.Of(NOW.minus(Duration.ofDays(4)), cost, Estimate.of(usd("0")), 1),
        List.of());
  }

  @Test
  void whatTheApiWouldHaveCostIsNotSaidWithoutAnOffer() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(1);
    input.api = new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("none"));
    assertThat(found(input.planned().trackRecord().proof()).alwaysApi())
        .isEqualTo(Estimate.notFound(Issue.Reason.API_PRICE_MISSING, Cause.NO_API_PRICE));
  }

  @Test
  void alwaysTheApiIsThePriceOfAllOfItThoughItsLimitsLetHalfThrough() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(1);
    input.api = SampleInput.limited(2_200 * 60 / 0.8);
    assertThat(found(found(input.planned().trackRecord().proof()).alwaysApi()))
        .isEqualTo(usd("1572.48"));
  }

  @Test
  void whereNoNumberServesEverythingTheMostThatMayBeHeldIsTheHindsight() {
    // 1.6 replicas' work, no API and at most one: 4.00 for 168 hours.
    SampleInput input = SampleInput.about().outputTokens(i -> 800).running(0);
    input.api = new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("none"));
    input.maxReplicas = 1;
    assertThat(found(input.planned().trackRecord().proof()).hindsight()).isEqualTo(usd("672.00"));
  }

  @Test
  void whatRanSentNothingToAnApiThatMayNotBeUsed() {
    // One ran for 1.6 replicas' work; where the rest may burst it is 0.6 of 11.70 an hour more.
    SampleInput input = SampleInput.about().outputTokens(i -> 800).running(1);
    assertThat(found(found(input.planned().trackRecord().proof()).ran())).isEqualTo(usd("1851.36"));
    input.constraints = new Constraints(true, false, false, false, Constraints.Stage.ESTABLISHED);
    assertThat(found(found(input.planned().trackRecord().proof()).ran())).isEqualTo(usd("672.00"));
  }

  @Test
  void withoutAVerdictNothingIsPredictedAndNothingIsScored() {
    SampleInput input =
        SampleInput.about().outputTokens(i -> i < 10 || i % 2 == 0 ? 400 : Double.NaN);
    input.running(2).previous = made(NOW.minus(Duration.ofDays(4)));
    Advice advice = input.planned();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(advice.trackRecord().prediction()).isEqualTo(new Prediction.None());
    assertThat(advice.trackRecord().score())
        .isEqualTo(Estimate.notFound(Issue.Reason.NOTHING_TO_COMPARE, Cause.NOTHING_PREDICTED));
  }

  @Test
  void anApiVerdictIsScoredByWhatTheApiCharged() {
    // 40 output tokens/s are 0.936 an hour; the replica that ran then is 4.00.
    SampleInput input = SampleInput.about().outputTokens(i -> 40);
    input.previous =
        made(Verdict.API, 0, NOW.minus(Duration.ofDays(4)), usd("683.28"), usd("2236.72"), 1);
    Advice advice = input.planned();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.API);
    Advice.Score score = found(advice.trackRecord().score());
    assertThat(score.costHappened()).isEqualTo(usd("683.28"));
    assertThat(found(score.savingHappened())).isEqualTo(usd("2236.72"));
  }

  @Test
  void whereNoPlanWasReplayedTheReplicasAdvisedAreScored() {
    // One at 4.00 an hour for 0.8 replicas' work, of which all three then would have been 12.00.
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(1);
    input.previous = made(NOW.minus(Duration.ofDays(4)));
    Advice.Score score = found(input.advice().trackRecord().score());
    assertThat(score.costHappened()).isEqualTo(usd("2920.00"));
    assertThat(found(score.savingHappened())).isEqualTo(usd("5840.00"));
  }

  @Test
  void goingOnAsThenIsNoComparisonWhereItWouldHaveLeftTokensUnserved() {
    // Data stays; of the one replica that ran then 0.6 replicas' work would have found no place.
    SampleInput input = SampleInput.about().outputTokens(i -> 800).running(2);
    input.constraints = new Constraints(true, false, false, false, Constraints.Stage.ESTABLISHED);
    input.previous =
        made(Verdict.SELF_HOST, 2, NOW.minus(Duration.ofDays(4)), usd("5840"), usd("0"), 1);
    assertThat(found(input.planned().trackRecord().score()).savingHappened())
        .isEqualTo(
            Estimate.notFound(Issue.Reason.NOTHING_TO_COMPARE, Cause.PAST_SIZE_NOT_COMPARABLE));
  }

  private static PreviousDecision.Made made(Instant since) {
    return made(Verdict.SELF_HOST, 1, since, usd("2920"), usd("5840"), 3);
  }

  private static PreviousDecision.Made made(
      Verdict verdict, int replicas, Instant since, Money cost, Money saving, int replicasThen) {
    return new PreviousDecision.Made(
        verdict,
        replicas,
        since,
        "1-a",
        new Pending.Nothing(),
        new Prediction.Of(since, cost, Estimate.of(saving), replicasThen),
        List.of());
  }
}
