package dev.breakeven.render.html;

import dev.breakeven.advice.Action;
import dev.breakeven.advice.Advice;
import dev.breakeven.advice.Advice.BurstPoint;
import dev.breakeven.advice.AdvisorInput;
import dev.breakeven.advice.Alternative;
import dev.breakeven.advice.Alternative.Feasibility;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Alternative.Line;
import dev.breakeven.advice.Alternative.MonthlyBill;
import dev.breakeven.advice.Alternative.ReplicaPlan;
import dev.breakeven.advice.Alternative.Shortfall;
import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Constraints;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.Issue.Reason;
import dev.breakeven.advice.LengthTail;
import dev.breakeven.advice.Observed;
import dev.breakeven.advice.Planning;
import dev.breakeven.advice.PreviousDecision;
import dev.breakeven.advice.Scaling;
import dev.breakeven.advice.ScenarioFinding;
import dev.breakeven.advice.SelfHostTerms;
import dev.breakeven.advice.Terms;
import dev.breakeven.advice.Verdict;
import dev.breakeven.advice.Workload;
import dev.breakeven.advice.decision.ActionRules;
import dev.breakeven.advice.decision.VerdictRules;
import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.CapacityEvidence;
import dev.breakeven.capacity.ServingConditions;
import dev.breakeven.capacity.StatedCapacity;
import dev.breakeven.price.Api;
import dev.breakeven.price.ApiLimits;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuHour;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.Money;
import dev.breakeven.price.Offer;
import dev.breakeven.price.OverheadPart;
import dev.breakeven.price.TokenPrices;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TokenRates;
import dev.breakeven.traffic.TrafficHistory;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;

/**
 * Answers written by hand, so that every figure a test looks for stands here and nowhere else. They
 * are shaped like real ones and need not follow from their traffic.
 */
public final class SampleAnswers {

  static final Instant NOW = Instant.parse("2026-11-24T03:00:00Z");
  private static final Currency USD = Currency.getInstance("USD");
  private static final int STEPS = 1008;
  private static final String OFFER = "llama-70b-eu";

  private SampleAnswers() {}

  /** Hybrid, with every section there. */
  public static ReportedPolicy chat() {
    return new ReportedPolicy(
        "inference",
        "chat",
        input("meta-llama/Llama-3.3-70B-Instruct"),
        answer("Hold 4 replicas and burst above 24.1\u00a0k tokens/s: saves $2,210 a month."));
  }

  /** The same with this text wherever someone else's text comes in. */
  static ReportedPolicy saying(String text) {
    return new ReportedPolicy(text, text, input(text), answer(text));
  }

  /** Nothing could be found out. */
  static ReportedPolicy unknown() {
    AdvisorInput offered = input("unheard/of");
    StepGrid grid = offered.past().traffic().grid();
    Series none = Series.absent(grid.steps());
    AdvisorInput input =
        new AdvisorInput(
            offered.inputHash(),
            new Terms(
                offered.model(),
                USD,
                offered.planning(),
                offered.selfHost(),
                new Api.NoOffer(
                    Api.Why.NOT_ON_CARD,
                    Message.quoted("rate card default has no offer for unheard/of")),
                offered.constraints(),
                new StatedCapacity.NotStated(),
                ServingConditions.UNKNOWN),
            List.of(),
            List.of(),
            new AdvisorInput.Past(
                TrafficHistory.ofTokens(grid, none, none, none),
                offered.past().earlier(),
                offered.past().tails()),
            NOW,
            List.of(),
            offered.previous());
    Issue why =
        new Issue(Reason.NO_TRAFFIC_DATA, Message.quoted("no series for unheard/of in 7 d"));
    return new ReportedPolicy("lab", "unheard", input, nothingFound(why));
  }

