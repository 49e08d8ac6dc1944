package dev.breakeven.capacity.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class NonNegativeLeastSquaresTest {

  @Test
  void whereTheBestFitHasANegativeTermThatTermIsNone() {
    // x + y = 1 and 2x + y = 0 is x = −1, y = 2; without negatives y alone: the mean of 1 and 0.
    double[] found =
        NonNegativeLeastSquares.solve(new double[][] {{1, 1}, {2, 1}}, new double[] {1, 0});
    assertThat(found[0]).isZero();
    assertThat(found[1]).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void aColumnThatSaysNothingIsNone() {
    double[] found =
        NonNegativeLeastSquares.solve(new double[][] {{0, 2}, {0, 4}}, new double[] {1, 2});
    assertThat(found[0]).isZero();
    assertThat(found[1]).isCloseTo(0.5, within(1e-12));
  }

  @Property
  void targetsMadeFromCoefficientsGiveThemBack(
      @ForAll @DoubleRange(min = 0, max = 10) double one,
      @ForAll @DoubleRange(min = 0, max = 10) double two,
      @ForAll @DoubleRange(min = 0, max = 10) double three) {
    double[][] rows = {{1, 4, 2}, {3, 1, 1}, {2, 2, 7}, {5, 1, 3}};
    double[] targets = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      targets[i] = rows[i][0] * one + rows[i][1] * two + rows[i][2] * three;
    }
    assertThat(NonNegativeLeastSquares.solve(rows, targets))
        .containsExactly(new double[] {one, two, three}, within(1e-6));
  }
}
