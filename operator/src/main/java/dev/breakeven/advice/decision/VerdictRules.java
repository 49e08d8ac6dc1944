package dev.breakeven.advice.decision;

import static dev.breakeven.reason.Parameter.amount;
import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.percent;
import static dev.breakeven.reason.Parameter.replicas;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative.Feasibility.Infeasible;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Scaling;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.advice.ScenarioFinding.Scenario;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.review.ReviewDecision;
import dev.breakeven.advice.review.ReviewRule;
import dev.breakeven.price.Api;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.NamedReason;
import dev.breakeven.reason.NamedSentence;
import dev.breakeven.reason.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Own GPUs or API: an ordered list of rules, of which the first that applies decides. What is
 * missing comes first, then what cost cannot decide, then cost.
 */
public final class VerdictRules {

  /**
   * Saving over the API, percent, that starting to self-host must promise while the product is
   * early or its traffic low or unpredictable: next month may look different.
   */
  static final double START_UNSURE_FROM_PERCENT = 20;

  /** Why a verdict is what it is, where no issue says so. */
  public enum Reason implements NamedReason {
    API_MODELS_NEEDED("APIModelsNeeded"),
    API_TOO_SLOW("APITooSlow"),
    CHEAPER_AS_IT_RUNS("CheaperAsItRuns"),
    SCALED_ALREADY("ScaledAlready"),
    CHEAPEST("Cheapest"),
    CONSTRAINTS_CONTRADICT("ConstraintsContradict"),
    CUSTOM_WEIGHTS("CustomWeights"),
    DATA_MUST_STAY("DataMustStay"),
    NOTHING_SERVES_EVERYTHING("NothingServesEverything"),
    NOTHING_TO_REVIEW("NothingToReview"),
    PEAK_MUST_BE_SERVED("PeakMustBeServed"),
    REPLICA_BOUNDS("ReplicaBounds"),
    REDUNDANT_REPLICAS("RedundantReplicas"),
    REVIEW_NOT_DUE("ReviewNotDue"),
    SAVING_TOO_SMALL("SavingTooSmall"),
    TOO_EARLY_TO_START("TooEarlyToStart");

    private final String label;

