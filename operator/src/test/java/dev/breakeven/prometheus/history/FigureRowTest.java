package dev.breakeven.prometheus.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class FigureRowTest {

  private static final int DAY = 144;
  private static final int LENGTH = 40;

  private final FigureRow row = new FigureRow(DAY);

  @Test
  void aFigureThatStaysTheSameTakesAsMuchRoomForADayAsForAStep() {
    for (int i = 0; i < DAY; i++) {
      row.set(i, 3);
    }
    assertThat(row.held()).isEqualTo(2); // one run
  }

  @Test
  void aFigureThatChangesTwiceADayIsThreeRuns() {
    for (int i = 0; i < DAY; i++) {
      row.set(i, i < 50 || i >= 110 ? 3 : 7);
    }
    assertThat(row.held()).isEqualTo(6);
    assertThat(List.of(row.at(49), row.at(50), row.at(109), row.at(110)))
        .containsExactly(3f, 7f, 7f, 3f);
  }

  @Test
  void aFigureThatIsAlwaysAnotherTakesItsOwnRoomAndNoMore() {
    for (int i = 0; i < DAY; i++) {
      row.set(i, i);
    }
    assertThat(row.held()).isEqualTo(DAY);
  }

  @Test
  void oneThatHasCalmedDownIsHeldAsRunsAgainOnceItMovesOn() {
    for (int i = 0; i < DAY; i++) {
      row.set(i, i < DAY / 2 ? i : 5);
    }
    row.shiftLeft(DAY / 2);
    assertThat(row.held()).isEqualTo(4); // the fives, and what is not known yet
  }

  @Test
  void onlyAnotherFigureIsAChange() {
    assertThat(row.set(9, 4)).isTrue();
    assertThat(row.set(9, 4)).isFalse();
    assertThat(row.set(10, FigureRow.ABSENT)).isFalse();
  }

  @Test
  void whatIsNotANumberIsAbsentAndWhatIsNegativeIsNothing() {
    row.set(1, 5);
    row.set(1, Double.POSITIVE_INFINITY);
    row.set(2, -0.5);

    assertThat(row.at(1)).isNaN();
    assertThat(row.at(2)).isZero();
  }

  /** What is done to a row: a stretch of one figure, of rising ones, or time that passes. */
  private record Deed(int from, int length, int figure, boolean rises, int shift) {}

  @Provide
  Arbitrary<List<Deed>> deeds() {
    return Combinators.combine(
            Arbitraries.integers().between(0, LENGTH - 1),
            Arbitraries.integers().between(1, LENGTH),
            Arbitraries.integers().between(0, 3),
            Arbitraries.of(true, false, false),
            Arbitraries.integers().between(-LENGTH, LENGTH + 2))
        .as(Deed::new)
        .list()
        .ofMaxSize(30);
  }

  @Property
  void whateverIsDoneToARowItHoldsWhatAnArrayWould(@ForAll("deeds") List<Deed> deeds) {
    FigureRow tested = new FigureRow(LENGTH);
    float[] expected = new float[LENGTH];
    Arrays.fill(expected, FigureRow.ABSENT);
    for (Deed deed : deeds) {
      for (int i = deed.from; i < Math.min(LENGTH, deed.from + deed.length); i++) {
        float figure = deed.rises ? deed.figure + i : deed.figure;
        assertThat(tested.set(i, figure)).isEqualTo(Float.compare(expected[i], figure) != 0);
        expected[i] = figure;
      }
      if (deed.shift > 0) {
        tested.shiftLeft(deed.shift);
        int kept = Math.max(0, LENGTH - deed.shift);
        System.arraycopy(expected, LENGTH - kept, expected, 0, kept);
        Arrays.fill(expected, kept, LENGTH, FigureRow.ABSENT);
      }
      for (int i = 0; i < LENGTH; i++) {
        assertThat(tested.at(i)).isEqualTo(Float.valueOf(expected[i]));
      }
    }
  }
}
