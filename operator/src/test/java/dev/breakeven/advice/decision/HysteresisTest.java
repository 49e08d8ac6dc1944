package dev.breakeven.advice.decision;

import static dev.breakeven.advice.SampleInput.found;
import static dev.breakeven.advice.SampleInput.usd;
import static dev.breakeven.advice.alternatives.GivenCandidates.peak;
import static dev.breakeven.advice.alternatives.GivenCandidates.today;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.PreviousDecision.Change;
import dev.breakeven.advice.PreviousDecision.Pending;
import dev.breakeven.advice.PreviousDecision.Prediction;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.advice.alternatives.GivenCandidates;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.decision.Hysteresis.Outcome;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.reason.Message;
import dev.breakeven.render.words.Summary;
import dev.breakeven.render.words.Words;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * When a verdict changes. One replica at 0.8 costs 4.00 an hour, 2,920 a month; the API asks 9.36,
 * 6,832.80 a month. Nothing runs unless a test says so.
 */
class HysteresisTest {

  private static final Instant NOW = SampleInput.MONDAY.plus(Duration.ofDays(7));
  private static final Instant BEFORE = NOW.minus(Duration.ofDays(3));

  @Test
  void aFirstAnswerComesAtOnce() {
    Advice advice = steady().planned();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.decision().since()).isEqualTo(NOW);
    assertThat(advice.decision().pending()).isEqualTo(new Pending.Nothing());
  }

  @Test
  void ownOrRentChangesAtOnceBecauseThePlanWasDampedBefore() {
    SampleInput input = steady();
    input.previous = made(Verdict.API, 0, new Pending.Nothing());
    Advice advice = input.planned();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.recommendation().replicasAdvised()).isEqualTo(1);
    assertThat(advice.decision().pending()).isEqualTo(new Pending.Nothing());
    assertThat(advice.trackRecord().changes())
        .containsExactly(
            new Change(
                NOW,
                Verdict.API,
                Verdict.SELF_HOST,
                0,
                1,
                "Cheapest",
                advice.decision().message()));
  }

  @Test
  void howMuchBurstsIsAnotherVerdictOnceItHasBeenForADayOrTheHoldIfThatIsLonger() {
    assertThat(pendingFor(Duration.ofHours(24).minusSeconds(600), 1)).isEqualTo(Verdict.HYBRID);
    assertThat(pendingFor(Duration.ofHours(24), 1)).isEqualTo(Verdict.SELF_HOST);
    assertThat(pendingFor(Duration.ofDays(2).minusSeconds(600), 48)).isEqualTo(Verdict.HYBRID);
    assertThat(pendingFor(Duration.ofDays(2), 48)).isEqualTo(Verdict.SELF_HOST);
  }

  private static Verdict pendingFor(Duration since, int holdHours) {
    SampleInput input = steady();
    input.planning(Duration.ofDays(7), Duration.ofHours(holdHours), Duration.ofMinutes(10));
    input.previous =
        made(Verdict.HYBRID, 1, new Pending.Considering(Verdict.SELF_HOST, 1, NOW.minus(since)));
    return input.following(i -> 1, 1).decision().verdict();
  }

  @Test
  void anAdviceThatCanNoLongerBeFollowedIsChangedAtOnce() {
    SampleInput input = steady();
    input.api = SampleInput.limited(1);
    input.previous = made(Verdict.API, 0, new Pending.Nothing());
    Advice advice = input.planned();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.decision().pending()).isEqualTo(new Pending.Nothing());
  }

  @Test
  void anotherQuestionIsDecidedAfreshAtOnceAndTheHistorySaysSo() {
    SampleInput input = steady();
    input.previous = made(Verdict.API, 0, new Pending.Nothing());
    input.inputHash = "2-a";
    Advice advice = input.planned();
    assertThat(advice.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(advice.decision().inputHash()).isEqualTo("2-a");
    assertThat(advice.trackRecord().changes())
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.reason()).isEqualTo("AskedAnew");
              assertThat(Words.of(change.message()))
                  .isEqualTo(
                      "the policy or its prices changed; " + Words.of(advice.decision().message()));
            });
  }

  @Test
  void notToKnowAnswersNoOtherQuestion() {
    SampleInput input =
        SampleInput.about().outputTokens(i -> i < 10 || i % 2 == 0 ? 400 : Double.NaN);
    input.inputHash = "2-a";
    assertThat(input.planned().decision().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(input.planned().decision().inputHash()).isEqualTo("2-a");
    input.previous = made(Verdict.API, 0, new Pending.Nothing());
    assertThat(input.planned().decision().inputHash()).isEqualTo("1-a");
  }

  @Test
  void whatIsHeldOnToWithinTheHoldBurstsAtItsOwnSize() {
    // One or two replicas' work in turn: one leaves a third of the tokens, two leave none.
    SampleInput input = SampleInput.about().outputTokens(i -> i % 2 == 0 ? 500 : 1_000);
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("8.00")));
    input.previous = added(Verdict.HYBRID, 2, Duration.ofMinutes(10), new Pending.Nothing());
    Advice held = input.following(i -> 1, 1);
    assertThat(held.recommendation().replicasAdvised()).isEqualTo(2);
    assertThat(held.recommendation().burst()).isInstanceOf(BurstPoint.Never.class);
  }

  @Test
  void whatIsHeldOnToBurstsNothingWhereNoApiMayTakeIt() {
    // Three replicas' work in the first hour, which two would not have carried, and one since.
    SampleInput input = SampleInput.about().outputTokens(i -> i < 6 ? 1_500 : 500);
    input.constraints = new Constraints(true, false, false, false, input.constraints.stage());
    input.previous = added(2, Duration.ofMinutes(10));
    Advice held = input.following(i -> i < 6 ? 3 : 1, 1);
    assertThat(held.recommendation().replicasAdvised()).isEqualTo(2);
    assertThat(held.recommendation().burst()).isInstanceOf(BurstPoint.Never.class);
  }

  @Test
  void whatWasAddedWithinTheHoldIsStoppedWithTheRest() {
    SampleInput input = SampleInput.about().outputTokens(i -> 4);
    input.planning(Duration.ofDays(7), Duration.ofHours(24), Duration.ofMinutes(10));
    input.previous =
        added(
            Verdict.SELF_HOST,
            2,
            Duration.ofHours(1),
            new Pending.Considering(Verdict.API, 0, NOW.minus(Duration.ofDays(1))));
    Advice stopped = input.running(3).planned();
    assertThat(stopped.decision().verdict()).isEqualTo(Verdict.API);
    assertThat(stopped.recommendation().replicasAdvised()).isZero();
    assertThat(stopped.decision().pending()).isEqualTo(new Pending.Nothing());
  }

  @Test
  void whatWasAddedWithinTheHoldIsNotTakenBack() {
    Advice held = withAHoldOfADayAfter(added(2, Duration.ofHours(24).minusSeconds(600)));
    assertThat(held.recommendation().replicasAdvised()).isEqualTo(2);
    assertThat(held.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    assertThat(held.decision().pending())
        .isEqualTo(new Pending.Considering(Verdict.SELF_HOST, 1, NOW));
    // Two carry all that there is.
    assertThat(held.recommendation().burst()).isInstanceOf(BurstPoint.Never.class);
  }

  @Test
  void whatTheHoldKeepsIsSaidWithWhatWouldDoBetter() {
    Advice held = withAHoldOfADayAfter(added(2, Duration.ofHours(24).minusSeconds(600)));
    assertThat(held.decision().reason().label()).isEqualTo("HeldByHysteresis");
    assertThat(Words.of(held.decision().message()))
        .isEqualTo(
            "replicas added within the hold are kept, 2 replicas; 1 replica would be enough");
    assertThat(Summary.of(held))
        .isEqualTo(
            "SelfHost: start 2 replicas; since 2026-11-09T00:00:00Z 1 replica would do better:"
                + " saves 3,906 USD a month, and is advised if that lasts");
  }

  @Test
  void whatWasAddedAHoldAgoIsTakenBack() {
    Advice free = withAHoldOfADayAfter(added(2, Duration.ofHours(24)));
    assertThat(free.recommendation().replicasAdvised()).isEqualTo(1);
  }

  @Test
  void whatWasAddedAndIsStillWantedIsNotHeld() {
    Advice free = withAHoldOfADayAfter(added(1, Duration.ofHours(1)));
    assertThat(free.decision().reason().label()).isEqualTo("Cheapest");
  }

  private static Advice withAHoldOfADayAfter(PreviousDecision previous) {
    SampleInput input = steady();
    input.planning(Duration.ofDays(7), Duration.ofHours(24), Duration.ofMinutes(10));
    input.previous = previous;
    return input.planned();
  }

  /** From one replica to so many more, so long ago. */
  private static PreviousDecision added(int more, Duration ago) {
    return added(Verdict.SELF_HOST, more, ago, new Pending.Nothing());
  }

  private static PreviousDecision added(Verdict verdict, int more, Duration ago, Pending pending) {
    return new PreviousDecision.Made(
        verdict,
        1 + more,
        BEFORE,
        "1-a",
        pending,
        new Prediction.None(),
        List.of(
            new Change(
                NOW.minus(ago), verdict, verdict, 1, 1 + more, "Cheapest", Message.quoted(""))));
  }

  @Test
  void stayingWhereOneIsNeedsNoProofAndIsSaidWithLessConfidence() {
    SampleInput input = uncertain().running(1);
    input.earlier = withReplicas(input.earlier, 1);
    Advice stay = input.planned();
    assertThat(stay.decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    // Besides, one replica ran where the traffic was more than one is said to sustain.
    assertThat(stay.issues())
        .extracting(Issue::reason)
        .contains(Reason.SAVING_UNCERTAIN, Reason.CAPACITY_CONTRADICTED);
    assertThat(stay.decision().confidence()).isEqualTo(Advice.Confidence.LOW);
    SampleInput decided = uncertain();
    decided.previous = made(Verdict.SELF_HOST, 1, new Pending.Nothing());
    assertThat(decided.planned().decision().verdict()).isEqualTo(Verdict.SELF_HOST);
    // That the days decide is one doubt, said of the verdict and seen in the saving.
    assertThat(found(decided.planned().savings().monthly()).low().isNegative()).isTrue();
    assertThat(decided.planned().decision().confidence()).isEqualTo(Advice.Confidence.MEDIUM);
  }

  /** A busy day before, then three days at 0.95 and four at 0.45 with people at 2.50 an hour. */
  private static SampleInput uncertain() {
    SampleInput input = SampleInput.about().outputTokens(i -> i / 144 % 2 == 1 ? 475 : 225);
    input.gpu = new GpuPricing.Priced(new GpuHour.OnDemand(usd("5.00")));
    input.overhead("onCall", "1825");
    input.planning =
        new Planning(Duration.ofDays(7), Duration.ofHours(1), Duration.ofMinutes(10), 0, 80);
    input.earlier = aDayBefore(4_750);
    return input;
  }

  // ---- ways whose totals are given ----

  private final SampleInput input = SampleInput.about();

  @Test
  void howMuchBurstsNeedSaveNothingAndIsFollowedInReplicasMeanwhile() {
    Outcome held = steadied(Verdict.HYBRID, GivenCandidates.HOUR, today(3, 100), peak(2, 100));
    assertThat(held.pending()).isEqualTo(new Pending.Considering(Verdict.SELF_HOST, 2, NOW));
    assertThat(held.decision())
        .isInstanceOfSatisfying(
            VerdictDecision.Serve.class,
            serve -> {
              assertThat(serve.verdict()).isEqualTo(Verdict.HYBRID);
              assertThat(serve.replicas()).isEqualTo(2);
            });
  }

  @Test
  void whatTheOtherSideWasPendingSinceDoesNotCount() {
    input.previous =
        made(
            Verdict.HYBRID,
            3,
            new Pending.Considering(Verdict.API, 0, NOW.minus(Duration.ofDays(2))));
    Candidate wanted = peak(2, 100);
    Outcome held =
        Hysteresis.of(
            input.input(),
            new VerdictDecision.Serve(
                wanted,
                Verdict.SELF_HOST,
                2,
                VerdictRules.Reason.CHEAPEST,
                Message.quoted("it costs least")),
            GivenCandidates.comparison(GivenCandidates.HOUR, Loads.terms(), today(3, 100), wanted));
    assertThat(held.pending()).isEqualTo(new Pending.Considering(Verdict.SELF_HOST, 2, NOW));
  }

  private Outcome steadied(Verdict before, PricedLoad load, Candidate... ways) {
    input.previous = made(before, 3, new Pending.Nothing());
    Candidate wanted = ways[ways.length - 1];
    return Hysteresis.of(
        input.input(),
        new VerdictDecision.Serve(
            wanted,
            sideOf(wanted),
            wanted.next(),
            VerdictRules.Reason.CHEAPEST,
            Message.quoted("it costs least")),
        GivenCandidates.comparison(load, Loads.terms(), ways));
  }

  /** SelfHost where any is held, so that what bursts meanwhile is no part of the question. */
  private static Verdict sideOf(Candidate wanted) {
    return wanted.isSelfHosted() ? Verdict.SELF_HOST : Verdict.API;
  }

  // ---- the stage ----

  private static SampleInput steady() {
    SampleInput input = SampleInput.about().outputTokens(i -> 400);
    input.earlier = aDayBefore(400);
    return input;
  }

  private static TrafficHistory aDayBefore(double output) {
    return TrafficHistory.ofTokens(
        new StepGrid(SampleInput.MONDAY.minus(Duration.ofDays(1)).getEpochSecond(), 3_600, 24),
        Series.constant(24, 10 * output),
        Series.constant(24, 0),
        Series.constant(24, output));
  }

  private static TrafficHistory withReplicas(TrafficHistory past, int replicas) {
    return new TrafficHistory(
        past.grid(),
        past.uncachedInput(),
        past.cachedInput(),
        past.output(),
        past.requests(),
        past.burstInput(),
        past.burstCachedInput(),
        past.burstOutput(),
        past.burstRequests(),
        Series.constant(past.grid().steps(), replicas),
        past.requestsWaiting(),
        past.gpuUtilizationPercent());
  }

  private static PreviousDecision made(Verdict verdict, int replicas, Pending pending) {
    return new PreviousDecision.Made(
        verdict, replicas, BEFORE, "1-a", pending, new Prediction.None(), List.of());
  }
}
