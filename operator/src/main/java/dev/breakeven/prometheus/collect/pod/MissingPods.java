package dev.breakeven.prometheus.collect.pod;

import dev.breakeven.prometheus.attribution.PodOwners.Belonging;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.gap.GapIncreases;
import dev.breakeven.prometheus.collect.gap.ScrapeGapDetector;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.prometheus.target.TargetSums;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Pods that were scraped lately and are in no answer of the newest steps. A part of the store may
 * be down without saying so: while a target shows fewer pods than it has replicas, and nobody tried
 * to scrape the missing ones, its newest steps are not reliable.
 */
public final class MissingPods {

  // For so long a pod may be missing before it is taken to be gone.
  private static final int LONGEST_STEPS = 18;
  // The same where nothing tells how many replicas there are.
  private static final int LONGEST_STEPS_UNRECORDED = 3;
  private static final int STEPS_UNTIL_VANISHED = 2;

  private final ChunkScope scope;
  private final PodSamples samples;
  private final PodWorkloads workloads;
  private final PodGaps gaps;
  private final Map<Pod, ScrapeGapDetector> detectors;
  private final Set<Pod> missing = new HashSet<>();
  private final Set<TargetState> incomplete = new HashSet<>();
  private final Set<TargetState> vanished = new HashSet<>();

  MissingPods(
      ChunkScope scope,
      PodSamples samples,
      PodWorkloads workloads,
      PodGaps gaps,
      Map<Pod, ScrapeGapDetector> detectors) {
    this.scope = scope;
    this.samples = samples;
    this.workloads = workloads;
    this.gaps = gaps;
    this.detectors = detectors;
  }

  /**
   * Looks for them.
   *
   * @param unvouched pods that are left out on purpose
   */
  void find(Set<Pod> unvouched) {
    if (scope.isNewest()) {
      detectors.forEach(
          (pod, detector) -> {
            if (!unvouched.contains(pod) && scope.index().hasNamespace(pod.namespace())) {
              find(pod, detector);
            }
          });
    }
  }

  private void find(Pod pod, ScrapeGapDetector detector) {
    float[] counts = samples.byPod().get(pod);
    long sinceSeen = scope.chunk().run().to() - detector.lastStep();
    if ((counts != null && counts[counts.length - 1] > 0) || sinceSeen > LONGEST_STEPS) {
      return;
    }
    if (counts == null) {
      if (!(workloads.place(pod) instanceof Belonging.To)) {
        return;
      }
      samples.addUnscraped(pod);
      gaps.addUnscraped(pod, detector);
    }
    gaps.markMissing(pod);
    missing.add(pod);
  }

  /**
   * Marks the newest steps of targets that show fewer pods than they have replicas.
   *
   * @param recorded replicas that Kubernetes' state reports
   */
  void distrust(
      TargetSums recorded,
      GapIncreases increases,
      Map<TargetState, Integer> scraped,
      UnreliableSteps unreliable) {
    int last = scope.chunk().points() - 1;
    for (Pod pod : missing) {
      if (increases.queriedSteps(pod).get(last)) {
        continue;
      }
      ScrapeGapDetector detector = detectors.get(pod);
      long lastSeen = detector == null ? 0 : detector.lastStep();
      for (TargetState target : workloads.targetsOf(pod)) {
        boolean isRecorded = recorded.has(target, last);
        double replicas =
            isRecorded ? recorded.at(target, last) : target.history().at(Figure.REPLICAS, lastSeen);
        int seen = scraped.getOrDefault(target, 0);
        long missingSteps = scope.chunk().run().to() - 1 - lastSeen;
        if (replicas > seen
            && missingSteps <= (isRecorded ? LONGEST_STEPS : LONGEST_STEPS_UNRECORDED)) {
          incomplete.add(target);
          if (seen == 0 && missingSteps >= STEPS_UNTIL_VANISHED) {
            vanished.add(target);
          }
          for (int i = 0; i <= last; i++) {
            if (scope.chunk().run().from() + i > lastSeen) {
              unreliable.add(target, i);
            }
          }
        }
      }
    }
  }

  /** Whether all pods of a target have been missing for longer than a step. */
  public boolean haveVanished(TargetState target) {
    return vanished.contains(target);
  }

  /** Whether some pods of a target seem to be missing. */
  public boolean isIncomplete(TargetState target) {
    return incomplete.contains(target) || !gaps.shrunk(target).isEmpty();
  }
}
