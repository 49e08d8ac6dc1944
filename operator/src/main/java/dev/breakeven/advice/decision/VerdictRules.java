package dev.breakeven.advice.decision;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative.Feasibility.Infeasible;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Phrases;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.advice.ScenarioFinding.Scenario;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.alternatives.SavingByDay;
import dev.breakeven.price.Api;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Own or rent: an ordered list of rules of which the first that speaks wins. What is missing comes
 * first, then what cost cannot decide, then cost.
 */
public final class VerdictRules {

  /**
   * Saving over the API, percent, that starting to self-host must promise while the product is
   * early or its traffic low or unpredictable: next month may look different.
   */
  static final double START_UNSURE_FROM_PERCENT = 20;

  /** What the rules look at. */
  public record Case(
      AdvisorInput question, List<Issue> caveats, Candidates comparison, ScenarioFinding scenario) {

    boolean runsNow() {
      return question.replicasNow() > 0;
    }

    /** The best way to self-host that may be advised: the plan, where it was replayed. */
    Optional<Candidate> ownWay() {
      Optional<Candidate> plan = comparison.plan();
      return plan.isPresent()
          ? plan.filter(Candidate::isSelfHosted)
          : comparison.cheapestSelfHosted();
    }

    /** Whether this is asked for the first time, so that no mind stands. */
    boolean isAskedFirst() {
      return question.previous().mindOn(question.asked()).isEmpty();
    }

    String money(double overTheWindow) {
      return Phrases.money(overTheWindow * comparison.load().toMonth(), question.currency());
    }
  }

  private static final List<Function<Case, Optional<VerdictDecision>>> RULES =
      List.of(
          VerdictRules::constraintsContradict,
          VerdictRules::theApiHasNoPrice,
          VerdictRules::apiModelsAreNeeded,
          VerdictRules::nothingServesEverything,
          VerdictRules::dataMustStay,
          VerdictRules::weightsAreCustom,
          VerdictRules::theApiIsTooSlow,
          VerdictRules::itIsTooEarlyToStart,
          VerdictRules::thePlanHasToDecide,
          VerdictRules::theSavingIsTooSmall,
          VerdictRules::theCheapestWins);

  private VerdictRules() {}

  /** The ruling where something blocks it, before anything is compared. */
  static Optional<VerdictDecision> blockedBy(List<Issue> caveats) {
    return caveats.stream()
        .filter(Issue::blocks)
        .findFirst()
        .map(caveat -> new VerdictDecision.Undecided(caveat.reason().label(), caveat.message()));
  }

  public static VerdictDecision rule(Case given) {
    return blockedBy(given.caveats())
        .or(
            () ->
                RULES.stream().map(rule -> rule.apply(given)).flatMap(Optional::stream).findFirst())
        .orElseThrow();
  }

  private static Optional<VerdictDecision> constraintsContradict(Case c) {
    Constraints constraints = c.question().constraints();
    return constraints.apiModelsNeeded() && !constraints.allowApi()
        ? undecided(
            "ConstraintsContradict",
            "the policy needs an API's models and forbids the API at the same time")
        : Optional.empty();
  }

  private static Optional<VerdictDecision> theApiHasNoPrice(Case c) {
    if (!(c.question().api() instanceof Api.NoOffer none)
        || !c.question().constraints().allowApi()) {
      return Optional.empty();
    }
    Issue.Reason reason =
        c.caveats().stream()
            .map(Issue::reason)
            .filter(r -> r == Issue.Reason.OFFER_GONE || r == Issue.Reason.RATE_CARD_UNAVAILABLE)
            .findFirst()
            .orElse(Issue.Reason.API_PRICE_MISSING);
    return undecided(reason.label(), none.message());
  }

  private static Optional<VerdictDecision> apiModelsAreNeeded(Case c) {
    if (!c.question().constraints().apiModelsNeeded()) {
      return Optional.empty();
    }
    String why = "the product needs models that only an API has";
    Candidate apiOnly = c.comparison().option(Kind.API_ONLY).orElseThrow();
    return Optional.of(
        apiOnly.feasibility() instanceof Infeasible fault
            ? new VerdictDecision.Undecided(fault.reason(), why + ", and " + fault.message())
            : serve(
                apiOnly,
                "APIModelsNeeded",
                why + "; it costs " + c.money(apiOnly.total()) + " a month"));
  }

  private static Optional<VerdictDecision> nothingServesEverything(Case c) {
    if (c.comparison().cheapest().isPresent()) {
      return Optional.empty();
    }
    Candidate nearest =
        c.comparison().options().stream()
            .min(Comparator.comparingDouble(option -> leftUnserved(fault(option))))
            .orElseThrow();
    return undecided(
        "NothingServesEverything",
        "no way serves every token; "
            + nearest.kind().label()
            + " comes nearest: "
            + fault(nearest).message());
  }

  private static Infeasible fault(Candidate infeasible) {
    return (Infeasible) infeasible.feasibility();
  }

  /** A way that leaves no token unserved is forbidden, which is not near. */
  private static double leftUnserved(Infeasible fault) {
    return fault.unservedTokensPerMonth() > 0
        ? fault.unservedTokensPerMonth()
        : Double.POSITIVE_INFINITY;
  }

