package dev.breakeven.advice.alternatives;

import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.percent;
import static dev.breakeven.reason.Parameter.replicas;

import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative.Feasibility;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Alternative.Shortfall;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.ObservationWindow;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaChanges;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.StaticOptimum;
import dev.breakeven.advice.following.Planner;
import dev.breakeven.advice.following.Planner.Followed;
import dev.breakeven.advice.following.WeeklySchedule;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The ways to serve the window's traffic, each with its cost and whether it serves everything.
 *
 * @param load the window
 * @param curve the same, sorted
 * @param terms what replicas cost and carry
 * @param api what the API takes
 * @param overflow what the part above own capacity may use of it: all, or nothing
 * @param options cheapest feasible first
 * @param followed what following the load would have held, or why that was not replayed
 * @param savings what one way saves over another
 * @param review the number to set by hand
 */
public record Candidates(
    PricedLoad load,
    LoadDurationCurve curve,
    ReplicaCostModel terms,
    ApiAccess api,
    ApiAccess overflow,
    List<Candidate> options,
    Estimate<Followed> followed,
    SavingByDay savings,
    ReviewedNumber review) {

  private static final double SECONDS_PER_HOUR = 3600;

  /**
   * Compares every way that has a price.
   *
   * @param earlier the past before the window, to learn from
   * @param window the steps that are charged
   */
  public static Candidates of(
      AdvisorInput input,
      List<Planner.Span> earlier,
      Planner.Span window,
      ReplicaCostModel terms,
      ApiAccess api,
      Planner planner) {
    return of(input, earlier, window, terms, api, planner, true);
  }

  /** Compares what {@link #ofNumbers()} leaves, which is sooner done. */
  public static Candidates ofNumbers(
      AdvisorInput input,
      List<Planner.Span> earlier,
      Planner.Span window,
      ReplicaCostModel terms,
      ApiAccess api) {
    return of(input, earlier, window, terms, api, Planner.none(), false);
  }

  private static Candidates of(
      AdvisorInput input,
      List<Planner.Span> earlier,
      Planner.Span window,
      ReplicaCostModel terms,
      ApiAccess api,
      Planner planner,
      boolean schedules) {
    PricedLoad load = window.load();
    LoadDurationCurve curve = load.curve();
    ApiAccess overflow = input.constraints().allowApi() ? api : ApiAccess.NONE;
    boolean mayBurst = overflow.priced();
    Ways ways =
        new Ways(
            input,
            earlier.stream().map(Planner.Span::load).toList(),
            load,
            curve,
            terms,
            api,
            overflow);
    List<Candidate> options = new ArrayList<>();
    options.add(ways.todaysReplicas());
    options.add(ways.selfHostForThePeak());
    if (api.priced()) {
      options.add(ways.apiOnly());
      options.add(ways.baselineAndBurst());
      if (schedules) {
        ways.scheduledAndBurst().ifPresent(options::add);
      }
    }
    // What a product needs of an API is not answered by own replicas, however well they pay.
    ReplicaCostModel mayHold =
        input.constraints().apiModelsNeeded() ? terms.withReplicasBetween(0, 0) : terms;
    Estimate<Followed> followed =
        terms.isAlike()
            ? planner.follow(
                new Planner.Replay(
                    earlier,
                    window,
                    mayHold,
                    overflow,
                    mayBurst,
                    input.planning(),
                    input.replicasNow(),
                    ObservationWindow.leastSpan(input.planning()),
                    Planner.Ends.NONE))
            : Estimate.notFound(Issue.Reason.NOT_REPLAYED, Cause.NOT_REPLAYED_UNLIKE_REPLICAS);
    ReviewedNumber review = ReviewedNumber.of(input, earlier, window, mayHold, overflow);
    ways.addFixedNumber(review.decision().replicas(), options);
    if (followed instanceof Estimate.Found<Followed> found) {
      Candidate following = ways.following(found.value());
      options.add(following);
      if (!following.isFeasible()) {
        ways.addFixedNumber(following.next(), options);
      }
    }
    options.sort(
        Comparator.comparing((Candidate option) -> !option.isFeasible())
            .thenComparingDouble(Candidate::total)
            .thenComparing(Candidates::comesLater));
    return new Candidates(
        load,
        curve,
        terms,
        api,
        overflow,
        List.copyOf(options),
        followed,
        new SavingByDay(load, terms, overflow),
        review);
  }

  /**
   * A copy with what runs now and the numbers that a person can set and leave: no schedule, and no
   * plan that follows the load.
   */
  public Candidates ofNumbers() {
    return new Candidates(
        load,
        curve,
        terms,
        api,
        overflow,
        options.stream()
            .filter(option -> option.kind() == Kind.TODAYS_REPLICAS || !option.isScaled())
            .toList(),
        Estimate.notFound(Issue.Reason.NOT_REPLAYED, Cause.NOT_REPLAYED),
        savings,
        review);
  }

  /** At the same cost what runs is kept, which stands first; where nothing does, the API alone. */
  private static boolean comesLater(Candidate option) {
    return (option.kind() == Kind.TODAYS_REPLICAS) != option.isSelfHosted();
  }

  /** The option of that kind, where it was compared. */
  public Optional<Candidate> option(Kind kind) {
    return options.stream().filter(option -> option.kind() == kind).findFirst();
  }

  /** Going on as now, which every other way is compared with. */
  public Candidate present() {
    return option(Kind.TODAYS_REPLICAS).orElseThrow();
  }

  /** The cheapest option that serves everything. */
  public Optional<Candidate> cheapest() {
    return options.stream().filter(Candidate::isFeasible).findFirst();
  }

  /** The cheapest option that holds replicas and serves everything. */
  public Optional<Candidate> cheapestSelfHosted() {
    return options.stream()
        .filter(option -> option.isFeasible() && option.isSelfHosted())
        .findFirst();
  }

  /** What one way saves over another a month, as an interval. */
  public Estimate<SavingByDay.Interval> saving(Candidate way, Candidate over) {
    return savings.of(way, over);
  }

  /** Whether the part above own capacity may go to the API. */
  public boolean mayBurst() {
    return overflow.priced();
  }

  /**
   * The plan that follows the load, where it was replayed and serves everything; where it left
   * tokens unserved, the number that is held instead, if that serves everything.
   */
  public Optional<Candidate> plan() {
    Optional<Candidate> following = option(Kind.FOLLOWING_BURST);
    return following
        .filter(Candidate::isFeasible)
        .or(() -> following.map(plan -> fixedAt(plan.next())).filter(Candidate::isFeasible));
  }

  /** The way that holds the number that was reviewed. */
  public Candidate reviewed() {
    return fixedAt(review.decision().replicas());
  }

  private Candidate fixedAt(int number) {
    return options.stream()
        .filter(option -> option.isFixedAt(number))
        .min(
            Comparator.comparing((Candidate option) -> option.kind() != Kind.TODAYS_REPLICAS)
                .thenComparing(option -> !option.isFeasible()))
        .orElseThrow();
  }

  /**
   * Whether own GPUs that run are kept by the plan only because going on so costs no more than the
   * API.
   */
  public boolean isKeptAsItRuns() {
    return followed instanceof Estimate.Found<Followed> found
        && found.value().sameAtEnds()
        && found.value().next() > 0
        && !found.value().own();
  }

  /** What a way that was found at another capacity costs at this one, where it was compared. */
  public Optional<PlanCost> same(Candidate way) {
    if (way.kind() == Kind.TODAYS_REPLICAS || !(way.plan() instanceof ReplicaPlan.Fixed)) {
      return option(way.kind()).map(Candidate::cost);
    }
    return Optional.of(PlanCost.ofConstant(load, terms, api(way), way.next()));
  }

  /** The API alone is charged as if it had no limits, as where it is compared. */
  private ApiAccess api(Candidate way) {
    return way.kind() == Kind.API_ONLY ? api.withoutLimits() : overflow;
  }

  /** What one replica's worth of work is in tokens/s at the window's mean mix. */
  public double tokensPerSecondPerReplica() {
    return load.load() > 0
        ? load.tokens() / (load.load() * load.stepHours() * SECONDS_PER_HOUR)
        : 0;
  }

  /** Builds the ways one by one. */
  private record Ways(
      AdvisorInput input,
      List<PricedLoad> earlier,
      PricedLoad load,
      LoadDurationCurve curve,
      ReplicaCostModel terms,
      ApiAccess api,
      ApiAccess overflow) {

    /** All of it at the API's prices; that it may not or cannot take all makes none of it free. */
    Candidate apiOnly() {
      PlanCost all = PlanCost.ofConstant(load, terms, api.withoutLimits(), 0);
      PlanCost taken = api.isLimited() ? PlanCost.ofConstant(load, terms, api, 0) : all;
      return constant(Kind.API_ONLY, 0, all, feasibilityOf(taken, 0));
    }

    /**
     * Going on as now: with the number that runs, or where something scales it already, as it ran
     * over the window, at whatever number that happens to be now.
     */
    Candidate todaysReplicas() {
      int replicas = input.replicasNow();
      PlanCost goingOn = PlanCost.ofGoingOn(load, terms, overflow, replicas);
      if (replicas == 0 && overflow.isLimited()) {
        // It was all answered somewhere: that limits would cut it makes none of it free.
        PlanCost all = PlanCost.ofGoingOn(load, terms, overflow.withoutLimits(), 0);
        return constant(Kind.TODAYS_REPLICAS, 0, all, unserved(goingOn, 0));
      }
      if (ReplicaChanges.areOfAScaler(load, input.planning().review())) {
        PlanCost asItRan = PlanCost.ofWhatRan(load, terms, overflow, replicas);
        if (ReplicaChanges.areShownBy(asItRan.total(), goingOn.total())) {
          return asItRan(asItRan, replicas);
        }
      }
      return constant(Kind.TODAYS_REPLICAS, replicas, goingOn, unserved(goingOn, replicas));
    }

    private Candidate asItRan(PlanCost cost, int now) {
      IntUnaryOperator held = i -> (int) Math.rint(load.heldAt(i, now));
      IntSummaryStatistics ran = IntStream.range(0, load.steps()).map(held).summaryStatistics();
      return new Candidate(
          Kind.TODAYS_REPLICAS,
          new ReplicaPlan.Following(ran.getMin(), ran.getAverage(), ran.getMax()),
          held,
          held,
          0,
          now,
          cost,
          cost.burstShare(),
          unserved(cost, ran.getMax()));
    }

    Candidate selfHostForThePeak() {
      int replicas = terms.forPeak(curve.peak());
      PlanCost cost = PlanCost.ofConstant(load, terms, ApiAccess.NONE, replicas);
      return constant(Kind.SELF_HOST_PEAK, replicas, cost, feasibilityOf(cost, replicas));
    }

    Candidate baselineAndBurst() {
      int least = Math.max(terms.minReplicas(), terms.neededFor(api.leastOwnLoad(load)));
      int replicas = StaticOptimum.allowedBy(least, curve, terms, load.hours()).replicas();
      PlanCost cost = PlanCost.ofConstant(load, terms, api, replicas);
      return constant(Kind.BASELINE_BURST, replicas, cost, feasibilityOf(cost, replicas));
    }

    /** Adds a fixed number, unless another alternative always holds as many replicas. */
    void addFixedNumber(int replicas, List<Candidate> options) {
      if (options.stream().noneMatch(option -> option.isFixedAt(replicas))) {
        options.add(fixedNumber(replicas));
      }
    }

    private Candidate fixedNumber(int replicas) {
      PlanCost cost = PlanCost.ofConstant(load, terms, overflow, replicas);
      return constant(Kind.FIXED_NUMBER, replicas, cost, feasibilityOf(cost, replicas));
    }

    Optional<Candidate> scheduledAndBurst() {
      List<PricedLoad> past = new ArrayList<>(earlier);
      past.add(load);
      return WeeklySchedule.learnedFrom(past, terms, api, input.planning().hold())
          .map(
              schedule -> {
                int[] held = schedule.replayedOver(load);
                double leadHours = input.planning().lead().toSeconds() / SECONDS_PER_HOUR;
                PlanCost cost =
                    PlanCost.of(load, terms, api, i -> held[i], i -> held[i], leadHours);
                List<Integer> byHour = schedule.byHourOfWeek();
                int most = 0;
                for (int replicas : held) {
                  most = Math.max(most, replicas);
                }
                return new Candidate(
                    Kind.SCHEDULED_BURST,
                    new ReplicaPlan.ByHourOfWeek(byHour),
                    i -> held[i],
                    i -> held[i],
                    leadHours,
                    scheduledNow(byHour, input.asOf()),
                    cost,
                    cost.burstShare(),
                    feasibilityOf(cost, most));
              });
    }

    /**
     * Replicas that a schedule holds now: those of this hour, and those to be started for the next.
     */
    private int scheduledNow(List<Integer> byHour, Instant now) {
      int here = byHour.get(WeeklySchedule.hourOfWeek(now.getEpochSecond()));
      int soon =
          byHour.get(WeeklySchedule.hourOfWeek(now.plus(input.planning().lead()).getEpochSecond()));
      return Math.max(here, soon);
    }

    Candidate following(Followed followed) {
      PlanCost cost =
          PlanCost.ofReplayed(
              load, terms, overflow, followed.replicas()::get, followed.serving()::get);
      return new Candidate(
          Kind.FOLLOWING_BURST,
          followed.plan(),
          followed.replicas()::get,
          followed.serving()::get,
          0,
          followed.next(),
          cost,
          burstShareSinceLearned(followed),
          unservedInReplay(cost));
    }

    /** A plan leaves tokens where it may hold no more replicas, or where it added them late. */
    private Feasibility unservedInReplay(PlanCost cost) {
      if (input.constraints().apiModelsNeeded()) {
        return feasibilityOf(cost, 0); // it was replayed holding none
      }
      return cost.unservedTokens() > 0
              && cost.burstTokens() == 0
              && terms.neededFor(curve.peak()) <= terms.maxReplicas()
          ? infeasible(
              Shortfall.TOO_FEW_REPLICAS,
              Message.of(Cause.REPLICAS_ADDED_TOO_LATE),
              cost.unservedTokens())
          : unserved(cost, terms.maxReplicas());
    }

    private double burstShareSinceLearned(Followed followed) {
      int from = followed.firstServing();
      return PlanCost.ofReplayed(
              load.slice(from, load.steps()),
              terms,
              overflow,
              i -> followed.replicas().get(from + i),
              i -> followed.serving().get(from + i))
          .burstShare();
    }

    private Candidate constant(Kind kind, int replicas, PlanCost cost, Feasibility feasibility) {
      return new Candidate(
          kind,
          new ReplicaPlan.Fixed(replicas),
          i -> replicas,
          i -> replicas,
          0,
          replicas,
          cost,
          cost.burstShare(),
          feasibility);
    }

    /** Feasibility of a plan that would be advised: it must also keep to the policy. */
    private Feasibility feasibilityOf(PlanCost cost, int mostHeld) {
      if (cost.burstTokens() > 0 && !overflow.priced()) {
        return infeasible(
            constraint(),
            Message.of(Cause.CONSTRAINT_FORBIDS_API, name(constraint().label())),
            cost.burstTokens() + cost.unservedTokens());
      }
      if (mostHeld > 0 && input.constraints().apiModelsNeeded()) {
        return infeasible(Shortfall.API_MODELS_NEEDED, Message.of(Cause.API_MODELS_NEEDED), 0);
      }
      if (mostHeld < terms.minReplicas()) {
        return infeasible(
            Shortfall.MIN_REPLICAS,
            Message.of(Cause.POLICY_KEEPS_AT_LEAST, replicas(terms.minReplicas())),
            0);
      }
      if (mostHeld > terms.maxReplicas()) {
        return infeasible(
            Shortfall.MAX_REPLICAS,
            Message.of(Cause.POLICY_ALLOWS_AT_MOST, replicas(terms.maxReplicas())),
            cost.unservedTokens());
      }
      return unserved(cost, mostHeld);
    }

    /** Feasibility of what runs already: whether it serves everything. */
    private Feasibility unserved(PlanCost cost, int mostHeld) {
      if (cost.burstTokens() > 0 && !api.priced()) {
        return infeasible(
            Shortfall.API_PRICE_MISSING, Message.of(Cause.NO_API_PRICE_FOR_GATEWAY_TOKENS), 0);
      }
      if (cost.unservedTokens() <= 0) {
        return new Feasibility.Feasible();
      }
      if (cost.burstTokens() > 0 && overflow.isLimited()) {
        return infeasible(
            Shortfall.API_LIMITS,
            Message.of(Cause.API_LIMITS_EXCEEDED, percent(100 * ApiAccess.PLANNED_SHARE_OF_LIMIT)),
            cost.unservedTokens());
      }
      return infeasible(
          mostHeld >= terms.maxReplicas() ? Shortfall.MAX_REPLICAS : Shortfall.TOO_FEW_REPLICAS,
          Message.of(
              mostHeld == terms.maxReplicas()
                  ? Cause.TOO_FEW_REPLICAS_ALLOWED
                  : Cause.TOO_FEW_REPLICAS,
              replicas(mostHeld),
              percent(100 * terms.targetUtilization())),
          cost.unservedTokens());
    }

    private Feasibility infeasible(Shortfall reason, Message message, double unservedTokens) {
      return new Feasibility.Infeasible(reason, message, unservedTokens * load.toMonth());
    }

    private Shortfall constraint() {
      if (input.constraints().dataMustStay()) {
        return Shortfall.DATA_MUST_STAY;
      }
      return input.constraints().customWeights()
          ? Shortfall.CUSTOM_WEIGHTS
          : Shortfall.API_TOO_SLOW;
    }
  }
}
