package dev.breakeven.prometheus.collect.duplicates;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells whether two series are the counter of one server or of two. Counters of one server hold the
 * same values, except for what it counts between two scrapes; those of two servers drift apart,
 * however evenly work is shared between them.
 */
public final class CounterComparison {

  /** What a comparison found. */
  public enum Finding {
    /** One server. */
    SAME,
    /** Two servers. */
    APART,
    /** The values are alike, and nothing else decides. */
    ALIKE
  }

  /** Two counters of one pod, at the same times. */
  static final class CounterPair {
    private final double[] one;
    private final double[] other;

    CounterPair(double[] one, double[] other) {
      this.one = one;
      this.other = other;
    }
  }

  /** Fewest points with traffic that allow a decision. */
  private static final int ENOUGH_POINTS = 10;

  /** Restarts and lost scrapes leave some points on the wrong side. */
  private static final double MOST_OUTSIDE = 0.05;

  private CounterComparison() {}

  /** Whether none of the counters rose, so that it does not matter whose they are. */
  static boolean areIdle(Collection<CounterPair> pairs) {
    return !pairs.isEmpty()
        && pairs.stream().allMatch(pair -> isIdle(pair.one) && isIdle(pair.other));
  }

  private static boolean isIdle(double[] counter) {
    return Arrays.stream(counter).filter(value -> !Double.isNaN(value)).distinct().count() == 1;
  }

  /**
   * Compares counters.
   *
   * @param pairs of counters of some pods
   * @param slack for how many points one may be behind the other
   * @param jobs that scrape either of the two
   * @param startedTogether whether both report the same process start time
   * @return empty if there is too little evidence
   */
  public static Optional<Finding> compare(
      Collection<CounterPair> pairs, int slack, List<Set<String>> jobs, boolean startedTogether) {
    int compared = 0;
    int outside = 0;
    int busy = 0;
    for (CounterPair pair : pairs) {
      double[] one = pair.one;
      double[] other = pair.other;
      for (int i = slack; i < one.length - slack; i++) {
        double least = other[i - slack];
        double most = other[i + slack];
        if (Double.isNaN(one[i]) || !(least <= most)) {
          continue; // not scraped, or a counter reset
        }
        compared++;
        outside += one[i] < least || one[i] > most ? 1 : 0;
        busy += least < most ? 1 : 0;
      }
    }
    if (compared >= ENOUGH_POINTS && outside > MOST_OUTSIDE * compared) {
      return Optional.of(Finding.APART);
    }
    if (busy < ENOUGH_POINTS) {
      return Optional.empty();
    }
    // A job scrapes each of its targets once: two targets of one job were meant to be two.
    boolean byTheSameJob = jobs.get(0).stream().anyMatch(jobs.get(1)::contains);
    return Optional.of(startedTogether || !byTheSameJob ? Finding.SAME : Finding.ALIKE);
  }
}
