package dev.breakeven.advice.evaluation;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.PreviousDecision;
import java.util.List;

/** The figures of an answer, beside its verdict and what to do. */
record Figures(
    Advice.Savings savings,
    Advice.Review review,
    Advice.Comparison comparison,
    Advice.Costs costs,
    Advice.Basis basis,
    Advice.TrackRecord trackRecord) {

  /** Those that need no capacity; what misses the others is that issue. */
  static Figures without(
      Evidence evidence,
      Issue why,
      Advice.Savings savings,
      Advice.Review review,
      Advice.Comparison bills,
      List<PreviousDecision.Change> changes) {
    return new Figures(
        savings,
        review,
        bills,
        Advice.Costs.unknown(why),
        new Advice.Basis(
            ObservedFigures.of(
                evidence.window(),
                evidence.seen(),
                new Estimate.NotFound<>(why),
                new Estimate.NotFound<>(why)),
            evidence.capacity(),
            new Estimate.NotFound<>(why)),
        Advice.TrackRecord.unknown(why, changes));
  }
}
