package dev.breakeven.advice;

import dev.breakeven.advice.Alternative.Feasibility;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.ScenarioFinding.Scenario;
import dev.breakeven.price.Api;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Own or rent: an ordered list of rules of which the first that speaks wins. What is missing comes
 * first, then what cost cannot decide, then cost.
 */
final class VerdictRules {

  /**
   * Saving over the API, percent, that starting to self-host must promise while the product is
   * early or its traffic low or unpredictable: next month may look different.
   */
  static final double START_UNSURE_FROM_PERCENT = 20;

  /** What the rules look at. */
  record Case(
      Question question, List<Caveat> caveats, Comparison comparison, ScenarioFinding scenario) {

    boolean runsNow() {
      return question.replicasNow() > 0;
    }

    String money(double overTheWindow) {
      return Phrases.money(overTheWindow * comparison.load().toMonth(), question.currency());
    }
  }

  private static final List<Function<Case, Optional<Ruling>>> RULES =
      List.of(
          VerdictRules::constraintsContradict,
          VerdictRules::theApiHasNoPrice,
          VerdictRules::nothingServesEverything,
          VerdictRules::dataMustStay,
          VerdictRules::weightsAreCustom,
          VerdictRules::theApiIsTooSlow,
          VerdictRules::apiModelsAreNeeded,
          VerdictRules::itIsTooEarlyToStart,
          VerdictRules::theSavingIsTooSmall,
          VerdictRules::theCheapestWins);

  private VerdictRules() {}

  /** The ruling where something blocks it, before anything is compared. */
  static Optional<Ruling> blockedBy(List<Caveat> caveats) {
    return caveats.stream()
        .filter(Caveat::blocks)
        .findFirst()
        .map(caveat -> new Ruling.Undecided(caveat.reason().label(), caveat.message()));
  }

  static Ruling rule(Case given) {
    return blockedBy(given.caveats())
        .or(
            () ->
                RULES.stream().map(rule -> rule.apply(given)).flatMap(Optional::stream).findFirst())
        .orElseThrow();
  }

  private static Optional<Ruling> constraintsContradict(Case c) {
    Constraints constraints = c.question().constraints();
    return constraints.apiModelsNeeded() && !constraints.allowApi()
        ? undecided(
            "ConstraintsContradict",
            "the policy needs an API's models and forbids the API at the same time")
        : Optional.empty();
  }

  private static Optional<Ruling> theApiHasNoPrice(Case c) {
    if (c.comparison().api().priced() || !c.question().constraints().allowApi()) {
      return Optional.empty();
    }
    String message =
        c.question().api() instanceof Api.NoOffer none ? none.message() : "the API has no price";
    Caveat.Reason reason =
        c.caveats().stream()
            .map(Caveat::reason)
            .filter(r -> r == Caveat.Reason.OFFER_GONE || r == Caveat.Reason.RATE_CARD_UNAVAILABLE)
            .findFirst()
            .orElse(Caveat.Reason.API_PRICE_MISSING);
    return undecided(reason.label(), message);
  }

  private static Optional<Ruling> nothingServesEverything(Case c) {
    if (c.comparison().cheapest().isPresent()) {
      return Optional.empty();
    }
    Option nearest =
        c.comparison().options().stream()
            .min((a, b) -> Double.compare(a.cost().unservedTokens(), b.cost().unservedTokens()))
            .orElseThrow();
    String why =
        nearest.feasibility() instanceof Feasibility.Infeasible infeasible
            ? infeasible.message()
            : "";
    return undecided(
        "NothingServesEverything",
        "no way serves every token; " + nearest.kind().label() + " comes nearest: " + why);
  }

  private static Optional<Ruling> dataMustStay(Case c) {
    return c.question().constraints().dataMustStay()
        ? ownOnly(c, "DataMustStay", "data must stay, so no API may see it")
        : Optional.empty();
  }

