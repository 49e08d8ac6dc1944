package dev.breakeven.advice;

import static dev.breakeven.reason.Parameter.clause;
import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.percent;
import static dev.breakeven.reason.Parameter.replicas;

import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Advice.Confidence;
import dev.breakeven.advice.Advice.CostOfHour;
import dev.breakeven.advice.Advice.HiddenCost;
import dev.breakeven.advice.Advice.Marginal;
import dev.breakeven.advice.Advice.Recommendation;
import dev.breakeven.advice.Advice.Saving;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.alternatives.Candidate;
import dev.breakeven.advice.alternatives.Candidates;
import dev.breakeven.advice.alternatives.ConstraintCosts;
import dev.breakeven.advice.alternatives.MonthlyBills;
import dev.breakeven.advice.alternatives.RenewalSaving;
import dev.breakeven.advice.alternatives.SavingForecast;
import dev.breakeven.advice.backtest.ForecastScore;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.BreakevenPoint;
import dev.breakeven.advice.costing.HeadroomUse;
import dev.breakeven.advice.costing.LastHour;
import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.ObservationWindow;
import dev.breakeven.advice.costing.OwnTokenPrices;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.TrafficSummary;
import dev.breakeven.advice.costing.WorkloadAllocation;
import dev.breakeven.advice.decision.ActionRules;
import dev.breakeven.advice.decision.DecisionHistory;
import dev.breakeven.advice.decision.Hysteresis;
import dev.breakeven.advice.decision.IssueRules;
import dev.breakeven.advice.decision.ScenarioRules;
import dev.breakeven.advice.decision.VerdictDecision;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.advice.interval.ErrorTerm;
import dev.breakeven.advice.interval.PriceAge;
import dev.breakeven.advice.interval.SavingStatement;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.CapacityFinding;
import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.price.Api;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.price.Tariff;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers a question: one pure call. Terms and traffic become load and prices, these become the
 * cost of every way to serve it, and rules over those costs make the verdict and what to do.
 */
public final class Advisor {

  private static final int HOURLY_DECIMALS = 4;

  /** No replica sustains as much: with it, nothing overflows. */
  private static final Capacity MORE_THAN_ANY = Capacity.of(1e12, 1e12);

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
  public Advice advise(AdvisorInput question) {
    ObservationWindow window = ObservationWindow.of(question);
    TrafficSummary seen = TrafficSummary.of(window.history());
    CapacityFinding finding = WorkloadAllocation.capacityOfAReplica(question, window);
    CapacityEvidence capacity = finding.evidence();
    List<Issue> caveats = IssueRules.of(new IssueRules.Situation(question, window, seen, finding));
    Draft draft =
        new Draft(
            question,
            window,
            seen,
            capacity,
            caveats,
            List.of(),
            new SpansByCapacity(window, ApiAccess.tariffs(question.api()), seen.lengths()));
    if (!isComparable(caveats)
        || !(question.selfHost().gpu() instanceof GpuPricing.Priced priced)
        || window.knownSteps() == 0) {
      return draft.blocked(List.of());
    }
    if (!(capacity instanceof CapacityEvidence.Known known)) {
      return draft.withoutCapacity(priced, (CapacityEvidence.Unknown) capacity);
    }
    OneReplay replay = new OneReplay(planner, draft.atEnds(known));
    Candidates comparison = draft.atCapacity(priced, known.capacity(), replay.atBest());
    return draft
        .overTheInterval(priced, known, replay, comparison)
        .compared(known, comparison, planner);
  }

  private static boolean isComparable(List<Issue> caveats) {
    return caveats.stream().noneMatch(caveat -> caveat.reason() == Reason.CURRENCY_MISMATCH);
  }

  /** Replays the plan on other terms than those of the question, to see what these cost. */
  private record PlansOnOtherTerms(
      AdvisorInput question, List<Planner.Span> earlier, Planner.Span charged, Planner planner)
      implements ConstraintCosts.Plans {

    @Override
    public double cost(ReplicaCostModel terms, ApiAccess api, boolean mayBurst) {
      if (!terms.isAlike()) {
        return Double.POSITIVE_INFINITY;
      }
      ApiAccess overflow = mayBurst ? api : ApiAccess.NONE;
      Planner.Replay replay =
          new Planner.Replay(
              earlier,
              charged,
              terms,
              overflow,
              overflow.priced(),
              question.planning(),
              question.replicasNow(),
              ObservationWindow.leastSpan(question.planning()),
              Planner.Ends.NONE);
      if (!(planner.followOnce(replay) instanceof Estimate.Found<Planner.Followed> found)) {
        return Double.POSITIVE_INFINITY;
      }
      PlanCost cost =
          PlanCost.ofReplayed(
              charged.load(),
              terms,
              overflow,
              found.value().replicas()::get,
              found.value().serving()::get);
      return cost.unservedTokens() > 0 ? Double.POSITIVE_INFINITY : cost.total();
    }
  }

