package dev.breakeven.advice.decision;

import static dev.breakeven.advice.alternatives.GivenCandidates.HOUR;
import static dev.breakeven.advice.alternatives.GivenCandidates.api;
import static dev.breakeven.advice.alternatives.GivenCandidates.leavingTokens;
import static dev.breakeven.advice.alternatives.GivenCandidates.peak;
import static dev.breakeven.advice.alternatives.GivenCandidates.plan;
import static dev.breakeven.advice.alternatives.GivenCandidates.today;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Constraints.Stage;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.advice.ScenarioFinding.Scenario;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.alternatives.GivenCandidates;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.decision.VerdictRules.Case;
import dev.breakeven.price.Api;
import dev.breakeven.reason.Message;
import dev.breakeven.render.words.Words;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Own or rent of ways whose totals are given, of one hour where nothing else is said. */
class VerdictRulesTest {

  private final SampleInput input = SampleInput.about();
  private PricedLoad load = HOUR;
  private ReplicaCostModel terms = Loads.terms();
  private Scenario scenario = Scenario.MIXED;

  // ---- without a plan ----

  @Test
  void whatTheApiHasNoPriceForIsNamedAfterWhatIsWrongWithThePrice() {
    input.api =
        new Api.NoOffer(
            Api.Why.CARD_UNAVAILABLE, Message.quoted("rate card default cannot be read"));
    input.issues =
        List.of(new Issue(Reason.AMBIGUOUS_ATTRIBUTION, Message.quoted("two match pod a-1")));
    assertThat(input.outputTokens(i -> 400).advice().decision().reason().label())
        .isEqualTo("RateCardUnavailable");
    assertThat(Words.of(input.advice().decision().message()))
        .isEqualTo("rate card default cannot be read");
    input.api = new Api.NoOffer(Api.Why.NOT_ON_CARD, Message.quoted("no offer for test-model"));
    assertThat(input.advice().decision().reason().label()).isEqualTo("APIPriceMissing");
  }

  @Test
  void whereNothingServesEverythingTheMostThatThePolicyAllowsIsNamed() {
    // Ten replicas' worth of work, of which each carries 0.8; the API would take it all.
    input.outputTokens(i -> 5_000).running(2);
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    input.maxReplicas = 7;
    input.headroomPercent = 20;
    assertThat(Words.of(input.advice().decision().message()))
        .isEqualTo(
            "no alternative serves every token: the highest load takes 13 replicas, and the policy"
                + " allows 7 replicas at most (maxReplicas)");
  }

  @Test
  void moreReplicasThanThePolicyAllowsAreKeptWhereFewerWouldNotServeAndItSaysSo() {
    // Ten run at half of what they sustain; four may, and nothing may go to the API.
    input.outputTokens(i -> 5_000).running(10);
    input.constraints = new Constraints(true, false, false, false, Stage.ESTABLISHED);
    input.maxReplicas = 4;
    Advice advice = input.advice();
    assertThat(advice.recommendation().replicasAdvised()).isEqualTo(10);
    assertThat(Words.of(advice.decision().message()))
        .endsWith(
            "a month: 4 replicas, the most that the policy allows (maxReplicas), would not serve"
                + " this traffic");
  }

  @Test
  void modelsThatOnlyAnApiHasAreNotServedOnOwnGpusWhereTheApiCannotBeUsedEither() {
    input.outputTokens(i -> 400).running(1);
    input.constraints = new Constraints(false, false, false, true, Stage.ESTABLISHED);
    input.minReplicas = 1;
    Advice advice = input.planned();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(advice.decision().reason().label()).isEqualTo("MinReplicas");
    assertThat(Words.of(advice.decision().message()))
        .isEqualTo(
            "the product needs models that only an API has, and the policy keeps at least 1 replica"
                + " (minReplicas)");
    input.minReplicas = 0;
    assertThat(Words.of(input.planned().decision().message()))
        .isEqualTo("the product needs models that only an API has; they cost 6,833 USD a month");
  }

  @Test
  void unsureTrafficStartsAtExactlyTwentyPercentAndNotForLess() {
    scenario = Scenario.EARLY_PRODUCT;
    assertServes(
        decision(today(0, 100), api(100), peak(2, 80.5)),
        Kind.API_ONLY,
        "TooEarlyToStart",
        "your own GPUs would save 19.5 %, and EarlyProduct traffic needs 20.0 % to start: it is"
            + " so");
    assertThat(decision(today(0, 100), api(100), peak(2, 80)).reason().label())
        .isEqualTo("Cheapest");
    assertThat(decision(today(0, 100), api(100), peak(2, 101)).reason().label())
        .isEqualTo("Cheapest");
    // A plan has a gate of its own for that.
    assertThat(decision(today(0, 100), api(100), peak(2, 70), plan(1, 1, 85)).reason().label())
        .isEqualTo("Cheapest");
    scenario = Scenario.LOW_OR_UNPREDICTABLE;
    assertThat(decision(today(0, 100), api(100), peak(2, 80.5)).reason().label())
        .isEqualTo("TooEarlyToStart");
  }

