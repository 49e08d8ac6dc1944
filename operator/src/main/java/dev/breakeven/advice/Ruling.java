package dev.breakeven.advice;

/** What the verdict rules came to. */
sealed interface Ruling {

  /** The name of the rule that spoke. */
  String reason();

  /** Its sentence. */
  String message();

  /** Serve the traffic this way. */
  record Serve(Option option, Verdict verdict, String reason, String message) implements Ruling {}

  /** There is no saying. */
  record Undecided(String reason, String message) implements Ruling {}

  default Verdict given() {
    return this instanceof Serve serve ? serve.verdict() : Verdict.INCONCLUSIVE;
  }
}
