package dev.breakeven.advice;

import static dev.breakeven.advice.SampleInput.alternative;
import static dev.breakeven.advice.SampleInput.found;
import static dev.breakeven.advice.SampleInput.limited;
import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Advice.Confidence;
import dev.breakeven.advice.Alternative.Feasibility.Infeasible;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Constraints.Stage;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Api;
import dev.breakeven.price.ApiLimits.Limit;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Offer;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.render.words.Summary;
import dev.breakeven.render.words.Words;
import dev.breakeven.traffic.Series;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Own or rent, rule by rule. */
class VerdictTest {

  @Test
  void whatIsPartlyKnownIsNotJudged() {
    SampleInput input =
        SampleInput.about().outputTokens(i -> i < 10 || i % 2 == 0 ? 400 : Double.NaN);
    Advice advice = input.running(2).advice();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(advice.decision().reason().label()).isEqualTo("CoverageLow");
    assertThat(Words.of(advice.decision().message()))
        .isEqualTo("50.5 % of the window is known; the policy asks for 80.0 %");
    assertThat(advice.decision().confidence()).isEqualTo(Confidence.NONE);
    assertThat(advice.recommendation().action()).isEqualTo(Action.HOLD);
    assertThat(advice.recommendation().replicasAdvised()).isEqualTo(2);
    assertThat(Summary.of(advice))
        .startsWith("Inconclusive: 50.5 %")
        .endsWith("keep 2 replicas until then");
    // The figures are shown all the same.
    assertThat(advice.comparison().alternatives()).isNotEmpty();
  }

