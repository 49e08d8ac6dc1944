package dev.breakeven.advice;

import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Advice.Confidence;
import dev.breakeven.advice.Advice.CostOfHour;
import dev.breakeven.advice.Advice.HiddenCost;
import dev.breakeven.advice.Advice.Marginal;
import dev.breakeven.advice.Advice.Recommendation;
import dev.breakeven.advice.Advice.Saving;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Caveat.Reason;
import dev.breakeven.capacity.CapacityAssessment;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.traffic.TrafficHistory;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers a question: one pure call. Terms and traffic become load and prices, these become the
 * cost of every way to serve it, and rules over those costs make the verdict and what to do.
 */
public final class Advisor {

  private static final int HOURLY_DECIMALS = 4;

  private final Planner planner;

  /** An advisor whose way of following the load is that planner's. */
  public Advisor(Planner planner) {
    this.planner = planner;
  }

  /**
   * The advisor that operator and commands use; sooner done where it is asked about one policy
   * again and again, see {@link Planner#standard}.
   */
  public static Advisor standard() {
    return new Advisor(Planner.standard());
  }

  /** The answer. The same question always has the same answer. */
  public Advice advise(Question question) {
    SeenWindow window = SeenWindow.of(question);
    SeenTraffic seen = SeenTraffic.of(window.history());
    CapacityEvidence capacity = CapacityAssessment.of(question.capacity(), window.everything());
    List<Caveat> caveats =
        CaveatRules.of(new CaveatRules.Situation(question, window, seen, capacity));
    Draft draft = new Draft(question, window, seen, capacity, caveats);
    return isComparable(caveats)
            && question.selfHost().gpu() instanceof GpuPricing.Priced priced
            && capacity instanceof CapacityEvidence.Known known
            && window.knownSteps() > 0
        ? draft.compared(priced, known, planner)
        : draft.blocked();
  }

  private static boolean isComparable(List<Caveat> caveats) {
    return caveats.stream().noneMatch(caveat -> caveat.reason() == Reason.CURRENCY_MISMATCH);
  }

  /** What was decided before and how it did. */
  private record Standing(
      Memory memory,
      PreviousDecision.Pending pending,
      Finding<Advice.Proof> proof,
      PreviousDecision.Prediction prediction,
      Finding<Advice.Score> score) {}