  private static Optional<Ruling> weightsAreCustom(Case c) {
    return c.question().constraints().customWeights()
        ? ownOnly(c, "CustomWeights", "no API offers these weights")
        : Optional.empty();
  }

  private static Optional<Ruling> theApiIsTooSlow(Case c) {
    return c.question().constraints().apiTooSlow()
        ? ownOnly(c, "APITooSlow", "no API meets the latency this traffic needs")
        : Optional.empty();
  }

  private static Optional<Ruling> ownOnly(Case c, String reason, String why) {
    return c.comparison()
        .cheapestSelfHosted()
        .map(
            option ->
                new Ruling.Serve(
                    option,
                    option.verdict(),
                    reason,
                    why + "; own GPUs cost " + c.money(option.total()) + " a month"));
  }

  private static Optional<Ruling> apiModelsAreNeeded(Case c) {
    return c.question().constraints().apiModelsNeeded()
        ? c.comparison()
            .option(Kind.API_ONLY)
            .filter(Option::isFeasible)
            .map(
                option ->
                    serve(
                        option,
                        "APIModelsNeeded",
                        "the product needs models that only an API has; it costs "
                            + c.money(option.total())
                            + " a month"))
        : Optional.empty();
  }

  private static Optional<Ruling> itIsTooEarlyToStart(Case c) {
    Scenario scenario = c.scenario().scenario();
    if (c.runsNow()
        || (scenario != Scenario.EARLY_PRODUCT && scenario != Scenario.LOW_OR_UNPREDICTABLE)) {
      return Optional.empty();
    }
    Optional<Option> apiOnly = c.comparison().option(Kind.API_ONLY).filter(Option::isFeasible);
    Optional<Option> own = c.comparison().cheapestSelfHosted();
    if (apiOnly.isEmpty() || own.isEmpty()) {
      return Optional.empty();
    }
    double saved = 100 * (1 - own.get().total() / apiOnly.get().total());
    return saved > 0 && saved < START_UNSURE_FROM_PERCENT
        ? Optional.of(
            serve(
                apiOnly.get(),
                "TooEarlyToStart",
                "own GPUs would save "
                    + Phrases.percent(saved)
                    + ", and "
                    + scenario.label()
                    + " traffic needs "
                    + Phrases.percent(START_UNSURE_FROM_PERCENT)
                    + " to start: "
                    + c.scenario().message()))
        : Optional.empty();
  }

  private static Optional<Ruling> theSavingIsTooSmall(Case c) {
    Option asNow = c.comparison().option(Kind.TODAYS_REPLICAS).orElseThrow();
    Option best = c.comparison().cheapest().orElseThrow();
    double asked = c.question().planning().minSavingPercent();
    double saved = asNow.total() - best.total();
    boolean keeps = asNow.isFeasible() && withinBounds(c, asNow.next());
    return keeps && saved > 0 && saved * 100 < asked * asNow.total()
        ? Optional.of(
            serve(
                asNow,
                "SavingTooSmall",
                best.kind().label()
                    + " would save "
                    + c.money(saved)
                    + " a month, less than the "
                    + Phrases.percent(asked)
                    + " the policy asks for a change"))
        : Optional.empty();
  }

  private static boolean withinBounds(Case c, int replicas) {
    return replicas >= c.comparison().terms().minReplicas()
        && replicas <= c.comparison().terms().maxReplicas();
  }

  private static Optional<Ruling> theCheapestWins(Case c) {
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
  private static String besideTheOtherSide(Case c, Option chosen) {
    return c.comparison().options().stream()
        .filter(o -> o.isFeasible() && o.isSelfHosted() != chosen.isSelfHosted())
        .findFirst()
        .map(other -> ", " + other.kind().label() + " " + c.money(other.total()))
        .orElse("");
  }

  private static Ruling serve(Option option, String reason, String message) {
    return new Ruling.Serve(option, option.verdict(), reason, message);
  }

  private static Optional<Ruling> undecided(String reason, String message) {
    return Optional.of(new Ruling.Undecided(reason, message));
  }
}
