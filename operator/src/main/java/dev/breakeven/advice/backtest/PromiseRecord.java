package dev.breakeven.advice.backtest;

import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.advice.evaluation.Advisor;
import dev.breakeven.advice.proof.ReplayedAdvice;
import dev.breakeven.advice.proof.ReviewedPast;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What would have been promised at each review of a past for the seven days after it, and what then
 * happened. A promise is made from what had ended by the review; only what is said to have happened
 * knows more.
 */
final class PromiseRecord {

  private static final long WEEK_SECONDS = Duration.ofDays(7).toSeconds();

  private final TrafficHistory history;
  private final Backtest.Setup given;
  private final Backtest.Priced priced;

  private PromiseRecord(TrafficHistory history, Backtest.Setup given) {
    this.history = history;
    this.given = given;
    priced = Backtest.Priced.of(history, given);
  }

  /** The promises whose seven days have ended. */
  static List<Backtest.Promise> of(TrafficHistory history, Backtest.Setup given) {
    return new PromiseRecord(history, given).promises();
  }

  private List<Backtest.Promise> promises() {
    List<Backtest.Promise> promises = new ArrayList<>();
    for (Answered answered : answers()) {
      long at = answered.review().epochSecond();
      PricedLoad load = priced.load();
      PricedLoad week = load.slice(load.firstFrom(at), load.firstFrom(at + WEEK_SECONDS));
      if (at + WEEK_SECONDS <= history.grid().endEpochSecond() && week.steps() > 0) {
        promises.add(promise(answered, week));
      }
    }
    return promises;
  }

  /** The answer of a review. */
  private record Answered(ReviewedPast.Reviewed review, Advice advice) {

    /** Whether going on as then is going on with changing numbers. */
    boolean isScaled() {
      return advice
          .comparison()
          .alternative(Kind.TODAYS_REPLICAS)
          .filter(way -> !(way.replicas() instanceof Alternative.ReplicaPlan.Fixed))
          .isPresent();
    }
  }

  /** As it ran, where that is known; else had each answer been followed. */
  private List<Answered> answers() {
    Advisor advisor = Advisor.standard();
    List<Answered> answers = new ArrayList<>();
    ReviewedPast past = priced.reviewed();
    long first = priced.firstReview();
    past.reviews(
        first,
        past.ranBefore(first).orElse(0),
        ReviewedPast.ReplicasAtReview.AS_RECORDED,
        (input, recorded) -> {
          Advice advice =
              advisor.advise(
                  answers.isEmpty()
                      ? input
                      : input.after(
                          PreviousDecision.Made.of(answers.get(answers.size() - 1).advice())));
          ReviewedPast.Reviewed reviewed =
              new ReviewedPast.Reviewed(
                  input.now().getEpochSecond(),
                  input.replicasNow(),
                  recorded,
                  advice.recommendation().replicasAdvised(),
                  advice.decision().reason() == VerdictRules.Reason.SCALED_ALREADY);
          answers.add(new Answered(reviewed, advice));
          return reviewed;
        });
    return answers;
  }

  private Backtest.Promise promise(Answered answered, PricedLoad week) {
    double asNow = goingOn(answered, week);
    Optional<Double> advised = followed(answered, week);
    double toMonth = ReplicaCostModel.HOURS_PER_MONTH / week.hours();
    return new Backtest.Promise(
        answered.review().epochSecond(),
        advised.isPresent() ? stated(answered.advice()) : Optional.empty(),
        (asNow - advised.orElse(asNow)) * toMonth,
        asNow * toMonth);
  }

  /** What ran is billed as it was recorded; what was advised keeps its headroom. */
  private double goingOn(Answered answered, PricedLoad week) {
    int replicas = answered.review().replicasThen();
    if (answered.isScaled()) {
      return PlanCost.ofWhatRan(week, priced.terms(), priced.overflow(), replicas).total();
    }
    return (answered.review().recorded()
            ? PlanCost.ofGoingOn(week, priced.terms(), priced.overflow(), replicas)
            : PlanCost.ofConstant(week, priced.terms(), priced.overflow(), replicas))
        .total();
  }

  private static Optional<Backtest.Stated> stated(Advice advice) {
    return advice.savings().monthly() instanceof Estimate.Found<Advice.Saving> found
        ? Optional.of(
            new Backtest.Stated(
                found.value().low().value(),
                found.value().high().value(),
                found.value().expected().value()))
        : Optional.empty();
  }

  /** What the advised way cost over the week; none where no way was advised. */
  private Optional<Double> followed(Answered answered, PricedLoad week) {
    if (!(answered.advice().comparison().chosen() instanceof Estimate.Found<Kind> kind)) {
      return Optional.empty();
    }
    return switch (kind.value()) {
      case FOLLOWING_BURST -> Optional.of(planned(week));
      case SCHEDULED_BURST -> Optional.empty(); // no number and no plan that is replayed
      case TODAYS_REPLICAS, SELF_HOST_PEAK, API_ONLY, BASELINE_BURST, FIXED_NUMBER ->
          Optional.of(
              answered.review().leavesTheScaling()
                      || (answered.review().replicasAdvised() == answered.review().replicasThen()
                          && !answered.isScaled())
                  ? goingOn(answered, week)
                  : set(answered, week));
    };
  }

  private double set(Answered answered, PricedLoad week) {
    return ReplayedAdvice.of(
            List.of(answered.review()),
            week,
            answered.review().replicasThen(),
            given.planning().lead())
        .cost(week, 0, priced.terms(), priced.overflow())
        .total();
  }

  private double planned(PricedLoad week) {
    return priced
        .plan()
        .cost(week, priced.load().firstFrom(week.startOf(0)), priced.terms(), priced.overflow())
        .total();
  }
}