  private static Optional<VerdictDecision> dataMustStay(Case c) {
    return c.question().constraints().dataMustStay()
        ? ownOnly(c, "DataMustStay", "data must stay, so no API may see it")
        : Optional.empty();
  }

  private static Optional<VerdictDecision> weightsAreCustom(Case c) {
    return c.question().constraints().customWeights()
        ? ownOnly(c, "CustomWeights", "no API offers these weights")
        : Optional.empty();
  }

  private static Optional<VerdictDecision> theApiIsTooSlow(Case c) {
    return c.question().constraints().apiTooSlow()
        ? ownOnly(c, "APITooSlow", "no API meets the latency this traffic needs")
        : Optional.empty();
  }

  private static Optional<VerdictDecision> ownOnly(Case c, String reason, String why) {
    return c.comparison()
        .cheapestSelfHosted()
        .map(
            option ->
                VerdictDecision.Serve.of(
                    option,
                    reason,
                    why + "; own GPUs cost " + c.money(option.total()) + " a month"));
  }

  private static Optional<VerdictDecision> itIsTooEarlyToStart(Case c) {
    Scenario scenario = c.scenario().scenario();
    if (c.runsNow()
        || (scenario != Scenario.EARLY_PRODUCT && scenario != Scenario.LOW_OR_UNPREDICTABLE)) {
      return Optional.empty();
    }
    Optional<Candidate> apiOnly =
        c.comparison().option(Kind.API_ONLY).filter(Candidate::isFeasible);
    Optional<Candidate> own = c.ownWay();
    if (apiOnly.isEmpty() || own.isEmpty()) {
      return Optional.empty();
    }
    double saved = apiOnly.get().total() - own.get().total();
    return saved > 0 && isBelow(START_UNSURE_FROM_PERCENT, saved, apiOnly.get())
        ? Optional.of(
            serve(
                apiOnly.get(),
                "TooEarlyToStart",
                "own GPUs would save "
                    + Phrases.percent(100 * saved / apiOnly.get().total())
                    + ", and "
                    + scenario.label()
                    + " traffic needs "
                    + Phrases.percent(START_UNSURE_FROM_PERCENT)
                    + " to start: "
                    + c.scenario().message()))
        : Optional.empty();
  }

  /**
   * Where the plan was replayed it decides, and no number that was found with hindsight: own while
   * the plan holds replicas and has not cost more than the API for sure, else rent.
   */
  private static Optional<VerdictDecision> thePlanHasToDecide(Case c) {
    Optional<Candidate> plan = c.comparison().plan();
    Optional<Candidate> apiOnly =
        c.comparison().option(Kind.API_ONLY).filter(Candidate::isFeasible);
    if (plan.isEmpty()) {
      return Optional.empty();
    }
    if (apiOnly.isEmpty()) {
      return Optional.of(served(c, plan.get()));
    }
    double saved = apiOnly.get().total() - plan.get().total();
    boolean own = plan.get().isSelfHosted() && (plan.get().next() > 0 || saved > 0);
    return Optional.of(
        own && !isLostForSure(c, plan.get(), apiOnly.get())
            ? own(c, plan.get(), apiOnly.get())
            : rent(c, plan.get(), apiOnly.get()));
  }

  private static boolean isLostForSure(Case c, Candidate plan, Candidate apiOnly) {
    return c.comparison().saving(plan, apiOnly)
            instanceof Estimate.Found<SavingByDay.Interval> found
        ? found.value().high() < 0
        : plan.total() > apiOnly.total();
  }

  private static VerdictDecision own(Case c, Candidate plan, Candidate apiOnly) {
    double saved = apiOnly.total() - plan.total();
    boolean wouldStart = c.isAskedFirst() && !c.runsNow();
    if (wouldStart && saved >= 0 && isTooSmall(c, saved, apiOnly)) {
      return tooSmall(c, plan, saved, apiOnly);
    }
    return wouldStart && hangsOnTheDays(c, plan, apiOnly)
        ? uncertain(c, plan, apiOnly)
        : served(c, plan);
  }

  private static VerdictDecision rent(Case c, Candidate plan, Candidate apiOnly) {
    Candidate asNow = c.comparison().option(Kind.TODAYS_REPLICAS).orElseThrow();
    // Where the API takes all, it takes what today's replicas leave.
    boolean wouldStop = c.isAskedFirst() && c.runsNow() && withinBounds(c, asNow.next());
    double saved = asNow.total() - apiOnly.total();
    if (wouldStop && isTooSmall(c, saved, asNow)) {
      return tooSmall(c, apiOnly, saved, asNow);
    }
    Candidate other = c.comparison().cheapestSelfHosted().orElse(plan);
    return wouldStop
            && hangsOnTheDays(c, other, apiOnly)
            && interval(c.comparison(), apiOnly, asNow).filter(i -> i.low() < 0).isPresent()
        ? uncertain(c, other, apiOnly)
        : served(c, apiOnly);
  }