  static AdvisorInput input(String model) {
    return new AdvisorInput(
        "1-a",
        new Terms(
            model,
            USD,
            Planning.DEFAULT,
            new SelfHostTerms(
                2,
                new GpuPricing.Priced(new GpuHour.OnDemand(usd("2.50"))),
                Commitments.reserved(2, usd("1.80"), LocalDate.of(2027, 6, 30)),
                List.of(
                    new OverheadPart("engineering", usd("2000")),
                    new OverheadPart("onCall", usd("600")),
                    new OverheadPart("modelUpdates", usd("400"))),
                20,
                0,
                0,
                40),
            new Api.Offered(
                new Offer(
                    OFFER,
                    TokenPrices.of(usd("0.60"), usd("0.30"), usd("2.40")),
                    List.of(
                        new Offer.LongContextTier(
                            128_000, TokenPrices.of(usd("1.20"), usd("4.80")))),
                    new Offer.Batch.NotOffered(),
                    0,
                    new ApiLimits(
                        new ApiLimits.Limit.PerMinute(2_000_000), new ApiLimits.Limit.None()),
                    0,
                    new Offer.CacheHits.AsOurs(),
                    new Offer.PriceRead.On(
                        LocalDate.of(2026, 11, 1), "https://prices.example.com/llama", 90),
                    Offer.Weights.SAME)),
            Constraints.NONE,
            new StatedCapacity.Declared(Capacity.of(14571, 14090, 14_600_000)),
            ServingConditions.UNKNOWN),
        List.of(new Workload("Deployment", "chat", 5, 5, 0, 40)),
        List.of(),
        new AdvisorInput.Past(traffic(), List.of(), new LengthTail.Unmeasured()),
        NOW,
        List.of(),
        new PreviousDecision.None());
  }

  /** Busy days, quiet nights, a quieter weekend, a noise that repeats, and three hours unknown. */
  private static TrafficHistory traffic() {
    StepGrid grid = new StepGrid(NOW.getEpochSecond() - 600L * STEPS, 600, STEPS);
    double[] input = new double[STEPS];
    double[] cached = new double[STEPS];
    double[] output = new double[STEPS];
    for (int i = 0; i < STEPS; i++) {
      double hour = Math.floorMod(grid.startOf(i), 86_400L) / 3600.0;
      long day = Math.floorMod(grid.startOf(i) / 86_400 + 3, 7L); // Monday is 0
      double daily = Math.exp(-Math.pow((hour - 14.5) / 4.2, 2));
      double level = (0.16 + daily) * (day >= 5 ? 0.45 : 1);
      double noise = 1 + 0.09 * Math.sin(i * 1.7) + 0.05 * Math.sin(i * 0.61);
      boolean lost = i >= 400 && i < 418;
      input[i] = lost ? Double.NaN : 12_500 * level * noise;
      cached[i] = lost ? Double.NaN : 6_200 * level * noise;
      output[i] = lost ? Double.NaN : 11_800 * level * noise;
    }
    return TrafficHistory.ofTokens(grid, Series.of(input), Series.of(cached), Series.of(output));
  }

  private static Advice answer(String text) {
    Message said = Message.quoted(text);
    return new Advice(
        new Advice.Decision(
            Verdict.HYBRID,
            VerdictRules.Reason.CHEAPEST,
            said,
            Instant.parse("2026-11-17T09:40:00Z"),
            "1-a",
            new PreviousDecision.Pending.Considering(
                Verdict.SELF_HOST, 5, Instant.parse("2026-11-23T22:00:00Z")),
            Advice.Confidence.HIGH),
        new Advice.Recommendation(
            Action.SCALE_DOWN,
            ActionRules.Reason.LAST_REPLICA_DOES_NOT_PAY,
            said,
            5,
            4,
            new BurstPoint.Above(24_100, 8.25),
            OFFER,
            Estimate.of(new Advice.Marginal(usd("5.00"), usd("3.10"), usd("5.00"), usd("7.40")))),
        List.of(new Advice.WorkloadAdvice(new Workload("Deployment", "chat", 5, 5, 0, 40), 4)),
        new Advice.Review(
            Scaling.AUTOMATIC,
            Estimate.notFound(Reason.NOTHING_TO_COMPARE, Cause.NOTHING_PREDICTED)),
        List.of(
            new Issue(Reason.DEMAND_LOWER_BOUND, said),
            new Issue(Reason.CACHE_HITS_ASSUMED, said),
            new Issue(Reason.PRICE_TIER_BY_MEAN_LENGTH, said)),
        new Advice.Savings(
            Estimate.of(new Advice.Saving(usd("2210"), usd("1480"), usd("2960"))),
            Estimate.of(usd("1800")),
            Estimate.of(usd("2210")),
            Estimate.of(new Advice.AfterCommitments(LocalDate.of(2027, 6, 30), usd("2210"), 4))),
        new Advice.Comparison(
            Estimate.of(Kind.BASELINE_BURST),
            alternatives(said),
            List.of(new Advice.ConstraintCost("dataMustStay", Estimate.of(usd("5120")), said))),
        costs(),
        new Advice.Basis(
            observed(),
            new CapacityEvidence.Declared(Capacity.of(14571, 14090, 14_600_000)),
            Estimate.of(
                new ScenarioFinding(
                    ScenarioFinding.Scenario.MIXED, said, 2.6, 71, Estimate.of(0.31)))),
        trackRecord(said));
  }

