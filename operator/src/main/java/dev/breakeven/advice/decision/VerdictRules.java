package dev.breakeven.advice.decision;

import static dev.breakeven.reason.Parameter.amount;
import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.percent;
import static dev.breakeven.reason.Parameter.replicas;
import static dev.breakeven.reason.Parameter.time;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative.Feasibility.Infeasible;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Alternative.Shortfall;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Scaling;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.advice.ScenarioFinding.Scenario;
import dev.breakeven.advice.VerdictReason;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.alternatives.SavingByDay;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.StaticOptimum;
import dev.breakeven.advice.review.ReviewDecision;
import dev.breakeven.advice.review.ReviewRule;
import dev.breakeven.price.Api;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import dev.breakeven.reason.Reason;
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

    /** Also where something scales the replicas, and happens to hold none now. */
    boolean runsNow() {
      return question.replicasNow() > 0 || comparison.present().isSelfHosted();
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
      return question.planning().scaling() == Scaling.MANUAL;
    }

    /** What a way costs a month, and what of that is for GPUs that are paid either way. */
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
          comparison.review().past().lastDays(days, question.asOf().getEpochSecond()));
    }

    Parameter money(double overTheWindow) {
      return amount(overTheWindow * comparison.load().toMonth(), question.currency());
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

  /** The ruling where something blocks it, before anything is compared. */
  static Optional<VerdictDecision> blockedBy(List<Issue> caveats) {
    return caveats.stream()
        .filter(Issue::blocks)
        .findFirst()
        .map(caveat -> new VerdictDecision.Undecided(caveat.reason(), caveat.message()));
  }

  public static VerdictDecision rule(Case given) {
    return blockedBy(given.caveats())
        .or(
            () ->
                RULES.stream().map(rule -> rule.apply(given)).flatMap(Optional::stream).findFirst())
        .map(ruling -> namingTheSpares(given, namingTheMinimum(given, ruling)))
        .orElseThrow();
  }

  /** Where only the policy's minimum keeps the traffic from an API that costs less. */
  private static VerdictDecision namingTheMinimum(Case c, VerdictDecision ruling) {
    if (!(ruling instanceof VerdictDecision.Serve serve) || !serve.option().isSelfHosted()) {
      return ruling;
    }
    return c.comparison()
        .option(Kind.API_ONLY)
        .filter(
            api ->
                api.feasibility() instanceof Infeasible fault
                    && fault.reason() == Shortfall.MIN_REPLICAS)
        .filter(api -> api.total() < serve.option().total())
        .<VerdictDecision>map(
            api ->
                new VerdictDecision.Serve(
                    serve.option(),
                    serve.verdict(),
                    serve.replicas(),
                    VerdictReason.REPLICA_BOUNDS,
                    c.comparison().api().leastOwnLoad(c.comparison().load()) > 0
                        ? Message.of(
                            Cause.MINIMUM_KEEPS_REPLICAS,
                            replicas(c.comparison().terms().minReplicas()),
                            c.money(serve.option().total()))
                        : Message.of(
                            Cause.MINIMUM_KEEPS_OWN_GPUS,
                            replicas(c.comparison().terms().minReplicas()),
                            c.money(api.total()),
                            c.money(serve.option().total()))))
        .orElse(ruling);
  }

  /** Where only the spares that the policy asks for keep own GPUs from being worth it. */
  private static VerdictDecision namingTheSpares(Case c, VerdictDecision ruling) {
    ReplicaCostModel terms = c.comparison().terms();
    if (!(ruling instanceof VerdictDecision.Serve serve)
        || serve.option().kind() != Kind.API_ONLY
        || terms.redundantReplicas() == 0
        || terms.maxReplicas() == 0
        || c.question().constraints().apiModelsNeeded()) {
      return ruling;
    }
    double people = terms.overheadPerMonth() / c.comparison().load().toMonth();
    double with = gpusAndOverflow(c, terms);
    double without = gpusAndOverflow(c, terms.withRedundantReplicas(0));
    double asked = c.isManual() && !c.runsNow() ? ReviewRule.START_TIMES_PEOPLE * people : people;
    double api = serve.option().total();
    return api - without > 0 && api - without >= asked && api - with < asked
        ? new VerdictDecision.Serve(
            serve.option(),
            serve.verdict(),
            serve.replicas(),
            VerdictReason.REDUNDANT_REPLICAS,
            Message.of(
                Cause.SPARES_KEEP_FROM_OWN_GPUS,
                c.money(api),
                c.money(without + people),
                replicas(terms.redundantReplicas()),
                c.money(with + people)))
        : ruling;
  }

  /** Of the best fixed number of own replicas over the window, people apart. */
  private static double gpusAndOverflow(Case c, ReplicaCostModel terms) {
    return StaticOptimum.between(
            1, terms.maxReplicas(), c.comparison().curve(), terms, c.comparison().load().hours(), 1)
        .cost();
  }

  /**
   * Own GPUs as they run, where the capacity leaves the number open, and they cost less than the
   * API, or nothing may go to it: true whatever one replica sustains, since what runs has served
   * what was counted.
   */
  private static Optional<VerdictDecision> onlyTheNumberIsOpen(Case c) {
    if (c.caveats().stream()
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
            VerdictReason.CHEAPER_AS_IT_RUNS,
            apiOnly
                .map(api -> Message.of(Cause.AS_IT_RUNS_COSTS_LESS, total, c.money(api.total())))
                .orElseGet(() -> Message.of(Cause.AS_IT_RUNS_SERVES, total))));
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
                VerdictReason.SCALED_ALREADY,
                number.isSelfHosted()
                    ? Message.of(
                        Cause.SCALER_COSTS_LESS_THAN_NUMBER,
                        c.money(asNow.total()),
                        replicas(number.next()),
                        c.money(number.total()))
                    : Message.of(
                        Cause.SCALER_COSTS_LESS_THAN_API,
                        c.money(asNow.total()),
                        c.money(number.total()))))
        : Optional.empty();
  }

  private static Optional<VerdictDecision> constraintsContradict(Case c) {
    Constraints constraints = c.question().constraints();
    return constraints.apiModelsNeeded() && !constraints.allowApi()
        ? undecided(VerdictReason.CONSTRAINTS_CONTRADICT, Message.of(Cause.CONSTRAINTS_CONTRADICT))
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
    return undecided(reason, none.message());
  }

  private static Optional<VerdictDecision> apiModelsAreNeeded(Case c) {
    if (!c.question().constraints().apiModelsNeeded()) {
      return Optional.empty();
    }
    Candidate apiOnly = c.comparison().option(Kind.API_ONLY).orElseThrow();
    return Optional.of(
        apiOnly.feasibility() instanceof Infeasible fault
            ? new VerdictDecision.Undecided(
                fault.reason(), Message.of(Cause.API_MODELS_NEEDED_BUT, clause(fault.message())))
            : serve(
                apiOnly,
                VerdictReason.API_MODELS_NEEDED,
                Message.of(Cause.API_MODELS_NEEDED_AT, c.bill(apiOnly))));
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
        VerdictReason.NOTHING_SERVES_EVERYTHING,
        Message.of(
            Cause.NOTHING_SERVES_EVERYTHING,
            name(nearest.kind().label()),
            clause(fault(nearest).message())));
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
        ? ownOnly(c, VerdictReason.DATA_MUST_STAY, Cause.DATA_MUST_STAY)
        : Optional.empty();
  }

  private static Optional<VerdictDecision> weightsAreCustom(Case c) {
    return c.question().constraints().customWeights()
        ? ownOnly(c, VerdictReason.CUSTOM_WEIGHTS, Cause.WEIGHTS_ARE_CUSTOM)
        : Optional.empty();
  }

  private static Optional<VerdictDecision> theApiIsTooSlow(Case c) {
    return c.question().constraints().apiTooSlow()
        ? ownOnly(c, VerdictReason.API_TOO_SLOW, Cause.API_TOO_SLOW)
        : Optional.empty();
  }

  private static Optional<VerdictDecision> ownOnly(Case c, Reason reason, Cause why) {
    return c.ownWay()
        .map(
            option ->
                VerdictDecision.Serve.of(
                    option,
                    reason,
                    carriesPeak(c, option)
                        ? Message.of(
                            Cause.OWN_GPUS_CARRY_PEAK,
                            clause(Message.of(why)),
                            c.money(option.total()),
                            replicas(option.next()),
                            c.lastDays(ReviewRule.SIZE_DAYS))
                        : Message.of(
                            Cause.OWN_GPUS_ONLY,
                            clause(Message.of(why)),
                            c.money(option.total()))));
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
                VerdictReason.TOO_EARLY_TO_START,
                Message.of(
                    Cause.TOO_EARLY_TO_START,
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

  /** Where a person changes the number, it is the one of the last review. */
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
        ? Optional.of(serve(number, reason(review), said(c, review, number)))
        : Optional.empty();
  }

  /** Whether the policy itself allows that number. */
  private static boolean isAllowed(Case c, int number) {
    return number >= c.question().selfHost().minReplicas()
        && number <= c.question().selfHost().maxReplicas();
  }

  private static VerdictReason reason(ReviewDecision review) {
    return switch (review.reason()) {
      case ALREADY_CHEAPEST, RESIZE, START, GIVE_UP -> VerdictReason.CHEAPEST;
      case SAVING_WITHIN_DEADBAND, START_NOT_EARNED -> VerdictReason.SAVING_TOO_SMALL;
      case OUT_OF_BOUNDS -> VerdictReason.REPLICA_BOUNDS;
      case CARRY_PEAK -> VerdictReason.PEAK_MUST_BE_SERVED;
      case NOT_DUE -> VerdictReason.REVIEW_NOT_DUE;
      case NOTHING_KNOWN -> VerdictReason.NOTHING_TO_REVIEW;
    };
  }

  private static Message said(Case c, ReviewDecision review, Candidate number) {
    Parameter replicas = replicas(review.replicas());
    Parameter cheapest = replicas(review.cheapest());
    Parameter lookedAt = c.lastDays(ReviewRule.SIZE_DAYS);
    Parameter total = c.money(number.total());
    Parameter asNow = c.money(c.comparison().present().total());
    Parameter api = c.comparison().option(Kind.API_ONLY).map(c::bill).orElse(total);
    return switch (review.reason()) {
      case ALREADY_CHEAPEST -> Message.of(Cause.REVIEW_KEEPS_CHEAPEST, replicas, total, lookedAt);
      case SAVING_WITHIN_DEADBAND ->
          Message.of(Cause.REVIEW_SAVING_WITHIN_DEADBAND, cheapest, replicas, total, lookedAt);
      case RESIZE -> Message.of(Cause.REVIEW_RESIZES, replicas, total, asNow, lookedAt);
      case START -> Message.of(Cause.REVIEW_STARTS, replicas, total, api);
      case START_NOT_EARNED -> Message.of(Cause.REVIEW_START_NOT_EARNED, api, cheapest, lookedAt);
      case GIVE_UP ->
          Message.of(
              Cause.REVIEW_GIVES_UP,
              api,
              replicas(
                  c.comparison()
                      .option(Kind.BASELINE_BURST)
                      .map(Candidate::next)
                      .orElse(review.cheapest())),
              c.lastDays(ReviewRule.GIVE_UP_DAYS));
      case OUT_OF_BOUNDS ->
          Message.of(
              isAllowed(c, c.question().replicasNow())
                  ? Cause.REVIEW_API_LIMITS_NEED
                  : Cause.REVIEW_OUT_OF_BOUNDS,
              replicas(c.question().replicasNow()),
              replicas);
      case CARRY_PEAK -> Message.of(Cause.REVIEW_CARRIES_PEAK, replicas, lookedAt);
      case NOT_DUE ->
          Message.of(Cause.REVIEW_NOT_DUE, replicas, time(c.comparison().review().nextReview()));
      case NOTHING_KNOWN -> Message.of(Cause.REVIEW_KNOWS_NOTHING);
    };
  }

  /**
   * Where the plan was replayed it decides, and no number that was found with hindsight: own while
   * it holds replicas or has saved, else rent. What damps it is in the plan, so that what is
   * advised is what was replayed.
   */
  private static Optional<VerdictDecision> thePlanHasToDecide(Case c) {
    Optional<Candidate> plan = c.comparison().plan();
    Optional<Candidate> apiOnly =
        c.comparison().option(Kind.API_ONLY).filter(Candidate::isFeasible);
    if (plan.isEmpty()) {
      return Optional.empty();
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
    return isBelow(c.question().planning().minSavingPercent(), saved, present);
  }

  private static boolean isBelow(double percent, double saved, Candidate present) {
    return saved * 100 < percent * present.total();
  }

  private static VerdictDecision tooSmall(Case c, Candidate better, double saved, Candidate kept) {
    return serve(
        kept,
        VerdictReason.SAVING_TOO_SMALL,
        saved > 0
            ? Message.of(
                Cause.SAVING_TOO_SMALL,
                name(better.kind().label()),
                c.money(saved),
                percent(c.question().planning().minSavingPercent()))
            : Message.of(Cause.SAVES_NOTHING, name(better.kind().label())));
  }

  private static Optional<SavingByDay.Interval> interval(
      Candidates comparison, Candidate own, Candidate apiOnly) {
    return comparison.saving(own, apiOnly) instanceof Estimate.Found<SavingByDay.Interval> found
        ? Optional.of(found.value())
        : Optional.empty();
  }

  private static Message dependsOnTheDays(SavingByDay.Interval interval, Currency currency) {
    return Message.of(
        Cause.SAVING_DEPENDS_ON_DAYS, Parameter.between(interval.low(), interval.high(), currency));
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
    Optional<Candidate> otherSide =
        own
            ? c.comparison().option(Kind.API_ONLY).filter(Candidate::isFeasible)
            : c.ownWay().or(() -> c.comparison().cheapestSelfHosted());
    return serve(
        option,
        VerdictReason.CHEAPEST,
        beside(
            c,
            option,
            otherSide,
            own ? Cause.PLAN_COSTS : Cause.ALTERNATIVE_COSTS,
            own ? Cause.PLAN_COSTS_AGAINST : Cause.ALTERNATIVE_COSTS_AGAINST));
  }

  /** What one way costs, and the other beside it where there is one. */
  private static Message beside(
      Case c, Candidate option, Optional<Candidate> other, Cause alone, Cause against) {
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
                    VerdictReason.CHEAPEST,
                    beside(
                        c,
                        option,
                        otherSide(c, option),
                        Cause.ALTERNATIVE_COSTS_LEAST,
                        Cause.ALTERNATIVE_COSTS_LEAST_AGAINST)));
  }

  /** The cheapest way on the other side of own-or-rent. */
  private static Optional<Candidate> otherSide(Case c, Candidate chosen) {
    return c.comparison().options().stream()
        .filter(o -> o.isFeasible() && o.isSelfHosted() != chosen.isSelfHosted())
        .findFirst();
  }

  private static VerdictDecision serve(Candidate option, Reason reason, Message message) {
    return VerdictDecision.Serve.of(option, reason, message);
  }

  private static Optional<VerdictDecision> undecided(Reason reason, Message message) {
    return Optional.of(new VerdictDecision.Undecided(reason, message));
  }
}