    Reason(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** What the rules say. */
  public enum Sentence implements NamedSentence {
    CONSTRAINTS_CONTRADICT,
    API_MODELS_NEEDED_BUT,
    API_MODELS_NEEDED_AT,
    MAXIMUM_BELOW_PEAK,
    MAXIMUM_BELOW_WHAT_LIMITS_LEAVE,
    AS_IT_RUNS_COSTS_LESS,
    AS_IT_RUNS_SERVES,
    SCALER_COSTS_LESS_THAN_API,
    SCALER_COSTS_LESS_THAN_NUMBER,
    OWN_GPUS_ONLY,
    OWN_GPUS_CARRY_PEAK,
    OWN_GPUS_ABOVE_MAXIMUM,
    TOO_EARLY_TO_START,
    SAVING_TOO_SMALL,
    SAVES_NOTHING,
    PLAN_COSTS,
    PLAN_COSTS_AGAINST,
    ALTERNATIVE_COSTS,
    ALTERNATIVE_COSTS_AGAINST,
    ALTERNATIVE_COSTS_LEAST,
    ALTERNATIVE_COSTS_LEAST_AGAINST
  }

  /** What the rules look at. */
  public record Case(
      AdvisorInput input, List<Issue> issues, Candidates comparison, ScenarioFinding scenario) {

    /** Also where something scales the replicas, and happens to hold none now. */
    boolean runsNow() {
      return input.replicasNow() > 0 || comparison.present().isSelfHosted();
    }

    /** The best way to self-host that may be advised: the plan, where it was replayed. */
    Optional<Candidate> ownWay() {
      if (isManual()) {
        return Optional.of(comparison.reviewed())
            .filter(c -> c.isSelfHosted() && c.isFeasible())
            .or(comparison::cheapestSelfHosted);
      }
      Optional<Candidate> plan = comparison.plan();
      return plan.isPresent()
          ? plan.filter(Candidate::isSelfHosted)
          : comparison.cheapestSelfHosted();
    }

    boolean isManual() {
      return input.planning().scaling() == Scaling.MANUAL;
    }

    /**
     * What an alternative costs a month, and how much of it is for GPUs that are committed anyway.
     */
    Parameter bill(Candidate option) {
      double committed = option.cost().unusedReservation();
      return clause(
          committed > 0
              ? Message.of(
                  Cause.MONTHLY_BILL_WITH_COMMITTED, money(option.total()), money(committed))
              : Message.of(Cause.MONTHLY_BILL, money(option.total())));
    }

    /** The days that a review looks back on, as far as they are known. */
    Parameter lastDays(int days) {
      return Parameter.days(
          comparison.review().past().lastDays(days, input.asOf().getEpochSecond()));
    }

    Parameter money(double overTheWindow) {
      return amount(overTheWindow * comparison.load().toMonth(), input.currency());
    }
  }

  private static final List<Function<Case, Optional<VerdictDecision>>> RULES =
      List.of(
          VerdictRules::constraintsContradict,
          VerdictRules::theApiHasNoPrice,
          VerdictRules::apiModelsAreNeeded,
          VerdictRules::nothingServesEverything,
          VerdictRules::onlyTheNumberIsOpen,
          VerdictRules::theScalerDoesBetter,
          VerdictRules::dataMustStay,
          VerdictRules::weightsAreCustom,
          VerdictRules::theApiIsTooSlow,
          VerdictRules::itIsTooEarlyToStart,
          VerdictRules::theReviewDecides,
          VerdictRules::thePlanHasToDecide,
          VerdictRules::theSavingIsTooSmall,
          VerdictRules::theCheapestWins);

  private VerdictRules() {}

  /** The decision where something blocks it, before anything is compared. */
  static Optional<VerdictDecision> blockedBy(List<Issue> issues) {
    return issues.stream()
        .filter(Issue::blocks)
        .findFirst()
        .map(issue -> new VerdictDecision.Undecided(issue.reason(), issue.message()));
  }

  public static VerdictDecision rule(Case given) {
    return blockedBy(given.issues())
        .or(
            () ->
                RULES.stream().map(rule -> rule.apply(given)).flatMap(Optional::stream).findFirst())
        .map(decision -> DecidingConstraint.named(given, decision))
        .orElseThrow();
  }

  /**
   * Own GPUs as they run, where the capacity leaves the number open, and they cost less than the
   * API, or nothing may go to it: true whatever one replica sustains, since what runs has served
   * what was counted.
   */
  private static Optional<VerdictDecision> onlyTheNumberIsOpen(Case c) {
    if (c.issues().stream()
        .noneMatch(issue -> issue.message().cause() == Cause.OWN_GPUS_WHATEVER_CAPACITY)) {
      return Optional.empty();
    }
    Candidate asNow = c.comparison().present();
    Optional<Candidate> apiOnly =
        c.comparison().option(Kind.API_ONLY).filter(Candidate::isFeasible);
    if (!c.runsNow()
        || !asNow.isSelfHosted()
        || !asNow.isFeasible()
        || !withinBounds(c, asNow.next())
        || apiOnly.filter(api -> api.total() <= asNow.total()).isPresent()) {
      return Optional.empty();
    }
    Parameter total = c.money(asNow.total());
    return Optional.of(
        serve(
            asNow,
            Reason.CHEAPER_AS_IT_RUNS,
            apiOnly
                .map(api -> Message.of(Sentence.AS_IT_RUNS_COSTS_LESS, total, c.money(api.total())))
                .orElseGet(() -> Message.of(Sentence.AS_IT_RUNS_SERVES, total))));
  }

  /**
   * Where something scales the replicas already, no number that a person would set is set, if it
   * costs more than what ran.
   */
  private static Optional<VerdictDecision> theScalerDoesBetter(Case c) {
    Candidate asNow = c.comparison().present();
    Candidate number = c.comparison().reviewed();
    return c.isManual()
            && asNow.isSelfHosted()
            && asNow.isFeasible()
            && asNow.plan() instanceof ReplicaPlan.Following ran
            && withinBounds(c, ran.least())
            && withinBounds(c, ran.most())
            && asNow.total() <= number.total()
        ? Optional.of(
            serve(
                asNow,
                Reason.SCALED_ALREADY,
                number.isSelfHosted()
                    ? Message.of(
                        Sentence.SCALER_COSTS_LESS_THAN_NUMBER,
                        c.money(asNow.total()),
                        replicas(number.next()),
                        c.money(number.total()))
                    : Message.of(
                        Sentence.SCALER_COSTS_LESS_THAN_API,
                        c.money(asNow.total()),
                        c.money(number.total()))))
        : Optional.empty();
  }

  private static Optional<VerdictDecision> constraintsContradict(Case c) {
    Constraints constraints = c.input().constraints();
    return constraints.apiModelsNeeded() && !constraints.allowApi()
        ? undecided(Reason.CONSTRAINTS_CONTRADICT, Message.of(Sentence.CONSTRAINTS_CONTRADICT))
        : Optional.empty();
  }

  private static Optional<VerdictDecision> theApiHasNoPrice(Case c) {
    if (!(c.input().api() instanceof Api.NoOffer none) || !c.input().constraints().allowApi()) {
      return Optional.empty();
    }
    Issue.Reason reason =
        c.issues().stream()
            .map(Issue::reason)
            .filter(r -> r == Issue.Reason.OFFER_GONE || r == Issue.Reason.RATE_CARD_UNAVAILABLE)
            .findFirst()
            .orElse(Issue.Reason.API_PRICE_MISSING);
    return undecided(reason, none.message());
  }

  private static Optional<VerdictDecision> apiModelsAreNeeded(Case c) {
    if (!c.input().constraints().apiModelsNeeded()) {
      return Optional.empty();
    }
    Candidate apiOnly = c.comparison().option(Kind.API_ONLY).orElseThrow();
    return Optional.of(
        apiOnly.feasibility() instanceof Infeasible fault
            ? new VerdictDecision.Undecided(
                fault.reason(), Message.of(Sentence.API_MODELS_NEEDED_BUT, clause(fault.message())))
            : serve(
                apiOnly,
                Reason.API_MODELS_NEEDED,
                Message.of(Sentence.API_MODELS_NEEDED_AT, c.bill(apiOnly))));
  }

  /** Only the most that the policy allows can keep own GPUs from serving what no API may. */
  private static Optional<VerdictDecision> nothingServesEverything(Case c) {
    Candidates ways = c.comparison();
    if (ways.cheapest().isPresent()) {
      return Optional.empty();
    }
    ReplicaCostModel terms = ways.terms();
    int needed =
        terms.neededFor(
            ways.mayBurst() ? ways.overflow().leastOwnLoad(ways.load()) : ways.curve().peak());
    return undecided(
        Reason.NOTHING_SERVES_EVERYTHING,
        Message.of(
            ways.mayBurst()
                ? Sentence.MAXIMUM_BELOW_WHAT_LIMITS_LEAVE
                : Sentence.MAXIMUM_BELOW_PEAK,
            replicas(needed),
            replicas(terms.maxReplicas())));
  }

  private static Optional<VerdictDecision> dataMustStay(Case c) {
    return c.input().constraints().dataMustStay()
        ? ownOnly(c, Reason.DATA_MUST_STAY, Cause.DATA_MUST_STAY)
        : Optional.empty();
  }

  private static Optional<VerdictDecision> weightsAreCustom(Case c) {
    return c.input().constraints().customWeights()
        ? ownOnly(c, Reason.CUSTOM_WEIGHTS, Cause.WEIGHTS_ARE_CUSTOM)
        : Optional.empty();
  }

  private static Optional<VerdictDecision> theApiIsTooSlow(Case c) {
    return c.input().constraints().apiTooSlow()
        ? ownOnly(c, Reason.API_TOO_SLOW, Cause.API_TOO_SLOW)
        : Optional.empty();
  }

  private static Optional<VerdictDecision> ownOnly(Case c, Reason reason, Cause why) {
    return c.ownWay()
        .map(
            option ->
                VerdictDecision.Serve.of(
                    option, reason, ownGpus(c, option, clause(Message.of(why)))));
  }

  private static Message ownGpus(Case c, Candidate option, Parameter why) {
    Parameter cost = c.money(option.total());
    int most = c.comparison().terms().maxReplicas();
    if (option.next() > most) {
      return Message.of(Sentence.OWN_GPUS_ABOVE_MAXIMUM, why, cost, replicas(most));
    }
    return carriesPeak(c, option)
        ? Message.of(
            Sentence.OWN_GPUS_CARRY_PEAK,
            why,
            cost,
            replicas(option.next()),
            c.lastDays(ReviewRule.SIZE_DAYS))
        : Message.of(Sentence.OWN_GPUS_ONLY, why, cost);
  }

  /** Whether it holds more than the highest load takes, for a higher one to come. */
  private static boolean carriesPeak(Case c, Candidate option) {
    double peak = c.comparison().curve().peak();
    ReplicaCostModel terms = c.comparison().terms();
    return c.isManual()
        && !c.comparison().mayBurst()
        && option.next() > terms.forPeak(peak)
        && option.next() == terms.forPeak(ReviewRule.PEAK_MARGIN * peak);
  }

  private static Optional<VerdictDecision> itIsTooEarlyToStart(Case c) {
    Scenario scenario = c.scenario().scenario();
    if (c.runsNow()
        || (c.comparison().plan().isPresent() && !c.isManual()) // its gate decides on a start
        || !isUnsure(c, scenario)) {
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
                Reason.TOO_EARLY_TO_START,
                Message.of(
                    Sentence.TOO_EARLY_TO_START,
                    percent(100 * saved / apiOnly.get().total()),
                    name(scenario.label()),
                    percent(START_UNSURE_FROM_PERCENT),
                    clause(c.scenario().message()))))
        : Optional.empty();
  }

