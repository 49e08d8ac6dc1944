package dev.breakeven.prometheus.collect.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakeven.prometheus.collect.duplicates.CounterComparison.CounterPair;
import dev.breakeven.prometheus.collect.duplicates.CounterComparison.Finding;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CounterComparisonTest {

  private static final List<Set<String>> TWO_JOBS = List.of(Set.of("vllm"), Set.of("istio"));
  private static final List<Set<String>> ONE_JOB = List.of(Set.of("vllm"), Set.of("vllm"));

  /** A counter that rises by 0 to 2,000 a point, read so many points late. */
  private static double[] counter(int points, long seed, int late) {
    Random random = new Random(seed);
    double[] values = new double[points + late];
    for (int i = 1; i < values.length; i++) {
      values[i] = values[i - 1] + 2000 * random.nextDouble();
    }
    return Arrays.copyOfRange(values, 0, points);
  }

  private static double[] shifted(double[] values, int by) {
    double[] late = new double[values.length];
    Arrays.fill(late, Double.NaN);
    System.arraycopy(values, 0, late, by, values.length - by);
    return late;
  }

  private static Optional<Finding> compare(
      double[] one, double[] other, List<Set<String>> jobs, boolean startedTogether) {
    return CounterComparison.compare(
        List.of(new CounterPair(one, other)), 2, jobs, startedTogether);
  }

  @Test
  void aCounterThatIsReadLaterIsTheSame() {
    double[] counter = counter(360, 1, 0);

    assertThat(compare(counter, shifted(counter, 1), TWO_JOBS, false)).contains(Finding.SAME);
    assertThat(compare(shifted(counter, 1), counter, TWO_JOBS, false)).contains(Finding.SAME);
  }

  @Test
  void countersOfTwoServersThatWorkAlikeDriftApart() {
    assertThat(compare(counter(360, 1, 0), counter(360, 2, 0), TWO_JOBS, false))
        .contains(Finding.APART);
  }

  @Test
  void countersThatStandStillAtDifferentValuesAreOfTwoServers() {
    double[] one = new double[60];
    double[] other = new double[60];
    Arrays.fill(other, 5);

    assertThat(compare(one, other, TWO_JOBS, false)).contains(Finding.APART);
  }

  @Test
  void countersThatStandStillTellNothing() {
    assertThat(compare(new double[60], new double[60], TWO_JOBS, false)).isEmpty();
  }

  @Test
  void aFewMinutesTellNothing() {
    double[] counter = counter(12, 1, 0);

    assertThat(compare(counter, counter, TWO_JOBS, false)).isEmpty();
  }

  @Test
  void oneJobReadsEachOfItsTargetsOnceUnlessBothAreOneProcess() {
    double[] counter = counter(360, 1, 0);

    assertThat(compare(counter, counter, ONE_JOB, false)).contains(Finding.ALIKE);
    assertThat(compare(counter, counter, ONE_JOB, true)).contains(Finding.SAME);
  }

  @Test
  void aRestartOfBothIsNoDifference() {
    double[] counter = counter(360, 1, 0);
    for (int i = 180; i < 360; i++) {
      counter[i] -= counter[179];
    }

    assertThat(compare(counter, shifted(counter, 1), TWO_JOBS, false)).contains(Finding.SAME);
  }
}
