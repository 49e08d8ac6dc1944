package dev.breakeven.render.metrics;

import dev.breakeven.advice.Action;
import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.MonthlyBill;
import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Observed;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.Scaling;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.Workload;
import dev.breakeven.advice.decision.ActionRules;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import dev.breakeven.traffic.TokenRates;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Answers with round figures. */
final class SampleAdvice {

  static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final Issue UNKNOWN =
      new Issue(Issue.Reason.NO_TRAFFIC_DATA, Message.quoted("no series of this model"));

  private SampleAdvice() {}

  /** Two replicas at 40 % where 75 % breaks even: give one up. */
  static Advice hybrid() {
    return advice(
        Verdict.HYBRID,
        new Advice.Recommendation(
            Action.SCALE_DOWN,
            ActionRules.Reason.LAST_REPLICA_DOES_NOT_PAY,
            Message.quoted("the last replica carries less than it costs"),
            2,
            1,
            new BurstPoint.Above(9_000, 12.5),
            "inline",
            Estimate.notFound(
                Issue.Reason.NO_TRAFFIC_DATA, Cause.QUOTED, Parameter.name("not asked"))),
        Estimate.of(new Advice.Saving(usd("1106.30"), usd("900"), usd("1300"))),
        Estimate.of(
            new Breakeven(
                2,
                new Breakeven.Utilization.Reachable(75),
                80,
                64,
                7_500,
                4_000,
                8_000,
                new Breakeven.Volume.At(1.5, 15e9),
                new Breakeven.Volume.At(2, 20e9))),
        Estimate.of(
            new Advice.CostOfHour(
                NOW.minusSeconds(3600),
                14_400_000,
                usd("10"),
                Estimate.of(usd("0.69")),
                Estimate.of(usd("0.35")),
                Estimate.of(usd("0.42")))),
        observed(
            Estimate.of(new TokenRates(3_000, 600, 400)), Estimate.of(40.0), Estimate.of(72.0)),
        List.of(new Issue(Issue.Reason.OFFER_STALE, Message.quoted("the price is 200 days old"))));
  }

  /** As large as an answer becomes: every alternative, every hidden cost. */
  static Advice full() {
    Advice some = hybrid();
    Advice.Decision decision = some.decision();
    return new Advice(
        new Advice.Decision(
            decision.verdict(),
            decision.reason(),
            decision.message(),
            decision.since(),
            decision.inputHash(),
            new PreviousDecision.Pending.Considering(Verdict.SELF_HOST, 2, NOW.minusSeconds(3600)),
            decision.confidence()),
        some.recommendation(),
        some.workloads(),
        some.review(),
        some.issues(),
        some.savings(),
        new Advice.Comparison(
            some.comparison().chosen(),
            Stream.of(Alternative.Kind.values())
                .map(kind -> alternative(kind, "3650", true))
                .toList(),
            some.comparison().constraints()),
        new Advice.Costs(
            some.costs().breakeven(),
            some.costs().lastHour(),
            Stream.of(
                    "headroom",
                    "redundancy",
                    "idle",
                    "unused reservation",
                    "engineering",
                    "onCall",
                    "modelUpdates",
                    "other")
                .map(name -> new Advice.HiddenCost(name, usd("100"), Estimate.of(usd("0.01"))))
                .toList(),
            some.costs().tokens()),
        some.basis(),
        new Advice.TrackRecord(
            Estimate.of(
                new Advice.Proof(
                    7, usd("840"), Estimate.of(usd("1680")), usd("820"), Estimate.of(usd("1012")))),
            some.trackRecord().prediction(),
            Estimate.of(
                new Advice.Score(
                    NOW.minusSeconds(86_400),
                    NOW,
                    usd("3650"),
                    usd("3700"),
                    Estimate.of(usd("3650")),
                    Estimate.of(usd("3600")))),
            some.trackRecord().changes()));
  }

