package dev.breakeven.advice;

import java.time.Instant;
import java.util.List;

/**
 * What was advised before, as it was written down; a restarted operator decides the same from it.
 */
public sealed interface PreviousDecision {

  /** Never advised. */
  record None() implements PreviousDecision {}

  /**
   * Advised before.
   *
   * @param verdict the last verdict
   * @param replicas the last advised replicas
   * @param since when that verdict was first given
   * @param replicasSince when that number was first advised
   * @param pending the change of mind under way
   * @param changes the last changes of mind, newest first, at most {@link Change#KEPT}
   */
  record Made(
      Verdict verdict,
      int replicas,
      Instant since,
      Instant replicasSince,
      Pending pending,
      List<Change> changes)
      implements PreviousDecision {
    public Made {
      changes = List.copyOf(changes);
    }
  }

  /** A change of mind that has yet to prove that it lasts. */
  sealed interface Pending {
    /** Nothing is pending. */
    record Nothing() implements Pending {}

    /**
     * A better decision that has yet to last.
     *
     * @param verdict the verdict it would change to
     * @param replicas the replicas it would advise
     * @param since when it was first the better one without a break
     */
    record Considering(Verdict verdict, int replicas, Instant since) implements Pending {}
  }

  /**
   * One change of mind.
   *
   * @param at when
   * @param from the verdict before
   * @param to the verdict after
   * @param replicasFrom advised before
   * @param replicasTo advised after
   * @param reason the name of the rule that spoke
   * @param message its sentence
   */
  record Change(
      Instant at,
      Verdict from,
      Verdict to,
      int replicasFrom,
      int replicasTo,
      String reason,
      String message) {
    /** How many are kept. */
    public static final int KEPT = 5;
  }
}