  /** That traffic may look different next month; a review has a damper of its own for it. */
  private static boolean isUnsure(Case c, Scenario scenario) {
    return scenario == Scenario.EARLY_PRODUCT
        || (scenario == Scenario.LOW_OR_UNPREDICTABLE && !c.isManual());
  }

  /** If a person sets the number of replicas, the last review decides it. */
  private static Optional<VerdictDecision> theReviewDecides(Case c) {
    if (!c.isManual()) {
      return Optional.empty();
    }
    ReviewDecision review = c.comparison().review().decision();
    Candidate number = c.comparison().reviewed();
    Candidate asNow = c.comparison().present();
    if (!number.isSelfHosted() && isCheaperAsNow(c, asNow, number)) {
      return Optional.of(tooSmall(c, number, asNow.total() - number.total(), asNow));
    }
    return number.isFeasible()
        ? Optional.of(ReviewVerdict.of(c, review, number))
        : Optional.empty();
  }

  /**
   * Where the plan was replayed it decides, and no number that was found with hindsight: own while
   * it holds replicas or has saved, else the API. What damps it is in the plan, so that what is
   * advised is what was replayed.
   */
  private static Optional<VerdictDecision> thePlanHasToDecide(Case c) {
    Optional<Candidate> plan = c.comparison().plan();
    Optional<Candidate> apiOnly =
        c.comparison().option(Kind.API_ONLY).filter(Candidate::isFeasible);
    if (plan.isEmpty()) {
      return Optional.empty();
    }
    Candidate asNow = c.comparison().present();
    if (c.comparison().isKeptAsItRuns()
        && asNow.next() == plan.get().next()
        && apiOnly.filter(api -> isCheaperAsNow(c, asNow, api)).isPresent()) {
      return Optional.of(rent(c, apiOnly.get()));
    }
    boolean own =
        plan.get().next() > 0
            || apiOnly.isEmpty()
            || (plan.get().isSelfHosted() && plan.get().total() < apiOnly.get().total());
    return Optional.of(own ? served(c, plan.get()) : rent(c, apiOnly.get()));
  }