  /**
   * One replay of the past at the best estimate of the capacity and at the ends of its interval,
   * step by step together.
   */
  private static final class OneReplay {
    private final Planner planner;
    private final Planner.Ends ends;
    private Estimate<Planner.Followed> followed =
        Estimate.notFound(Reason.NOT_REPLAYED, Cause.NOT_REPLAYED);
    private boolean isReplayed;

    OneReplay(Planner planner, Planner.Ends ends) {
      this.planner = planner;
      this.ends = ends;
    }

    Planner atBest() {
      return new Planner() {
        @Override
        public Estimate<Planner.Followed> follow(Planner.Replay replay) {
          if (!isReplayed) {
            followed = planner.follow(replay.with(ends));
            isReplayed = true;
          }
          return followed;
        }

        @Override
        public Estimate<Planner.Followed> followOnce(Planner.Replay onOtherTerms) {
          return planner.followOnce(onOtherTerms);
        }
      };
    }

    /** To be asked after the best estimate; of a planner that knows no ends, the same at both. */
    Planner atEnd(int end) {
      return replay ->
          followed.map(best -> best.atEnds().isEmpty() ? best : best.atEnds().get(end));
    }
  }

  /** The window, and the past before it, at a capacity. */
  private record Spans(List<Planner.Span> earlier, Planner.Span charged) {}

  /** The past at every capacity that is asked about, each worked out once. */
  private static final class SpansByCapacity {
    private final ObservationWindow window;
    private final Function<RequestLengths, Tariff> tariffs;
    private final RequestLengths usual;
    private final Map<Capacity, Spans> known = new LinkedHashMap<>();

    SpansByCapacity(
        ObservationWindow window, Function<RequestLengths, Tariff> tariffs, RequestLengths usual) {
      this.window = window;
      this.tariffs = tariffs;
      this.usual = usual;
    }

    Spans at(Capacity capacity) {
      if (!known.containsKey(capacity)) {
        known.put(
            capacity,
            known.values().stream()
                .findFirst()
                .map(
                    other ->
                        new Spans(
                            other.earlier().stream().map(span -> at(capacity, span)).toList(),
                            at(capacity, other.charged())))
                .orElseGet(
                    () ->
                        new Spans(
                            window.before().stream().map(past -> priced(past, capacity)).toList(),
                            priced(window.history(), capacity))));
      }
      return known.get(capacity);
    }

    private Planner.Span at(Capacity capacity, Planner.Span other) {
      return new Planner.Span(other.history(), other.load().at(capacity, other.history(), usual));
    }

    private Planner.Span priced(TrafficHistory history, Capacity capacity) {
      return new Planner.Span(history, PricedLoad.of(history, capacity, tariffs, usual));
    }
  }

  /** What was decided before and how it did. */
  private record Standing(
      DecisionHistory memory,
      PreviousDecision.Pending pending,
      Estimate<Advice.Proof> proof,
      PreviousDecision.Prediction prediction,
      Estimate<Advice.Score> score,
      Estimate<Advice.TokenCosts> tokenCosts) {}

  /** What following the advice by hand, or by a controller, would bring. */
  private record Outlook(
      Estimate<Instant> nextReview,
      Estimate<Money> manualSaving,
      Estimate<Money> automaticSaving,
      Estimate<Advice.AfterCommitments> afterCommitments) {

    static Outlook unknown(Issue why) {
      return new Outlook(
          new Estimate.NotFound<>(why),
          new Estimate.NotFound<>(why),
          new Estimate.NotFound<>(why),
          new Estimate.NotFound<>(why));
    }
  }

