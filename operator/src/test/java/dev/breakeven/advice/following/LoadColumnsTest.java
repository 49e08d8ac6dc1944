package dev.breakeven.advice.following;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.advice.following.LoadColumns.Ran;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LoadColumnsTest {

  @Test
  void theSameStepsHaveTheSameFingerprintWhateverFollowsThem() {
    LoadColumns some = steps(p -> p.add(1, 2, 3, Ran.SOME), p -> p.addUnknown(Ran.NONE));
    LoadColumns more =
        steps(
            p -> p.add(1, 2, 3, Ran.SOME),
            p -> p.addUnknown(Ran.NONE),
            p -> p.add(4, 5, 6, Ran.NONE));
    assertThat(more.fingerprint(2)).isEqualTo(some.fingerprint(2));
  }

  @Test
  void oneFigureOfOneStepMoreOrLessIsAnotherPast() {
    List<Consumer<LoadColumns>> others =
        List.of(
            p -> p.add(1, 2, 3, Ran.SOME),
            p -> p.add(Math.nextUp(1.0), 2, 3, Ran.SOME),
            p -> p.add(1, Math.nextUp(2.0), 3, Ran.SOME),
            p -> p.add(1, 2, Math.nextUp(3.0), Ran.SOME),
            p -> p.add(2, 1, 3, Ran.SOME),
            p -> p.add(1, 2, 3, Ran.NONE),
            p -> p.add(1, 2, 3, Ran.NOBODY_SAYS),
            p -> p.addUnknown(Ran.SOME),
            p -> p.addUnknown(Ran.NONE));
    assertThat(
            Stream.concat(
                others.stream().map(second -> steps(p -> p.add(7, 8, 9, Ran.SOME), second)),
                others.stream().map(first -> steps(first, p -> p.add(7, 8, 9, Ran.SOME)))))
        .extracting(past -> past.fingerprint(2))
        .doesNotHaveDuplicates();
    LoadColumns past = steps(p -> p.add(0, 0, 0, Ran.NOBODY_SAYS), p -> p.add(0, 0, 0, Ran.SOME));
    assertThat(List.of(past.fingerprint(0), past.fingerprint(1), past.fingerprint(2)))
        .doesNotHaveDuplicates();
  }

  @Test
  void thereIsRoomForMoreStepsThanWereExpected() {
    LoadColumns past = new LoadColumns(0);
    for (int i = 0; i < 100; i++) {
      past.add(i, 0, 0, Ran.NONE);
    }
    past.addUnknown(Ran.NONE);
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
