package dev.breakeven.advice.alternatives;

import static dev.breakeven.advice.SampleInput.found;
import static dev.breakeven.advice.SampleInput.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.breakeven.advice.Advice.ConstraintCost;
import dev.breakeven.advice.Alternative.Feasibility;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.price.Api;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import dev.breakeven.render.words.Words;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * 0.8 of a replica's work, 9.36 an hour or 6,832.80 a month at the API; a replica at 12.00 an hour
 * is 8,760.00 a month.
 */
class ConstraintCostsTest {

  @Test
  void aLatencyThatNoApiMeetsCostsTheDifferenceToTheApi() {
    assertThat(cost(only(false, false, true), "apiTooSlow")).isEqualTo(usd("1927.20"));
    assertThat(cost(only(true, false, false), "dataMustStay")).isEqualTo(usd("1927.20"));
    assertThat(cost(only(false, true, false), "customWeights")).isEqualTo(usd("1927.20"));
  }

  @Test
  void oneOfSeveralBansCostsNothingWhileTheOthersStand() {
    for (SampleInput input : List.of(only(true, true, true), only(true, false, true))) {
      assertThat(input.advice().comparison().constraints())
          .hasSizeGreaterThan(1)
          .allSatisfy(cost -> assertThat(found(cost.perMonth())).isEqualTo(usd("0.00")));
    }
  }

  @Test
  void peopleAreAPartOfWhatABanCosts() {
    SampleInput input = only(true, false, false).overhead("onCall", "730");
    assertThat(cost(input, "dataMustStay")).isEqualTo(usd("2657.20"));
  }

  @Test
  void aReservationIsPaidWithTheApiToo() {
    // One at 10.00 is paid either way, so the API would come on top of it.
    SampleInput input = only(true, false, false);
    input.reservation = Commitments.reserved(1, usd("10.00"), LocalDate.parse("2027-06-30"));
    assertThat(cost(input, "dataMustStay")).isEqualTo(usd("0.00"));
  }

  @Test
  void tooFewAllowedCostTheOverflowLessTheReplicasThatWouldServeIt() {
    // 2.4 of work: one at 4.00 and 1.4 × 11.70, beside three at 12.00.
    SampleInput input = SampleInput.about().outputTokens(i -> 1_200);
    input.maxReplicas = 1;
    assertThat(cost(input, "maxReplicas")).isEqualTo(usd("6117.40"));
    input.maxReplicas = 3;
    assertThat(input.advice().comparison().constraints()).isEmpty();
  }

  @Test
  void aLeastOfSparesAloneCostsWhatTheSparesDo() {
    // One that carries nothing, 12.00 an hour, beside the API alone.
    SampleInput input = dear();
    input.minReplicas = 1;
    input.redundantReplicas = 1;
    assertThat(cost(input, "minReplicas")).isEqualTo(usd("8760.00"));
  }

  @Test
  void theApisLimitsCostTheReplicaThatTheyAskFor() {
    // 1.6 of work, 8,800 tokens/s, of which 3,300 may go: 12.00 and 0.6 × 11.70 beside 18.72.
    SampleInput input = dear().outputTokens(i -> 800);
    input.api = SampleInput.limited(3_300 * 60 / 0.8);
    assertThat(cost(input, "apiLimits")).isEqualTo(usd("219.00"));
  }

  @Test
  void theApisLimitsCostNoMoreThanTheNextReplicaWhereTheFirstIsOwnAnyway() {
    // One hour's work in five of six, three in the sixth: the second replica carries 11.70 ÷ 6 for
    // its 4.00. It is needed where a replica's worth and no more fits the API.
    SampleInput input = SampleInput.about().outputTokens(i -> i % 6 == 0 ? 1_500 : 500);
    input.api = SampleInput.limited(5_500 * 60 / 0.8);
    assertThat(cost(input, "apiLimits")).isEqualTo(usd("1496.50"));
  }