  /** The parts that an answer is put together from. */
  private record Draft(
      Question question,
      SeenWindow window,
      SeenTraffic seen,
      CapacityEvidence capacity,
      List<Caveat> caveats) {

    /** An answer without figures: something that every figure needs is missing. */
    Advice blocked() {
      Caveat why =
          caveats.stream()
              .filter(Caveat::blocks)
              .findFirst()
              .orElse(new Caveat(Reason.NO_TRAFFIC_DATA, "nothing is known"));
      Ruling ruling = new Ruling.Undecided(why.reason().label(), why.message());
      Finding<Marginal> marginal = new Finding.NotFound<>(why);
      Recommendation recommendation =
          ActionRules.recommend(
              new ActionRules.Case(ruling, question.replicasNow(), marginal),
              new BurstPoint.Never());
      return advice(
          ruling,
          recommendation,
          new Finding.NotFound<>(why),
          List.of(),
          new Finding.NotFound<>(why),
          new Finding.NotFound<>(why),
          List.of(),
          Observed.of(window, seen, new Finding.NotFound<>(why), new Finding.NotFound<>(why)),
          new Finding.NotFound<>(why),
          List.of(),
          new Standing(
              Memory.after(question, ruling, recommendation.replicasAdvised()),
              new PreviousDecision.Pending.Nothing(),
              new Finding.NotFound<>(why),
              new PreviousDecision.Prediction.None(),
              new Finding.NotFound<>(why)),
          caveats);
    }

    Advice compared(GpuPricing.Priced priced, CapacityEvidence.Known known, Planner planner) {
      HoldingTerms terms = Fleet.terms(question, priced, known);
      ApiAccess api = ApiAccess.of(question.api(), seen.lengths().inputTokens());
      Planner.Span charged = span(window.history(), known, api);
      PricedLoad load = charged.load();
      List<Planner.Span> earlier =
          window.before().stream().map(history -> span(history, known, api)).toList();
      Comparison comparison = Comparison.of(question, earlier, charged, terms, api, planner);
      ScenarioFinding scenario = ScenarioRules.of(load, comparison.curve(), question.constraints());
      Steadiness.Steadied steadied =
          Steadiness.of(
              question,
              VerdictRules.rule(new VerdictRules.Case(question, caveats, comparison, scenario)),
              comparison);
      Ruling ruling = steadied.ruling();
      Finding<Marginal> marginal = marginal(comparison);
      BurstPoint burst =
          ruling instanceof Ruling.Serve serve ? burst(serve, comparison) : new BurstPoint.Never();
      Recommendation recommendation =
          ActionRules.recommend(
              new ActionRules.Case(ruling, question.replicasNow(), marginal), burst);
      Option present = comparison.option(Kind.TODAYS_REPLICAS).orElseThrow();
      Finding<Saving> saving = saving(ruling, present, comparison);
      MonthlyBills bills = MonthlyBills.of(question, comparison);
      TrackRecord track = new TrackRecord(question, window.history(), comparison);
      Memory memory = Memory.after(question, ruling, recommendation.replicasAdvised());
      PreviousDecision.Prediction prediction = track.prediction(ruling, memory, saving);
      return advice(
          ruling,
          recommendation,
          saving,
          bills.alternatives(),
          breakeven(comparison),
          LastHour.cost(question, window.history(), terms, api),
          bills.hiddenCosts(question.replicasNow()),
          Observed.of(
              window,
              seen,
              Observed.utilization(window.history(), load, terms, question.replicasNow()),
              Finding.of(comparison.curve().peak())),
          Finding.of(scenario),
          ConstraintCosts.of(comparison, question.constraints(), question.currency()),
          new Standing(
              memory,
              steadied.pending(),
              track.proof(),
              prediction,
              track.score(ruling, prediction)),
          withAfterthoughts(burst, comparison, steadied));
    }

    private Planner.Span span(TrafficHistory history, CapacityEvidence.Known known, ApiAccess api) {
      return new Planner.Span(history, priced(history, known, api));
    }

    /** Where what is advised bursts; where less is changed than wanted, at what is held. */
    private static BurstPoint burst(Ruling.Serve serve, Comparison comparison) {
      Option option = serve.option();
      double perReplica = comparison.tokensPerSecondPerReplica();
      if (serve.replicas() == option.next() && serve.verdict() == option.verdict()) {
        return option.burst(comparison.terms(), perReplica);
      }
      double level = comparison.terms().usable(serve.replicas());
      double all = comparison.load().tokens();
      double share = all > 0 ? 100 * comparison.curve().overflowTokens(level) / all : 0;
      return share > 0 && comparison.mayBurst()
          ? new BurstPoint.Above(level * perReplica, share)
          : new BurstPoint.Never();
    }

    private PricedLoad priced(TrafficHistory history, CapacityEvidence.Known known, ApiAccess api) {
      return PricedLoad.of(history, known.capacity(), api.tariff(), seen.lengths());
    }

    private Advice advice(
        Ruling ruling,
        Recommendation recommendation,
        Finding<Saving> saving,
        List<Alternative> alternatives,
        Finding<Breakeven> breakeven,
        Finding<CostOfHour> cost,
        List<HiddenCost> hiddenCosts,
        Observed observed,
        Finding<ScenarioFinding> scenario,
        List<Advice.ConstraintCost> constraints,
        Standing standing,
        List<Caveat> allCaveats) {
      return new Advice(
          Summary.of(question, ruling, standing.pending(), recommendation, saving),
          ruling.given(),
          ruling.reason(),
          ruling.message(),
          standing.memory().since(),
          answered(ruling),
          standing.pending(),
          recommendation,
          saving,
          confidence(ruling, allCaveats, saving),
          alternatives,
          breakeven,
          cost,
          hiddenCosts,
          observed,
          capacity,
          scenario,
          constraints,
          Fleet.advise(question, capacity, recommendation.replicasAdvised()),
          allCaveats,
          standing.proof(),
          standing.prediction(),
          standing.score(),
          standing.memory().changes());
    }

    /** The question that was decided last: not to know decides none. */
    private String answered(Ruling ruling) {
      return ruling instanceof Ruling.Undecided
              && question.previous() instanceof PreviousDecision.Made made
          ? made.asked()
          : question.asked();
    }

    /** What can only be said once the advice is known. */
    private List<Caveat> withAfterthoughts(
        BurstPoint burst, Comparison comparison, Steadiness.Steadied steadied) {
      List<Caveat> all = new ArrayList<>(caveats);
      Fleet.misplaced(question, comparison.terms()).ifPresent(all::add);
      steadied.held().ifPresent(all::add);
      VerdictRules.hangsOnTheDays(steadied.ruling(), comparison, question.currency())
          .ifPresent(all::add);
      if (burst instanceof BurstPoint.Above && question.replicasNow() > 0 && !seen.burstSeen()) {
        all.add(
            new Caveat(
                Reason.OVERFLOW_UNSEEN,
                "no gateway says how much already goes to the API; what bursts now is not in the"
                    + " demand"));
      }
      if (burst instanceof BurstPoint.Above && comparison.api().isLimited()) {
        all.add(
            new Caveat(
                Reason.LIMITS_BY_MEAN,
                "the API's limits are planned to "
                    + Phrases.percent(100 * ApiAccess.PLANNED_SHARE_OF_LIMIT)
                    + ", because a step's mean hides its fullest minute"));
      }
      return CaveatRules.heaviestFirst(all);
    }

    /**
     * High with nothing that weakens it and a saving that is one whichever days are drawn; medium
     * with one such thing; low with more.
     */
    private static Confidence confidence(
        Ruling ruling, List<Caveat> caveats, Finding<Saving> saving) {
      if (ruling instanceof Ruling.Undecided) {
        return Confidence.NONE;
      }
      long doubts =
          caveats.stream()
              .map(caveat -> caveat.reason())
              .filter(reason -> reason.weight() == Caveat.Weight.WEAKENS)
              .distinct()
              .count();
      if (caveats.stream().noneMatch(c -> c.reason() == Reason.SAVING_UNCERTAIN)
          && saving instanceof Finding.Found<Saving> found
          && found.value().low().isNegative()
          && !found.value().high().isNegative()) {
        doubts++;
      }
      return doubts == 0 ? Confidence.HIGH : doubts == 1 ? Confidence.MEDIUM : Confidence.LOW;
    }

    private Finding<Saving> saving(Ruling ruling, Option present, Comparison comparison) {
      if (!(ruling instanceof Ruling.Serve serve)) {
        return Finding.notFound(Reason.NOTHING_TO_COMPARE, "there is no verdict to follow");
      }
      if (!present.isFeasible()) {
        return Finding.notFound(
            Reason.NOTHING_TO_COMPARE,
            "what runs now does not serve every token, so its cost is not comparable");
      }
      return comparison.saving(serve.option(), present)
              instanceof Finding.Found<SavingByDay.Interval> found
          ? Finding.of(found.value().in(question.currency()))
          : Finding.notFound(Reason.SHORT_HISTORY, "one day says nothing of how days differ");
    }

    private Finding<Marginal> marginal(Comparison comparison) {
      if (!comparison.api().priced()) {
        return Finding.notFound(
            Reason.API_PRICE_MISSING, "no API price says what the overflow costs");
      }
      if (!comparison.mayBurst()) {
        return Finding.notFound(Reason.NOTHING_TO_COMPARE, "no API may take what overflows");
      }
      int now = question.replicasNow();
      double hours = comparison.load().hours();
      HoldingTerms terms = comparison.terms();
      LoadDurationCurve curve = comparison.curve();
      double overflow = curve.overflowApi(terms.usable(now));
      double withOneMore = curve.overflowApi(terms.usable(now + 1));
      double withOneLess = curve.overflowApi(terms.usable(Math.max(0, now - 1)));
      return Finding.of(
          new Marginal(
              hourly(terms.nextPerHour(now)),
              hourly((overflow - withOneMore) / hours),
              hourly(now == 0 ? 0 : terms.nextPerHour(now - 1)),
              hourly((withOneLess - overflow) / hours)));
    }

    private Money hourly(double amount) {
      return Money.rounded(amount, HOURLY_DECIMALS, question.currency());
    }

    private Finding<Breakeven> breakeven(Comparison comparison) {
      if (!comparison.api().priced()) {
        return Finding.notFound(Reason.API_PRICE_MISSING, "no API price to break even with");
      }
      if (comparison.load().api() <= 0) {
        return Finding.notFound(Reason.NO_TRAFFIC, "no traffic whose mix could be priced");
      }
      if (comparison.terms().maxReplicas() == 0) {
        return Finding.notFound(
            Reason.NOTHING_TO_COMPARE, "the policy allows no replica to break even with");
      }
      int replicas = question.replicasNow();
      if (replicas == 0) {
        replicas =
            (comparison.mayBurst()
                    ? comparison.option(Kind.BASELINE_BURST)
                    : comparison.option(Kind.SELF_HOST_PEAK))
                .map(Option::next)
                .orElse(1);
      }
      return Finding.of(
          new BreakevenPoint(
                  comparison.load(),
                  comparison.curve(),
                  comparison.terms(),
                  comparison.api(),
                  comparison.mayBurst())
              .at(Math.max(1, replicas)));
    }
  }
}
