package dev.breakeven.advice;

import static dev.breakeven.advice.SampleInput.found;
import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Advice.Confidence;
import dev.breakeven.advice.Advice.CostOfHour;
import dev.breakeven.advice.Advice.HiddenCost;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.price.Api;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.Offer;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedSentence;
import dev.breakeven.render.words.Summary;
import dev.breakeven.traffic.Series;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

/**
 * Figures beside the verdict. A replica costs 4.00 an hour and takes 5,500 tokens/s of the mix,
 * which is 500 output tokens/s and ten times as many of input: 11.70 an hour at the API.
 */
class ShownFiguresTest {

  @Test
  void utilizationIsServedLoadOverEverythingHeld() {
    // That one of three is to spare, and the others to be used to half, is no cap on what was
    // served.
    assertThat(
            found(
                threeWithASpareAndHeadroom(400).basis().observed().replicas().utilizationPercent()))
        .isCloseTo(100 * 0.8 / 3, within(1e-4));
    assertThat(
            found(
                threeWithASpareAndHeadroom(1_000)
                    .basis()
                    .observed()
                    .replicas()
                    .utilizationPercent()))
        .isCloseTo(100 * 2.0 / 3, within(1e-4));
  }

  private static Advice threeWithASpareAndHeadroom(double outputTokens) {
    SampleInput input = SampleInput.about().outputTokens(i -> outputTokens).running(3);
    input.headroomPercent = 50;
    input.redundantReplicas = 1;
    return input.advice();
  }

  @Test
  void aMonthOfTokensIsWhatWasSeenForSevenHundredAndThirtyHours() {
    Advice advice = SampleInput.about().outputTokens(i -> 500).running(1).advice();
    assertThat(found(advice.basis().observed().tokens().perMonth()))
        .isCloseTo(5_500.0 * 3600 * 730, within(1.0));
  }

  @Test
  void halfAReplicaMoreIsPaidHalfOfTheNext() {
    // One is reserved at 3.00, the next is 4.00: one and a half on average are 5.00.
    SampleInput input = SampleInput.about().outputTokens(i -> 500).running(1);
    input.reservation = Commitments.reserved(1, usd("3.00"), LocalDate.parse("2027-06-30"));
    input.replicasHeld = Series.constant(SampleInput.WEEK, 1.5);
    assertThat(found(input.advice().costs().lastHour()).hourlyCost()).isEqualTo(usd("5.00"));
  }

  @Test
  void anHourInWhichNothingRanCostsNobodyAnything() {
    SampleInput input = SampleInput.about().outputTokens(i -> Double.NaN).running(0);
    input.burstInput = Series.constant(SampleInput.WEEK, 5_000);
    input.burstOutput = Series.constant(SampleInput.WEEK, 500);
    input.overhead("onCall", "730");
    CostOfHour cost = found(input.advice().costs().lastHour());
    assertThat(cost.hourlyCost()).isEqualTo(usd("0"));
    assertThat(why(cost.effectivePerMillion())).isEqualTo(Cause.NOTHING_RAN);
  }

  @Test
  void tokensOfAnHourInWhichNothingRanAreNotFreeOnOwnGpus() {
    // Somebody else served them: 5,000 × 0.50 and 500 × 1.50 a million, of 5,500 tokens.
    CostOfHour cost =
        found(SampleInput.about().outputTokens(i -> 500).running(0).advice().costs().lastHour());
    assertThat(why(cost.effectivePerMillion())).isEqualTo(Cause.NOTHING_RAN);
    assertThat(why(cost.gpuOnlyPerMillion())).isEqualTo(Cause.NOTHING_RAN);
    assertThat(found(cost.apiPerMillion()).value()).isCloseTo(3_250 / 5_500.0, within(1e-5));
  }

  @Test
  void anHourOfIdleReplicasIsPaidAndServesNothing() {
    SampleInput input =
        SampleInput.about().outputTokens(i -> i < SampleInput.WEEK - 6 ? 500 : 0).running(2);
    input.overhead("onCall", "730");
    CostOfHour cost = found(input.advice().costs().lastHour());
    assertThat(cost.hourlyCost()).isEqualTo(usd("9.00"));
    assertThat(why(cost.effectivePerMillion())).isEqualTo(Cause.NO_TOKEN_SERVED_LAST_HOUR);
  }

  @Test
  void anHourThatWasNotMeasuredHasNoCost() {
    Advice advice =
        SampleInput.about()
            .outputTokens(i -> i < SampleInput.WEEK - 6 ? 500 : Double.NaN)
            .running(1)
            .advice();
    assertThat(why(advice.costs().lastHour())).isEqualTo(Cause.LAST_HOUR_NOT_MEASURED);
  }

  @Test
  void whatTheGatewaySawIsNoShareOfWhatIsNotKnown() {
    SampleInput input = SampleInput.about().outputTokens(i -> Double.NaN).running(1);
    input.burstInput = Series.constant(SampleInput.WEEK, 5_000);
    input.burstOutput = Series.constant(SampleInput.WEEK, 500);
    assertThat(why(input.advice().basis().observed().tokens().burstPercent()))
        .isEqualTo(Cause.NO_STEP_KNOWN);
  }

