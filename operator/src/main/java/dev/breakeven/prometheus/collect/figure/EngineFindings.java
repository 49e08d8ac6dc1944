package dev.breakeven.prometheus.collect.figure;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.target.TargetState;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the engines' counters of a chunk show beside their sums. Filled by several threads.
 *
 * @param totals what each pod counted in the chunk, of any unit that is the same for all
 * @param unowned pods that serve a target's model and belong to no policy's workload
 * @param contradicted targets of whose pods two scrapers tell different things
 * @param incomplete targets of which an answer lacks pods that were scraped
 * @param unreadable targets of which a series cannot be read
 */
record EngineFindings(
    Map<Figure, Map<Pod, Double>> totals,
    Map<TargetState, Set<Pod>> unowned,
    Set<TargetState> contradicted,
    Set<TargetState> incomplete,
    Set<TargetState> unreadable) {

  EngineFindings() {
    this(
        new ConcurrentHashMap<>(),
        new ConcurrentHashMap<>(),
        ConcurrentHashMap.newKeySet(),
        ConcurrentHashMap.newKeySet(),
        ConcurrentHashMap.newKeySet());
  }
}
