package dev.breakeven.advice;

import dev.breakeven.advice.Advice.CostOfHour;
import dev.breakeven.advice.Advice.HiddenCost;
import dev.breakeven.advice.Advice.Saving;
import java.util.List;

/** The figures of an answer, beside its verdict and what to do. */
record Figures(
    Estimate<Saving> saving,
    List<Alternative> alternatives,
    Estimate<Breakeven> breakeven,
    Estimate<CostOfHour> cost,
    List<HiddenCost> hiddenCosts,
    Observed observed,
    Estimate<ScenarioFinding> scenario,
    List<Advice.ConstraintCost> constraints,
    Estimate<Advice.Proof> proof,
    PreviousDecision.Prediction prediction,
    Estimate<Advice.Score> score,
    Outlook outlook,
    Estimate<Advice.TokenCosts> tokenCosts) {

  /** Those that need no capacity; what misses the others is that issue. */
  static Figures without(
      Evidence evidence,
      Issue why,
      Estimate<Saving> saving,
      List<Alternative> bills,
      Outlook outlook) {
    return new Figures(
        saving,
        bills,
        new Estimate.NotFound<>(why),
        new Estimate.NotFound<>(why),
        List.of(),
        Observed.of(
            evidence.window(),
            evidence.seen(),
            new Estimate.NotFound<>(why),
            new Estimate.NotFound<>(why)),
        new Estimate.NotFound<>(why),
        List.of(),
        new Estimate.NotFound<>(why),
        new PreviousDecision.Prediction.None(),
        new Estimate.NotFound<>(why),
        outlook,
        new Estimate.NotFound<>(why));
  }
}
