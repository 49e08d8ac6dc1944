package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LoadDurationCurveTest {

  private static final Offset<Double> NEARLY = within(1e-4);

  @Test
  void whatOverflowsALevelGoesToTheApiInProportion() {
    LoadDurationCurve curve = new LoadDurationCurve(Loads.hourly(3, 0, 1, 2));
    // Above 1.5: 1.5 of the 3 and 0.5 of the 2, for an hour each.
    assertThat(curve.overflowApi(1.5)).isCloseTo(2 * 11.7, NEARLY);
    assertThat(curve.overflowTokens(1.5)).isCloseTo(2 * 5_500 * 3600.0, within(10.0));
    assertThat(curve.servedLoad(1.5)).isCloseTo(1.5 + 0 + 1 + 1.5, NEARLY);
    assertThat(curve.overflowApi(0)).isCloseTo(6 * 11.7, NEARLY);
    assertThat(curve.overflowApi(3)).isCloseTo(0, NEARLY);
    assertThat(curve.peak()).isCloseTo(3, NEARLY);
  }

  @Test
  void aQuantileIsTheLoadThatAShareOfTheStepsDoesNotExceed() {
    LoadDurationCurve curve = new LoadDurationCurve(Loads.hourly(3, 0, 1, 2));
    assertThat(curve.quantile(0.25)).isCloseTo(0, NEARLY);
    assertThat(curve.quantile(0.26)).isCloseTo(1, NEARLY);
    assertThat(curve.quantile(1)).isCloseTo(3, NEARLY);
    assertThat(curve.quantile(0)).isCloseTo(0, NEARLY);
  }

  @Test
  void loadsThatDifferInTheLastBitAloneAreInOrderToo() {
    // 0.1 + 0.2 is a bit more than 0.3: less than what the step's place takes of the sorted bits.
    double[] input = new double[8];
    double[] output = new double[8];
    Arrays.fill(input, 3_000);
    input[0] = 1_000;
    output[0] = 200;
    PricedLoad load = Loads.ofTokens(3600, input, output, Loads.TARIFF);
    assertThat(load.replicasAt(0)).isGreaterThan(load.replicasAt(1));
    LoadDurationCurve curve = new LoadDurationCurve(load);
    assertThat(curve.peak()).isEqualTo(load.replicasAt(0));
    assertThat(curve.quantile(0.5)).isEqualTo(load.replicasAt(1));
  }

  @Test
  void ofNoStepsNothingOverflows() {
    LoadDurationCurve curve = new LoadDurationCurve(Loads.hourly());
    assertThat(curve.peak()).isZero();
    assertThat(curve.overflowApi(0)).isZero();
    assertThat(curve.servedLoad(1)).isZero();
  }

  @Property
  void itAgreesWithAddingUpStepByStep(
      @ForAll("loads") double[] replicas, @ForAll @DoubleRange(min = 0, max = 12) double level) {
    PricedLoad load = Loads.hourly(replicas);
    double overflow = 0;
    double served = 0;
    for (int i = 0; i < load.steps(); i++) {
      double r = load.replicasAt(i);
      overflow += r > 0 ? load.apiAt(i) * Math.max(0, 1 - level / r) : 0;
      served += Math.min(r, level);
    }
    LoadDurationCurve curve = new LoadDurationCurve(load);
    assertThat(curve.overflowApi(level)).isCloseTo(overflow, within(1e-6));
    assertThat(curve.servedLoad(level)).isCloseTo(served, within(1e-6));
  }

  @Property
  void theCostOfHoldingReplicasIsConvex(
      @ForAll("loads") double[] replicas,
      @ForAll @IntRange(min = 0, max = 3) int spare,
      @ForAll @IntRange(min = 0, max = 4) int reserved,
      @ForAll @DoubleRange(min = 0.5, max = 1) double utilization) {
    ReplicaCostModel terms = new ReplicaCostModel(4, 2, reserved, 0, utilization, spare, 0, 100);
    LoadDurationCurve curve = new LoadDurationCurve(Loads.hourly(replicas));
    for (int n = spare + 1; n < spare + 20; n++) {
      double before = StaticOptimum.cost(n - 1, curve, terms, replicas.length, 1);
      double here = StaticOptimum.cost(n, curve, terms, replicas.length, 1);
      double after = StaticOptimum.cost(n + 1, curve, terms, replicas.length, 1);
      assertThat(after - here).isGreaterThanOrEqualTo(here - before - 1e-6);
    }
  }

  @Property
  void theOptimumIsTheBestOfAllNumbers(
      @ForAll("loads") double[] replicas,
      @ForAll @IntRange(min = 0, max = 3) int spare,
      @ForAll @IntRange(min = 0, max = 4) int reserved,
      @ForAll @DoubleRange(min = 0.5, max = 1) double utilization,
      @ForAll @DoubleRange(min = 0.1, max = 30) double replicaHour,
      @ForAll @IntRange(min = 1, max = 3) int least) {
    ReplicaCostModel terms =
        new ReplicaCostModel(replicaHour, 1, reserved, 0, utilization, spare, 0, 100);
    PricedLoad load = Loads.hourly(replicas);
    LoadDurationCurve curve = new LoadDurationCurve(load);
    double brute = Double.POSITIVE_INFINITY;
    for (int n = Math.max(least, spare + 1); n <= 30; n++) {
      int held = n;
      brute = Math.min(brute, PlanCost.ofConstant(load, terms, Loads.API, held).total());
    }
    StaticOptimum optimum = StaticOptimum.between(least, 30, curve, terms, replicas.length, 1);
    assertThat(optimum.cost()).isCloseTo(brute, within(1e-6 * Math.max(1, brute)));
    assertThat(PlanCost.ofConstant(load, terms, Loads.API, optimum.replicas()).total())
        .isCloseTo(brute, within(1e-6 * Math.max(1, brute)));
  }

  @Property
  void moreTrafficNeverLowersTheApiBill(
      @ForAll("loads") double[] replicas,
      @ForAll @DoubleRange(min = 0, max = 5) double more,
      @ForAll @IntRange(min = 0, max = 9) int held) {
    double[] grown = Arrays.stream(replicas).map(r -> r + more).toArray();
    double before =
        PlanCost.ofConstant(Loads.hourly(replicas), Loads.terms(), Loads.API, held).api();
    double after = PlanCost.ofConstant(Loads.hourly(grown), Loads.terms(), Loads.API, held).api();
    assertThat(after).isGreaterThanOrEqualTo(before - 1e-6);
  }

  @Property
  void scalingEveryPriceScalesEveryTotal(
      @ForAll("loads") double[] replicas,
      @ForAll @DoubleRange(min = 0.1, max = 10) double scale,
      @ForAll @IntRange(min = 0, max = 9) int held) {
    ReplicaCostModel terms = new ReplicaCostModel(4, 3, 2, 1000, 0.8, 1, 0, 100);
    ReplicaCostModel scaled =
        new ReplicaCostModel(4 * scale, 3 * scale, 2, 1000 * scale, 0.8, 1, 0, 100);
    double[] input = Arrays.stream(replicas).map(r -> 5_000 * r).toArray();
    double[] output = Arrays.stream(replicas).map(r -> 500 * r).toArray();
    PricedLoad dearer =
        Loads.ofTokens(
            3600,
            input,
            output,
            new dev.breakeven.price.Tariff(
                0.5 * scale, 0.5 * scale, 1.5 * scale, Loads.TARIFF.cacheHits()));
    double total = PlanCost.ofConstant(Loads.hourly(replicas), terms, Loads.API, held).total();
    assertThat(PlanCost.ofConstant(dearer, scaled, Loads.API, held).total())
        .isCloseTo(scale * total, within(1e-9 * Math.max(1, scale * total)));
  }

  @Provide
  Arbitrary<double[]> loads() {
    return Arbitraries.doubles().between(0, 12).array(double[].class).ofMinSize(1).ofMaxSize(60);
  }
}
