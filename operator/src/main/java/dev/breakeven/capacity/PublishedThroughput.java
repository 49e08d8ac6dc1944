package dev.breakeven.capacity;

/** What is published for a model on some GPUs, as a prior: no measurement of this deployment. */
public sealed interface PublishedThroughput {

  /**
   * A published throughput.
   *
   * @param capacity the published capacity, fitted over several shapes
   * @param requestsRunning concurrency at which it was reached; NaN where that is not said
   * @param source what published it, for the reader: tool, version and date
   */
  record Listed(Capacity capacity, double requestsRunning, String source)
      implements PublishedThroughput {}

  /**
   * Nothing is published for these; what comes nearest, for the reader.
   *
   * @param model whose throughput is published
   * @param product GPU product
   * @param gpus GPUs that one replica takes
   */
  record OnlyNearby(String model, String product, int gpus) implements PublishedThroughput {}

  /** Nothing is published, or it is not to be used. */
  record NotListed() implements PublishedThroughput {}
}
