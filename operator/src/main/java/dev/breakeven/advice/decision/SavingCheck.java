package dev.breakeven.advice.decision;

import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.alternatives.SavingByDay;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.Currency;
import java.util.Optional;

/** Whether it depends on the days that repeat whether own GPUs or the API cost less. */
public final class SavingCheck {

  private SavingCheck() {}

  /** The issue of a verdict that stands although it does: to stay needs no proof. */
  public static Optional<Issue> of(
      VerdictDecision decision, Candidates comparison, Currency currency) {
    Optional<Candidate> api = comparison.option(Kind.API_ONLY).filter(Candidate::isFeasible);
    Optional<Candidate> own =
        comparison.plan().filter(Candidate::isSelfHosted).or(comparison::cheapestSelfHosted);
    return comparison.plan().isPresent()
            && api.isPresent()
            && own.isPresent()
            && decision instanceof VerdictDecision.Serve
            && comparison.saving(own.get(), api.get())
                instanceof Estimate.Found<SavingByDay.Interval> found
            && found.value().straddlesZero()
        ? Optional.of(
            new Issue(
                Issue.Reason.SAVING_UNCERTAIN,
                Message.of(
                    Cause.SAVING_DEPENDS_ON_DAYS,
                    Parameter.between(found.value().low(), found.value().high(), currency))))
        : Optional.empty();
  }
}