  @Test
  void coverageIsEnoughAtExactlyWhatThePolicyAsksFor() {
    SampleInput input = SampleInput.about().steps(1000);
    input.outputTokens(i -> i % 5 == 4 ? Double.NaN : 400);
    assertThat(input.advice().basis().observed().window().coveragePercent()).isEqualTo(80);
    assertThat(input.advice().decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    input.outputTokens(i -> i % 5 == 4 || i == 1 ? Double.NaN : 400);
    assertThat(input.advice().decision().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void whatSparesCostIsSaidWithThePeopleThatOwnGpusNeed() {
    // The API asks 6,832.80 a month; people are 1,000.00, a replica 2,920.00, and two spares twice
    // that.
    SampleInput input = SampleInput.about().outputTokens(i -> 400).overhead("engineering", "1000");
    input.redundantReplicas = 2;
    assertThat(Words.of(input.advice().decision().message()))
        .isEqualTo(
            "the API costs 6,833 USD a month; own GPUs would cost 3,920 USD without"
                + " redundantReplicas, and 9,760 USD with 2 replicas to spare");
  }

  @Test
  void sparesThatKeepFromAStartByHandAreNamed() {
    // Two spares cost 5,840.00: own GPUs with people would be 9,660.00, and 3,820.00 without them.
    SampleInput input = SampleInput.about().outputTokens(i -> 400).overhead("engineering", "900");
    input.redundantReplicas = 2;
    input.setByHand();
    assertThat(input.advice().decision().reason().label()).isEqualTo("RedundantReplicas");
  }

  @Test
  void sparesAreNotNamedWhereOwnGpusCostLessWithThemAndMissTheMarginOfAStart() {
    // With one spare own GPUs save 6,832.80 − 5,840.00 = 992.80: more than people, 900.00, and less
    // than the 1.2 times of it that a start by hand asks for.
    SampleInput input = SampleInput.about().outputTokens(i -> 400).overhead("engineering", "900");
    input.redundantReplicas = 1;
    input.setByHand();
    assertThat(input.advice().decision().reason().label()).isEqualTo("SavingTooSmall");
  }

  @Test
  void whatRunsBeyondThePolicysMaximumIsNotKeptForWantOfACapacity() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(2);
    input.capacity = new StatedCapacity.NotStated();
    assertThat(input.advice().decision().reason().label()).isEqualTo("CheaperAsItRuns");
    input.maxReplicas = 1;
    assertThat(input.advice().decision().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void whereThePeaksReplicasHaveAQuarterToSpareAnywayTheMarginIsNotNamed() {
    // A quarter more than the highest load, 0.4, is 0.5: one replica for either.
    SampleInput input = SampleInput.about().outputTokens(i -> 400).running(1);
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    input.setByHand();
    assertThat(Words.of(input.advice().decision().message()))
        .isEqualTo("data must stay, so no API may see it; your own GPUs cost 2,920 USD a month");
  }

  @Test
  void sparesThatKeepOwnGpusFromBeingWorthItAreNamed() {
    // The API asks 6,832.80 a month; one replica costs 2,920.00, and with two spares 8,760.00.
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.redundantReplicas = 2;
    Advice advice = input.advice();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.API);
    assertThat(advice.decision().reason().label()).isEqualTo("RedundantReplicas");
    assertThat(Words.of(advice.decision().message()))
        .isEqualTo(
            "the API costs 6,833 USD a month; own GPUs would cost 2,920 USD without"
                + " redundantReplicas, and 8,760 USD with 2 replicas to spare");
    input.redundantReplicas = 1; // 5,840.00
    assertThat(input.advice().decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    input.redundantReplicas = 2;
    input.outputTokens(i -> 100); // 1,708.20: own GPUs would not pay without spares either
    assertThat(input.advice().decision().reason().label()).isNotEqualTo("RedundantReplicas");
  }

  @Test
  void withoutAnyTrafficSeriesThereIsNoVerdictAndNoFigure() {
    SampleInput input = SampleInput.about();
    input.output = Series.absent(SampleInput.WEEK);
    input.uncachedInput = input.output;
    Advice advice = input.advice();
    assertThat(advice.decision().reason().label()).isEqualTo("NoTrafficData");
    assertThat(Words.of(advice.decision().message())).contains("test-model");
    assertThat(advice.comparison().alternatives()).isEmpty();
    assertThat(advice.basis().observed().tokens().demand()).isInstanceOf(Estimate.NotFound.class);
    assertThat(advice.costs().breakeven()).isInstanceOf(Estimate.NotFound.class);
    assertThat(advice.recommendation().action()).isEqualTo(Action.NONE);
  }

  @Test
  void withoutAGpuPriceThereIsNoVerdict() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.gpu =
        new GpuPricing.Unpriced(
            Message.quoted("rate card default has no price for NVIDIA-H100"), false);
    assertThat(input.advice().decision().reason().label()).isEqualTo("GPUPriceMissing");
    assertThat(Words.of(input.advice().decision().message())).contains("NVIDIA-H100");
    input.gpu = new GpuPricing.Unpriced(Message.quoted("it is in EUR"), true);
    assertThat(input.advice().decision().reason().label()).isEqualTo("CurrencyMismatch");
  }

  @Test
  void nothingIsConverted() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.gpu =
        new GpuPricing.Priced(new GpuHour.OnDemand(dev.breakeven.price.Money.of("4", "EUR")));
    assertThat(input.advice().decision().reason().label()).isEqualTo("CurrencyMismatch");
    assertThat(input.advice().comparison().alternatives()).isEmpty();
  }

  @Test
  void withoutAnApiPriceNothingCanBeCompared() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.api =
        new Api.NoOffer(
            Api.Why.GONE_FROM_CARD, Message.quoted("offer fast is gone from rate card default"));
    Advice gone = input.advice();
    assertThat(gone.decision().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(gone.decision().reason().label()).isEqualTo("OfferGone");
    assertThat(Words.of(gone.decision().message()))
        .isEqualTo("offer fast is gone from rate card default");
    assertThat(gone.comparison().alternatives())
        .extracting(Alternative::kind)
        .containsExactlyInAnyOrder(Kind.TODAYS_REPLICAS, Kind.SELF_HOST_PEAK);
    input.api = new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("no offer for test-model"));
    assertThat(input.advice().decision().reason().label()).isEqualTo("APIPriceMissing");
    input.api = new Api.NoOffer(Api.Why.CURRENCY_MISMATCH, Message.quoted("offer fast is in EUR"));
    assertThat(input.advice().decision().reason().label()).isEqualTo("CurrencyMismatch");
  }

  @Test
  void dataThatMustStayIsSelfHostedWhateverItCosts() {
    SampleInput input = SampleInput.about().outputTokens(i -> i < 144 ? 400 : 4);
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    Advice advice = input.advice();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.decision().reason().label()).isEqualTo("DataMustStay");
    assertThat(Words.of(advice.decision().message())).contains("2,920 USD a month");
    Alternative apiOnly = alternative(advice, Kind.API_ONLY);
    assertThat(apiOnly.feasibility())
        .isInstanceOfSatisfying(
            Infeasible.class,
            infeasible -> assertThat(infeasible.reason().label()).isEqualTo("dataMustStay"));
  }