  /** The parts that an answer is put together from. */
  private record Draft(
      AdvisorInput question,
      ObservationWindow window,
      TrafficSummary seen,
      CapacityEvidence capacity,
      List<Issue> caveats,
      List<Candidates> atCapacityEnds,
      SpansByCapacity spans) {

    /**
     * What can be said whatever a replica sustains: what is paid now, what the API charges, that
     * the API is the answer where own GPUs lose even if one replica sustains any load, and that own
     * GPUs are where those that run cost less than the API.
     */
    Advice withoutCapacity(GpuPricing.Priced priced, CapacityEvidence.Unknown unknown) {
      Candidates comparison = atCapacity(priced, MORE_THAN_ANY, Planner.none());
      List<Alternative> bills =
          MonthlyBills.of(question, comparison).alternatives().stream()
              .filter(a -> a.kind() == Kind.TODAYS_REPLICAS || a.kind() == Kind.API_ONLY)
              .toList();
      List<Issue> others = new ArrayList<>(caveats);
      others.removeIf(issue -> issue.reason() == Reason.CAPACITY_UNKNOWN);
      if (others.stream().anyMatch(Issue::blocks)) {
        return blocked(bills);
      }
      Draft best = with(notNeeded(others, Message.of(Cause.CAPACITY_NOT_NEEDED)), List.of());
      VerdictDecision ruling = best.ruled(comparison);
      if (ruling instanceof VerdictDecision.Undecided undecided
          && undecided.reason() instanceof Reason missing) {
        // A price is read in minutes and may make the load test needless: it comes first.
        return blocked(bills, new Issue(missing, undecided.message()));
      }
      Candidate present = comparison.option(Kind.TODAYS_REPLICAS).orElseThrow();
      Issue why = new Issue(Reason.NOTHING_TO_COMPARE, Message.of(Cause.NEEDS_A_CAPACITY));
      if (ruling.given() == Verdict.API) {
        return best.answer(
            ruling,
            why,
            best.saving(ruling, present, comparison),
            bills,
            best.outlook(comparison, present));
      }
      if (!servedByNoMoreThanRunsNow()) {
        return blocked(bills);
      }
      Draft own = with(notNeeded(others, numberIsOpen(unknown.message())), List.of());
      return own.ruled(comparison) instanceof VerdictDecision.Serve kept
              && kept.reason() == VerdictReason.CHEAPER_AS_IT_RUNS
          ? own.answer(
              kept, why, own.saving(kept, present, comparison), bills, Outlook.unknown(why))
          : blocked(bills);
    }

    private static Message numberIsOpen(Message why) {
      return Message.of(Cause.CAPACITY_DECIDES_NUMBER, clause(why));
    }

    private static List<Issue> notNeeded(List<Issue> others, Message message) {
      List<Issue> all = new ArrayList<>(others);
      all.add(new Issue(Reason.CAPACITY_NOT_NEEDED, message));
      return IssueRules.heaviestFirst(all);
    }

    /**
     * Whether no more replicas than run now served what was counted, as far as is known; a rollout
     * holds one more for a part of a step.
     */
    private boolean servedByNoMoreThanRunsNow() {
      TrafficHistory history = window.history();
      for (int i = 0; i < history.grid().steps(); i++) {
        if (history.isKnown(i)
            && !(history.replicasHeld().isMeasured(i)
                && Math.round(history.replicasHeld().measuredAt(i)) <= question.replicasNow())) {
          return false;
        }
      }
      return true;
    }

    /**
     * An answer without a verdict: something that one needs is missing.
     *
     * @param bills of the ways whose cost is known all the same
     */
    Advice blocked(List<Alternative> bills) {
      return blocked(
          bills,
          caveats.stream()
              .filter(Issue::blocks)
              .findFirst()
              .orElse(new Issue(Reason.NO_TRAFFIC_DATA, Message.of(Cause.NO_TRAFFIC_KNOWN))));
    }

    private Advice blocked(List<Alternative> bills, Issue why) {
      return answer(
          new VerdictDecision.Undecided(why.reason(), why.message()),
          why,
          new Estimate.NotFound<>(why),
          bills,
          Outlook.unknown(why));
    }

    /** An answer without the figures that hang on the capacity, because of that issue. */
    private Advice answer(
        VerdictDecision ruling,
        Issue why,
        Estimate<Saving> saving,
        List<Alternative> bills,
        Outlook outlook) {
      Recommendation recommendation =
          ActionRules.recommend(
              new ActionRules.Case(
                  ruling, question.replicasNow(), new Estimate.NotFound<Marginal>(why)),
              new BurstPoint.Never(),
              offer());
      return advice(
          ruling,
          recommendation,
          saving,
          bills,
          new Estimate.NotFound<>(why),
          new Estimate.NotFound<>(why),
          List.of(),
          Observed.of(window, seen, new Estimate.NotFound<>(why), new Estimate.NotFound<>(why)),
          new Estimate.NotFound<>(why),
          List.of(),
          new Standing(
              DecisionHistory.after(question, ruling, recommendation.replicasAdvised()),
              new PreviousDecision.Pending.Nothing(),
              new Estimate.NotFound<>(why),
              new PreviousDecision.Prediction.None(),
              new Estimate.NotFound<>(why),
              new Estimate.NotFound<>(why)),
          outlook,
          caveats);
    }

    /** The loads at the ends of the capacity's interval, where the load is followed. */
    Planner.Ends atEnds(CapacityEvidence.Known known) {
      if (question.planning().scaling() == Scaling.MANUAL || known.range().isExact()) {
        return Planner.Ends.NONE;
      }
      return new Planner.Ends(ends(known).stream().map(this::loads).toList(), !isStated(known));
    }

    private Planner.Loads loads(Capacity each) {
      Spans at = spans.at(each);
      return new Planner.Loads(
          at.earlier().stream().map(Planner.Span::load).toList(), at.charged().load());
    }

    private static List<Capacity> ends(CapacityEvidence.Known known) {
      return List.of(
          known.capacity().times(known.range().lowFactor()),
          known.capacity().times(known.range().highFactor()));
    }

    /**
     * The same, with an issue where the answer is not the same over the whole interval of the
     * capacity. Where somebody stated or measured it, the verdict has to be; else which way the
     * number of replicas changes has to be as well. Where the load is followed, the replay tells.
     */
    Draft overTheInterval(
        GpuPricing.Priced priced,
        CapacityEvidence.Known known,
        OneReplay replay,
        Candidates comparison) {
      if (known.range().isExact() || caveats.stream().anyMatch(Issue::blocks)) {
        return this;
      }
      boolean isManual = question.planning().scaling() == Scaling.MANUAL;
      Candidates atBest = isManual ? comparison.withoutPlan() : comparison;
      List<Candidates> ends = new ArrayList<>();
      for (Capacity each : ends(known)) {
        ends.add(atCapacity(priced, each, isManual ? Planner.none() : replay.atEnd(ends.size())));
      }
      for (int end = 0; end < ends.size(); end++) {
        Optional<Issue> undecided =
            differing(
                atBest,
                ends.get(end),
                known,
                end == 0 ? known.range().lowFactor() : known.range().highFactor());
        if (undecided.isPresent()) {
          return keepingWhatRuns(undecided.get(), atBest, ends)
              .orElseGet(
                  () -> {
                    List<Issue> all = new ArrayList<>(caveats);
                    all.add(undecided.get());
                    return with(IssueRules.heaviestFirst(all), ends);
                  });
        }
      }
      return with(caveats, ends);
    }

    /**
     * The same where only the number is open that is to be set by hand, and what runs costs less
     * than the API.
     */
    private Optional<Draft> keepingWhatRuns(
        Issue undecided, Candidates atBest, List<Candidates> ends) {
      if (undecided.message().cause() != Cause.CAPACITY_DECIDES_ACTION
          || question.planning().scaling() != Scaling.MANUAL
          || !servedByNoMoreThanRunsNow()) {
        return Optional.empty();
      }
      Draft own = with(notNeeded(caveats, numberIsOpen(undecided.message())), ends);
      return Optional.of(own)
          .filter(draft -> draft.ruled(atBest).reason() == VerdictReason.CHEAPER_AS_IT_RUNS);
    }

    private Optional<Issue> differing(
        Candidates atBest, Candidates atEnd, CapacityEvidence.Known known, double factor) {
      VerdictDecision best = ruled(atBest);
      VerdictDecision other = ruled(atEnd);
      boolean bestOwn = isOwn(best.given());
      boolean otherOwn = isOwn(other.given());
      int bestDirection = direction(best);
      int otherDirection = direction(other);
      if (atBest.followed() instanceof Estimate.Found<Planner.Followed> replayed
          && atEnd.followed() instanceof Estimate.Found<Planner.Followed> replayedAtEnd) {
        if (replayed.value().sameAtEnds()) {
          return Optional.empty();
        }
        bestOwn = replayed.value().own();
        otherOwn = replayedAtEnd.value().own();
      }
      if (bestOwn != otherOwn && isWorthItAtEnd(best, atEnd)) {
        return Optional.empty();
      }
      boolean sameVerdict = bestOwn == otherOwn;
      if (sameVerdict && (isStated(known) || bestDirection == otherDirection)) {
        return Optional.empty();
      }
      return Optional.of(
          new Issue(
              Reason.CAPACITY_UNCERTAIN,
              Message.of(
                  sameVerdict ? Cause.CAPACITY_DECIDES_ACTION : Cause.CAPACITY_DECIDES,
                  sameVerdict ? replicas(replicasOf(best)) : name(label(best, bestOwn)),
                  percent(100),
                  sameVerdict ? replicas(replicasOf(other)) : name(label(other, otherOwn)),
                  percent(100 * factor))));
    }

    /**
     * Whether a number to be set by hand costs no more than what runs at an end of the interval
     * either. That the rule would not change for so little there is its damper, and no doubt.
     */
    private boolean isWorthItAtEnd(VerdictDecision best, Candidates atEnd) {
      return question.planning().scaling() == Scaling.MANUAL
          && best instanceof VerdictDecision.Serve serve
          && isOwn(serve.verdict()) != (question.replicasNow() > 0)
          && atEnd
              .same(serve.option())
              .filter(
                  cost -> cost.total() <= atEnd.option(Kind.TODAYS_REPLICAS).orElseThrow().total())
              .isPresent();
    }

    private static String label(VerdictDecision decision, boolean own) {
      Verdict given = decision.given();
      return (isOwn(given) == own ? given : own ? Verdict.SELF_HOST : Verdict.API).label();
    }

    private static boolean isStated(CapacityEvidence.Known known) {
      return known instanceof CapacityEvidence.Declared || known instanceof CapacityEvidence.Fitted;
    }

    private Draft with(List<Issue> issues, List<Candidates> ends) {
      return new Draft(question, window, seen, capacity, issues, ends, spans);
    }

    private static boolean isOwn(Verdict verdict) {
      return verdict == Verdict.SELF_HOST || verdict == Verdict.HYBRID;
    }

    private static int replicasOf(VerdictDecision decision) {
      return decision instanceof VerdictDecision.Serve serve ? serve.replicas() : 0;
    }

    private int direction(VerdictDecision decision) {
      return Integer.signum(replicasOf(decision) - question.replicasNow());
    }

    /** The ways there are, were a replica to sustain that; on record for no other question. */
    private Candidates atCapacity(GpuPricing.Priced priced, Capacity each, Planner planner) {
      Spans at = spans.at(each);
      return Candidates.of(
          question,
          at.earlier(),
          at.charged(),
          WorkloadAllocation.terms(question, priced, new CapacityEvidence.Declared(each)),
          ApiAccess.of(question.api(), seen.lengths().inputTokens()),
          planner);
    }

    private VerdictDecision ruled(Candidates comparison) {
      return VerdictRules.rule(caseOf(comparison));
    }

    private VerdictRules.Case caseOf(Candidates comparison) {
      return new VerdictRules.Case(
          question,
          caveats,
          comparison,
          ScenarioRules.of(comparison.load(), comparison.curve(), question.constraints()));
    }

    Advice compared(CapacityEvidence.Known known, Candidates comparison, Planner planner) {
      ReplicaCostModel terms = comparison.terms();
      ApiAccess api = comparison.api();
      Spans at = spans.at(known.capacity());
      PricedLoad load = comparison.load();
      ScenarioFinding scenario = ScenarioRules.of(load, comparison.curve(), question.constraints());
      Hysteresis.Steadied steadied =
          Hysteresis.of(
              question,
              VerdictRules.rule(new VerdictRules.Case(question, caveats, comparison, scenario)),
              comparison);
      VerdictDecision ruling = steadied.ruling();
      Estimate<Marginal> marginal = marginal(comparison);
      boolean headroomUsed = headroomUse(comparison).isPresent();
      BurstPoint burst =
          ruling instanceof VerdictDecision.Serve serve
              ? burst(serve, comparison)
              : new BurstPoint.Never();
      Recommendation recommendation =
          ActionRules.recommend(
              new ActionRules.Case(ruling, question.replicasNow(), marginal, headroomUsed),
              burst,
              offer());
      Candidate present = comparison.option(Kind.TODAYS_REPLICAS).orElseThrow();
      Estimate<Saving> saving = saving(ruling, present, comparison);
      MonthlyBills bills = MonthlyBills.of(question, comparison);
      ForecastScore track = new ForecastScore(question, window.history(), comparison);
      DecisionHistory memory =
          DecisionHistory.after(question, ruling, recommendation.replicasAdvised());
      PreviousDecision.Prediction prediction = track.prediction(ruling, memory, saving);
      return advice(
          ruling,
          recommendation,
          saving,
          bills.alternatives(),
          breakeven(comparison),
          LastHour.cost(question, window.history(), load, terms, api),
          bills.hiddenCosts(question.replicasNow()),
          Observed.of(
              window, seen, utilization(load, terms), Estimate.of(comparison.curve().peak())),
          Estimate.of(scenario),
          ConstraintCosts.of(
              comparison,
              question.constraints(),
              question.currency(),
              new PlansOnOtherTerms(question, at.earlier(), at.charged(), planner)),
          new Standing(
              memory,
              steadied.pending(),
              track.proof(),
              prediction,
              track.score(ruling, prediction),
              Estimate.of(
                  OwnTokenPrices.of(
                      window.history(),
                      load,
                      known.capacity(),
                      terms,
                      sizeInQuestion(comparison),
                      question.replicasNow(),
                      question.currency()))),
          ruling.reason() == VerdictReason.CHEAPER_AS_IT_RUNS
              ? Outlook.unknown(
                  new Issue(Reason.NOTHING_TO_COMPARE, Message.of(Cause.NUMBER_NEEDS_CAPACITY)))
              : outlook(comparison, present),
          withAfterthoughts(burst, comparison, steadied));
    }

    private Estimate<Double> utilization(PricedLoad load, ReplicaCostModel terms) {
      return Observed.utilization(
          PlanCost.ofWhatRan(load, terms, ApiAccess.NONE, question.replicasNow()),
          terms.sizeHours(load, question.replicasNow()));
    }

    /** Where what ran served above its headroom in more than few steps. */
    private Optional<HeadroomUse> headroomUse(Candidates comparison) {
      HeadroomUse use =
          HeadroomUse.of(comparison.load(), comparison.terms(), question.replicasNow());
      return Optional.of(use).filter(IssueRules::isMaterial);
    }

    /** Where what is advised bursts; where less is changed than wanted, at what is held. */
    private static BurstPoint burst(VerdictDecision.Serve serve, Candidates comparison) {
      Candidate option = serve.option();
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

    private Advice advice(
        VerdictDecision ruling,
        Recommendation recommendation,
        Estimate<Saving> saving,
        List<Alternative> alternatives,
        Estimate<Breakeven> breakeven,
        Estimate<CostOfHour> cost,
        List<HiddenCost> hiddenCosts,
        Observed observed,
        Estimate<ScenarioFinding> scenario,
        List<Advice.ConstraintCost> constraints,
        Standing standing,
        Outlook outlook,
        List<Issue> allCaveats) {
      return new Advice(
          ruling.given(),
          ruling.reason(),
          ruling.message(),
          standing.memory().since(),
          answered(ruling),
          standing.pending(),
          recommendation,
          saving,
          confidence(ruling, allCaveats, saving),
          ruling instanceof VerdictDecision.Serve serve
              ? Estimate.of(serve.option().kind())
              : Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NO_VERDICT_TO_FOLLOW),
          alternatives,
          breakeven,
          cost,
          hiddenCosts,
          observed,
          capacity,
          scenario,
          constraints,
          WorkloadAllocation.advise(question, capacity, recommendation.replicasAdvised()),
          allCaveats,
          standing.proof(),
          standing.prediction(),
          standing.score(),
          standing.memory().changes(),
          question.planning().scaling(),
          outlook.nextReview(),
          outlook.manualSaving(),
          outlook.automaticSaving(),
          outlook.afterCommitments(),
          standing.tokenCosts());
    }

    private String offer() {
      return question.api() instanceof Api.Offered offered ? offered.offer().name() : "";
    }

    /** The question that was decided last: not to know decides none. */
    private String answered(VerdictDecision ruling) {
      return ruling instanceof VerdictDecision.Undecided
              && question.previous() instanceof PreviousDecision.Made made
          ? made.asked()
          : question.asked();
    }

    /** What can only be said once the advice is known. */
    private List<Issue> withAfterthoughts(
        BurstPoint burst, Candidates comparison, Hysteresis.Steadied steadied) {
      List<Issue> all = new ArrayList<>(caveats);
      WorkloadAllocation.misplaced(question, comparison.terms()).ifPresent(all::add);
      steadied.held().ifPresent(all::add);
      headroomUse(comparison).ifPresent(use -> all.add(IssueRules.headroomIsUsed(use, question)));
      VerdictRules.hangsOnTheDays(steadied.ruling(), comparison, question.currency())
          .ifPresent(all::add);
      if (burst instanceof BurstPoint.Above && question.replicasNow() > 0 && !seen.burstSeen()) {
        all.add(new Issue(Reason.OVERFLOW_UNSEEN, Message.of(Cause.BURST_TRAFFIC_NOT_SEEN)));
      }
      if (seen.unseenSteps() > 0
          && all.stream().noneMatch(issue -> issue.reason() == Reason.OVERFLOW_UNSEEN)) {
        all.add(
            new Issue(Reason.OVERFLOW_UNSEEN, Message.of(Cause.DEMAND_AT_ZERO_REPLICAS_NOT_SEEN)));
      }
      if (burst instanceof BurstPoint.Above && comparison.api().isLimited()) {
        all.add(
            new Issue(
                Reason.LIMITS_BY_MEAN,
                Message.of(
                    Cause.LIMITS_PLANNED_WITH_MARGIN,
                    percent(100 * ApiAccess.PLANNED_SHARE_OF_LIMIT))));
      }
      return IssueRules.heaviestFirst(all);
    }

    /**
     * High with nothing that weakens it and a saving that is one whichever days are drawn; medium
     * with one such thing; low with more.
     */
    private static Confidence confidence(
        VerdictDecision ruling, List<Issue> caveats, Estimate<Saving> saving) {
      if (ruling instanceof VerdictDecision.Undecided) {
        return Confidence.NONE;
      }
      long doubts =
          caveats.stream()
              .map(caveat -> caveat.reason())
              .filter(reason -> reason.weight() == Issue.Weight.WEAKENS)
              .distinct()
              .count();
      if (caveats.stream().noneMatch(c -> c.reason() == Reason.SAVING_UNCERTAIN)
          && saving instanceof Estimate.Found<Saving> found
          && found.value().low().isNegative()
          && !found.value().high().isNegative()) {
        doubts++;
      }
      return doubts == 0 ? Confidence.HIGH : doubts == 1 ? Confidence.MEDIUM : Confidence.LOW;
    }

    private Estimate<Saving> saving(
        VerdictDecision ruling, Candidate present, Candidates comparison) {
      if (!(ruling instanceof VerdictDecision.Serve serve)) {
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
              question.asOf().getEpochSecond(),
              errors(serve.option(), present, comparison));
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
    private List<ErrorTerm> errors(Candidate way, Candidate present, Candidates comparison) {
      List<ErrorTerm> errors = new ArrayList<>(capacityError(way, comparison));
      if (question.api() instanceof Api.Offered offered
          && offered.offer().read() instanceof Offer.PriceRead.On on) {
        errors.add(
            PriceAge.of(
                (present.cost().api() - way.cost().api()) * comparison.load().toMonth(),
                ChronoUnit.DAYS.between(
                    on.asOf(), question.now().atZone(ZoneOffset.UTC).toLocalDate())));
      }
      return errors;
    }

    /** How far the saving is off where the capacity is at either end of its interval. */
    private List<ErrorTerm> capacityError(Candidate way, Candidates comparison) {
      List<Double> savings = new ArrayList<>();
      for (Candidates end : atCapacityEnds) {
        end.same(way).ifPresent(same -> savings.add(savedAMonth(end, same)));
      }
      return savings.size() == 2
          ? List.of(
              ErrorTerm.between(
                  savedAMonth(comparison, way.cost()), savings.get(0), savings.get(1)))
          : List.of();
    }

    private static double savedAMonth(Candidates comparison, PlanCost way) {
      Candidate present = comparison.option(Kind.TODAYS_REPLICAS).orElseThrow();
      return (present.total() - way.total()) * comparison.load().toMonth();
    }

    private Outlook outlook(Candidates comparison, Candidate present) {
      Issue none = new Issue(Reason.NOT_REPLAYED, Message.of(Cause.NOT_REPLAYED));
      return new Outlook(
          question.planning().scaling() == Scaling.MANUAL
              ? Estimate.of(comparison.review().nextReview())
              : new Estimate.NotFound<>(none),
          monthlySaving(comparison, present, comparison.reviewed()),
          comparison
              .option(Kind.FOLLOWING_BURST)
              .map(plan -> monthlySaving(comparison, present, plan))
              .orElseGet(() -> new Estimate.NotFound<>(none)),
          afterCommitments(comparison, present));
    }

    private Estimate<Advice.AfterCommitments> afterCommitments(
        Candidates comparison, Candidate present) {
      Optional<LocalDate> last = question.selfHost().commitments().at(question.now()).lastDay();
      if (last.isEmpty() || !present.isFeasible()) {
        return Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.PRESENT_COST_NOT_COMPARABLE);
      }
      RenewalSaving then =
          RenewalSaving.of(comparison, present, question.planning().scaling() == Scaling.AUTOMATIC);
      return Estimate.of(
          new Advice.AfterCommitments(last.get(), monthly(then.perMonth()), then.replicas()));
    }

    private Estimate<Money> monthlySaving(Candidates comparison, Candidate present, Candidate way) {
      if (!present.isFeasible() || !way.isFeasible()) {
        return Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.PRESENT_COST_NOT_COMPARABLE);
      }
      double saved = (present.total() - way.total()) * comparison.load().toMonth();
      return Estimate.of(Money.rounded(saved, 2, question.currency()));
    }

