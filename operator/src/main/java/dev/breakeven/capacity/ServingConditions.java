package dev.breakeven.capacity;

/**
 * Under what a replica serves, beside what is stated and seen of it.
 *
 * @param published what is published for the model and its GPUs
 * @param limit requests that the engine takes at once
 * @param target the latency to serve within
 */
public record ServingConditions(
    PublishedThroughput published, ConcurrencyLimit limit, LatencyTarget target) {

  /** Of a model of which nothing is published, on an engine and a GPU that are not known. */
  public static final ServingConditions UNKNOWN =
      new ServingConditions(
          new PublishedThroughput.NotListed(),
          ConcurrencyLimit.vllmDefault(0, false),
          LatencyTarget.NONE);
}
