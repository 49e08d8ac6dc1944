package dev.breakeven.advice;

import dev.breakeven.advice.PreviousDecision.Change;
import dev.breakeven.advice.PreviousDecision.Pending;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is remembered of changes of mind.
 *
 * @param since when the verdict was first given
 * @param pending the change under way
 * @param changes the last changes, newest first
 */
record Memory(Instant since, Pending pending, List<Change> changes) {

  /** The memory after a decision: a change of verdict or of replicas is written down. */
  static Memory after(Question question, Ruling ruling, int replicas) {
    Pending nothing = new Pending.Nothing();
    if (!(question.previous() instanceof PreviousDecision.Made made)) {
      return new Memory(question.now(), nothing, List.of());
    }
    boolean sameVerdict = made.verdict() == ruling.given();
    if (sameVerdict && made.replicas() == replicas) {
      return new Memory(made.since(), nothing, made.changes());
    }
    List<Change> changes = new ArrayList<>();
    changes.add(
        new Change(
            question.now(),
            made.verdict(),
            ruling.given(),
            made.replicas(),
            replicas,
            ruling.reason(),
            ruling.message()));
    changes.addAll(made.changes());
    return new Memory(
        sameVerdict ? made.since() : question.now(),
        nothing,
        List.copyOf(changes.subList(0, Math.min(Change.KEPT, changes.size()))));
  }
}
