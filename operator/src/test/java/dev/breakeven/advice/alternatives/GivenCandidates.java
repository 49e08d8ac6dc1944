package dev.breakeven.advice.alternatives;

import dev.breakeven.advice.Alternative.Feasibility;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Alternative.Shortfall;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.review.LoadPast;
import dev.breakeven.advice.review.ReviewDecision;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Ways to serve an hour whose totals are given, so that rules meet figures at their edges. */
public final class GivenCandidates {

  /** 730 of these are a month; there are no days to compare. */
  public static final PricedLoad HOUR = Loads.hourly(1);

  /** A day of one replica's work and one of none: 280.80 and nothing at the API. */
  public static final PricedLoad BUSY_THEN_IDLE = Loads.of(86_400, 1, 0);

  private GivenCandidates() {}

  public static Candidate today(int replicas, double total) {
    return way(Kind.TODAYS_REPLICAS, replicas, replicas, total);
  }

  public static Candidate api(double total) {
    return way(Kind.API_ONLY, 0, 0, total);
  }

  public static Candidate peak(int replicas, double total) {
    return way(Kind.SELF_HOST_PEAK, replicas, replicas, total);
  }

  public static Candidate plan(int held, int next, double total) {
    return way(Kind.FOLLOWING_BURST, held, next, total);
  }

  private static Candidate way(Kind kind, int held, int next, double total) {
    PlanCost cost = new PlanCost(1, total, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, held, held);
    return new Candidate(
        kind,
        new ReplicaPlan.Fixed(held),
        i -> held,
        i -> held,
        0,
        next,
        cost,
        0,
        new Feasibility.Feasible());
  }

  public static Candidate leavingTokens(Candidate way, double perMonth) {
    return new Candidate(
        way.kind(),
        way.plan(),
        way.held(),
        way.ready(),
        way.leadHours(),
        way.next(),
        way.cost(),
        way.burstShare(),
        new Feasibility.Infeasible(
            Shortfall.API_LIMITS, Message.quoted(way.kind().label() + " leaves some"), perMonth));
  }

  public static Candidates comparison(PricedLoad load, ReplicaCostModel terms, Candidate... ways) {
    List<Candidate> cheapestFirst =
        Stream.of(ways)
            .sorted(
                Comparator.comparing((Candidate way) -> !way.isFeasible())
                    .thenComparingDouble(Candidate::total))
            .toList();
    return new Candidates(
        load,
        new LoadDurationCurve(load),
        terms,
        Loads.API,
        Loads.API,
        cheapestFirst,
        Estimate.notFound(Reason.NOT_REPLAYED, Cause.QUOTED, Parameter.name("the plan is given")),
        new SavingByDay(load, terms, Loads.API),
        new ReviewedNumber(
            new ReviewDecision(0, ReviewDecision.Reason.NOTHING_KNOWN, 0),
            Instant.EPOCH,
            new LoadPast(List.of(load), terms, Loads.API)));
  }
}
