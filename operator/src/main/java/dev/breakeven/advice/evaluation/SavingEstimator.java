package dev.breakeven.advice.evaluation;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.Saving;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.Scaling;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.alternatives.RenewalSaving;
import dev.breakeven.advice.alternatives.SavingForecast;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.decision.VerdictDecision;
import dev.breakeven.advice.interval.ErrorTerm;
import dev.breakeven.advice.interval.PriceAge;
import dev.breakeven.advice.interval.SavingStatement;
import dev.breakeven.price.Api;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.reason.Cause;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a way saves a month over going on as now.
 *
 * @param atCapacityEnds the same candidates at both ends of the capacity's interval; none where it
 *     is exact or not known
 */
record SavingEstimator(AdvisorInput input, Candidates comparison, List<Candidates> atCapacityEnds) {

  Advice.Savings of(VerdictDecision decision) {
    return new Advice.Savings(
        ofFollowing(decision),
        monthlySaving(comparison.reviewed()),
        comparison
            .option(Kind.FOLLOWING_BURST)
            .map(this::monthlySaving)
            .orElseGet(() -> Estimate.notFound(Reason.NOT_REPLAYED, Cause.NOT_REPLAYED)),
        afterCommitments());
  }

  /** Where the number of replicas is open, so that no other way can be compared. */
  Advice.Savings onlyOfFollowing(VerdictDecision decision, Issue why) {
    return Advice.Savings.onlyMonthly(ofFollowing(decision), why);
  }

  /** A review without a verdict sets no number, and stays due. */
  Advice.Review review(VerdictDecision decision) {
    Scaling scaling = input.planning().scaling();
    if (scaling != Scaling.MANUAL) {
      return new Advice.Review(scaling, Estimate.notFound(Reason.NOT_REPLAYED, Cause.NOT_REPLAYED));
    }
    return new Advice.Review(
        scaling,
        decision instanceof VerdictDecision.Undecided
            ? Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NO_VERDICT_TO_FOLLOW)
            : Estimate.of(comparison.review().nextReview()));
  }

  private Estimate<Saving> ofFollowing(VerdictDecision decision) {
    Candidate present = present();
    if (!(decision instanceof VerdictDecision.Serve serve)) {
      return Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NO_VERDICT_TO_FOLLOW);
    }
    if (!present.isFeasible()) {
      return Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.PRESENT_COST_NOT_COMPARABLE);
    }
    SavingStatement statement =
        SavingForecast.of(
            comparison,
            serve.option(),
            present,
            input.asOf().getEpochSecond(),
            errors(serve.option()));
    if (statement instanceof SavingStatement.Stated stated) {
      return Estimate.of(
          new Saving(monthly(stated.expected()), monthly(stated.low()), monthly(stated.high())));
    }
    if (statement instanceof SavingStatement.RangeOnly range) {
      return Estimate.of(
          new Saving(
              monthly((range.low() + range.high()) / 2),
              monthly(range.low()),
              monthly(range.high()),
              true));
    }
    return Estimate.notFound(Reason.SHORT_HISTORY, Cause.TOO_SHORT_FOR_A_SAVING);
  }

  /** Of the capacity, and of the API's price by its age. */
  private List<ErrorTerm> errors(Candidate way) {
    List<ErrorTerm> errors = new ArrayList<>(capacityError(way));
    if (input.api() instanceof Api.Offered offered
        && offered.offer().read() instanceof Offer.PriceRead.On on) {
      errors.add(
          PriceAge.of(
              (present().cost().api() - way.cost().api()) * comparison.load().toMonth(),
              ChronoUnit.DAYS.between(
                  on.asOf(), input.now().atZone(ZoneOffset.UTC).toLocalDate())));
    }
    return errors;
  }

  /** How far the saving is off where the capacity is at either end of its interval. */
  private List<ErrorTerm> capacityError(Candidate way) {
    List<Double> savings = new ArrayList<>();
    for (Candidates end : atCapacityEnds) {
      end.same(way).ifPresent(same -> savings.add(savedAMonth(end, same)));
    }
    return savings.size() == 2
        ? List.of(
            ErrorTerm.between(savedAMonth(comparison, way.cost()), savings.get(0), savings.get(1)))
        : List.of();
  }

  private static double savedAMonth(Candidates comparison, PlanCost way) {
    return (comparison.present().total() - way.total()) * comparison.load().toMonth();
  }

  private Estimate<Advice.AfterCommitments> afterCommitments() {
    Candidate present = present();
    Optional<LocalDate> last = input.selfHost().commitments().at(input.now()).lastDay();
    if (last.isEmpty() || !present.isFeasible()) {
      return Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.PRESENT_COST_NOT_COMPARABLE);
    }
    RenewalSaving then =
        RenewalSaving.of(comparison, present, input.planning().scaling() == Scaling.AUTOMATIC);
    return Estimate.of(
        new Advice.AfterCommitments(last.get(), monthly(then.perMonth()), then.replicas()));
  }

  private Estimate<Money> monthlySaving(Candidate way) {
    Candidate present = present();
    if (!present.isFeasible() || !way.isFeasible()) {
      return Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.PRESENT_COST_NOT_COMPARABLE);
    }
    double saved = (present.total() - way.total()) * comparison.load().toMonth();
    return Estimate.of(Money.rounded(saved, 2, input.currency()));
  }

  private Candidate present() {
    return comparison.present();
  }

  private Money monthly(double amount) {
    return Money.rounded(amount, 2, input.currency());
  }
}