  @Test
  void aCostOfLessThanACentIsNone() {
    // 1.6 of work: two replicas in place of one and 0.6 × 11.70 = 7.02 an hour at the API.
    SampleInput input = SampleInput.about().outputTokens(i -> 800);
    input.maxReplicas = 1;
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("7.01998"))); // 0.0146 a month
    assertThat(cost(input, "maxReplicas")).isEqualTo(usd("0.01"));
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("7.01999"))); // 0.0073 a month
    assertThat(input.advice().comparison().constraints()).isEmpty();
  }

  @Test
  void whereOnlyAnApiHasTheModelsWhatBoundsOwnReplicasCostsNothing() {
    // 6,832.80 at the API; one that serves and one to spare at 4.00 would be 5,840.00.
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.constraints = new Constraints(false, false, false, true, Constraints.NONE.stage());
    input.redundantReplicas = 1;
    input.maxReplicas = 1;
    input.api = SampleInput.limited(1e6);
    assertThat(input.advice().comparison().constraints())
        .extracting(ConstraintCost::constraint, cost -> found(cost.perMonth()))
        .containsExactly(
            tuple("apiModelsNeeded", usd("0.00")), tuple("redundantReplicas", usd("0.00")));
    input.maxReplicas = 2;
    assertThat(input.advice().comparison().constraints())
        .extracting(ConstraintCost::constraint, cost -> found(cost.perMonth()))
        .containsExactly(
            tuple("apiModelsNeeded", usd("992.80")), tuple("redundantReplicas", usd("0.00")));
  }

  @Test
  void aConstraintUnderWhichNothingServesEveryTokenHasNoCost() {
    // 1.6 of work on the one that may be held, and no API.
    SampleInput input = only(true, false, false).outputTokens(i -> 800);
    input.maxReplicas = 1;
    assertThat(input.advice().comparison().constraints())
        .extracting(cost -> Words.of(cost.message()))
        .containsExactly(
            "keeping data in: no alternative serves every token with it",
            "holding at most 1 replica: no alternative serves every token with it");
  }

  @Test
  void withoutAPriceOfTheApiABanHasNoCost() {
    SampleInput input = only(true, false, false);
    input.api = new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("none"));
    assertThat(input.advice().comparison().constraints())
        .containsExactly(
            new ConstraintCost(
                "dataMustStay",
                Estimate.notFound(Issue.Reason.API_PRICE_MISSING, Cause.NO_API_PRICE_WITHOUT_IT),
                Message.of(
                    Cause.CONSTRAINT_NOT_PRICED,
                    Parameter.clause(Message.of(Cause.KEEPING_DATA_IN)))));
  }

  @Test
  void withoutAPriceOfTheApiTheFewestKeptAreComparedWithOwnReplicas() {
    // Two are kept where one would do.
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.api = new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("none"));
    input.minReplicas = 2;
    assertThat(cost(input, "minReplicas")).isEqualTo(usd("2920.00"));
  }

  @Test
  void asManyAsAreAllowedMayBeHeld() {
    SampleInput input = only(true, false, false);
    input.maxReplicas = 1;
    assertThat(cost(input, "dataMustStay")).isEqualTo(usd("1927.20"));
  }

  @Test
  void aWayThatMayNotBeSaysWhatForbidsIt() {
    assertThat(whyNot(only(false, true, false), Kind.API_ONLY)).isEqualTo("customWeights");
    assertThat(whyNot(only(false, false, true), Kind.API_ONLY)).isEqualTo("apiTooSlow");
    assertThat(whyNot(only(true, false, false), Kind.API_ONLY)).isEqualTo("dataMustStay");
    SampleInput least = dear();
    least.minReplicas = 1;
    assertThat(whyNot(least, Kind.API_ONLY)).isEqualTo("MinReplicas");
    SampleInput models = dear();
    models.constraints = new Constraints(false, false, false, true, Constraints.NONE.stage());
    assertThat(whyNot(models, Kind.BASELINE_BURST)).isEqualTo("APIModelsNeeded");
  }

  private static String whyNot(SampleInput input, Kind kind) {
    Feasibility feasibility = SampleInput.alternative(input.advice(), kind).feasibility();
    return ((Feasibility.Infeasible) feasibility).reason().label();
  }

  private static SampleInput dear() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("12.00")));
    return input;
  }

  private static SampleInput only(boolean dataMustStay, boolean customWeights, boolean apiTooSlow) {
    SampleInput input = dear();
    input.constraints =
        new Constraints(dataMustStay, customWeights, apiTooSlow, false, Constraints.NONE.stage());
    return input;
  }

  private static Money cost(SampleInput input, String constraint) {
    ConstraintCost cost =
        input.advice().comparison().constraints().stream()
            .filter(c -> c.constraint().equals(constraint))
            .findFirst()
            .orElseThrow();
    return found(cost.perMonth());
  }
}
