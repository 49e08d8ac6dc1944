package dev.breakeven.advice;

import static dev.breakeven.advice.Asked.found;
import static dev.breakeven.advice.Asked.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.PreviousDecision.Pending;
import dev.breakeven.advice.PreviousDecision.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was predicted beside what then happened. */
class TrackRecordTest {

  private static final Instant NOW = Asked.MONDAY.plus(Duration.ofDays(7));

  @Test
  void aVerdictIsGivenWithItsPrediction() {
    Asked asked = Asked.about().outputTokens(i -> 400).running(3);
    Advice advice = asked.planned();
    assertThat(advice.prediction())
        .isInstanceOfSatisfying(
            Prediction.Of.class,
            predicted -> {
              assertThat(predicted.at()).isEqualTo(NOW);
              // one replica instead of three, but for the first two steps: 8,760 − 2,920
              assertThat(predicted.costPerMonth().value()).isCloseTo(2_920, within(15.0));
              assertThat(found(predicted.savingPerMonth()).value()).isCloseTo(5_840, within(15.0));
              assertThat(predicted.replicasThen()).isEqualTo(3);
            });
    assertThat(((Finding.NotFound<Advice.Score>) advice.score()).why().message())
        .isEqualTo("a prediction is scored once a day of traffic has come since");
  }

  @Test
  void itIsScoredOnceADayHasComeSinceAndOnTheTrafficThatCame() {
    // Predicted four days ago at 0.8; on the last four days it was 1.6, two replicas at 8.00 an
    // hour, and three replicas would have been 12.00. To be sure of the second one takes a while.
    Asked asked = Asked.about().outputTokens(i -> i < 3 * 144 ? 400 : 800).running(2);
    asked.previous = made(NOW.minus(Duration.ofDays(4)));
    Advice.Score score = found(asked.planned().score());
    assertThat(score.from()).isEqualTo(NOW.minus(Duration.ofDays(4)));
    assertThat(score.to()).isEqualTo(NOW);
    assertThat(score.costPredicted()).isEqualTo(usd("2920"));
    assertThat(score.costHappened().value()).isCloseTo(5_840, within(100.0));
    assertThat(found(score.savingPredicted())).isEqualTo(usd("5840"));
    assertThat(found(score.savingHappened()).value()).isCloseTo(2_920, within(100.0));

    asked.previous = made(NOW.minus(Duration.ofHours(24)));
    assertThat(asked.planned().score()).isInstanceOf(Finding.Found.class);
    asked.previous = made(NOW.minus(Duration.ofHours(24)).plusSeconds(600));
    assertThat(asked.planned().score()).isInstanceOf(Finding.NotFound.class);
  }

  @Test
  void aPredictionStandsAsLongAsItsVerdictAndItsQuestion() {
    Asked asked = Asked.about().outputTokens(i -> 400).running(1);
    PreviousDecision.Made before = made(NOW.minus(Duration.ofDays(4)));
    asked.previous = before;
    assertThat(asked.planned().prediction()).isEqualTo(before.prediction());
    asked.asked = "2-a";
    assertThat(asked.planned().prediction()).isNotEqualTo(before.prediction());
  }

  private static PreviousDecision.Made made(Instant since) {
    return new PreviousDecision.Made(
        Verdict.SELF_HOST,
        1,
        since,
        since,
        "1-a",
        new Pending.Nothing(),
        new Prediction.Of(since, usd("2920"), Finding.of(usd("5840")), 3),
        List.of());
  }
}
