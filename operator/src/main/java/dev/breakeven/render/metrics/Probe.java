package dev.breakeven.render.metrics;

/** Says how the operator is; asked at every probe, so it answers at once. */
@FunctionalInterface
public interface Probe {

  Condition now();

  /** What a probe is answered. */
  sealed interface Condition {
    /** All is well. */
    record Passing() implements Condition {}

    /**
     * It is not.
     *
     * @param why one line for the person who reads {@code kubectl describe pod}
     */
    record Failing(String why) implements Condition {}
  }
}
