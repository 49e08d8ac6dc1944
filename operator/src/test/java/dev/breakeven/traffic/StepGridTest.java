package dev.breakeven.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StepGridTest {

  /** 00:10 to 00:40 in steps of ten minutes. */
  private static final StepGrid HALF_AN_HOUR = new StepGrid(600, 600, 3);

  @Test
  void aStepIsFoundByItsStartAndByNothingElse() {
    assertThat(HALF_AN_HOUR.indexOf(600)).isEqualTo(0);
    assertThat(HALF_AN_HOUR.indexOf(1800)).isEqualTo(2);
    assertThat(HALF_AN_HOUR.indexOf(0)).isEqualTo(-1); // a step before the first
    assertThat(HALF_AN_HOUR.indexOf(2400)).isEqualTo(-1); // where the last one ends
    assertThat(HALF_AN_HOUR.indexOf(1201)).isEqualTo(-1); // a second into the second one
  }

  @Test
  void aPartOfAGridIsAGrid() {
    assertThat(HALF_AN_HOUR.slice(1, 3)).isEqualTo(new StepGrid(1200, 600, 2));
    assertThat(HALF_AN_HOUR.slice(0, 3)).isEqualTo(HALF_AN_HOUR);
    assertThat(HALF_AN_HOUR.slice(3, 3)).isEqualTo(new StepGrid(2400, 600, 0));
    assertThatThrownBy(() -> HALF_AN_HOUR.slice(-1, 2)).hasMessageContaining("-1 to 2");
    assertThatThrownBy(() -> HALF_AN_HOUR.slice(2, 1)).hasMessageContaining("2 to 1");
    assertThatThrownBy(() -> HALF_AN_HOUR.slice(0, 4)).hasMessageContaining("grid of 3");
  }

  @Test
  void aGridThatCannotBeIsRefused() {
    assertThatThrownBy(() -> new StepGrid(0, 0, 1)).hasMessageContaining("at least 1 s");
    assertThatThrownBy(() -> new StepGrid(0, 600, -1)).hasMessageContaining("at least 0 steps");
    assertThatThrownBy(() -> new StepGrid(601, 600, 1)).hasMessageContaining("601");
    assertThat(new StepGrid(7, 1, 0).endEpochSecond()).isEqualTo(7);
    assertThat(new StepGrid(-600, 600, 1).endEpochSecond()).isZero();
  }

  @Property
  void everyStepStartsWhereTheOneBeforeItEndsAndIsFoundThere(
      @ForAll @IntRange(min = 1, max = 7200) int stepSeconds,
      @ForAll @IntRange(min = -1_000_000, max = 1_000_000) int first,
      @ForAll @IntRange(min = 1, max = 3000) int steps) {
    StepGrid grid = new StepGrid((long) first * stepSeconds, stepSeconds, steps);
    for (int i : new int[] {0, steps / 2, steps - 1}) {
      assertThat(grid.indexOf(grid.startOf(i))).isEqualTo(i);
      assertThat(grid.startOf(i + 1)).isEqualTo(grid.startOf(i) + stepSeconds);
    }
    assertThat(grid.indexOf(grid.endEpochSecond())).isEqualTo(-1);
  }
}
