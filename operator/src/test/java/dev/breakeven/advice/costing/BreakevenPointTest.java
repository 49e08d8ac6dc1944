package dev.breakeven.advice.costing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Breakeven;
import dev.breakeven.advice.Breakeven.Utilization;
import dev.breakeven.advice.Breakeven.Volume;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BreakevenPointTest {

  private static final Offset<Double> NEARLY = within(1e-4);

  @Test
  void utilizationAtBreakevenIsWhatIsPaidOverWhatFullReplicasWouldBeWorth() {
    // Two replicas at 4.00 and 730 a month, so 1.00 an hour: 9.00 of 2 × 11.70.
    ReplicaCostModel terms = new ReplicaCostModel(4, 0, 0, 730, 0.8, 0, 0, 100);
    Breakeven breakeven = point(Loads.hourly(1, 3), terms, true).at(2);
    assertThat(breakeven.utilization()).isInstanceOf(Utilization.Reachable.class);
    assertThat(breakeven.utilization().percent()).isCloseTo(100 * 9 / 23.4, NEARLY);
    assertThat(breakeven.reachableMaxPercent()).isCloseTo(80, NEARLY);
    // 1 and 1.6 of 1.6 usable, over 2 held
    assertThat(breakeven.reachableForShapePercent()).isCloseTo(100 * 1.3 / 2, NEARLY);
    assertThat(breakeven.breakevenTokensPerSecond()).isCloseTo(9 / 11.7 * 5_500, within(0.01));
    assertThat(breakeven.servedTokensPerSecond()).isCloseTo(1.3 * 5_500, within(0.01));
    assertThat(breakeven.capacityTokensPerSecond()).isCloseTo(1.6 * 5_500, within(0.01));
  }

  @Test
  void aboveWhatHeadroomAndRedundancyLeaveItIsUnreachable() {
    // One of two serves at 80 %: 40 % at most. 8.00 of 23.40 is 34 %; 9.36 is 40 %; 9.40 is not.
    assertThat(atTwo(4.0).utilization()).isInstanceOf(Utilization.Reachable.class);
    assertThat(atTwo(4.679).utilization()).isInstanceOf(Utilization.Reachable.class);
    assertThat(atTwo(4.7).utilization()).isInstanceOf(Utilization.Unreachable.class);
  }

  @Test
  void withBurstingFirstAndAlwaysAreTheSameVolume() {
    // A flat load of 1: one replica carries up to 1. Volume m is worth 11.70 m; it costs 5.00.
    ReplicaCostModel terms = new ReplicaCostModel(4, 0, 0, 730, 1, 0, 0, 100);
    Breakeven breakeven = point(Loads.hourly(1, 1), terms, true).at(1);
    assertThat(multiple(breakeven.firstVolume())).isCloseTo(5 / 11.7, NEARLY);
    assertThat(multiple(breakeven.alwaysVolume())).isCloseTo(5 / 11.7, NEARLY);
    assertThat(((Volume.At) breakeven.firstVolume()).tokensPerMonth())
        .isCloseTo(5 / 11.7 * 5_500 * 3600 * 730, within(1e6));
  }

  @Test
  void theVolumeAtBreakevenMovesWithTheShape() {
    ReplicaCostModel terms = new ReplicaCostModel(4, 0, 0, 0, 1, 0, 0, 100);
    double[] spiky = new double[24];
    spiky[12] = 24;
    double[] flat = new double[24];
    Arrays.fill(flat, 1);
    double volumeOfFlat = multiple(point(Loads.hourly(flat), terms, true).at(1).firstVolume());
    assertThat(volumeOfFlat).isCloseTo(4 / 11.7, NEARLY);
    // A replica that works one hour of 24 is worth 11.70 a day and costs 96: never.
    assertThat(point(Loads.hourly(spiky), terms, true).at(1).firstVolume())
        .isEqualTo(new Volume.Never(BreakevenPoint.LARGEST_MULTIPLE));
  }

  @Test
  void withoutBurstingWholeReplicasMakeASawtooth() {
    // Flat 1, no API for the rest. One replica, 9.00, up to m = 1: pays from 9/11.7 on. The second
    // makes it 18.00 from m = 1 on: pays from 18/11.7 on; the third 27.00 from m = 2 on, pays from
    // 27/11.7 on; the fourth 36.00 from m = 3 on, pays from 36/11.7 = 3.077 on; the fifth 45.00
    // from
    // m = 4 on, where 46.80 is saved already.
    ReplicaCostModel terms = new ReplicaCostModel(9, 0, 0, 0, 1, 0, 0, 40);
    Breakeven breakeven = point(Loads.hourly(1, 1), terms, false).at(1);
    assertThat(multiple(breakeven.firstVolume())).isCloseTo(9 / 11.7, NEARLY);
    assertThat(multiple(breakeven.alwaysVolume())).isCloseTo(36 / 11.7, NEARLY);
  }

  @Test
  void aReplicaThatNeverPaysForItselfNeverBreaksEven() {
    ReplicaCostModel terms = new ReplicaCostModel(12, 0, 0, 0, 1, 0, 0, 40);
    Breakeven breakeven = point(Loads.hourly(1, 1), terms, false).at(1);
    assertThat(breakeven.utilization()).isInstanceOf(Utilization.Unreachable.class);
    assertThat(breakeven.firstVolume()).isEqualTo(new Volume.Never(40));
    assertThat(breakeven.alwaysVolume()).isEqualTo(new Volume.Never(40));
  }

  @Test
  void whereTheApisLimitAsksForMoreReplicasTheVolumeIsASawtoothToo() {
    // Half of a flat 1 fits the API: n replicas serve up to m = n + 0.5. Each costs 11.00 and
    // carries
    // 11.70, with an overhead of 1.00 an hour: one saves 0.70 − 1.00 at m ≥ 1, two 1.40 − 1.00.
    ReplicaCostModel terms = new ReplicaCostModel(11, 0, 0, 730, 1, 0, 0, 40);
    ApiAccess half =
        new ApiAccess(
            true, Loads.TARIFF, Loads.TOKENS_PER_SECOND_PER_REPLICA / 2, Double.POSITIVE_INFINITY);
    PricedLoad load = Loads.hourly(1, 1);
    Breakeven breakeven =
        new BreakevenPoint(load, new LoadDurationCurve(load), terms, half, true).at(1);
    // Two replicas, 23.00, break even where they carry 23/11.7 = 1.966; three are needed above 2.5,
    // where two and a half carry 29.25 of 34.00, and pay from 34/11.7 = 2.906 on; and so on: n of
    // them pay from (11n + 1)/11.7, needed from n − 0.5 on. 11n + 1 ≤ 11.7 (n − 0.5) from n = 9.8
    // on.
    assertThat(multiple(breakeven.firstVolume())).isCloseTo(23 / 11.7, NEARLY);
    assertThat(multiple(breakeven.alwaysVolume())).isCloseTo((11 * 9 + 1) / 11.7, NEARLY);
  }

  @Test
  void soManyReplicasAsTheVolumeKeepsBusyAreHeldForIt() {
    // A flat 1, people at 20.00 an hour and replicas that save 7.70 each: two earn 15.40, three are
    // held from m = 2 on, cost 32.00 with the people and carry that from m = 32/11.7 = 2.735 on.
    ReplicaCostModel terms = new ReplicaCostModel(4, 0, 0, 20 * 730, 1, 0, 0, 40);
    Breakeven breakeven = point(Loads.hourly(1, 1), terms, true).at(1);
    assertThat(multiple(breakeven.firstVolume())).isCloseTo(32 / 11.7, NEARLY);
  }

  @Test
  void beyondSixtyFourReplicasSizesAreLookedAtATwentiethApart() {
    // As above with people at 56.00 an hour: 80 replicas would earn them exactly, 80 × 0.70. Looked
    // at are 64, 69, 74, 79 and 84, whose 924.00 and people are worth 980.00 of API traffic.
    ReplicaCostModel terms = new ReplicaCostModel(11, 0, 0, 56 * 730, 1, 0, 0, 200);
    ApiAccess half =
        new ApiAccess(
            true, Loads.TARIFF, Loads.TOKENS_PER_SECOND_PER_REPLICA / 2, Double.POSITIVE_INFINITY);
    PricedLoad load = Loads.hourly(1, 1);
    Breakeven breakeven =
        new BreakevenPoint(load, new LoadDurationCurve(load), terms, half, true).at(1);
    assertThat(multiple(breakeven.firstVolume())).isCloseTo(980 / 11.7, NEARLY);
  }

  @Test
  void aReplicaThatEarnsExactlyItsPriceWhenItIsFullBreaksEven() {
    PricedLoad load = Loads.hourly(1);
    ReplicaCostModel terms = new ReplicaCostModel(load.api(), 0, 0, 0, 1, 0, 0, 1);
    Breakeven breakeven = point(load, terms, false).at(1);
    assertThat(breakeven.utilization()).isEqualTo(new Utilization.Reachable(100));
    assertThat(multiple(breakeven.firstVolume())).isCloseTo(1, NEARLY);
    assertThat(multiple(breakeven.alwaysVolume())).isCloseTo(1, NEARLY);
  }

  @Test
  void theHighestStepSaysHowOftenTheTrafficFitsWhereverItStands() {
    // Six replicas carry twice a peak of 3, whichever step that is; of five one is to spare: 4 ÷ 2.
    assertThat(greatestMultiple(dear(6, 0), 3, 1)).isCloseTo(2, NEARLY);
    assertThat(greatestMultiple(dear(6, 0), 1, 3)).isCloseTo(2, NEARLY);
    assertThat(greatestMultiple(dear(6, 0), 1, 3, 2)).isCloseTo(2, NEARLY);
    assertThat(greatestMultiple(dear(5, 1), 0, 2)).isCloseTo(2, NEARLY);
  }

  @Test
  void whereTheApiTakesSomeTheStepThatFitsLeastDecides() {
    // 10,000 input tokens/s are one replica's work, 2,000 output tokens/s two; the API takes 2,000.
    // One replica and the API: 1 + 0.2 times the first, 0.5 + 1 times the second. Two: 2.2 and 2.
    PricedLoad load =
        Loads.ofTokens(3600, new double[] {10_000, 0}, new double[] {0, 2_000}, Loads.TARIFF);
    ApiAccess limited = new ApiAccess(true, Loads.TARIFF, 2_000, Double.POSITIVE_INFINITY);
    assertThat(greatestMultiple(load, limited, dear(1, 0))).isCloseTo(1.2, NEARLY);
    assertThat(greatestMultiple(load, limited, dear(2, 0))).isCloseTo(2, NEARLY);
    PricedLoad turned =
        Loads.ofTokens(3600, new double[] {0, 10_000}, new double[] {2_000, 0}, Loads.TARIFF);
    assertThat(greatestMultiple(turned, limited, dear(1, 0))).isCloseTo(1.2, NEARLY);
    assertThat(greatestMultiple(turned, limited, dear(2, 0))).isCloseTo(2, NEARLY);
  }

  /** Replicas that no volume earns, so that every multiple that can be served is looked at. */
  private static ReplicaCostModel dear(int most, int spare) {
    return new ReplicaCostModel(1_000, 0, 0, 0, 1, spare, 0, most);
  }

  private static double greatestMultiple(ReplicaCostModel terms, double... replicas) {
    Breakeven breakeven = point(Loads.hourly(replicas), terms, false).at(1);
    return ((Volume.Never) breakeven.firstVolume()).upToMultiple();
  }

  private static double greatestMultiple(PricedLoad load, ApiAccess api, ReplicaCostModel terms) {
    BreakevenPoint point = new BreakevenPoint(load, new LoadDurationCurve(load), terms, api, true);
    return ((Volume.Never) point.at(1).alwaysVolume()).upToMultiple();
  }

  @Test
  void reservedReplicasAreFreeForTheVolumeAndPaidInTheUtilization() {
    ReplicaCostModel terms = new ReplicaCostModel(4, 3, 5, 0, 1, 0, 0, 100);
    Breakeven breakeven = point(Loads.hourly(1, 1), terms, true).at(1);
    assertThat(multiple(breakeven.firstVolume())).isZero();
    assertThat(breakeven.utilization().percent()).isCloseTo(100 * 3 / 11.7, NEARLY);
  }

  @Property(tries = 200)
  void noVolumeBelowTheFirstPaysAndNoneAboveTheOtherDoesNot(
      @ForAll @DoubleRange(min = 1, max = 12) double replicaHour,
      @ForAll @DoubleRange(min = 0, max = 3000) double overhead,
      @ForAll @IntRange(min = 0, max = 2) int spare,
      @ForAll @DoubleRange(min = 0.6, max = 1) double utilization,
      @ForAll @DoubleRange(min = 0.3, max = 1) double trough) {
    ReplicaCostModel terms =
        new ReplicaCostModel(replicaHour, 0, 0, overhead, utilization, spare, 0, 60);
    PricedLoad load = Loads.hourly(1, trough);
    Breakeven breakeven = point(load, terms, false).at(1);
    double most = (60 - spare) * utilization / load.peak();
    double first = orElse(breakeven.firstVolume(), Double.POSITIVE_INFINITY);
    double always = orElse(breakeven.alwaysVolume(), Double.POSITIVE_INFINITY);
    assertThat(first).isLessThanOrEqualTo(always);
    for (double m = 0.05; m < most; m += 0.05) {
      double replicas = Math.ceil(m * load.peak() / utilization - 1e-9) + spare;
      double saved = m * load.api() - (replicas * replicaHour + overhead / 730) * load.hours();
      if (m < first - 1e-6) {
        assertThat(saved).as("at %s, below the first", m).isLessThan(1e-6);
      }
      if (m > always + 1e-6) {
        assertThat(saved).as("at %s, above the last", m).isGreaterThan(-1e-6);
      }
    }
  }

  private static double orElse(Volume volume, double otherwise) {
    return volume instanceof Volume.At at ? at.multipleOfNow() : otherwise;
  }

  private static Breakeven atTwo(double replicaHour) {
    ReplicaCostModel terms = new ReplicaCostModel(replicaHour, 0, 0, 0, 0.8, 1, 0, 100);
    return point(Loads.hourly(1, 3), terms, true).at(2);
  }

  private static BreakevenPoint point(PricedLoad load, ReplicaCostModel terms, boolean mayBurst) {
    return new BreakevenPoint(load, new LoadDurationCurve(load), terms, Loads.API, mayBurst);
  }

  private static double multiple(Volume volume) {
    return ((Volume.At) volume).multipleOfNow();
  }
}