    private Estimate<Marginal> marginal(Candidates comparison) {
      if (!comparison.api().priced()) {
        return Estimate.notFound(Reason.API_PRICE_MISSING, Cause.NO_API_PRICE_FOR_OVERFLOW);
      }
      if (!comparison.mayBurst()) {
        return Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NO_API_FOR_OVERFLOW);
      }
      int now = question.replicasNow();
      double hours = comparison.load().hours();
      ReplicaCostModel terms = comparison.terms();
      LoadDurationCurve curve = comparison.curve();
      double overflow = comparison.option(Kind.TODAYS_REPLICAS).orElseThrow().cost().api();
      double withOneMore = curve.overflowApi(terms.usable(now + 1));
      double withOneLess = curve.overflowApi(terms.usable(Math.max(0, now - 1)));
      return Estimate.of(
          new Marginal(
              hourly(terms.nextPerHour(now)),
              hourly(Math.max(0, overflow - withOneMore) / hours),
              hourly(now == 0 ? 0 : terms.nextPerHour(now - 1)),
              hourly(Math.max(0, withOneLess - overflow) / hours)));
    }

    private Money monthly(double amount) {
      return Money.rounded(amount, 2, question.currency());
    }

    private Money hourly(double amount) {
      return Money.rounded(amount, HOURLY_DECIMALS, question.currency());
    }

    private Estimate<Breakeven> breakeven(Candidates comparison) {
      if (!comparison.api().priced()) {
        return Estimate.notFound(Reason.API_PRICE_MISSING, Cause.NO_API_PRICE_TO_BREAK_EVEN);
      }
      if (comparison.load().api() <= 0) {
        return comparison.load().tokens() > 0
            ? Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.API_IS_FREE)
            : Estimate.notFound(Reason.NO_TRAFFIC, Cause.NO_PRICED_TRAFFIC);
      }
      if (comparison.terms().maxReplicas() == 0) {
        return Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NO_REPLICA_ALLOWED);
      }
      return Estimate.of(
          new BreakevenPoint(
                  comparison.load(),
                  comparison.curve(),
                  comparison.terms(),
                  comparison.api(),
                  comparison.mayBurst())
              .at(sizeInQuestion(comparison)));
    }

    /** Replicas that run, else those that would be started; at least one. */
    private int sizeInQuestion(Candidates comparison) {
      int replicas = question.replicasNow();
      if (replicas == 0) {
        replicas =
            (comparison.mayBurst()
                    ? comparison.option(Kind.BASELINE_BURST)
                    : comparison.option(Kind.SELF_HOST_PEAK))
                .map(Candidate::next)
                .orElse(1);
      }
      return Math.max(1, replicas);
    }
  }
}
