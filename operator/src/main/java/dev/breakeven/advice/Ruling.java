package dev.breakeven.advice;

/** What the verdict rules came to. */
sealed interface Ruling {

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
  record Serve(Option option, Verdict verdict, int replicas, String reason, String message)
      implements Ruling {
    static Serve of(Option option, String reason, String message) {
      return new Serve(option, option.verdict(), option.next(), reason, message);
    }
  }

  /** There is no saying. */
  record Undecided(String reason, String message) implements Ruling {}

  default Verdict given() {
    return this instanceof Serve serve ? serve.verdict() : Verdict.INCONCLUSIVE;
  }
}
