package dev.breakeven.advice.proof;

import dev.breakeven.advice.Advice.Proof;
import dev.breakeven.advice.Advice.Saving;
import dev.breakeven.advice.Advice.Score;
import dev.breakeven.advice.Advice.TrackRecord;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.PreviousDecision.Prediction;
import dev.breakeven.advice.Scaling;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.costing.ActualCost;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.TrafficSummary;
import dev.breakeven.advice.decision.DecisionHistory;
import dev.breakeven.advice.decision.VerdictDecision;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.advice.review.ReviewRule;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Cause;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * What speaks for the advice: the proof, which is the plan replayed over the window beside what ran
 * and what could have been; and the score, which is what was predicted when the verdict was given
 * beside what then happened.
 */
public final class ForecastScore {

  /** Hours that must be known since a prediction before it is scored; those of a day differ. */
  private static final double SCORED_FROM_HOURS = 24;

  private final AdvisorInput input;
  private final TrafficHistory history;
  private final Candidates comparison;
  private final CapacityEvidence.Known capacity;
  private final Function<AdvisorInput, VerdictDecision> reviewer;

  /**
   * @param reviewer what is decided at a review, as the advisor decides
   */
  public ForecastScore(
      AdvisorInput input,
      TrafficHistory history,
      Candidates comparison,
      CapacityEvidence.Known capacity,
      Function<AdvisorInput, VerdictDecision> reviewer) {
    this.input = input;
    this.history = history;
    this.comparison = comparison;
    this.capacity = capacity;
    this.reviewer = reviewer;
  }

  /**
   * The whole record of what speaks for a decision.
   *
   * @param saving of following it
   */
  public TrackRecord trackRecord(
      VerdictDecision decision, DecisionHistory history, Estimate<Saving> saving) {
    Prediction prediction = prediction(decision, history, saving);
    return new TrackRecord(
        proof(decision), prediction, score(decision, prediction), history.changes());
  }

  /** What following the advice would have cost over the window, or why it was not replayed. */
  private Estimate<Proof> proof(VerdictDecision decision) {
    return followed(decision).map(this::proof);
  }

  /** The number set by hand at each review, or the plan that follows the load. */
  private Estimate<Double> followed(VerdictDecision decision) {
    if (decision.reason() == VerdictRules.Reason.SCALED_ALREADY) {
      return Estimate.of(comparison.present().total());
    }
    if (input.planning().scaling() == Scaling.MANUAL) {
      return Estimate.of(reviewed().total());
    }
    return comparison
        .followed()
        .map(plan -> comparison.option(Kind.FOLLOWING_BURST).orElseThrow().total());
  }

  /** Reviews are counted back from now; without one before the window it went on as it ran. */
  private PlanCost reviewed() {
    PricedLoad load = comparison.load();
    Planning planning = input.planning();
    long end = history.grid().endEpochSecond();
    long review = planning.review().toSeconds();
    long first = end - Math.max(1, planning.window().toSeconds() / review) * review;
    if (!comparison.review().past().isKnownBefore(first)
        || first > history.grid().startEpochSecond()) {
      return PlanCost.ofWhatRan(
          load, comparison.terms(), comparison.overflow(), input.replicasNow());
    }
    TrafficHistory past =
        PastInSteps.of(
            input.past(),
            first - Math.max(planning.window().toSeconds(), ReviewRule.LOOKED_BACK.toSeconds()),
            end);
    ReviewedPast reviews =
        new ReviewedPast(
            past,
            () ->
                new SimulatedPast(
                    past,
                    PricedLoad.of(
                        past,
                        capacity.capacity(),
                        ApiAccess.tariffs(input.api()),
                        TrafficSummary.of(history).lengths()),
                    comparison.terms(),
                    comparison.overflow()),
            capacity,
            input);
    int ran =
        reviews
            .ranBefore(first)
            .orElseGet(() -> (int) Math.round(history.replicasHeld().at(0, input.replicasNow())));
    return ReplayedAdvice.of(reviews.followed(first, ran, reviewer), load, ran, planning.lead())
        .cost(load, 0, comparison.terms(), comparison.overflow());
  }

  private Proof proof(double followed) {
    return new Proof(
        comparison.load().hours() / 24,
        money(followed),
        ran().map(ran -> money(ran.total())),
        money(hindsight()),
        comparison
            .option(Kind.API_ONLY)
            .map(o -> Estimate.of(money(o.total())))
            .orElseGet(
                () -> Estimate.notFound(Issue.Reason.API_PRICE_MISSING, Cause.NO_API_PRICE)));
  }

