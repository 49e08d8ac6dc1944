package dev.breakeven.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Alternative.MonthlyBill;
import dev.breakeven.advice.Breakeven.Utilization;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.BreakevenPoint;
import dev.breakeven.advice.costing.LoadDurationCurve;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.advice.costing.StaticOptimum;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.Tariff;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** What must hold of the costs whatever the traffic and the prices are. */
class CostArithmeticTest {

  @Property
  void aStepSplitInTwoCostsTheSame(
      @ForAll("loads") double[] loads, @ForAll @IntRange(min = 0, max = 8) int held) {
    double[] halves =
        Arrays.stream(loads).flatMap(r -> Arrays.stream(new double[] {r, r})).toArray();
    PlanCost whole = PlanCost.ofConstant(Loads.of(3600, loads), terms(), Loads.API, held);
    PlanCost split = PlanCost.ofConstant(Loads.of(1800, halves), terms(), Loads.API, held);

    assertThat(split.total()).isCloseTo(whole.total(), relative(whole.total()));
    assertThat(split.tokens()).isCloseTo(whole.tokens(), relative(whole.tokens()));
    assertThat(split.servedLoad()).isCloseTo(whole.servedLoad(), relative(whole.servedLoad()));
    assertThat(split.replicaHours())
        .isCloseTo(whole.replicaHours(), relative(whole.replicaHours()));
    assertThat(optimum(Loads.of(1800, halves), terms()).cost())
        .isCloseTo(
            optimum(Loads.of(3600, loads), terms()).cost(),
            relative(optimum(Loads.of(3600, loads), terms()).cost()));
  }

