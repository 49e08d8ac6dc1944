package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.capacity.RequestLengths;
import dev.breakeven.price.Tariff;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PlanCostTest {

  private static final Offset<Double> NEARLY = within(1e-4);

  @Test
  void eachHiddenCostIsALineOfItsOwn() {
    // Five replicas at 4.00: two reserved at 3.00 of which none is unused, one to spare, 20 %
    // headroom.
    ReplicaCostModel terms = new ReplicaCostModel(4, 3, 2, 7300, 0.8, 1, 0, 100);
    PricedLoad load = Loads.hourly(2, 4);
    PlanCost cost = PlanCost.ofConstant(load, terms, Loads.API, 5);
    double perReplica = (2 * 3 + 3 * 4) / 5.0; // 3.60
    // Four serve, 3.2 usable: 2 and then 3.2 carried; 0.8 of 4 overflows in the second hour.
    assertThat(cost.busy()).isCloseTo((2 + 3.2) * perReplica, NEARLY);
    assertThat(cost.headroom()).isCloseTo(2 * 0.8 * perReplica, NEARLY);
    assertThat(cost.redundancy()).isCloseTo(2 * 1 * perReplica, NEARLY);
    assertThat(cost.idle()).isCloseTo(1.2 * perReplica, NEARLY);
    assertThat(cost.unusedReservation()).isZero();
    assertThat(cost.overhead()).isCloseTo(7300 / 730.0 * 2, NEARLY);
    assertThat(cost.api()).isCloseTo(0.8 * 11.7, NEARLY);
    assertThat(cost.burstShare()).isCloseTo(0.8 / 6, NEARLY);
    assertThat(cost.unservedTokens()).isZero();
  }

  @Test
  void inputCachedInputAndOutputAreLinesOfTheirOwn() {
    PlanCost cost = PlanCost.ofConstant(Loads.hourly(1), Loads.terms(), Loads.API, 0);
    assertThat(cost.apiInput()).isCloseTo(5_000 * 3600 * 0.5 / 1e6, NEARLY);
    assertThat(cost.apiCachedInput()).isZero();
    assertThat(cost.apiOutput()).isCloseTo(500 * 3600 * 1.5 / 1e6, NEARLY);
  }

  @Test
  void cachedInputIsPricedApartAndPartOfTheTotal() {
    // An hour of 1,000 uncached, 2,000 cached and 100 output tokens/s at 0.50, 0.10 and 1.50.
    TrafficHistory history =
        TrafficHistory.ofTokens(
            new StepGrid(0, 3600, 1), Series.of(1000), Series.of(2000), Series.of(100));
    Tariff tariff = new Tariff(0.5, 0.1, 1.5, Loads.TARIFF.cacheHits());
    PricedLoad load = PricedLoad.of(history, Loads.CAPACITY, tariff, RequestLengths.UNKNOWN);
    ApiAccess api = new ApiAccess(true, tariff, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    PlanCost cost = PlanCost.ofConstant(load, Loads.terms(), api, 0);
    assertThat(cost.apiInput()).isCloseTo(1.80, NEARLY);
    assertThat(cost.apiCachedInput()).isCloseTo(0.72, NEARLY);
    assertThat(cost.apiOutput()).isCloseTo(0.54, NEARLY);
    assertThat(cost.api()).isCloseTo(3.06, NEARLY);
    assertThat(load.apiAt(0)).isCloseTo(3.06, NEARLY);
    assertThat(new LoadDurationCurve(load).api()).isCloseTo(3.06, NEARLY);
  }

  @Test
  void onlyTheAddedReplicaIsPaidForItsLead() {
    // From one to two after an hour, with half an hour of lead: 2.00 more than three replica-hours.
    PlanCost cost =
        PlanCost.of(Loads.hourly(1, 2), Loads.terms(), Loads.API, i -> 1 + i, i -> 1 + i, 0.5);
    assertThat(cost.idle()).isCloseTo(2, NEARLY);
    assertThat(cost.total()).isCloseTo(14, NEARLY);
    // One that is given up earns nothing back.
    PlanCost fewer =
        PlanCost.of(Loads.hourly(2, 1), Loads.terms(), Loads.API, i -> 2 - i, i -> 2 - i, 0.5);
    assertThat(fewer.total()).isCloseTo(12, NEARLY);
  }

  @Test
  void whatIsUnservedForRoundingIsServed() {
    assertThat(unservedWhereTheApiTakes(1 - 1e-10)).isZero();
    assertThat(unservedWhereTheApiTakes(1 - 1e-8)).isCloseTo(5_500 * 3600 * 1e-8, NEARLY);
  }

  private static double unservedWhereTheApiTakes(double share) {
    ApiAccess limited = new ApiAccess(true, Loads.TARIFF, 5_500 * share, Double.POSITIVE_INFINITY);
    return PlanCost.ofConstant(Loads.hourly(1), Loads.terms(), limited, 0).unservedTokens();
  }

  @Test
  void ofNoTokensNoneBursts() {
    assertThat(PlanCost.ofConstant(Loads.hourly(0), Loads.terms(), Loads.API, 0).burstShare())
        .isZero();
  }

  @Test
  void reservedGpusArePaidByTheApiAloneToo() {
    ReplicaCostModel terms = new ReplicaCostModel(4, 3, 2, 7300, 1, 0, 0, 100);
    PlanCost apiAlone = PlanCost.ofConstant(Loads.hourly(1, 1), terms, Loads.API, 0);
    assertThat(apiAlone.unusedReservation()).isCloseTo(2 * 2 * 3, NEARLY);
    assertThat(apiAlone.overhead()).isZero();
    assertThat(apiAlone.total()).isCloseTo(12 + 2 * 11.7, NEARLY);
  }

  @Test
  void peopleArePaidForTheWholePeriodOnceAnythingIsHeld() {
    ReplicaCostModel terms = new ReplicaCostModel(4, 0, 0, 730, 1, 0, 0, 100);
    PlanCost oneHourOfFour =
        PlanCost.of(
            Loads.hourly(1, 1, 1, 1),
            terms,
            Loads.API,
            i -> i == 2 ? 1 : 0,
            i -> i == 2 ? 1 : 0,
            0);
    assertThat(oneHourOfFour.overhead()).isCloseTo(4, NEARLY);
  }

  @Test
  void anAddedReplicaIsPaidFromTheLeadBeforeItServes() {
    PlanCost cost =
        PlanCost.of(
            Loads.hourly(0, 2, 0, 1),
            Loads.terms(),
            Loads.API,
            i -> i % 2 * 2,
            i -> i % 2 * 2,
            1 / 6.0);
    // Two replicas for two hours, one of four hours idle, and ten minutes of two, twice.
    assertThat(cost.busy()).isCloseTo(3 * 4, NEARLY);
    assertThat(cost.idle()).isCloseTo(1 * 4 + 2 * 2 * 4 / 6.0, NEARLY);
  }

  @Test
  void aReplicaThatIsLoadingIsPaidAndServesNothing() {
    PlanCost cost =
        PlanCost.of(Loads.hourly(2, 2), Loads.terms(), Loads.API, i -> 2, i -> i == 0 ? 1 : 2, 0);
    assertThat(cost.busy()).isCloseTo(3 * 4, NEARLY);
    assertThat(cost.idle()).isCloseTo(4, NEARLY);
    assertThat(cost.api()).isCloseTo(11.7, NEARLY);
  }

  @Test
  void overflowWithoutAnApiIsUnserved() {
    PlanCost cost = PlanCost.ofConstant(Loads.hourly(3), Loads.terms(), ApiAccess.NONE, 2);
    assertThat(cost.unservedTokens()).isCloseTo(5_500 * 3600, within(10.0));
    assertThat(cost.api()).isZero();
  }

  @Test
  void overflowAboveTheApisLimitIsUnserved() {
    // 5,500 tokens/s overflow and 4,400 fit; the API is paid for what fits.
    ApiAccess limited = new ApiAccess(true, Loads.TARIFF, 4_400, Double.POSITIVE_INFINITY);
    PlanCost cost = PlanCost.ofConstant(Loads.hourly(3), Loads.terms(), limited, 2);
    assertThat(cost.unservedTokens()).isCloseTo(1_100 * 3600, within(10.0));
    assertThat(cost.burstTokens()).isCloseTo(4_400 * 3600, within(10.0));
    assertThat(cost.api()).isCloseTo(0.8 * 11.7, NEARLY);
  }

  @Property
  void theLinesOfTheGpusAddUpToWhatIsPaidForThem(
      @ForAll("loads") double[] replicas,
      @ForAll @IntRange(min = 0, max = 12) int held,
      @ForAll @IntRange(min = 0, max = 3) int spare,
      @ForAll @IntRange(min = 0, max = 5) int reserved,
      @ForAll @DoubleRange(min = 0.5, max = 1) double utilization) {
    ReplicaCostModel terms = new ReplicaCostModel(4, 3, reserved, 730, utilization, spare, 0, 100);
    PlanCost cost = PlanCost.ofConstant(Loads.hourly(replicas), terms, Loads.API, held);
    double paid = (3 * reserved + 4 * Math.max(0, held - reserved)) * (double) replicas.length;
    assertThat(cost.gpus()).isCloseTo(paid, within(1e-9 * Math.max(1, paid)));
    assertThat(cost.total())
        .isCloseTo(
            paid + (held > 0 ? replicas.length : 0) + cost.api(),
            within(1e-9 * Math.max(1, cost.total())));
  }

  @Provide
  Arbitrary<double[]> loads() {
    return Arbitraries.doubles().between(0, 12).array(double[].class).ofMinSize(1).ofMaxSize(60);
  }
}