  private static Advice.Costs costs() {
    return new Advice.Costs(
        Estimate.of(
            new Breakeven(
                5,
                new Breakeven.Utilization.Reachable(37.5),
                80,
                33.0,
                15_000,
                13_200,
                32_000,
                new Breakeven.Volume.At(0.82, 2.85e10),
                new Breakeven.Volume.At(1.1, 3.82e10))),
        Estimate.of(
            new Advice.CostOfHour(
                Instant.parse("2026-11-24T02:00:00Z"),
                4_210_000,
                usd("29.11"),
                Estimate.of(usd("6.914")),
                Estimate.of(usd("5.938")),
                Estimate.of(usd("1.207")))),
        List.of(
            hidden("headroom", "2300.50", "0.066"),
            hidden("redundancy", "0", "0"),
            hidden("idle", "6012.25", "0.173"),
            hidden("unused reservation", "0", "0"),
            hidden("engineering", "2000", "0.058"),
            hidden("onCall", "600", "0.017"),
            hidden("modelUpdates", "400", "0.012")),
        Estimate.notFound(Reason.NO_TRAFFIC, Cause.NOTHING_RAN));
  }

  private static Advice.TrackRecord trackRecord(Message said) {
    return new Advice.TrackRecord(
        Estimate.of(
            new Advice.Proof(
                7,
                usd("3204.10"),
                Estimate.of(usd("3710.80")),
                usd("3150.00"),
                Estimate.of(usd("4022.60")))),
        new PreviousDecision.Prediction.Of(
            Instant.parse("2026-11-17T09:40:00Z"), usd("10400"), Estimate.of(usd("2100")), 5),
        Estimate.of(
            new Advice.Score(
                Instant.parse("2026-11-17T09:40:00Z"),
                NOW,
                usd("10400"),
                usd("10120"),
                Estimate.of(usd("2100")),
                Estimate.of(usd("1980")))),
        List.of(
            new PreviousDecision.Change(
                Instant.parse("2026-11-17T09:40:00Z"),
                Verdict.API,
                Verdict.HYBRID,
                0,
                5,
                "BaselineBurstCheapest",
                said)));
  }

