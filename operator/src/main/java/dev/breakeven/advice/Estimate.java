package dev.breakeven.advice;

import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.Optional;
import java.util.function.Function;

/** A figure of the answer: found, or not, and then why not. Never a zero in place of a reason. */
public sealed interface Estimate<T> {

  /** This is the figure. */
  record Found<T>(T value) implements Estimate<T> {}

  /** There is none, for this reason. */
  record NotFound<T>(Issue why) implements Estimate<T> {}

  /** What follows from the figure; without one, the same reason. */
  default <R> Estimate<R> map(Function<T, R> then) {
    return flatMap(value -> of(then.apply(value)));
  }

  /** What is found from the figure; without one, the same reason. */
  default <R> Estimate<R> flatMap(Function<T, Estimate<R>> then) {
    return this instanceof Found<T> found
        ? then.apply(found.value())
        : new NotFound<>(((NotFound<T>) this).why());
  }

  /** The figure, where there is one. */
  default Optional<T> found() {
    return this instanceof Found<T> found ? Optional.of(found.value()) : Optional.empty();
  }

  static <T> Estimate<T> of(T value) {
    return new Found<>(value);
  }

  static <T> Estimate<T> notFound(Issue.Reason reason, Cause cause, Parameter... parameters) {
    return new NotFound<>(new Issue(reason, Message.of(cause, parameters)));
  }
}