  private static VerdictDecision rent(Case c, Candidate apiOnly) {
    Candidate asNow = c.comparison().present();
    return isCheaperAsNow(c, asNow, apiOnly)
        ? tooSmall(c, apiOnly, asNow.total() - apiOnly.total(), asNow)
        : served(c, apiOnly);
  }

  /**
   * Whether own replicas as they run, without headroom if need be, cost no more than another way.
   */
  private static boolean isCheaperAsNow(Case c, Candidate asNow, Candidate other) {
    return asNow.isSelfHosted()
        && asNow.isFeasible()
        && withinBounds(c, asNow.next())
        && asNow.total() <= other.total();
  }

  private static boolean isTooSmall(Case c, double saved, Candidate present) {
    return isBelow(c.input().planning().minSavingPercent(), saved, present);
  }

  private static boolean isBelow(double percent, double saved, Candidate present) {
    return saved * 100 < percent * present.total();
  }

  private static VerdictDecision tooSmall(Case c, Candidate better, double saved, Candidate kept) {
    return serve(
        kept,
        Reason.SAVING_TOO_SMALL,
        saved > 0
            ? Message.of(
                Sentence.SAVING_TOO_SMALL,
                name(better.kind().label()),
                c.money(saved),
                percent(c.input().planning().minSavingPercent()))
            : Message.of(Sentence.SAVES_NOTHING, name(better.kind().label())));
  }

