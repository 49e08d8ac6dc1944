package dev.breakeven.advice.decision;

import static dev.breakeven.reason.Parameter.clause;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.PreviousDecision.Change;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is remembered of changes of mind.
 *
 * @param since when the verdict was first given
 * @param changes the last changes, newest first
 */
public record DecisionHistory(Instant since, List<Change> changes) {

  /** Why a decision changed at once: the question did. */
  static final String ASKED_ANEW = "AskedAnew";

  /** The memory after a decision: a change of verdict or of replicas is written down. */
  public static DecisionHistory after(AdvisorInput question, VerdictDecision ruling, int replicas) {
    if (!(question.previous() instanceof PreviousDecision.Made made)) {
      return new DecisionHistory(question.asOf(), List.of());
    }
    boolean sameVerdict = made.verdict() == ruling.given();
    // Replicas that come and go while there is no verdict are nobody's advice.
    boolean sameReplicas =
        made.replicas() == replicas || ruling instanceof VerdictDecision.Undecided;
    if (sameVerdict && sameReplicas) {
      return new DecisionHistory(made.since(), made.changes());
    }
    boolean another = ruling instanceof VerdictDecision.Serve && !made.answers(question.asked());
    List<Change> changes = new ArrayList<>();
    changes.add(
        new Change(
            question.asOf(),
            made.verdict(),
            ruling.given(),
            made.replicas(),
            replicas,
            another ? ASKED_ANEW : ruling.reason().label(),
            another
                ? Message.of(Cause.POLICY_CHANGED, clause(ruling.message()))
                : ruling.message()));
    changes.addAll(made.changes());
    return new DecisionHistory(
        sameVerdict ? made.since() : question.asOf(),
        List.copyOf(changes.subList(0, Math.min(Change.KEPT, changes.size()))));
  }
}
