package dev.breakeven.advice.interval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.breakeven.advice.interval.SavingInterval.Basis;
import dev.breakeven.advice.interval.SavingStatement.RangeOnly;
import dev.breakeven.advice.interval.SavingStatement.Stated;
import dev.breakeven.advice.interval.SavingStatement.Withheld;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class SavingIntervalTest {

  /** 100 saved for each multiple of the load, and 60 paid whatever comes: 40 now. */
  private static final SavingAtScale SAVING = scale -> 100 * scale - 60;

  @Test
  void equalDaysAndWeeksDoNotMakeCertainty() {
    Stated stated = stated(basis(SAVING, 28, List.of()));

    // σ = 0.07, × 1.25 = 0.0875: 100·e^±0.0875 = 109.14 and 91.62. Beside it 4 % of a bill of
    // 200, 8: √(9.14² + 8²) = 12.15 and √(8.38² + 8²) = 11.58.
    assertThat(stated.expected()).isEqualTo(40, within(1e-9));
    assertThat(stated.high()).isEqualTo(40 + 12.15, within(0.01));
    assertThat(stated.low()).isEqualTo(40 - 11.58, within(0.01));
  }

  @Test
  void lessThanAWeekIsWidenedByThePrior() {
    Stated one = stated(basis(SAVING, 5, List.of()));
    Stated four = stated(basis(SAVING, 28, List.of()));

    assertThat(one.low()).isLessThan(four.low());
    assertThat(one.high()).isGreaterThan(four.high());
  }

  @Test
  void nothingIsStatedUnderTwoDays() {
    assertThat(SavingInterval.of(basis(SAVING, 1, List.of()))).isEqualTo(new Withheld());
  }

  @Test
  void threeDaysGiveARange() {
    assertThat(SavingInterval.of(basis(s -> 1000, 3, List.of())))
        .isInstanceOfSatisfying(RangeOnly.class, range -> assertThat(range.low()).isPositive());
    assertThat(SavingInterval.of(basis(s -> 1, 2, List.of())))
        .isInstanceOfSatisfying(RangeOnly.class, range -> assertThat(range.low()).isNegative());
    assertThat(SavingInterval.of(basis(s -> 1, 4, List.of()))).isInstanceOf(Stated.class);
  }

  @Test
  void errorsOfCapacityAndPriceAddInQuadrature() {
    // Without a level term: √(8² + 6² + 0²) below, √(8² + 0² + 15²) above.
    Stated stated = stated(basis(s -> 40, 28, List.of(new ErrorTerm(6, 0), new ErrorTerm(0, 15))));

    assertThat(stated.low()).isEqualTo(40 - 10, within(1e-9));
    assertThat(stated.high()).isEqualTo(40 + 17, within(1e-9));
  }

  @Test
  void daysThatDifferWiden() {
    List<Double> days = List.of(26.0, 54.0, 26.0, 54.0, 26.0, 54.0, 40.0);
    Basis steady = basis(s -> 40, 28, List.of());

    Stated stated =
        stated(
            new Basis(
                steady.week(), steady.recent(), days, 200, steady.dailyLoad(), 28, List.of()));

    // sd = √(6·196/6) = 14, 1.65·14/√7 = 8.731; √(8.731² + 8²) = 11.84.
    assertThat(stated.high()).isEqualTo(40 + 11.84, within(0.01));
  }

  @Test
  void aWeekThatChangedIsAlsoJudgedByItsLastDays() {
    List<Double> loads = List.of(1.0, 1.0, 1.0, 1.0, 9.0, 9.0, 9.0);

    Stated stated = stated(new Basis(s -> 40, s -> -500, same(7, 40), 200, loads, 7, List.of()));

    assertThat(stated.low()).isLessThan(-500);
  }

  @Test
  void lastDaysOfASteadyWeekAreNotAskedAlone() {
    Stated stated =
        stated(new Basis(s -> 40, s -> -500, same(7, 40), 200, same(7, 1), 7, List.of()));

    assertThat(stated.low()).isEqualTo(32, within(1e-9));
  }

  @Property
  void moreErrorNeverNarrows(
      @ForAll @DoubleRange(max = 1e4) double below, @ForAll @DoubleRange(max = 1e4) double above) {
    Stated without = stated(basis(SAVING, 14, List.of()));
    Stated with = stated(basis(SAVING, 14, List.of(new ErrorTerm(below, above))));

    assertThat(with.low()).isLessThanOrEqualTo(without.low());
    assertThat(with.high()).isGreaterThanOrEqualTo(without.high());
    assertThat(with.expected()).isEqualTo(without.expected());
  }

  @Property
  void theOtherWayRoundIsTheMirrorImage(@ForAll @DoubleRange(max = 200) double paid) {
    Stated one = stated(basis(s -> 100 * s - paid, 14, List.of(new ErrorTerm(3, 5))));
    Stated other = stated(basis(s -> paid - 100 * s, 14, List.of(new ErrorTerm(5, 3))));

    assertThat(other.expected()).isEqualTo(-one.expected(), within(1e-9));
    assertThat(other.low()).isEqualTo(-one.high(), within(1e-9));
    assertThat(other.high()).isEqualTo(-one.low(), within(1e-9));
  }

  @Property
  void whatIsExpectedLiesWithin(@ForAll @DoubleRange(max = 500) double paid) {
    Stated stated = stated(basis(s -> Math.min(100 * s, 120) - paid, 10, List.of()));

    assertThat(stated.expected()).isBetween(stated.low(), stated.high());
  }

  @Test
  void anErrorTermIsTheDistanceToTheEnds() {
    assertThat(ErrorTerm.between(10, 4, 12)).isEqualTo(new ErrorTerm(6, 2));
    assertThat(ErrorTerm.between(10, 12, 13)).isEqualTo(new ErrorTerm(0, 3));
    assertThatThrownBy(() -> new ErrorTerm(-1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Basis basis(SavingAtScale saving, int days, List<ErrorTerm> errors) {
    return new Basis(
        saving, saving, same(Math.min(7, days), saving.at(1)), 200, same(days, 5), days, errors);
  }

  private static List<Double> same(int days, double value) {
    return Collections.nCopies(days, value);
  }

  private static Stated stated(Basis basis) {
    return (Stated) SavingInterval.of(basis);
  }
}