  private static List<Alternative> alternatives(Message said) {
    return List.of(
        new Alternative(
            Kind.FOLLOWING_BURST,
            new ReplicaPlan.Following(2, 3.4, 6),
            new Feasibility.Feasible(),
            bill("6400", "1600", "0", "1510.25", "0", true, "610", "150", "1980"),
            usd("10030"),
            new BurstPoint.Above(24_100, 8.25)),
        new Alternative(
            Kind.BASELINE_BURST,
            new ReplicaPlan.Fixed(4),
            new Feasibility.Feasible(),
            bill("6500", "2920", "0", "5180", "0", true, "540", "130", "1730"),
            usd("14100"),
            new BurstPoint.Above(25_600, 6.1)),
        new Alternative(
            Kind.API_ONLY,
            new ReplicaPlan.Fixed(0),
            new Feasibility.Feasible(),
            bill("0", "0", "0", "0", "5256", false, "8870", "2190", "12800"),
            usd("23860"),
            new BurstPoint.Never()),
        new Alternative(
            Kind.TODAYS_REPLICAS,
            new ReplicaPlan.Fixed(5),
            new Feasibility.Infeasible(Shortfall.API_LIMITS, said, 1.25e9),
            bill("7300", "3650", "0", "7300", "0", true, "190", "40", "610"),
            usd("16500"),
            new BurstPoint.Above(32_000, 2)),
        new Alternative(
            Kind.SELF_HOST_PEAK,
            new ReplicaPlan.Fixed(7),
            new Feasibility.Feasible(),
            bill("7900", "5110", "3650", "8890", "0", true, "0", "0", "0"),
            usd("23290"),
            new BurstPoint.Never()));
  }

  private static MonthlyBill bill(
      String busy,
      String headroom,
      String redundancy,
      String idle,
      String unused,
      boolean people,
      String apiInput,
      String apiCached,
      String apiOutput) {
    return new MonthlyBill(
        usd(busy),
        usd(headroom),
        usd(redundancy),
        usd(idle),
        usd(unused),
        people
            ? List.of(
                new Line("engineering", usd("2000")),
                new Line("onCall", usd("600")),
                new Line("modelUpdates", usd("400")))
            : List.of(),
        usd(apiInput),
        usd(apiCached),
        usd(apiOutput));
  }

  private static Observed observed() {
    return new Observed(
        window(98.2),
        new Observed.Tokens(
            Estimate.of(new TokenRates(5420, 2690, 5120)),
            Estimate.of(3.477e10),
            Estimate.notFound(Reason.OVERFLOW_UNSEEN, Cause.GATEWAY_NOT_MEASURED)),
        new Observed.Replicas(Estimate.of(33.0), Estimate.of(4.41), Estimate.of(5.0)),
        new Observed.Requests(
            Estimate.of(6.2), Estimate.of(1308.0), Estimate.of(826.0), Estimate.of(0.4)),
        Estimate.of(71.5));
  }

  private static Observed.Window window(double coveragePercent) {
    return new Observed.Window(Instant.parse("2026-11-17T03:00:00Z"), NOW, coveragePercent);
  }

  private static Advice nothingFound(Issue why) {
    Estimate<Double> none = new Estimate.NotFound<>(why);
    return new Advice(
        new Advice.Decision(
            Verdict.INCONCLUSIVE,
            why.reason(),
            why.message(),
            NOW,
            "1-a",
            new PreviousDecision.Pending.Nothing(),
            Advice.Confidence.NONE),
        new Advice.Recommendation(
            Action.NONE,
            why.reason(),
            why.message(),
            0,
            0,
            new BurstPoint.Never(),
            "",
            new Estimate.NotFound<>(why)),
        List.of(),
        new Advice.Review(Scaling.AUTOMATIC, new Estimate.NotFound<>(why)),
        List.of(why),
        Advice.Savings.unknown(why),
        new Advice.Comparison(new Estimate.NotFound<>(why), List.of(), List.of()),
        Advice.Costs.unknown(why),
        new Advice.Basis(
            new Observed(
                window(0),
                new Observed.Tokens(new Estimate.NotFound<>(why), none, none),
                new Observed.Replicas(none, none, none),
                new Observed.Requests(none, none, none, none),
                none),
            new CapacityEvidence.Unknown(Message.quoted("state capacityPerReplica or benchmarks")),
            new Estimate.NotFound<>(why)),
        Advice.TrackRecord.unknown(why, List.of()));
  }

  private static Advice.HiddenCost hidden(String name, String perMonth, String perMillion) {
    return new Advice.HiddenCost(name, usd(perMonth), Estimate.of(usd(perMillion)));
  }

  static Money usd(String amount) {
    return Money.of(amount, "USD");
  }
}