  @Test
  void itIsNeverTooEarlyForWhatRunsAlreadyOrWhereTheApiCannotTakeItAll() {
    scenario = Scenario.EARLY_PRODUCT;
    assertServes(
        decision(today(1, 100), api(100), peak(2, 81)),
        Kind.SELF_HOST_PEAK,
        "Cheapest",
        "SelfHostPeak costs least: 59,130 USD a month, APIOnly 73,000 USD");
    // Nor is a price named at which no way serves everything.
    assertServes(
        decision(today(1, 100), leavingTokens(api(60), 1), peak(2, 81)),
        Kind.SELF_HOST_PEAK,
        "Cheapest",
        "SelfHostPeak costs least: 59,130 USD a month");
    assertThat(decision(today(0, 100), leavingTokens(api(60), 1), peak(2, 81)).reason().label())
        .isEqualTo("Cheapest");
  }

  @Test
  void whatLeavesTokensIsChangedHoweverLittleThatSaves() {
    assertThat(decision(leavingTokens(today(2, 100), 1), api(99)).reason().label())
        .isEqualTo("Cheapest");
  }

  @Test
  void whereNoReplicaMayBeHeldTheApiIsTheAnswer() {
    input.outputTokens(i -> 400).maxReplicas = 0;
    assertThat(Words.of(input.planned().decision().message()))
        .isEqualTo("APIOnly costs 6,833 USD a month");
  }

  @Test
  void whatRunsIsChangedAtExactlyTheSavingThatThePolicyAsksFor() {
    assertServes(
        decision(today(2, 100), api(95.5)),
        Kind.TODAYS_REPLICAS,
        "SavingTooSmall",
        "APIOnly would save 3,285 USD a month, less than the 5.0 % that the policy asks for a"
            + " change");
    assertServes(
        decision(today(2, 100), api(95)),
        Kind.API_ONLY,
        "Cheapest",
        "APIOnly costs least: 69,350 USD a month, TodaysReplicas 73,000 USD");
  }

  @Test
  void whatRunsBeyondItsBoundsIsNotKept() {
    terms = terms.withReplicasBetween(3, 4);
    for (int running : List.of(3, 4)) {
      assertThat(decision(today(running, 100), api(99)).reason().label())
          .isEqualTo("SavingTooSmall");
      assertThat(decision(today(running, 98), api(99), plan(0, 0, 99)).reason().label())
          .isEqualTo("SavingTooSmall");
    }
    for (int running : List.of(2, 5)) {
      assertThat(decision(today(running, 100), api(99)).reason().label()).isEqualTo("Cheapest");
      assertThat(decision(today(running, 98), api(99), plan(0, 0, 99)).reason().label())
          .isEqualTo("Cheapest");
    }
  }

  // ---- with a plan ----

  @Test
  void thePlanDecidesAndNotANumberFoundWithHindsight() {
    assertServes(
        decision(today(0, 100), api(100), peak(2, 70), plan(1, 1, 80)),
        Kind.FOLLOWING_BURST,
        "Cheapest",
        "FollowingBurst, as Breakeven would have advised step by step, costs 58,400 USD a month,"
            + " APIOnly 73,000 USD");
    assertServes(
        decision(today(0, 100), api(100), peak(2, 70), plan(0, 0, 100)),
        Kind.API_ONLY,
        "Cheapest",
        "APIOnly costs 73,000 USD a month, SelfHostPeak 51,100 USD");
  }

  @Test
  void whereTheApiCannotTakeItAllThePlanIsServedWhateverItCosts() {
    assertServes(
        decision(today(0, 100), leavingTokens(api(60), 1), peak(2, 70), plan(1, 1, 80)),
        Kind.FOLLOWING_BURST,
        "Cheapest",
        "FollowingBurst, as Breakeven would have advised step by step, costs 58,400 USD a month");
  }

  @Test
  void aPlanThatHoldsNothingNowIsOwnOnlyWhereItSaved() {
    assertThat(decision(today(1, 200), api(100), plan(1, 0, 99)).given())
        .isEqualTo(Verdict.SELF_HOST);
    assertThat(decision(today(1, 200), api(100), plan(1, 0, 100)).given()).isEqualTo(Verdict.API);
    assertThat(decision(today(1, 200), api(100), plan(1, 1, 100)).given())
        .isEqualTo(Verdict.SELF_HOST);
    // What it holds next is advised, although it has yet to pay.
    assertThat(decision(today(1, 200), api(100), plan(1, 1, 100.5)).given())
        .isEqualTo(Verdict.SELF_HOST);
  }

  @Test
  void whatRunsIsKeptWhereTheWayItRunsCostsNoMoreThanTheApi() {
    assertServes(
        decision(today(2, 95), api(95), plan(0, 0, 95)),
        Kind.TODAYS_REPLICAS,
        "SavingTooSmall",
        "APIOnly would save nothing");
    assertServes(
        decision(today(2, 100), api(95), plan(0, 0, 95)),
        Kind.API_ONLY,
        "Cheapest",
        "APIOnly costs 69,350 USD a month, TodaysReplicas 73,000 USD");
  }

  // ---- the stage ----

  private VerdictDecision decision(Candidate... ways) {
    Candidates comparison = GivenCandidates.comparison(load, terms, ways);
    input.running(comparison.option(Kind.TODAYS_REPLICAS).orElseThrow().next());
    return VerdictRules.rule(
        new Case(
            input.input(),
            List.of(),
            comparison,
            new ScenarioFinding(scenario, Message.quoted("it is so"), 1, 100, Estimate.of(0.0))));
  }

  private static void assertServes(
      VerdictDecision decision, Kind kind, String reason, String message) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            VerdictDecision.Serve.class,
            serve -> assertThat(serve.option().kind()).isEqualTo(kind));
    assertThat(decision.reason().label()).isEqualTo(reason);
    assertThat(Words.of(decision.message())).isEqualTo(message);
  }
}
