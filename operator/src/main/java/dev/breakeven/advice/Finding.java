package dev.breakeven.advice;

/** A figure of the answer: found, or not, and then why not. Never a zero in place of a reason. */
public sealed interface Finding<T> {

  /** This is the figure. */
  record Found<T>(T value) implements Finding<T> {}

  /** There is none, for this reason. */
  record NotFound<T>(Caveat why) implements Finding<T> {}

  static <T> Finding<T> of(T value) {
    return new Found<>(value);
  }

  static <T> Finding<T> notFound(Caveat.Reason reason, String message) {
    return new NotFound<>(new Caveat(reason, message));
  }
}
