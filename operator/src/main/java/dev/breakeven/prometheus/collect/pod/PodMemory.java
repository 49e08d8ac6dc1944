package dev.breakeven.prometheus.collect.pod;

import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.duplicates.KnownDuplicates;
import dev.breakeven.prometheus.collect.gap.ScrapeGapDetector;
import java.util.HashMap;
import java.util.Map;

/**
 * What is known of a source's pods from the chunks that were read so far. Each chunk adds to it.
 *
 * @param owners of pods and ReplicaSets
 * @param gapDetectors when each pod was scraped
 * @param stateScrapeLabels of a source without `up`
 * @param duplicates which addresses lead to one server, and which series are copies
 */
public record PodMemory(
    PodOwners owners,
    Map<Pod, ScrapeGapDetector> gapDetectors,
    StateScrapeLabels stateScrapeLabels,
    KnownDuplicates duplicates) {

  public PodMemory() {
    this(new PodOwners(), new HashMap<>(), new StateScrapeLabels(), new KnownDuplicates());
  }

  /** Forgets what was last seen before a step. */
  public void forgetBefore(long step) {
    gapDetectors.values().removeIf(detector -> detector.lastStep() < step);
    owners.forgetBefore(step);
    duplicates.forgetBefore(step);
  }
}
