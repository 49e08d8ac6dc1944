package dev.breakeven.advice.review;

/**
 * The number to set at a review, and why.
 *
 * @param replicas to hold until the next review
 * @param reason for it
 * @param cheapest number over the span that was looked at: what the decision would be without gate
 *     and deadband; the present number where nothing was known
 */
public record ReviewDecision(int replicas, Reason reason, int cheapest) {

  /** Why this number. */
  public enum Reason {
    /** The number was set less than a review ago. */
    NOT_DUE,
    /** The load of the past was not known: the present number stays. */
    NOTHING_KNOWN,
    /** The present number would have been the cheapest. */
    ALREADY_CHEAPEST,
    /** Another number would have saved less than the deadband. */
    SAVING_WITHIN_DEADBAND,
    /** Another number of replicas would have been cheaper. */
    RESIZE,
    /** None runs, and replicas would have earned more than their people. */
    START,
    /** None runs, and replicas would not have earned enough for their people. */
    START_NOT_EARNED,
    /** Some run, and even the best number did not earn its people. */
    GIVE_UP,
    /** The present number is not allowed by the policy. */
    OUT_OF_BOUNDS,
    /** Nothing may go to the API: the highest load and a margin are carried. */
    CARRY_PEAK
  }
}
