package dev.breakeven.prometheus.collect.gap;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.history.StepRanges;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** For which points of a chunk the counters in gaps are asked for. */
final class GapRuns {

  // The newest steps show how often a scrape of a pod is usually attempted.
  private static final int POINTS_OF_USUAL_RATE = 6;
  private static final int MOST_RUNS = 3;

  private GapRuns() {}

  /**
   * Runs of points in which a gap lies, each with the point after it. The source reads a day of
   * samples for every point that is asked for, so the others are left out.
   */
  static List<StepRanges.Run> toAskFor(ChunkScope scope, Collection<BitSet> gaps) {
    int end = scope.chunk().points();
    BitSet wanted = new BitSet();
    gaps.forEach(wanted::or);
    for (int i = wanted.length() - 1; i >= 0; i--) {
      if (wanted.get(i) && i + 1 < end) {
        wanted.set(i + 1);
      }
    }
    if (scope.isNewest()) {
      wanted.set(Math.max(0, end - POINTS_OF_USUAL_RATE), end);
    }
    List<StepRanges.Run> runs = new ArrayList<>();
    for (int from = wanted.nextSetBit(0); from >= 0; ) {
      int to = wanted.nextClearBit(from);
      runs.add(new StepRanges.Run(from, to));
      from = wanted.nextSetBit(to);
    }
    while (runs.size() > MOST_RUNS) {
      joinTheNearest(runs);
    }
    return runs;
  }

  private static void joinTheNearest(List<StepRanges.Run> runs) {
    int nearest = 1;
    for (int i = 2; i < runs.size(); i++) {
      if (runs.get(i).from() - runs.get(i - 1).to()
          < runs.get(nearest).from() - runs.get(nearest - 1).to()) {
        nearest = i;
      }
    }
    StepRanges.Run after = runs.remove(nearest);
    runs.set(nearest - 1, new StepRanges.Run(runs.get(nearest - 1).from(), after.to()));
  }

  /**
   * The longest time before a point at which a pod was last scraped. There is no limit for a pod
   * that was missing when the chunk began.
   */
  static int longestSeconds(Chunk chunk, Map<Pod, BitSet> gaps, Function<Pod, float[]> samplesOf) {
    int longest = 0;
    for (Map.Entry<Pod, BitSet> gap : gaps.entrySet()) {
      BitSet points = gap.getValue();
      if (points.get(0) && samplesOf.apply(gap.getKey())[0] == 0) {
        return Integer.MAX_VALUE;
      }
      for (int from = points.nextSetBit(0); from >= 0; ) {
        int to = points.nextClearBit(from);
        longest = Math.max(longest, to - from);
        from = points.nextSetBit(to);
      }
    }
    return (longest + 1) * chunk.pointSeconds();
  }
}
