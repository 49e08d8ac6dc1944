package dev.breakeven.prometheus.collect.pod;

import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.gap.ScrapeGapDetector;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.target.TargetState;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Steps in which pods were scraped too seldom, or less than when these steps were read before. */
public final class PodGaps {

  private final ChunkScope scope;
  private final Map<Pod, ScrapeGapDetector> detectors;
  private final PodWorkloads workloads;
  private final Map<Pod, BitSet> gaps = new LinkedHashMap<>();
  private final Map<TargetState, BitSet> shrunk = new HashMap<>();
  private final Map<TargetState, List<StepRanges.Run>> betweenChunks = new HashMap<>();
  private final List<StepRanges.Run> toReadAgain = new ArrayList<>();

  /**
   * @param detectors of each pod, updated by this chunk
   */
  PodGaps(ChunkScope scope, Map<Pod, ScrapeGapDetector> detectors, PodWorkloads workloads) {
    this.scope = scope;
    this.detectors = detectors;
    this.workloads = workloads;
  }

  /** Takes the samples of a pod of a workload. */
  void add(Pod pod, WorkloadRef workload, float[] samples) {
    ScrapeGapDetector.Doubt doubt =
        detectors
            .computeIfAbsent(pod, p -> new ScrapeGapDetector())
            .learn(scope.chunk(), samples, scope.isNewest(), !workload.kind().equals("Deployment"));
    if (!doubt.points().isEmpty() && !workloads.targetsOf(pod).isEmpty()) {
      gaps.put(pod, doubt.points());
    }
    addShrunk(pod, doubt.shrunk());
    if (!doubt.outside().isEmpty()) {
      StepRanges.Run outside = doubt.outside();
      toReadAgain.add(new StepRanges.Run(outside.from() - 1, outside.to() + 1));
      for (TargetState target : workloads.targetsOf(pod)) {
        betweenChunks.computeIfAbsent(target, t -> new ArrayList<>()).add(outside);
      }
    }
  }

  /** Takes a pod that was seen lately, and not in this chunk. */
  void addUnscraped(Pod pod, ScrapeGapDetector detector) {
    ScrapeGapDetector.Doubt doubt =
        detector.learn(scope.chunk(), new float[scope.chunk().points() + 1], true, false);
    addShrunk(pod, doubt.shrunk());
  }

  /** Marks a pod whose newest scrapes are missing, so that its counters are asked for. */
  void markMissing(Pod pod) {
    gaps.computeIfAbsent(pod, p -> new BitSet());
  }

  private void addShrunk(Pod pod, BitSet points) {
    if (!points.isEmpty()) {
      for (TargetState target : workloads.targetsOf(pod)) {
        shrunk.computeIfAbsent(target, t -> new BitSet()).or(points);
      }
    }
  }

  /** Points of each pod in which it was scraped too seldom. */
  public Map<Pod, BitSet> byPod() {
    return gaps;
  }

  /** Points of a pod in which it was scraped too seldom. */
  public BitSet of(Pod pod) {
    return gaps.getOrDefault(pod, new BitSet());
  }

  /** Points of a target in which more was stored when they were read before; that is kept. */
  public BitSet shrunk(TargetState target) {
    return shrunk.getOrDefault(target, new BitSet());
  }

  /** Steps that have to be read again, because both ends of a gap are known now. */
  List<StepRanges.Run> toReadAgain() {
    return toReadAgain;
  }

  /** Removes stored figures of steps between this chunk and another that are known to be gaps. */
  public void forgetBetweenChunks() {
    betweenChunks.forEach(
        (target, runs) -> runs.forEach(run -> target.history().forgetFiguresOfPods(run)));
  }
}