  /** No series at all. */
  static Advice inconclusive() {
    return advice(
        Verdict.INCONCLUSIVE,
        new Advice.Recommendation(
            Action.NONE,
            ActionRules.Reason.UNDECIDED,
            Message.quoted("no series of this model"),
            2,
            2,
            new BurstPoint.Never(),
            "",
            new Estimate.NotFound<>(UNKNOWN)),
        new Estimate.NotFound<>(UNKNOWN),
        new Estimate.NotFound<>(UNKNOWN),
        new Estimate.NotFound<>(UNKNOWN),
        observed(
            new Estimate.NotFound<>(UNKNOWN),
            new Estimate.NotFound<>(UNKNOWN),
            new Estimate.NotFound<>(UNKNOWN)),
        List.of(UNKNOWN));
  }

  private static Advice advice(
      Verdict verdict,
      Advice.Recommendation recommendation,
      Estimate<Advice.Saving> saving,
      Estimate<Breakeven> breakeven,
      Estimate<Advice.CostOfHour> cost,
      Observed observed,
      List<Issue> issues) {
    boolean known = verdict != Verdict.INCONCLUSIVE;
    return new Advice(
        new Advice.Decision(
            verdict,
            VerdictRules.Reason.CHEAPEST,
            Message.quoted("a sentence"),
            NOW.minusSeconds(86_400),
            "1-a",
            new PreviousDecision.Pending.Nothing(),
            known ? Advice.Confidence.HIGH : Advice.Confidence.NONE),
        recommendation,
        List.of(
            new Advice.WorkloadAdvice(
                new Workload("Deployment", "chat", 2, 2, 0, 40), recommendation.replicasAdvised())),
        new Advice.Review(Scaling.AUTOMATIC, new Estimate.NotFound<>(UNKNOWN)),
        issues,
        new Advice.Savings(
            saving,
            new Estimate.NotFound<>(UNKNOWN),
            new Estimate.NotFound<>(UNKNOWN),
            new Estimate.NotFound<>(UNKNOWN)),
        new Advice.Comparison(
            known ? Estimate.of(Alternative.Kind.BASELINE_BURST) : new Estimate.NotFound<>(UNKNOWN),
            known
                ? List.of(
                    alternative(Alternative.Kind.BASELINE_BURST, "3650", true),
                    alternative(Alternative.Kind.API_ONLY, "4400", true),
                    alternative(Alternative.Kind.TODAYS_REPLICAS, "7300", false))
                : List.of(),
            List.of()),
        new Advice.Costs(
            breakeven,
            cost,
            known
                ? List.of(
                    new Advice.HiddenCost("idle", usd("2190"), Estimate.of(usd("0.21"))),
                    new Advice.HiddenCost("engineering", usd("2000"), Estimate.of(usd("0.19"))))
                : List.of(),
            new Estimate.NotFound<>(UNKNOWN)),
        new Advice.Basis(
            observed,
            new CapacityEvidence.Unknown(Message.quoted("nothing was measured")),
            new Estimate.NotFound<>(UNKNOWN)),
        Advice.TrackRecord.unknown(UNKNOWN, List.of()));
  }

  private static Alternative alternative(Alternative.Kind kind, String perMonth, boolean feasible) {
    Money nothing = usd("0");
    return new Alternative(
        kind,
        new Alternative.ReplicaPlan.Fixed(1),
        feasible
            ? new Alternative.Feasibility.Feasible()
            : new Alternative.Feasibility.Infeasible(
                Alternative.Shortfall.MAX_REPLICAS, Message.quoted("too few"), 1e9),
        new MonthlyBill(
            usd(perMonth),
            nothing,
            nothing,
            nothing,
            nothing,
            List.of(),
            nothing,
            nothing,
            nothing),
        usd(perMonth),
        new BurstPoint.Never());
  }

  private static Observed observed(
      Estimate<TokenRates> demand, Estimate<Double> utilization, Estimate<Double> gpu) {
    Estimate<Double> none = new Estimate.NotFound<>(UNKNOWN);
    return new Observed(
        new Observed.Window(NOW.minusSeconds(7 * 86_400), NOW, 98),
        new Observed.Tokens(demand, none, none),
        new Observed.Replicas(utilization, none, none),
        new Observed.Requests(none, none, none, none),
        gpu);
  }

  private static Money usd(String amount) {
    return Money.of(amount, "USD");
  }
}