  @Test
  void weightsThatNoApiOffersAndLatencyThatNoneMeetsAreSelfHosted() {
    SampleInput input = SampleInput.about().outputTokens(i -> i < 144 ? 400 : 4);
    input.constraints = new Constraints(false, true, false, false, Stage.ESTABLISHED);
    assertThat(input.advice().decision().reason().label()).isEqualTo("CustomWeights");
    input.constraints = new Constraints(false, false, true, false, Stage.ESTABLISHED);
    assertThat(input.advice().decision().reason().label()).isEqualTo("APITooSlow");
    // An API without a price is no loss where none may be used.
    input.api = new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("none"));
    assertThat(input.advice().decision().verdict()).isEqualTo(Verdict.SELF_HOST);
  }

  @Test
  void modelsThatOnlyAnApiHasAreRentedEvenWhereOwnGpusCostLess() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.constraints = new Constraints(false, false, false, true, Stage.ESTABLISHED);
    assertThat(input.advice().decision().verdict()).isEqualTo(Verdict.API);
    assertThat(input.advice().decision().reason().label()).isEqualTo("APIModelsNeeded");
    input.constraints = new Constraints(true, false, false, true, Stage.ESTABLISHED);
    assertThat(input.advice().decision().reason().label()).isEqualTo("ConstraintsContradict");
  }

  @Test
  void whatNothingServesWholeIsNotDecided() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400 * 10);
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    input.maxReplicas = 7;
    Advice advice = input.advice();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(advice.decision().reason().label()).isEqualTo("NothingServesEverything");
    // 8 replicas' worth of work on 7: an eighth of 44,000 tokens/s
    assertThat(alternative(advice, Kind.SELF_HOST_PEAK).feasibility())
        .isInstanceOfSatisfying(
            Infeasible.class,
            infeasible -> {
              assertThat(infeasible.reason().label()).isEqualTo("MaxReplicas");
              assertThat(infeasible.unservedTokensPerMonth())
                  .isCloseTo(5_500 * 3600.0 * 730, org.assertj.core.api.Assertions.within(1e6));
            });
  }

  @Test
  void lessThanOnePercentOfBurstIsStillSelfHosting() {
    // A week at 1.0 replicas' worth of work, a few steps of it at 1.8: 0.8 of each of those bursts.
    assertThat(spikes(12).decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(spikes(13).decision().verdict()).isEqualTo(Verdict.HYBRID);
    assertThat(spikes(13).recommendation().burst())
        .isInstanceOfSatisfying(
            Advice.BurstPoint.Above.class,
            above -> {
              assertThat(above.tokensPerSecond())
                  .isCloseTo(5_500, org.assertj.core.api.Assertions.within(1.0));
              assertThat(above.sharePercent()).isBetween(1.0, 1.2);
            });
  }

  private static Advice spikes(int steps) {
    // At a price of 11.00 only full hours pay for a replica: none that works for the spikes does.
    SampleInput input =
        SampleInput.about().outputTokens(i -> i % 60 == 0 && i / 60 < steps ? 900 : 500);
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("11.00")));
    return input.advice();
  }

  @Test
  void startingForUnsureTrafficAsksForATwentyPercentSaving() {
    // One replica at 0.9: 10.53 an hour at the API. 8.43 is 19.9 % less, 8.42 is 20.04 %.
    assertThat(early("8.43").decision().verdict()).isEqualTo(Verdict.API);
    assertThat(early("8.43").decision().reason().label()).isEqualTo("TooEarlyToStart");
    assertThat(early("8.42").decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    // Of an established product as much as the policy says is enough.
    assertThat(established("8.43").decision().verdict()).isEqualTo(Verdict.SELF_HOST);
  }

  private static Advice early(String gpuHour) {
    return atPrice(gpuHour, Stage.EARLY);
  }

  private static Advice established(String gpuHour) {
    return atPrice(gpuHour, Stage.ESTABLISHED);
  }

  private static Advice atPrice(String gpuHour, Stage stage) {
    SampleInput input = SampleInput.about().outputTokens(i -> 450);
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd(gpuHour)));
    input.constraints = new Constraints(false, false, false, false, stage);
    return input.advice();
  }

  @Test
  void whatRunsIsNotChangedForLessThanThePolicyAsks() {
    // Five percent of the API's 10.53 is 0.5265: at 10.01 a replica saves 4.9 %, at 10.00 5.03 %.
    Advice kept = atPrice("10.01", Stage.ESTABLISHED);
    assertThat(kept.decision().verdict()).isEqualTo(Verdict.API);
    assertThat(kept.decision().reason().label()).isEqualTo("SavingTooSmall");
    assertThat(atPrice("10.00", Stage.ESTABLISHED).decision().verdict())
        .isEqualTo(Verdict.SELF_HOST);
    // And the other way round: a replica that runs at 11.08 is kept, at 11.10 it is not.
    assertThat(runningOneAt("11.08").decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(runningOneAt("11.08").decision().reason().label()).isEqualTo("SavingTooSmall");
    assertThat(runningOneAt("11.10").decision().verdict()).isEqualTo(Verdict.API);
    assertThat(runningOneAt("11.10").recommendation().action()).isEqualTo(Action.STOP_SELF_HOSTING);
  }

  private static Advice runningOneAt(String gpuHour) {
    SampleInput input = SampleInput.about().outputTokens(i -> 450).running(1);
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd(gpuHour)));
    return input.advice();
  }

  @Test
  void atTheSameCostWhatRunsIsKeptAndNothingRunningIsTheApiAlone() {
    assertThat(
            Words.of(
                SampleInput.about()
                    .outputTokens(i -> 400)
                    .running(1)
                    .advice()
                    .decision()
                    .message()))
        .startsWith("TodaysReplicas costs least: 2,920 USD a month, APIOnly 6,833 USD");
    assertThat(Words.of(SampleInput.about().outputTokens(i -> 4).advice().decision().message()))
        .startsWith("APIOnly costs least: 68.33 USD a month, SelfHostPeak 2,920 USD");
    SampleInput free = SampleInput.about().outputTokens(i -> 400);
    free.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("0.00")));
    free.api = new Api.Offered(Offer.of("inline", TokenPrices.of(usd("0.00"), usd("0.00"))));
    assertThat(Words.of(free.advice().decision().message()))
        .isEqualTo("APIOnly costs least: 0.00 USD a month, SelfHostPeak 0.00 USD");
    assertThat(free.advice().costs().breakeven())
        .isEqualTo(Estimate.notFound(Issue.Reason.NOTHING_TO_COMPARE, Cause.API_IS_FREE));
    assertThat(Words.of(free.running(1).advice().decision().message()))
        .isEqualTo("TodaysReplicas costs least: 0.00 USD a month, APIOnly 0.00 USD");
  }

  @Test
  void noTrafficNeedsNoReplica() {
    Advice advice = SampleInput.about().running(2).overhead("onCall", "600").advice();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.API);
    assertThat(advice.issues()).extracting(Issue::reason).contains(Issue.Reason.NO_TRAFFIC);
    assertThat(advice.recommendation().action()).isEqualTo(Action.STOP_SELF_HOSTING);
    assertThat(found(advice.savings().monthly()).expected()).isEqualTo(usd("6440.00"));
    assertThat(advice.costs().breakeven()).isInstanceOf(Estimate.NotFound.class);
    assertThat(found(advice.basis().observed().replicas().utilizationPercent())).isZero();
  }

  @Test
  void anApiThatTakesTooLittleCannotBeTheAnswer() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    // 4,400 tokens/s are 264,000 a minute: 330,000 × 80 % is exactly that.
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("100")));
    input.api = limited(330_000);
    assertThat(input.advice().decision().verdict()).isEqualTo(Verdict.API);
    input.api = limited(329_000);
    Advice advice = input.advice();
    assertThat(advice.decision().verdict()).isNotEqualTo(Verdict.API);
    assertThat(alternative(advice, Kind.API_ONLY).feasibility())
        .isInstanceOfSatisfying(
            Infeasible.class,
            infeasible -> {
              assertThat(infeasible.reason().label()).isEqualTo("APILimits");
              assertThat(Words.of(infeasible.message())).contains("80.0 %");
              assertThat(infeasible.unservedTokensPerMonth())
                  .isCloseTo(800 / 60.0 * 3600 * 730, org.assertj.core.api.Assertions.within(1e4));
            });
  }

  @Test
  void requestsAMinuteAreALimitToo() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.requests = Series.constant(SampleInput.WEEK, 2);
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("100")));
    input.api = limited(new Limit.None(), new Limit.PerMinute(150));
    assertThat(input.advice().decision().verdict()).isEqualTo(Verdict.API);
    input.api = limited(new Limit.None(), new Limit.PerMinute(149));
    assertThat(input.advice().decision().verdict()).isNotEqualTo(Verdict.API);
  }

  @Test
  void anApiThatIsForbiddenLeavesEveryTokenWhateverItsLimits() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    input.api = limited(165_000); // half of it
    assertThat(alternative(input.advice(), Kind.API_ONLY).feasibility())
        .isInstanceOfSatisfying(
            Infeasible.class,
            infeasible ->
                assertThat(infeasible.unservedTokensPerMonth())
                    .isCloseTo(4_400 * 3600.0 * 730, org.assertj.core.api.Assertions.within(1e4)));
  }

  @Test
  void theFewestReplicasThatThePolicyKeepsRuleOutTheApiAlone() {
    SampleInput input = SampleInput.about().outputTokens(i -> 4);
    input.minReplicas = 1;
    Advice advice = input.running(1).advice();
    assertThat(advice.decision().verdict()).isNotEqualTo(Verdict.API);
    assertThat(advice.recommendation().replicasAdvised()).isEqualTo(1);
    assertThat(alternative(advice, Kind.API_ONLY).isFeasible()).isFalse();
  }

  @Test
  void everyAlternativeOfAnOrdinaryPolicyIsAMonthlyTotalInOrderOfCost() {
    Advice advice = SampleInput.about().outputTokens(i -> 400).running(3).advice();
    assertThat(advice.comparison().alternatives())
        .extracting(Alternative::kind)
        .containsExactlyInAnyOrder(
            Kind.API_ONLY,
            Kind.TODAYS_REPLICAS,
            Kind.SELF_HOST_PEAK,
            Kind.BASELINE_BURST,
            Kind.SCHEDULED_BURST);
    List<Double> totals =
        advice.comparison().alternatives().stream().map(a -> a.bill().total().value()).toList();
    assertThat(totals).isSorted();
    assertThat(alternative(advice, Kind.TODAYS_REPLICAS).bill().total()).isEqualTo(usd("8760.00"));
    assertThat(advice.recommendation().action()).isEqualTo(Action.SCALE_DOWN);
    assertThat(Arrays.stream(Kind.values()).map(Kind::label)).doesNotHaveDuplicates();
  }
}
