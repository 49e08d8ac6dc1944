package dev.breakeven.advice.decision;

import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.alternatives.Candidate;

/** What the verdict rules came to. */
public sealed interface VerdictDecision {

  /** The name of the rule that spoke. */
  String reason();

  /** Its sentence. */
  String message();

  /**
   * Serve the traffic this way.
   *
   * @param option the way whose figures are shown
   * @param verdict own or rent
   * @param replicas to hold from now on; the option's own, or what is held on to instead
   */
  record Serve(Candidate option, Verdict verdict, int replicas, String reason, String message)
      implements VerdictDecision {
    static Serve of(Candidate option, String reason, String message) {
      return new Serve(option, option.verdict(), option.next(), reason, message);
    }
  }

  /** There is no saying. */
  record Undecided(String reason, String message) implements VerdictDecision {}

  default Verdict given() {
    return this instanceof Serve serve ? serve.verdict() : Verdict.INCONCLUSIVE;
  }
}
