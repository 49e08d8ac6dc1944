package dev.breakeven.advice;

import dev.breakeven.advice.Alternative.Feasibility;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Caveat.Reason;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Ways to serve an hour whose totals are given, so that rules meet figures at their edges. */
final class GivenWays {

  /** 730 of these are a month; there are no days to compare. */
  static final PricedLoad HOUR = Loads.hourly(1);

  /** A day of one replica's work and one of none: 280.80 and nothing at the API. */
  static final PricedLoad BUSY_THEN_IDLE = Loads.of(86_400, 1, 0);

  private GivenWays() {}

  static Option today(int replicas, double total) {
    return way(Kind.TODAYS_REPLICAS, replicas, replicas, total);
  }

  static Option api(double total) {
    return way(Kind.API_ONLY, 0, 0, total);
  }

  static Option peak(int replicas, double total) {
    return way(Kind.SELF_HOST_PEAK, replicas, replicas, total);
  }

  static Option plan(int held, int next, double total) {
    return way(Kind.FOLLOWING_BURST, held, next, total);
  }

  private static Option way(Kind kind, int held, int next, double total) {
    PlanCost cost = new PlanCost(1, total, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, held, held);
    return new Option(
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

  static Option leavingTokens(Option way, double perMonth) {
    return new Option(
        way.kind(),
        way.plan(),
        way.held(),
        way.ready(),
        way.leadHours(),
        way.next(),
        way.cost(),
        way.burstShare(),
        new Feasibility.Infeasible("APILimits", way.kind().label() + " leaves some", perMonth));
  }

  static Comparison comparison(PricedLoad load, HoldingTerms terms, Option... ways) {
    List<Option> cheapestFirst =
        Stream.of(ways)
            .sorted(
                Comparator.comparing((Option way) -> !way.isFeasible())
                    .thenComparingDouble(Option::total))
            .toList();
    return new Comparison(
        load,
        new LoadDurationCurve(load),
        terms,
        Loads.API,
        Loads.API,
        cheapestFirst,
        Finding.notFound(Reason.NOT_REPLAYED, "the plan is given"),
        new SavingByDay(load, terms, Loads.API));
  }
}
