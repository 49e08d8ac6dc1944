package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LoadColumnsTest {

  @Test
  void theSameStepsHaveTheSameFingerprintWhateverFollowsThem() {
    LoadColumns some = steps(p -> p.add(1, 2, 3, 1), p -> p.addUnknown(0));
    LoadColumns more = steps(p -> p.add(1, 2, 3, 1), p -> p.addUnknown(0), p -> p.add(4, 5, 6, 0));
    assertThat(more.fingerprint(2)).isEqualTo(some.fingerprint(2));
  }

  @Test
  void oneFigureOfOneStepMoreOrLessIsAnotherPast() {
    List<Consumer<LoadColumns>> others =
        List.of(
            p -> p.add(1, 2, 3, 1),
            p -> p.add(Math.nextUp(1.0), 2, 3, 1),
            p -> p.add(1, Math.nextUp(2.0), 3, 1),
            p -> p.add(1, 2, Math.nextUp(3.0), 1),
            p -> p.add(2, 1, 3, 1),
            p -> p.add(1, 2, 3, 0),
            p -> p.add(1, 2, 3, LoadColumns.NOT_RECORDED),
            p -> p.addUnknown(1),
            p -> p.addUnknown(0));
    assertThat(
            Stream.concat(
                others.stream().map(second -> steps(p -> p.add(7, 8, 9, 1), second)),
                others.stream().map(first -> steps(first, p -> p.add(7, 8, 9, 1)))))
        .extracting(past -> past.fingerprint(2))
        .doesNotHaveDuplicates();
    LoadColumns past = steps(p -> p.add(0, 0, 0, LoadColumns.NOT_RECORDED), p -> p.add(0, 0, 0, 1));
    assertThat(List.of(past.fingerprint(0), past.fingerprint(1), past.fingerprint(2)))
        .doesNotHaveDuplicates();
  }

  @Test
  void thereIsRoomForMoreStepsThanWereExpected() {
    LoadColumns past = new LoadColumns(0);
    for (int i = 0; i < 100; i++) {
      past.add(i, 0, 0, 0);
    }
    past.addUnknown(0);
    assertThat(past.steps()).isEqualTo(101);
    assertThat(past.isKnown(99)).isTrue();
    assertThat(past.isKnown(100)).isFalse();
  }

  @SafeVarargs
  private static LoadColumns steps(Consumer<LoadColumns>... added) {
    LoadColumns past = new LoadColumns(added.length);
    for (Consumer<LoadColumns> step : added) {
      step.accept(past);
    }
    return past;
  }
}
