package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.history.StoredHistory;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which addresses of a workload's pods lead to one server: a mesh's agent that merges the metrics
 * of the application with its own, a proxy before the metrics' port, a collector that passes them
 * on. Their counters hold the same values, but for what comes in between two scrapes; those of two
 * servers drift apart by and by, however evenly work is shared between them. What was found is kept
 * for later chunks and for pods that are too young to tell.
 */
final class RepeatedServers {

  /** What is known of two addresses. */
  enum Finding {
    /** One server. */
    SAME,
    /** Two servers. */
    APART,
    /** Values are alike, and nothing else decides. */
    ALIKE
  }

  /** Two addresses of a workload's pods, in order. */
  record Pair(String namespace, WorkloadRef workload, String one, String other) {}

  /** What two addresses of one pod showed, at the same times. */
  static final class Shown {
    private final double[] one;
    private final double[] other;

    Shown(double[] one, double[] other) {
      this.one = one;
      this.other = other;
    }
  }

  /** Fewest points with traffic that allow a decision. */
  private static final int ENOUGH_POINTS = 10;

  /** Restarts and lost scrapes leave some points on the wrong side. */
  private static final double MOST_OUTSIDE = 0.05;

  /** Whether all of them stood still, so that it does not matter how many servers they are of. */
  static boolean stoodStill(Collection<Shown> shown) {
    return !shown.isEmpty()
        && shown.stream().allMatch(pod -> stoodStill(pod.one) && stoodStill(pod.other));
  }

  private static boolean stoodStill(double[] counter) {
    return Arrays.stream(counter).filter(value -> !Double.isNaN(value)).distinct().count() == 1;
  }

  /** Labels by which series of one scrape differ, and whether they tell copies apart. */
  record Copies(Set<String> labels, Finding finding) {
    Copies {
      labels = Set.copyOf(labels);
    }
  }

  private record Known(long step, Finding finding) {}

  private record Serving(String namespace, WorkloadRef workload) {}

  private record KnownCopies(long step, Copies copies) {}

  private final Map<Serving, KnownCopies> copies = new HashMap<>();

  private final Map<Pair, Known> known = new HashMap<>();

  /** Whether two addresses have to be compared, or were long ago. */
  boolean isToBeAsked(Pair pair, long step, boolean isNewest) {
    Known before = known.get(pair);
    return before == null || (isNewest && step - before.step() >= StoredHistory.STEPS_PER_HOUR);
  }

  void found(Pair pair, long step, Finding finding) {
    known.put(pair, new Known(step, finding));
  }

  Optional<Finding> of(Pair pair) {
    return Optional.ofNullable(known.get(pair)).map(Known::finding);
  }

  /**
   * Whether a workload's series have to be compared, or were long ago. Copies of the past need not
   * be those of now.
   */
  boolean areCopiesToBeAsked(String namespace, WorkloadRef workload, long step, boolean isNewest) {
    KnownCopies before = copies.get(new Serving(namespace, workload));
    return before == null || !isNewest || step - before.step() >= StoredHistory.STEPS_PER_HOUR;
  }

  void foundCopies(String namespace, WorkloadRef workload, long step, Copies found) {
    copies.put(new Serving(namespace, workload), new KnownCopies(step, found));
  }

  Optional<Copies> copiesOf(String namespace, WorkloadRef workload) {
    return Optional.ofNullable(copies.get(new Serving(namespace, workload)))
        .map(KnownCopies::copies);
  }

  /** Forgets what was not used since. */
  void forgetBefore(long step) {
    copies.values().removeIf(k -> k.step() < step);
    known.values().removeIf(k -> k.step() < step);
  }

  /**
   * Compares two addresses.
   *
   * @param shown counters of some pods
   * @param slack for how many points one may be behind the other
   * @param jobs that scrape either address
   * @param startedTogether whether both say when their process started, and say the same
   * @return empty if there is too little evidence
   */
  static Optional<Finding> compare(
      Collection<Shown> shown, int slack, List<Set<String>> jobs, boolean startedTogether) {
    int compared = 0;
    int outside = 0;
    int busy = 0;
    for (Shown pod : shown) {
      double[] one = pod.one;
      double[] other = pod.other;
      for (int i = slack; i < one.length - slack; i++) {
        double least = other[i - slack];
        double most = other[i + slack];
        if (Double.isNaN(one[i]) || !(least <= most)) {
          continue; // not shown, or begun anew
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
    // A job reads each of its targets once: two that it reads of a pod were meant to be two.
    boolean byTheSameJob = jobs.get(0).stream().anyMatch(jobs.get(1)::contains);
    return Optional.of(startedTogether || !byTheSameJob ? Finding.SAME : Finding.ALIKE);
  }
}
