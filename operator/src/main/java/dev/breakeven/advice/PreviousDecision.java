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
   * @param inputHash of the input that it answered, see {@link AdvisorInput#inputHash}
   * @param pending a better decision that has yet to last
   * @param nextReview when a number that was set by hand is reviewed next; long ago where none was
   * @param prediction what was expected of the verdict when it was given
   * @param changes the last changes of the decision, newest first, at most {@link Change#KEPT}
   */
  record Made(
      Verdict verdict,
      int replicas,
      Instant since,
      String inputHash,
      Pending pending,
      Instant nextReview,
      Prediction prediction,
      List<Change> changes)
      implements PreviousDecision {
    public Made {
      changes = List.copyOf(changes);
    }

    /** A decision without a review, so that a review is due. */
    public Made(
        Verdict verdict,
        int replicas,
        Instant since,
        String inputHash,
        Pending pending,
        Prediction prediction,
        List<Change> changes) {
      this(verdict, replicas, since, inputHash, pending, Instant.EPOCH, prediction, changes);
    }

    /** What is written down of an answer. */
    public static Made of(Advice advice) {
      return new Made(
          advice.decision().verdict(),
          advice.recommendation().replicasAdvised(),
          advice.decision().since(),
          advice.decision().inputHash(),
          advice.decision().pending(),
          advice.review().next().found().orElse(Instant.EPOCH),
          advice.trackRecord().prediction(),
          advice.trackRecord().changes());
    }

    /** The last verdict that was given: not to know for a while is no change of it. */
    Optional<Verdict> decided() {
      if (verdict != Verdict.INCONCLUSIVE) {
        return Optional.of(verdict);
      }
      return changes.stream()
          .findFirst()
          .filter(c -> c.to() == Verdict.INCONCLUSIVE && c.from() != Verdict.INCONCLUSIVE)
          .map(Change::from);
    }

    /** Replicas that were added within the hold, as far as the last changes tell. */
    public int addedSince(Instant from) {
      return changes.stream()
          .filter(c -> c.at().isAfter(from))
          .mapToInt(c -> Math.max(0, c.replicasTo() - c.replicasFrom()))
          .sum();
    }
  }

  /** Whether this input was answered before, or another one. */
  default boolean answers(String inputHash) {
    return this instanceof Made made
        && (made.inputHash().isEmpty() || made.inputHash().equals(inputHash));
  }

  /** The last verdict on this input; none where it is evaluated for the first time. */
  default Optional<Verdict> decidedOn(String inputHash) {
    return this instanceof Made made && answers(inputHash) ? made.decided() : Optional.empty();
  }

  /** What was expected of a verdict when it was given. */
  sealed interface Prediction {
    /** No prediction was made. */
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

  /** A better decision that has yet to prove that it lasts. */
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
   * One change of the decision.
   *
   * @param at when
   * @param from the verdict before
   * @param to the verdict after
   * @param replicasFrom advised before
   * @param replicasTo advised after
   * @param reason the reason of the verdict after it
   * @param message its message
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
