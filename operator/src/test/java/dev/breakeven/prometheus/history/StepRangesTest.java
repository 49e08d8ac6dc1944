package dev.breakeven.prometheus.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.history.StepRanges.Run;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class StepRangesTest {

  private final StepRanges ranges = new StepRanges();

  @Test
  void theNewestStepsComeFirst() {
    ranges.add(new Run(0, 10));
    ranges.add(new Run(20, 30));
    assertThat(ranges.newest(100)).isEqualTo(new Run(20, 30));
    assertThat(ranges.newest(4)).isEqualTo(new Run(26, 30));
    ranges.remove(new Run(15, 40));
    assertThat(ranges.newest(100)).isEqualTo(new Run(0, 10));
  }

  @Test
  void nothingIsLeftOfNothing() {
    assertThat(ranges.newest(5).isEmpty()).isTrue();
    ranges.add(new Run(3, 3));
    assertThat(ranges.isEmpty()).isTrue();
  }

  /** One change of a set of steps. */
  record Change(boolean adds, long from, long length) {}

  @Provide
  Arbitrary<List<Change>> changes() {
    return Combinators.combine(
            Arbitraries.of(true, false),
            Arbitraries.longs().between(0, 40),
            Arbitraries.longs().between(0, 12))
        .as(Change::new)
        .list()
        .ofMaxSize(30);
  }

  @Property
  void itHoldsTheSameStepsAsAPlainSet(@ForAll("changes") List<Change> changes) {
    StepRanges mine = new StepRanges();
    TreeSet<Long> plain = new TreeSet<>();
    for (Change change : changes) {
      Run run = new Run(change.from(), change.from() + change.length());
      for (long step = run.from(); step < run.to(); step++) {
        if (change.adds()) {
          plain.add(step);
        } else {
          plain.remove(step);
        }
      }
      if (change.adds()) {
        mine.add(run);
      } else {
        mine.remove(run);
      }
    }
    assertThat(mine.length()).isEqualTo(plain.size());
    for (long step = -1; step < 60; step++) {
      assertThat(mine.meets(new Run(step, step + 1)))
          .as("%d in %s", step, mine)
          .isEqualTo(plain.contains(step));
    }
  }
}
