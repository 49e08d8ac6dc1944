package dev.breakeven.advice.alternatives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.Advice.Saving;
import dev.breakeven.advice.Alternative.Kind;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.SampleInput;
import dev.breakeven.advice.alternatives.SavingByDay.Interval;
import dev.breakeven.advice.costing.Loads;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/**
 * One replica at 4.00 an hour beside the API: an hour of work saves 7.70, an idle one loses 4.00;
 * over a month of such hours that is 5,621 and −2,920.
 */
class SavingByDayTest {

  /** A day of one replica's work and one of none. */
  private static final PricedLoad BUSY_THEN_IDLE = Loads.hourly(days(1, 0));

  @Test
  void theIntervalIsThatOfTheDaysDrawnAgainAndAgain() {
    // Of two draws both are busy or both idle a quarter of the time: well above 5 %.
    Interval saving = saved(BUSY_THEN_IDLE, Loads.terms(), i -> 1);
    assertThat(saving.expected()).isCloseTo((5_621 - 2_920) / 2.0, within(0.01));
    assertThat(saving.low()).isCloseTo(-2_920, within(0.01));
    assertThat(saving.high()).isCloseTo(5_621, within(0.01));
    assertThat(saving.straddlesZero()).isTrue();
  }

  @Test
  void eachDayIsChargedForWhatIsHeldOnThatDay() {
    Interval saving = saved(BUSY_THEN_IDLE, Loads.terms(), i -> i < 24 ? 1 : 0);
    assertThat(saving.expected()).isCloseTo(5_621 / 2.0, within(0.01));
    assertThat(saving.low()).isCloseTo(0, within(0.01));
    assertThat(saving.high()).isCloseTo(5_621, within(0.01));
    assertThat(saving.straddlesZero()).isFalse();
  }

  @Test
  void peopleArePaidWhicheverDaysAreDrawn() {
    ReplicaCostModel withPeople = new ReplicaCostModel(4, 0, 0, 1_000, 1, 0, 0, 100);
    Interval saving = saved(BUSY_THEN_IDLE, withPeople, i -> 1);
    assertThat(saving.expected()).isCloseTo((5_621 - 2_920) / 2.0 - 1_000, within(0.01));
    assertThat(saving.low()).isCloseTo(-3_920, within(0.01));
    assertThat(saving.high()).isCloseTo(4_621, within(0.01));
  }

  @Test
  void aDayCountsByTheHoursKnownOfIt() {
    double[] load = days(1, 0);
    Arrays.fill(load, 24, 36, Double.NaN);
    Interval saving = saved(Loads.hourly(load), Loads.terms(), i -> 1);
    // 24 hours of 7.70 and 12 of −4.00 over 36.
    assertThat(saving.expected()).isCloseTo((24 * 7.7 - 12 * 4) / 36 * 730, within(0.01));
    assertThat(saving.low()).isCloseTo(-2_920, within(0.01));
    assertThat(saving.high()).isCloseTo(5_621, within(0.01));
  }

  @Test
  void asManyDaysAreDrawnAsThereAre() {
    // One busy day of three: all three draws busy in 1 of 27, two or more in 7 of 27.
    Interval saving = saved(Loads.hourly(days(0, 1, 0)), Loads.terms(), i -> 1);
    assertThat(saving.high()).isCloseTo((2 * 5_621 - 2_920) / 3.0, within(0.01));
    assertThat(saving.low()).isCloseTo(-2_920, within(0.01));
  }

  @Test
  void oneDaySaysNothingOfHowDaysDiffer() {
    PricedLoad load = Loads.hourly(days(1));
    assertThat(
            new SavingByDay(load, Loads.terms(), Loads.API)
                .of(holding(load, Loads.terms(), i -> 1), api(load)))
        .isInstanceOf(Estimate.NotFound.class);
  }

  @Test
  void aSavingHangsOnTheDaysWhereItIsALossOnSomeAndNoneOnOthers() {
    assertThat(new Interval(0, -0.01, 0).straddlesZero()).isTrue();
    assertThat(new Interval(1, 0, 2).straddlesZero()).isFalse();
    assertThat(new Interval(-1, -2, -0.01).straddlesZero()).isFalse();
    assertThat(new Interval(1.005, -1.005, 2).in(SampleInput.USD))
        .isEqualTo(
            new Saving(SampleInput.usd("1.01"), SampleInput.usd("-1.01"), SampleInput.usd("2.00")));
  }

  @Property(tries = 100)
  void whatIsExpectedLiesWithinAndDaysAllAlikeLeaveNoDoubt(
      @ForAll @DoubleRange(min = 0, max = 3) double one,
      @ForAll @DoubleRange(min = 0, max = 3) double other) {
    Interval mixed = saved(Loads.hourly(days(one, other, one)), Loads.terms(), i -> 1);
    Interval alike = saved(Loads.hourly(days(one, one, one)), Loads.terms(), i -> 1);
    assertThat(mixed.expected()).isBetween(mixed.low(), mixed.high());
    assertThat(alike.low()).isCloseTo(alike.expected(), within(1e-6));
    assertThat(alike.high()).isCloseTo(alike.expected(), within(1e-6));
  }

  private static double[] days(double... loads) {
    return Arrays.stream(loads)
        .flatMap(
            load -> {
              double[] day = new double[24];
              Arrays.fill(day, load);
              return Arrays.stream(day);
            })
        .toArray();
  }

  private static Interval saved(PricedLoad load, ReplicaCostModel terms, IntUnaryOperator held) {
    return SampleInput.found(
        new SavingByDay(load, terms, Loads.API).of(holding(load, terms, held), api(load)));
  }

  private static Candidate api(PricedLoad load) {
    return holding(load, Loads.terms(), i -> 0);
  }

  private static Candidate holding(PricedLoad load, ReplicaCostModel terms, IntUnaryOperator held) {
    return Loads.holding(Kind.BASELINE_BURST, load, terms, held, 1);
  }
}
