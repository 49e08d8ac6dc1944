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
      row.set(i, (char) 3);
    }
    assertThat(row.held()).isEqualTo(2); // one run
  }

  @Test
  void aFigureThatChangesTwiceADayIsThreeRuns() {
    for (int i = 0; i < DAY; i++) {
      row.set(i, (char) (i < 50 || i >= 110 ? 3 : 7));
    }
    assertThat(row.held()).isEqualTo(6);
    assertThat(List.of(row.at(49), row.at(50), row.at(109), row.at(110)))
        .containsExactly((char) 3, (char) 7, (char) 7, (char) 3);
  }

  @Test
  void aFigureThatIsAlwaysAnotherTakesItsOwnRoomAndNoMore() {
    for (int i = 0; i < DAY; i++) {
      row.set(i, (char) i);
    }
    assertThat(row.held()).isEqualTo(DAY);
  }

  @Test
  void oneThatHasCalmedDownIsHeldAsRunsAgainOnceItMovesOn() {
    for (int i = 0; i < DAY; i++) {
      row.set(i, (char) (i < DAY / 2 ? i : 5));
    }
    row.shiftLeft(DAY / 2);
    assertThat(row.held()).isEqualTo(4); // the fives, and what is not known yet
  }

  @Test
  void onlyAnotherFigureIsAChange() {
    assertThat(row.set(9, (char) 4)).isTrue();
    assertThat(row.set(9, (char) 4)).isFalse();
    assertThat(row.set(10, CompactFigure.ABSENT)).isFalse();
  }

  /** What is done to a row: a stretch of one figure, of rising ones, or time that passes. */
  private record Deed(int from, int length, char figure, boolean rises, int shift) {}

  @Provide
  Arbitrary<List<Deed>> deeds() {
    return Combinators.combine(
            Arbitraries.integers().between(0, LENGTH - 1),
            Arbitraries.integers().between(1, LENGTH),
            Arbitraries.chars().range((char) 0, (char) 3),
            Arbitraries.of(true, false, false),
            Arbitraries.integers().between(-LENGTH, LENGTH + 2))
        .as(Deed::new)
        .list()
        .ofMaxSize(30);
  }

  @Property
  void whateverIsDoneToARowItHoldsWhatAnArrayWould(@ForAll("deeds") List<Deed> deeds) {
    FigureRow tested = new FigureRow(LENGTH);
    char[] expected = new char[LENGTH];
    Arrays.fill(expected, CompactFigure.ABSENT);
    for (Deed deed : deeds) {
      for (int i = deed.from; i < Math.min(LENGTH, deed.from + deed.length); i++) {
        char figure = (char) (deed.rises ? deed.figure + i : deed.figure);
        assertThat(tested.set(i, figure)).isEqualTo(expected[i] != figure);
        expected[i] = figure;
      }
      if (deed.shift > 0) {
        tested.shiftLeft(deed.shift);
        int kept = Math.max(0, LENGTH - deed.shift);
        System.arraycopy(expected, LENGTH - kept, expected, 0, kept);
        Arrays.fill(expected, kept, LENGTH, CompactFigure.ABSENT);
      }
      for (int i = 0; i < LENGTH; i++) {
        assertThat(tested.at(i)).isEqualTo(expected[i]);
      }
    }
  }
}
