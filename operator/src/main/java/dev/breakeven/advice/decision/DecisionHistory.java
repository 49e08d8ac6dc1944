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
 * What a status keeps of changes of the decision.
 *
 * @param since when the verdict was first given
 * @param changes the last changes, newest first
 */
public record DecisionHistory(Instant since, List<Change> changes) {

  /** Why a decision changed at once: the input did. */
  static final String INPUT_CHANGED = "AskedAnew";

  /** The history after a decision: a change of verdict or of replicas is written down. */
  public static DecisionHistory after(AdvisorInput input, VerdictDecision decision, int replicas) {
    if (!(input.previous() instanceof PreviousDecision.Made made)) {
      return new DecisionHistory(input.asOf(), List.of());
    }
    boolean sameVerdict = made.verdict() == decision.given();
    // Replicas that come and go while there is no verdict are nobody's advice.
    boolean sameReplicas =
        made.replicas() == replicas || decision instanceof VerdictDecision.Undecided;
    if (sameVerdict && sameReplicas) {
      return new DecisionHistory(made.since(), made.changes());
    }
    boolean another = decision instanceof VerdictDecision.Serve && !made.answers(input.inputHash());
    List<Change> changes = new ArrayList<>();
    changes.add(
        new Change(
            input.asOf(),
            made.verdict(),
            decision.given(),
            made.replicas(),
            replicas,
            another ? INPUT_CHANGED : decision.reason().label(),
            another
                ? Message.of(Cause.POLICY_CHANGED, clause(decision.message()))
                : decision.message()));
    changes.addAll(made.changes());
    return new DecisionHistory(
        sameVerdict ? made.since() : input.asOf(),
        List.copyOf(changes.subList(0, Math.min(Change.KEPT, changes.size()))));
  }
}