  private static boolean isTooSmall(Case c, double saved, Candidate present) {
    return isBelow(c.question().planning().minSavingPercent(), saved, present);
  }

  private static boolean isBelow(double percent, double saved, Candidate present) {
    return saved * 100 < percent * present.total();
  }

  private static VerdictDecision tooSmall(Case c, Candidate better, double saved, Candidate kept) {
    return serve(
        kept,
        "SavingTooSmall",
        saved > 0
            ? better.kind().label()
                + " would save "
                + c.money(saved)
                + " a month, less than the "
                + Phrases.percent(c.question().planning().minSavingPercent())
                + " the policy asks for a change"
            : better.kind().label() + " would save nothing");
  }

  private static boolean hangsOnTheDays(Case c, Candidate own, Candidate apiOnly) {
    return interval(c.comparison(), own, apiOnly)
        .filter(SavingByDay.Interval::straddlesZero)
        .isPresent();
  }

  private static Optional<SavingByDay.Interval> interval(
      Candidates comparison, Candidate own, Candidate apiOnly) {
    return comparison.saving(own, apiOnly) instanceof Estimate.Found<SavingByDay.Interval> found
        ? Optional.of(found.value())
        : Optional.empty();
  }

  private static VerdictDecision uncertain(Case c, Candidate own, Candidate apiOnly) {
    return new VerdictDecision.Undecided(
        Issue.Reason.SAVING_UNCERTAIN.label(),
        dependsOnTheDays(
            interval(c.comparison(), own, apiOnly).orElseThrow(), c.question().currency()));
  }

  private static String dependsOnTheDays(SavingByDay.Interval interval, Currency currency) {
    return "own GPUs would save between "
        + Phrases.moneyBetween(interval.low(), interval.high(), currency)
        + " a month over the API, depending on which of the days seen come again";
  }

  /**
   * What to say of a verdict that stands, although it depends on the days whether own or rent costs
   * less: staying where one is needs no proof.
   */
  public static Optional<Issue> hangsOnTheDays(
      VerdictDecision ruling, Candidates comparison, Currency currency) {
    Optional<Candidate> apiOnly = comparison.option(Kind.API_ONLY).filter(Candidate::isFeasible);
    Optional<Candidate> own =
        comparison.plan().filter(Candidate::isSelfHosted).or(comparison::cheapestSelfHosted);
    return comparison.plan().isPresent()
            && apiOnly.isPresent()
            && own.isPresent()
            && ruling instanceof VerdictDecision.Serve
        ? interval(comparison, own.get(), apiOnly.get())
            .filter(SavingByDay.Interval::straddlesZero)
            .map(i -> new Issue(Issue.Reason.SAVING_UNCERTAIN, dependsOnTheDays(i, currency)))
        : Optional.empty();
  }

  private static VerdictDecision served(Case c, Candidate option) {
    boolean own = option.isSelfHosted();
    String otherSide =
        (own
                ? c.comparison().option(Kind.API_ONLY).filter(Candidate::isFeasible)
                : c.ownWay().or(() -> c.comparison().cheapestSelfHosted()))
            .map(other -> ", " + other.kind().label() + " " + c.money(other.total()))
            .orElse("");
    return serve(
        option,
        "Cheapest",
        option.kind().label()
            + (own ? ", as it would have been advised step by step, costs " : " costs ")
            + c.money(option.total())
            + " a month"
            + otherSide);
  }

  private static Optional<VerdictDecision> theSavingIsTooSmall(Case c) {
    Candidate asNow = c.comparison().option(Kind.TODAYS_REPLICAS).orElseThrow();
    Candidate best = c.comparison().cheapest().orElseThrow();
    double saved = asNow.total() - best.total();
    boolean keeps = asNow.isFeasible() && withinBounds(c, asNow.next());
    return keeps && saved > 0 && isTooSmall(c, saved, asNow)
        ? Optional.of(tooSmall(c, best, saved, asNow))
        : Optional.empty();
  }

  private static boolean withinBounds(Case c, int replicas) {
    return replicas >= c.comparison().terms().minReplicas()
        && replicas <= c.comparison().terms().maxReplicas();
  }

  private static Optional<VerdictDecision> theCheapestWins(Case c) {
    return c.comparison()
        .cheapest()
        .map(
            option ->
                serve(
                    option,
                    "Cheapest",
                    option.kind().label()
                        + " costs least: "
                        + c.money(option.total())
                        + " a month"
                        + besideTheOtherSide(c, option)));
  }

  /** What the cheapest way on the other side of own-or-rent costs. */
  private static String besideTheOtherSide(Case c, Candidate chosen) {
    return c.comparison().options().stream()
        .filter(o -> o.isFeasible() && o.isSelfHosted() != chosen.isSelfHosted())
        .findFirst()
        .map(other -> ", " + other.kind().label() + " " + c.money(other.total()))
        .orElse("");
  }

  private static VerdictDecision serve(Candidate option, String reason, String message) {
    return VerdictDecision.Serve.of(option, reason, message);
  }

  private static Optional<VerdictDecision> undecided(String reason, String message) {
    return Optional.of(new VerdictDecision.Undecided(reason, message));
  }
}
