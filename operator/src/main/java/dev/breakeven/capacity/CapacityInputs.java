package dev.breakeven.capacity;

import java.util.List;

/**
 * Everything that tells a replica's capacity.
 *
 * @param stated what the policy says
 * @param declaredErrorPercent how far a declared capacity may be off, 0 to 90; {@link
 *     #DECLARED_ERROR_PERCENT} where the policy does not say
 * @param steps the past, steps in which the number of replicas did not change
 * @param limit requests that the engine takes at once
 * @param target the latency to serve within
 * @param architecture how the model spends its weights
 * @param published what is published at the target for the model and its GPUs
 */
public record CapacityInputs(
    StatedCapacity stated,
    double declaredErrorPercent,
    List<ReplicaStep> steps,
    ConcurrencyLimit limit,
    LatencyTarget target,
    ModelArchitecture architecture,
    PublishedThroughput published) {

  /** Error of a declared capacity where none is stated, percent. */
  public static final double DECLARED_ERROR_PERCENT = 10;

  /**
   * @throws IllegalArgumentException if the error is out of range
   */
  public CapacityInputs {
    if (!(declaredErrorPercent >= 0 && declaredErrorPercent <= 90)) {
      throw new IllegalArgumentException(
          "a declared capacity is 0 to 90 percent off, not " + declaredErrorPercent);
    }
    steps = List.copyOf(steps);
  }
}