  /** A policy without workloads has run none: an API has served all that its gateway saw. */
  private Estimate<PlanCost> ran() {
    return input.workloads().isEmpty()
            && comparison.overflow().priced()
            && input.issues().stream().noneMatch(c -> c.reason() == Issue.Reason.WORKLOAD_NOT_FOUND)
        ? Estimate.of(comparison.present().cost())
        : ActualCost.cost(history, comparison.load(), comparison.terms(), comparison.overflow());
  }

  /** The cheapest fixed number of replicas, none included, that serves everything. */
  private double hindsight() {
    return comparison.options().stream()
        .filter(o -> o.plan() instanceof ReplicaPlan.Fixed && o.isFeasible())
        .mapToDouble(Candidate::total)
        .min()
        .orElseGet(() -> comparison.option(Kind.SELF_HOST_PEAK).orElseThrow().total());
  }

  /** What is expected of the verdict: as it was when it was given, or what is expected now. */
  private Prediction prediction(
      VerdictDecision decision, DecisionHistory decided, Estimate<Saving> saving) {
    if (!(decision instanceof VerdictDecision.Serve serve)) {
      return new Prediction.None();
    }
    if (input.previous() instanceof PreviousDecision.Made made
        && made.verdict() == decision.given()
        && made.answers(input.inputHash())
        && made.prediction() instanceof Prediction.Of before
        && before.costPerMonth().currency().equals(input.currency())) {
      return before;
    }
    // While a better answer has yet to last the figures are not those of what is advised.
    boolean ofTheAdvised = serve.verdict() == serve.option().verdict();
    return decided.since().equals(input.asOf()) && ofTheAdvised
        ? new Prediction.Of(
            input.asOf(),
            money(serve.option().total() * comparison.load().toMonth()),
            saving.map(Saving::expected),
            input.replicasNow())
        : new Prediction.None();
  }

  /** What was predicted beside what the traffic since then came to under it. */
  private Estimate<Score> score(VerdictDecision decision, Prediction prediction) {
    if (!(prediction instanceof Prediction.Of predicted)) {
      return Estimate.notFound(Issue.Reason.NOTHING_TO_COMPARE, Cause.NOTHING_PREDICTED);
    }
    PricedLoad all = comparison.load();
    int from = 0;
    while (from < all.steps() && all.startOf(from) < predicted.at().getEpochSecond()) {
      from++;
    }
    PricedLoad since = all.slice(from, all.steps());
    if (since.hours() < SCORED_FROM_HOURS) {
      return Estimate.notFound(Issue.Reason.NOTHING_TO_COMPARE, Cause.SCORED_AFTER_A_DAY);
    }
    double happened = underTheAdvice(since, from, decision.given());
    int then = predicted.replicasThen();
    PlanCost goingOn = PlanCost.ofGoingOn(since, comparison.terms(), comparison.overflow(), then);
    return Estimate.of(
        new Score(
            Instant.ofEpochSecond(since.startOf(0)),
            Instant.ofEpochSecond(history.grid().endEpochSecond()),
            predicted.costPerMonth(),
            money(happened * since.toMonth()),
            predicted.savingPerMonth(),
            goingOn.unservedTokens() > 0
                ? Estimate.notFound(Issue.Reason.NOTHING_TO_COMPARE, Cause.PAST_SIZE_NOT_COMPARABLE)
                : Estimate.of(money((goingOn.total() - happened) * since.toMonth()))));
  }

  private double underTheAdvice(PricedLoad since, int from, Verdict verdict) {
    if (verdict != Verdict.API
        && input.planning().scaling() == Scaling.AUTOMATIC
        && comparison.followed() instanceof Estimate.Found<Planner.Followed> found) {
      return cost(
          since,
          i -> found.value().replicas().get(from + i),
          i -> found.value().serving().get(from + i));
    }
    int advised = input.previous() instanceof PreviousDecision.Made made ? made.replicas() : 0;
    return PlanCost.ofReplayed(
            since, comparison.terms(), comparison.overflow(), i -> advised, i -> advised)
        .total();
  }

  private double cost(PricedLoad load, IntUnaryOperator held, IntUnaryOperator ready) {
    return PlanCost.ofReplayed(load, comparison.terms(), comparison.overflow(), held, ready)
        .total();
  }

  private Money money(double amount) {
    return Money.rounded(amount, 2, input.currency());
  }
}