  @Test
  void hiddenCostsAreSpreadOverTheTokensThatOwnGpusServe() {
    // One replica serves 5,500 tokens/s, whatever else is asked: 1.00 an hour over 19.8 million.
    SampleInput input =
        SampleInput.about().outputTokens(i -> 800).running(1).overhead("onCall", "730");
    assertThat(perMillion(input.advice(), "onCall")).isCloseTo(1 / 19.8, within(1e-5));
    input.api = new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("none"));
    assertThat(perMillion(input.advice(), "onCall")).isCloseTo(1 / 19.8, within(1e-5));
  }

  private static double perMillion(Advice advice, String name) {
    HiddenCost line =
        advice.costs().hidden().stream()
            .filter(l -> l.name().equals(name))
            .findFirst()
            .orElseThrow();
    return found(line.perMillion()).value();
  }

  @Test
  void breakevenIsThatOfWhatRunsElseOfTheBestSizeThatMayBe() {
    // Half the time 0.8 and half the time 2.4: the second replica is worth 5.85, the third 2.34.
    SampleInput input = SampleInput.about().outputTokens(i -> i % 2 == 0 ? 400 : 1_200).running(1);
    assertThat(found(input.advice().costs().breakeven()).replicas()).isEqualTo(1);
    input.running(0);
    assertThat(found(input.advice().costs().breakeven()).replicas()).isEqualTo(2);
    input.constraints =
        new Constraints(true, false, false, false, SampleInput.about().constraints.stage());
    assertThat(found(input.advice().costs().breakeven()).replicas()).isEqualTo(3);
  }

  @Test
  void withoutAReplicaOrAPriceThereIsNothingToBreakEvenWith() {
    SampleInput none = SampleInput.about().outputTokens(i -> 500);
    none.maxReplicas = 0;
    assertThat(why(none.advice().costs().breakeven())).isEqualTo(Cause.NO_REPLICA_ALLOWED);
    SampleInput free = SampleInput.about().outputTokens(i -> 500);
    free.api = new Api.Offered(Offer.of("inline", TokenPrices.of(usd("0"), usd("0"))));
    assertThat(why(free.advice().costs().breakeven())).isEqualTo(Cause.API_IS_FREE);
    SampleInput unpriced = SampleInput.about().outputTokens(i -> 500);
    unpriced.api = new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("none"));
    assertThat(why(unpriced.advice().costs().breakeven()))
        .isEqualTo(Cause.NO_API_PRICE_TO_BREAK_EVEN);
    assertThat(why(unpriced.advice().recommendation().marginal()))
        .isEqualTo(Cause.NO_API_PRICE_FOR_OVERFLOW);
    assertThat(why(unpriced.advice().savings().monthly())).isEqualTo(Cause.NO_VERDICT_TO_FOLLOW);
    assertThat(why(found(unpriced.running(1).advice().costs().lastHour()).apiPerMillion()))
        .isEqualTo(Cause.NO_API_PRICE);
  }

  @Test
  void nothingIsSavedOverWhatLeavesTokensUnserved() {
    // Data stays; of 1.6 replicas' work the one that runs leaves 0.6.
    SampleInput input = SampleInput.about().outputTokens(i -> 800).running(1);
    input.constraints = new Constraints(true, false, false, false, input.constraints.stage());
    Advice advice = input.advice();
    assertThat(Summary.of(advice)).isEqualTo("SelfHost: scale up from 1 to 2 replicas");
    assertThat(why(advice.savings().monthly())).isEqualTo(Cause.PRESENT_COST_NOT_COMPARABLE);
  }

  @Test
  void theLastReplicaOfAReservationCostsNothingMore() {
    SampleInput input = SampleInput.about().outputTokens(i -> 500).running(2);
    input.reservation = Commitments.reserved(2, usd("3.00"), LocalDate.parse("2027-06-30"));
    Advice.Marginal marginal = found(input.advice().recommendation().marginal());
    assertThat(marginal.lastReplicaPerHour()).isEqualTo(usd("0"));
    assertThat(marginal.nextReplicaPerHour()).isEqualTo(usd("4.00"));
  }

  @Test
  void whatOnlyInformsLeavesTheConfidenceHigh() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(1);
    input.issues =
        java.util.List.of(new Issue(Reason.GPU_PRICES_DIFFER, Message.quoted("two prices")));
    assertThat(input.advice().decision().confidence()).isEqualTo(Confidence.HIGH);
    input.issues =
        java.util.List.of(new Issue(Reason.GPU_PRODUCTS_DIFFER, Message.quoted("two products")));
    assertThat(input.advice().decision().confidence()).isEqualTo(Confidence.MEDIUM);
  }

  private static NamedSentence why(Estimate<?> finding) {
    return ((Estimate.NotFound<?>) finding).why().message().cause();
  }
}
