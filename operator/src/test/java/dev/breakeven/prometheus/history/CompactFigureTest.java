package dev.breakeven.prometheus.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class CompactFigureTest {

  private static float through(double figure) {
    return CompactFigure.toFloat(CompactFigure.of(figure));
  }

  @Test
  void wholeNumbersUpTo2048AreExact() {
    for (int i = 0; i <= 2048; i++) {
      assertThat(through(i)).isEqualTo(i);
    }
  }

  @Property
  void anyRateIsRightToAHalfPerMille(@ForAll @DoubleRange(min = -6, max = 11) double exponent) {
    double rate = Math.pow(10, exponent);
    assertThat((double) through(rate)).isCloseTo(rate, within(rate * 0.0005));
  }

  @Test
  void whatIsNotANumberIsAbsentAndWhatIsNegativeIsZero() {
    assertThat(CompactFigure.of(Double.NaN)).isEqualTo(CompactFigure.ABSENT);
    assertThat(CompactFigure.of(Double.POSITIVE_INFINITY)).isEqualTo(CompactFigure.ABSENT);
    assertThat(through(-3)).isZero();
    assertThat(through(1e-12)).isZero();
    assertThat(through(Double.NaN)).isNaN();
  }

  @Test
  void whatIsTooLargeIsTheLargestThereIs() {
    assertThat(through(1e30)).isGreaterThan(1_000_000f).isFinite();
  }
}
