package dev.breakeven.advice;

import dev.breakeven.price.Money;
import dev.breakeven.reason.Message;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
   * @param asked the name of the question it answered, see {@link AdvisorInput#asked}
   * @param pending the change of mind under way
   * @param nextReview when a number that was set by hand is reviewed next; long ago where none was
   * @param prediction what was expected of the verdict when it was given
   * @param changes the last changes of mind, newest first, at most {@link Change#KEPT}
   */
  record Made(
      Verdict verdict,
      int replicas,
      Instant since,
      Instant replicasSince,
      String asked,
      Pending pending,
      Instant nextReview,
      Prediction prediction,
      List<Change> changes)
      implements PreviousDecision {
    public Made {
      changes = List.copyOf(changes);
    }

    /** Where no review was agreed on, so that one is due. */
    public Made(
        Verdict verdict,
        int replicas,
        Instant since,
        Instant replicasSince,
        String asked,
        Pending pending,
        Prediction prediction,
        List<Change> changes) {
      this(
          verdict,
          replicas,
          since,
          replicasSince,
          asked,
          pending,
          Instant.EPOCH,
          prediction,
          changes);
    }

    /** The last mind that was made up: not to know for a while is no change of it. */
    Optional<Mind> mind() {
      if (verdict != Verdict.INCONCLUSIVE) {
        return Optional.of(new Mind(verdict, replicas));
      }
      return changes.stream()
          .findFirst()
          .filter(c -> c.to() == Verdict.INCONCLUSIVE && c.from() != Verdict.INCONCLUSIVE)
          .map(c -> new Mind(c.from(), c.replicasFrom()));
    }

    /** Replicas that were added within the hold, as far as the last changes tell. */
    public int addedSince(Instant from) {
      return changes.stream()
          .filter(c -> c.at().isAfter(from))
          .mapToInt(c -> Math.max(0, c.replicasTo() - c.replicasFrom()))
          .sum();
    }
  }

  /** A verdict that was made up, and the replicas advised with it. */
  record Mind(Verdict verdict, int replicas) {}

  /** Whether this question was answered before, or another one. */
  default boolean answers(String asked) {
    return this instanceof Made made && (made.asked().isEmpty() || made.asked().equals(asked));
  }

  /** The mind that stands on this question; none where it is the first time that it is asked. */
  default Optional<Mind> mindOn(String asked) {
    return this instanceof Made made && answers(asked) ? made.mind() : Optional.empty();
  }

  /** What was expected of a verdict when it was given. */
  sealed interface Prediction {
    /** Nothing was. */
    record None() implements Prediction {}

    /**
     * This was.
     *
     * @param at when
     * @param costPerMonth of following the advice
     * @param savingPerMonth over going on as then
     * @param replicasThen what going on as then means: replicas that ran
     */
    record Of(Instant at, Money costPerMonth, Estimate<Money> savingPerMonth, int replicasThen)
        implements Prediction {}
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
   * @param message what it said
   */
  record Change(
      Instant at,
      Verdict from,
      Verdict to,
      int replicasFrom,
      int replicasTo,
      String reason,
      Message message) {
    /** How many are kept. */
    public static final int KEPT = 5;
  }
}
