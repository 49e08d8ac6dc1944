package dev.breakeven.advice.decision;

import static dev.breakeven.advice.Action.BURST;
import static dev.breakeven.advice.Action.HOLD;
import static dev.breakeven.advice.Action.NONE;
import static dev.breakeven.advice.Action.SCALE_DOWN;
import static dev.breakeven.advice.Action.SCALE_UP;
import static dev.breakeven.advice.Action.START_SELF_HOSTING;
import static dev.breakeven.advice.Action.STOP_SELF_HOSTING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Action;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Advice.Marginal;
import dev.breakeven.advice.Advice.Recommendation;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.decision.ActionRules.Case;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.render.words.Words;
import org.junit.jupiter.api.Test;

/**
 * A replica costs 4.00 an hour; over the window the next saves 5.00 or 3.00, the last carries so.
 */
class ActionRulesTest {

  private static final Estimate<Marginal> NOBODY_KNOWS =
      Estimate.notFound(Issue.Reason.API_PRICE_MISSING, Cause.NO_API_PRICE);

  @Test
  void untilTheVerdictIsKnownWhatRunsIsLeftAlone() {
    VerdictDecision undecided =
        new VerdictDecision.Undecided(
            Issue.Reason.NO_TRAFFIC_DATA, Message.of(Cause.NO_TRAFFIC_KNOWN));
    assertSays(
        recommend(new Case(undecided, 3, window(5, 5))),
        HOLD,
        "Undecided",
        "leave what runs until the verdict is known");
    assertThat(recommend(new Case(undecided, 0, window(5, 5))).action()).isEqualTo(NONE);
  }

  @Test
  void whereNothingRunsItIsStartedOrLeft() {
    assertSays(
        recommend(serve(Verdict.API, 0), 0, window(3, 3)),
        NONE,
        "NothingToRun",
        "nothing runs and nothing should");
    assertSays(
        recommend(serve(Verdict.SELF_HOST, 2), 0, window(5, 5)),
        START_SELF_HOSTING,
        "SelfHostingPays",
        "start 2 replicas");
  }

  @Test
  void noneAreHeldForGoodOrForNow() {
    assertSays(
        recommend(serve(Verdict.API, 0), 2, window(3, 3)),
        STOP_SELF_HOSTING,
        "APICostsLess",
        "stop all replicas; the API costs less");
    assertSays(
        recommend(serve(Verdict.HYBRID, 0), 2, window(3, 3)),
        SCALE_DOWN,
        "NothingPaysNow",
        "hold no replica until the load comes back");
  }

  @Test
  void oneMorePaysOverTheWindowOrAtTheLoadThatIsToCome() {
    assertSays(
        recommend(serve(Verdict.HYBRID, 3), 2, window(5, 5)),
        SCALE_UP,
        "NextReplicaPays",
        "one more replica costs 4.00 USD an hour and takes over 5.00 USD of API traffic");
    assertSays(
        recommend(serve(Verdict.HYBRID, 3), 2, window(3, 5)),
        SCALE_UP,
        "LoadRises",
        "the expected load justifies another replica, although the window's average does not:"
            + " hold 3 replicas");
    // What it costs it may cost: at the price of the API it pays.
    assertThat(recommend(serve(Verdict.HYBRID, 3), 2, window(4, 5)).reason().label())
        .isEqualTo("NextReplicaPays");
  }

  @Test
  void theLastDoesNotPayOverTheWindowOrAtTheLoadThatIsToCome() {
    assertSays(
        recommend(serve(Verdict.HYBRID, 1), 2, window(3, 3)),
        SCALE_DOWN,
        "LastReplicaDoesNotPay",
        "the last replica costs 4.00 USD an hour and carries 3.00 USD of API traffic");
    assertSays(
        recommend(serve(Verdict.HYBRID, 1), 2, window(3, 5)),
        SCALE_DOWN,
        "LoadFalls",
        "the window's average justifies the last replica, and the expected load does not:"
            + " hold 1 replica");
    assertThat(recommend(serve(Verdict.HYBRID, 1), 2, window(3, 4)).reason().label())
        .isEqualTo("LastReplicaDoesNotPay");
  }

  @Test
  void whatAHybridDoesNotHoldBursts() {
    assertSays(
        recommend(serve(Verdict.HYBRID, 2), 2, window(3, 5)),
        BURST,
        "BurstingCostsLess",
        "one more replica costs 4.00 USD an hour and would take over only 3.00 USD of API traffic");
    assertSays(
        recommend(serve(Verdict.HYBRID, 2), 2, window(5, 5)),
        BURST,
        "BurstingCostsLessNow",
        "one more replica would pay over the window, and does not at the expected load");
  }

  @Test
  void whatServesEverythingIsRightAsItIs() {
    assertSays(
        recommend(serve(Verdict.SELF_HOST, 2), 2, window(5, 5)),
        HOLD,
        "RightSize",
        "the right size is 2 replicas");
  }

  @Test
  void withoutAPriceOfTheApiReplicasAreJudgedByWhatMustBeServed() {
    assertSays(
        recommend(serve(Verdict.SELF_HOST, 3), 2, NOBODY_KNOWS),
        SCALE_UP,
        "NextReplicaPays",
        "one more replica is judged by what must be served: the API has no price");
    assertSays(
        recommend(serve(Verdict.SELF_HOST, 1), 2, NOBODY_KNOWS),
        SCALE_DOWN,
        "LastReplicaDoesNotPay",
        "the last replica is judged by what must be served: the API has no price");
  }

  private static void assertSays(
      Recommendation recommendation, Action action, String reason, String message) {
    assertThat(recommendation.action()).isEqualTo(action);
    assertThat(recommendation.reason().label()).isEqualTo(reason);
    assertThat(Words.of(recommendation.message())).isEqualTo(message);
  }

  private static Recommendation recommend(
      VerdictDecision decision, int replicasNow, Estimate<Marginal> marginal) {
    return recommend(new Case(decision, replicasNow, marginal));
  }

  private static Recommendation recommend(Case given) {
    return ActionRules.recommend(given, new BurstPoint.Never(), "inline");
  }

  private static VerdictDecision serve(Verdict verdict, int replicas) {
    return new VerdictDecision.Serve(
        Loads.holding(
            Kind.FOLLOWING_BURST, Loads.hourly(1), Loads.terms(), i -> replicas, replicas),
        verdict,
        replicas,
        VerdictRules.Reason.CHEAPEST,
        Message.quoted("it costs least"));
  }

  /** What the next replica would save an hour, and what the last one carries. */
  private static Estimate<Marginal> window(int nextSaves, int lastCarries) {
    return Estimate.of(
        new Marginal(
            SampleInput.usd("4.00"),
            SampleInput.usd(nextSaves + ".00"),
            SampleInput.usd("4.00"),
            SampleInput.usd(lastCarries + ".00")));
  }
}