  private static VerdictDecision served(Case c, Candidate option) {
    boolean isPlan = option.kind() == Kind.FOLLOWING_BURST && option.isSelfHosted();
    Optional<Candidate> otherSide =
        option.isSelfHosted()
            ? c.comparison().option(Kind.API_ONLY).filter(Candidate::isFeasible)
            : c.ownWay().or(() -> c.comparison().cheapestSelfHosted());
    return serve(
        option,
        Reason.CHEAPEST,
        beside(
            c,
            option,
            otherSide,
            isPlan ? Sentence.PLAN_COSTS : Sentence.ALTERNATIVE_COSTS,
            isPlan ? Sentence.PLAN_COSTS_AGAINST : Sentence.ALTERNATIVE_COSTS_AGAINST));
  }

  /** What one way costs, and the other beside it where there is one. */
  private static Message beside(
      Case c, Candidate option, Optional<Candidate> other, Sentence alone, Sentence against) {
    Parameter kind = name(option.kind().label());
    Parameter total = c.money(option.total());
    return other
        .map(o -> Message.of(against, kind, total, name(o.kind().label()), c.money(o.total())))
        .orElseGet(() -> Message.of(alone, kind, total));
  }

  private static Optional<VerdictDecision> theSavingIsTooSmall(Case c) {
    Candidate asNow = c.comparison().present();
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
                    Reason.CHEAPEST,
                    beside(
                        c,
                        option,
                        otherSide(c, option),
                        Sentence.ALTERNATIVE_COSTS_LEAST,
                        Sentence.ALTERNATIVE_COSTS_LEAST_AGAINST)));
  }

  /** The cheapest way on the other side of own GPUs or API. */
  private static Optional<Candidate> otherSide(Case c, Candidate chosen) {
    return c.comparison().options().stream()
        .filter(o -> o.isFeasible() && o.isSelfHosted() != chosen.isSelfHosted())
        .findFirst();
  }

  private static VerdictDecision serve(Candidate option, NamedReason reason, Message message) {
    return VerdictDecision.Serve.of(option, reason, message);
  }

  private static Optional<VerdictDecision> undecided(NamedReason reason, Message message) {
    return Optional.of(new VerdictDecision.Undecided(reason, message));
  }
}
