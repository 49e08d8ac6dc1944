package dev.breakeven.capacity;

import dev.breakeven.capacity.CapacityEstimate.Contradiction;
import dev.breakeven.capacity.CapacityEstimate.ServedMore;
import java.util.List;

/**
 * What is known of a replica's capacity, and what speaks against it.
 *
 * @param evidence the capacity that counts
 * @param contradictions other evidence, which does not agree with it
 * @param servedMore evidence that allows for less than was served
 * @param served by whom, as far as is known
 */
public record CapacityFinding(
    CapacityEvidence evidence,
    List<Contradiction> contradictions,
    List<ServedMore> servedMore,
    Served served) {

  /** Who served the traffic of the past. */
  public enum Served {
    /** The replicas that ran, with nothing waiting: their capacity is at least that. */
    BY_THESE_REPLICAS,
    /** These replicas, or others too: no engine says what waited. */
    MAYBE_ELSEWHERE
  }

  public CapacityFinding {
    contradictions = List.copyOf(contradictions);
    servedMore = List.copyOf(servedMore);
  }

  /** A finding that nothing contradicts. */
  public static CapacityFinding undisputed(CapacityEvidence evidence) {
    return new CapacityFinding(evidence, List.of(), List.of(), Served.BY_THESE_REPLICAS);
  }
}
