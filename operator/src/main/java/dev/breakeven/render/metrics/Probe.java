package dev.breakeven.render.metrics;

/** The state of the operator, asked at every probe; must not block. */
@FunctionalInterface
public interface Probe {

  Condition now();

  /** The answer to a probe. */
  sealed interface Condition {
    /** The probe passes. */
    record Passing() implements Condition {}

    /**
     * The probe fails.
     *
     * @param why one line for the person who reads {@code kubectl describe pod}
     */
    record Failing(String why) implements Condition {}
  }
}
