package dev.breakeven.advice.decision;

import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedReason;

/** What the verdict rules decided. */
public sealed interface VerdictDecision {

  /** Why. */
  NamedReason reason();

  /** What the status says of it. */
  Message message();

  /**
   * Serve the traffic this way.
   *
   * @param option the way whose figures are shown
   * @param verdict own GPUs or API
   * @param replicas to hold from now on; the option's own, or what is held on to instead
   */
  record Serve(Candidate option, Verdict verdict, int replicas, NamedReason reason, Message message)
      implements VerdictDecision {
    static Serve of(Candidate option, NamedReason reason, Message message) {
      return new Serve(option, option.verdict(), option.next(), reason, message);
    }
  }

  /** Something that a verdict needs is missing. */
  record Undecided(NamedReason reason, Message message) implements VerdictDecision {}

  default Verdict given() {
    return this instanceof Serve serve ? serve.verdict() : Verdict.INCONCLUSIVE;
  }
}
