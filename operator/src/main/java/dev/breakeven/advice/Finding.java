package dev.breakeven.advice;

import java.util.function.Function;

/** A figure of the answer: found, or not, and then why not. Never a zero in place of a reason. */
public sealed interface Finding<T> {

  /** This is the figure. */
  record Found<T>(T value) implements Finding<T> {}

  /** There is none, for this reason. */
  record NotFound<T>(Caveat why) implements Finding<T> {}

  /** What follows from the figure; without one, the same reason. */
  default <R> Finding<R> map(Function<T, R> then) {
    return this instanceof Found<T> found
        ? of(then.apply(found.value()))
        : new NotFound<>(((NotFound<T>) this).why());
  }

  static <T> Finding<T> of(T value) {
    return new Found<>(value);
  }

  static <T> Finding<T> notFound(Caveat.Reason reason, String message) {
    return new NotFound<>(new Caveat(reason, message));
  }
}
