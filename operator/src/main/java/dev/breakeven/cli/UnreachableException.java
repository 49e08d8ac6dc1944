package dev.breakeven.cli;

/** Something outside the program that it needs does not answer; the message is a sentence. */
final class UnreachableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
