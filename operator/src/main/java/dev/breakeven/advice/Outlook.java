package dev.breakeven.advice;

import dev.breakeven.price.Money;
import java.time.Instant;

/** What following the advice by hand, or by a controller, would bring. */
record Outlook(
    Estimate<Instant> nextReview,
    Estimate<Money> manualSaving,
    Estimate<Money> automaticSaving,
    Estimate<Advice.AfterCommitments> afterCommitments) {

  static Outlook unknown(Issue why) {
    return new Outlook(
        new Estimate.NotFound<>(why),
        new Estimate.NotFound<>(why),
        new Estimate.NotFound<>(why),
        new Estimate.NotFound<>(why));
  }
}
