package dev.breakeven.prometheus.collect.pod;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.gap.GapIncreases;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.prometheus.target.TargetSums;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** How many replicas of each target were scraped. A replica may consist of several pods. */
public final class ScrapedReplicas {

  /** Whether a pod counts in a point, by its scrapes in all points of the chunk. */
  private interface Presence {
    boolean test(float[] counts, int point);
  }

  private final ChunkScope scope;
  private final PodSamples samples;
  private final PodWorkloads workloads;

  ScrapedReplicas(ChunkScope scope, PodSamples samples, PodWorkloads workloads) {
    this.scope = scope;
    this.samples = samples;
    this.workloads = workloads;
  }

  private void forEach(BiConsumer<TargetState, Pod> counted) {
    for (Pod pod : samples.pods()) {
      for (TargetState target : workloads.targetsOf(pod)) {
        if (workloads.isCounted(target, Figure.REPLICAS, pod)) {
          counted.accept(target, pod);
        }
      }
    }
  }

  private String replicaOf(Pod pod) {
    return workloads.workloadOf(pod).map(w -> w + " " + w.replicaOf(pod.name())).orElse(pod.name());
  }

  /** Replicas of which any pod was scraped, of each target in each point. */
  public TargetSums byPoint() {
    return byPoint((counts, i) -> counts[i] > 0);
  }

  /**
   * As {@link #byPoint()}, of pods that were also scraped in the points before and after, so that
   * all of them existed at once.
   */
  public TargetSums throughout() {
    return byPoint(
        (counts, i) ->
            i + 1 < counts.length && counts[i - 1] > 0 && counts[i] > 0 && counts[i + 1] > 0);
  }

  private TargetSums byPoint(Presence isThere) {
    Map<TargetState, Map<String, BitSet>> seen = new HashMap<>();
    forEach(
        (target, pod) -> {
          BitSet points =
              seen.computeIfAbsent(target, t -> new HashMap<>())
                  .computeIfAbsent(replicaOf(pod), r -> new BitSet());
          float[] counts = samples.of(pod);
          for (int i = 1; i < counts.length; i++) {
            if (isThere.test(counts, i)) {
              points.set(i - 1);
            }
          }
        });
    TargetSums replicas = new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM);
    seen.forEach(
        (target, its) ->
            its.values()
                .forEach(points -> points.stream().forEach(i -> replicas.add(target, i, 1))));
    return replicas;
  }

  /** Replicas that were scraped in the last point, of each target that had any in the chunk. */
  public Map<TargetState, Integer> inLastPoint() {
    Map<TargetState, Set<String>> scraped = new HashMap<>();
    forEach(
        (target, pod) -> {
          Set<String> its = scraped.computeIfAbsent(target, t -> new HashSet<>());
          float[] counts = samples.of(pod);
          if (counts[counts.length - 1] > 0) {
            its.add(replicaOf(pod));
          }
        });
    Map<TargetState, Integer> counts = new HashMap<>();
    scraped.forEach((target, its) -> counts.put(target, its.size()));
    return counts;
  }

  /** Pods of each target that were not scraped in a point, but whose counts are known. */
  public TargetSums knownWithoutScrape(Set<Pod> podsWithGaps, GapIncreases increases) {
    TargetSums pods = new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM);
    for (Pod pod : podsWithGaps) {
      float[] scrapes = samples.of(pod);
      List<TargetState> its = workloads.targetsOf(pod);
      increases.knownSteps(pod).stream()
          .filter(i -> i + 1 < scrapes.length && scrapes[i + 1] == 0)
          .forEach(i -> its.forEach(target -> pods.add(target, i, 1)));
    }
    return pods;
  }
}
