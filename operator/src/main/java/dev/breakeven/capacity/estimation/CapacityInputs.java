package dev.breakeven.capacity.estimation;

import dev.breakeven.capacity.ConcurrencyLimit;
import dev.breakeven.capacity.LatencyTarget;
import dev.breakeven.capacity.ModelArchitecture;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.StatedCapacity;
import java.util.List;

/**
 * Everything that tells a replica's capacity.
 *
 * @param stated what the policy says
 * @param steps the past, steps in which the number of replicas did not change
 * @param limit requests that the engine takes at once
 * @param target the latency to serve within
 * @param architecture how the model spends its weights
 * @param published what is published at the target for the model and its GPUs
 */
public record CapacityInputs(
    StatedCapacity stated,
    List<ReplicaStep> steps,
    ConcurrencyLimit limit,
    LatencyTarget target,
    ModelArchitecture architecture,
    PublishedThroughput published) {

  public CapacityInputs {
    steps = List.copyOf(steps);
  }
}