  @Property
  void theOrderOfTheStepsChangesNoPlanThatHoldsOneNumber(
      @ForAll("loads") double[] loads,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 8) int held) {
    List<Double> shuffled = Arrays.stream(loads).boxed().collect(Collectors.toList());
    Collections.shuffle(shuffled, new Random(seed));
    PricedLoad there = Loads.hourly(loads);
    PricedLoad here = Loads.hourly(shuffled.stream().mapToDouble(r -> r).toArray());

    double total = PlanCost.ofConstant(there, terms(), Loads.API, held).total();
    assertThat(PlanCost.ofConstant(here, terms(), Loads.API, held).total())
        .isCloseTo(total, relative(total));
    assertThat(optimum(here, terms()).cost())
        .isCloseTo(optimum(there, terms()).cost(), relative(total));
  }

  @Property
  void theOptimumNeverHoldsMoreWhenAReplicaIsDearer(
      @ForAll("loads") double[] loads,
      @ForAll @DoubleRange(min = 0.5, max = 10) double replicaHour,
      @ForAll @DoubleRange(min = 1, max = 5) double dearer) {
    PricedLoad load = Loads.hourly(loads);

    assertThat(optimum(load, onDemand(replicaHour * dearer, 0)).replicas())
        .isLessThanOrEqualTo(optimum(load, onDemand(replicaHour, 0)).replicas());
  }

  @Property
  void noPlanIsCheaperForMoreTrafficAndNoneIsDearerForADearerGpuThanByItsHours(
      @ForAll("loads") double[] loads,
      @ForAll @DoubleRange(min = 1, max = 3) double more,
      @ForAll @IntRange(min = 0, max = 8) int held) {
    double[] grown = Arrays.stream(loads).map(r -> r * more).toArray();
    double total = PlanCost.ofConstant(Loads.hourly(loads), terms(), Loads.API, held).total();

    assertThat(PlanCost.ofConstant(Loads.hourly(grown), terms(), Loads.API, held).total())
        .isGreaterThanOrEqualTo(total - 1e-6);
    PlanCost plain = PlanCost.ofConstant(Loads.hourly(loads), onDemand(4, 100), Loads.API, held);
    PlanCost dear = PlanCost.ofConstant(Loads.hourly(loads), onDemand(5, 100), Loads.API, held);
    assertThat(dear.total() - plain.total())
        .isCloseTo(plain.replicaHours(), within(1e-6 * Math.max(1, plain.replicaHours())));
  }

  /**
   * Steady load at exactly the breakeven utilisation: own GPUs and the API cost the same; a
   * thousandth less and the API is cheaper, a thousandth more and own GPUs are. For any price,
   * overhead and number of replicas.
   */
  @Property
  void atTheBreakevenUtilizationBothCostTheSameAndTheCheaperOneTurnsThere(
      @ForAll @DoubleRange(min = 0.5, max = 8) double replicaHour,
      @ForAll @DoubleRange(min = 0, max = 3000) double overhead,
      @ForAll @IntRange(min = 1, max = 9) int replicas) {
    ReplicaCostModel terms = onDemand(replicaHour, overhead);
    PricedLoad any = Loads.hourly(1, 1, 1);
    Breakeven breakeven =
        new BreakevenPoint(any, new LoadDurationCurve(any), terms, Loads.API, true).at(replicas);
    if (!(breakeven.utilization() instanceof Utilization.Reachable reachable)) {
      return; // Dearer than the API at full use: no load of this size breaks even.
    }

    double load = reachable.percent() / 100 * replicas;
    assertThat(savedByHolding(replicas, load, terms)).isCloseTo(0, within(1e-4 * replicas));
    assertThat(savedByHolding(replicas, load * 0.999, terms)).isNegative();
    if (reachable.percent() < 99.8) {
      assertThat(savedByHolding(replicas, load * 1.001, terms)).isPositive();
    }
  }

  @Property
  void oneMoreReplicaNeverServesLessNorSendsMoreToTheApi(
      @ForAll("loads") double[] loads,
      @ForAll @IntRange(min = 0, max = 12) int held,
      @ForAll @DoubleRange(min = 100, max = 50_000) double tokensPerSecond) {
    ApiAccess limited =
        new ApiAccess(true, Loads.TARIFF, tokensPerSecond, Double.POSITIVE_INFINITY);
    PricedLoad load = Loads.hourly(loads);
    PlanCost fewer = PlanCost.ofConstant(load, terms(), limited, held);
    PlanCost more = PlanCost.ofConstant(load, terms(), limited, held + 1);

    assertThat(more.servedLoad()).isGreaterThanOrEqualTo(fewer.servedLoad() - 1e-9);
    assertThat(more.unservedTokens()).isLessThanOrEqualTo(fewer.unservedTokens() + 1e-3);
    assertThat(more.burstTokens() + more.unservedTokens())
        .isLessThanOrEqualTo(fewer.burstTokens() + fewer.unservedTokens() + 1e-3);
  }

  @Property
  void everyTokenIsServedByAReplicaOrByTheApiOrByNobody(
      @ForAll("loads") double[] loads,
      @ForAll @IntRange(min = 0, max = 12) int held,
      @ForAll @DoubleRange(min = 100, max = 50_000) double tokensPerSecond) {
    ApiAccess limited =
        new ApiAccess(true, Loads.TARIFF, tokensPerSecond, Double.POSITIVE_INFINITY);
    PlanCost cost = PlanCost.ofConstant(Loads.hourly(loads), terms(), limited, held);
    double own = cost.servedLoad() * Loads.TOKENS_PER_SECOND_PER_REPLICA * 3600;

    assertThat(own + cost.burstTokens() + cost.unservedTokens())
        .isCloseTo(cost.tokens(), relative(cost.tokens()));
    assertThat(cost.api())
        .isCloseTo(
            cost.burstTokens() / (Loads.TOKENS_PER_SECOND_PER_REPLICA * 3600) * 11.7,
            relative(cost.api()));
  }

  @Property
  void twoPartsOfAPastCostTogetherWhatTheWholeCosts(
      @ForAll("loads") double[] loads,
      @ForAll @IntRange(min = 0, max = 8) int held,
      @ForAll @DoubleRange(min = 0, max = 1) double where) {
    PricedLoad load = Loads.hourly(loads);
    int cut = (int) (where * load.steps());
    double before = PlanCost.ofConstant(load.slice(0, cut), terms(), Loads.API, held).total();
    double after =
        PlanCost.ofConstant(load.slice(cut, load.steps()), terms(), Loads.API, held).total();
    double whole = PlanCost.ofConstant(load, terms(), Loads.API, held).total();

    assertThat(before + after).isCloseTo(whole, relative(whole));
  }

  /** Whatever the question, each line of every bill is shown, and nothing else is paid. */
  @Property(tries = 50)
  void everyBillIsTheSumOfItsLinesAndSoIsTheRenewal(
      @ForAll @IntRange(min = 0, max = 4) int running,
      @ForAll @IntRange(min = 0, max = 40) int headroom,
      @ForAll @IntRange(min = 0, max = 2) int spare,
      @ForAll @IntRange(min = 10, max = 3_000) int tokens) {
    SampleInput input =
        SampleInput.about().outputTokens(i -> tokens * (1 + i % 3) / 3.0).running(running);
    input.headroomPercent = headroom;
    input.redundantReplicas = spare;
    input.reservation =
        Commitments.reserved(2, SampleInput.usd("2.50"), LocalDate.parse("2027-06-30"));
    input.overhead("engineering", "2000.01").overhead("onCall", "600.02");

    for (Alternative way : input.advice().comparison().alternatives()) {
      MonthlyBill bill = way.bill();
      double lines =
          bill.busy().value()
              + bill.headroom().value()
              + bill.redundancy().value()
              + bill.idle().value()
              + bill.unusedReservation().value()
              + bill.overhead().stream().mapToDouble(line -> line.perMonth().value()).sum()
              + bill.apiInput().value()
              + bill.apiCachedInput().value()
              + bill.apiOutput().value();
      assertThat(bill.total().value()).as(way.kind().label()).isCloseTo(lines, within(1e-6));
      assertThat(way.withoutSunk().value())
          .as(way.kind().label())
          .isCloseTo(lines - bill.unusedReservation().value(), within(1e-6));
      // People are paid in full or not at all.
      assertThat(bill.people()).isIn(SampleInput.usd("2600.03"), SampleInput.usd("0"));
    }
  }

  @Property
  void aCachedTokenIsNeverDearerThanAnUncachedOneWhereItsPriceIsNot(
      @ForAll @DoubleRange(min = 0, max = 1) double cachedPart) {
    Tariff tariff = new Tariff(1, cachedPart, 3, Loads.TARIFF.cacheHits());
    double all = tariff.perSecond(new dev.breakeven.traffic.TokenRates(1000, 0, 10));
    double half = tariff.perSecond(new dev.breakeven.traffic.TokenRates(500, 500, 10));

    assertThat(half).isLessThanOrEqualTo(all + 1e-12);
    assertThat(all - half).isCloseTo(500 * (1 - cachedPart) / 1e6, within(1e-12));
  }

  /** Money an hour that holding saves over the API, load steady. */
  private static double savedByHolding(int replicas, double load, ReplicaCostModel terms) {
    PricedLoad steady = Loads.hourly(load);
    return PlanCost.ofConstant(steady, terms, Loads.API, 0).total()
        - PlanCost.ofConstant(steady, terms, Loads.API, replicas).total();
  }

  private static StaticOptimum optimum(PricedLoad load, ReplicaCostModel terms) {
    return StaticOptimum.between(1, 100, new LoadDurationCurve(load), terms, load.hours(), 1);
  }

  private static ReplicaCostModel terms() {
    return new ReplicaCostModel(4, 3, 2, 1000, 0.8, 1, 0, 100);
  }

  private static ReplicaCostModel onDemand(double replicaHour, double overhead) {
    return new ReplicaCostModel(replicaHour, 0, 0, overhead, 1, 0, 0, 100);
  }

  private static org.assertj.core.data.Offset<Double> relative(double figure) {
    return within(1e-6 * Math.max(1, figure));
  }

  @Provide
  Arbitrary<double[]> loads() {
    return Arbitraries.doubles().between(0, 12).array(double[].class).ofMinSize(1).ofMaxSize(60);
  }
}
