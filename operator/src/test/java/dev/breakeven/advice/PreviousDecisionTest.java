package dev.breakeven.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.PreviousDecision.Change;
import dev.breakeven.advice.PreviousDecision.Pending;
import dev.breakeven.advice.PreviousDecision.Prediction;
import dev.breakeven.reason.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreviousDecisionTest {

  private static final Instant THEN = SampleInput.MONDAY;
  private static final Change UNDECIDED = change(Verdict.HYBRID, 3, Verdict.INCONCLUSIVE, 3, THEN);
  private static final Change FIRST_DECISION =
      change(Verdict.INCONCLUSIVE, 0, Verdict.HYBRID, 3, THEN.minus(Duration.ofDays(9)));

  @Test
  void notToKnowForAWhileIsNoChangeOfDecision() {
    assertThat(made(Verdict.HYBRID, 3).decided()).contains(Verdict.HYBRID);
    assertThat(made(Verdict.INCONCLUSIVE, 3, UNDECIDED, FIRST_DECISION).decided())
        .contains(Verdict.HYBRID);
  }

  @Test
  void whoHasNeverKnownHasNoMind() {
    assertThat(made(Verdict.INCONCLUSIVE, 3).decided()).isEmpty();
    // Written down by somebody else: the last change does not say what was thought before.
    assertThat(made(Verdict.INCONCLUSIVE, 3, FIRST_DECISION).decided()).isEmpty();
    assertThat(
            made(
                    Verdict.INCONCLUSIVE,
                    3,
                    change(Verdict.INCONCLUSIVE, 2, Verdict.INCONCLUSIVE, 3, THEN))
                .decided())
        .isEmpty();
  }

  @Test
  void whatWasAddedAfterATimeIsWhatTheChangesSinceSay() {
    PreviousDecision.Made made =
        made(
            Verdict.SELF_HOST,
            5,
            change(Verdict.SELF_HOST, 3, Verdict.SELF_HOST, 5, THEN),
            change(Verdict.SELF_HOST, 4, Verdict.SELF_HOST, 3, THEN.minusSeconds(600)),
            change(Verdict.API, 0, Verdict.SELF_HOST, 4, THEN.minusSeconds(1_200)));
    assertThat(made.addedSince(THEN.minusSeconds(1_201))).isEqualTo(6);
    assertThat(made.addedSince(THEN.minusSeconds(1_200))).isEqualTo(2);
    assertThat(made.addedSince(THEN)).isZero();
  }

  @Test
  void anotherQuestionIsNotAnsweredAndOneThatNobodyNamedIs() {
    PreviousDecision.Made made = made(Verdict.API, 0);
    assertThat(made.answers("1-a")).isTrue();
    assertThat(made.answers("2-a")).isFalse();
    assertThat(made.decidedOn("1-a")).contains(Verdict.API);
    assertThat(made.decidedOn("2-a")).isEmpty();
    assertThat(new PreviousDecision.None().answers("1-a")).isFalse();
    assertThat(new PreviousDecision.None().decidedOn("1-a")).isEmpty();
  }

  private static PreviousDecision.Made made(Verdict verdict, int replicas, Change... changes) {
    return new PreviousDecision.Made(
        verdict,
        replicas,
        THEN,
        "1-a",
        new Pending.Nothing(),
        new Prediction.None(),
        List.of(changes));
  }

  private static Change change(
      Verdict from, int replicasFrom, Verdict to, int replicasTo, Instant at) {
    return new Change(at, from, to, replicasFrom, replicasTo, "Any", Message.quoted("any"));
  }
}
