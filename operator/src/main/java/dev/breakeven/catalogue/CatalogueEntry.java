package dev.breakeven.catalogue;

import dev.breakeven.capacity.Capacity;
import dev.breakeven.capacity.PublishedThroughput;
import dev.breakeven.capacity.ReplicaLoad;
import dev.breakeven.traffic.TokenRates;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Published throughput of one model on one kind of replica.
 *
 * @param model hub id
 * @param gpuProduct as GPU feature discovery names it
 * @param gpusPerReplica GPUs that one replica takes
 * @param precision what the tool computed in
 * @param fidelity how good the figures are
 * @param maximum capacity with nothing but the engine's limits, as fitted to the shapes
 * @param withinTarget capacity at {@link ThroughputCatalogue#TARGET}; empty where it cannot be met
 * @param shapes throughput by mean lengths
 */
public record CatalogueEntry(
    String model,
    String gpuProduct,
    int gpusPerReplica,
    String precision,
    Fidelity fidelity,
    Capacity maximum,
    List<Capacity> withinTarget,
    List<Shape> shapes) {

  /** How a figure of the catalogue came about. */
  public enum Fidelity {
    /** From kernels measured on that GPU. */
    SILICON,
    /** Partly empirical. */
    HYBRID,
    /** Scaled from the hardware's limits: low fidelity. */
    SOL_SCALED
  }

  /**
   * Published figures for requests of one shape.
   *
   * @param inputTokens of a request
   * @param outputTokens of a request
   * @param maxRequestsPerSecond at the engine's limits
   * @param concurrencyAtMax requests running there
   * @param withinTargetRequestsPerSecond within the target; NaN where it cannot be met
   */
  public record Shape(
      double inputTokens,
      double outputTokens,
      double maxRequestsPerSecond,
      double concurrencyAtMax,
      double withinTargetRequestsPerSecond) {}

  public CatalogueEntry {
    withinTarget = List.copyOf(withinTarget);
    shapes = List.copyOf(shapes);
  }

  /**
   * The throughput at mean lengths: the fitted capacity, moved by what the fit misses the nearest
   * shapes by, so that a published shape comes out as published.
   *
   * @param inputTokens mean prompt, above 0
   * @param outputTokens mean answer, above 0
   */
  public PublishedThroughput.Listed maximumAt(double inputTokens, double outputTokens) {
    double concurrency =
        Math.exp(
            interpolated(inputTokens, outputTokens, shape -> Math.log(shape.concurrencyAtMax())));
    return new PublishedThroughput.Listed(
        moved(maximum, inputTokens, outputTokens, Shape::maxRequestsPerSecond),
        concurrency,
        ThroughputCatalogue.SOURCE);
  }

  /**
   * The same within {@link ThroughputCatalogue#TARGET}; empty where it cannot be met. How dear the
   * kinds of tokens are beside each other is taken from the maximum, which the four terms fit far
   * better.
   */
  public Optional<PublishedThroughput.Listed> withinTargetAt(
      double inputTokens, double outputTokens) {
    return withinTarget.stream()
        .findFirst()
        .map(
            capacity ->
                new PublishedThroughput.Listed(
                    maximum.times(
                        loadOfOneRequest(inputTokens, outputTokens, maximum)
                            / loadOfOneRequest(
                                inputTokens,
                                outputTokens,
                                moved(
                                    capacity,
                                    inputTokens,
                                    outputTokens,
                                    Shape::withinTargetRequestsPerSecond))),
                    Double.NaN,
                    ThroughputCatalogue.SOURCE));
  }

  private Capacity moved(
      Capacity capacity,
      double inputTokens,
      double outputTokens,
      ToDoubleFunction<Shape> requestsPerSecond) {
    return capacity.times(
        Math.exp(
            interpolated(
                inputTokens,
                outputTokens,
                shape -> {
                  double x = requestsPerSecond.applyAsDouble(shape);
                  return Math.log(
                      x * loadOfOneRequest(shape.inputTokens(), shape.outputTokens(), capacity));
                })));
  }

  private static double loadOfOneRequest(double input, double output, Capacity capacity) {
    return ReplicaLoad.of(
        new TokenRates(input, 0, output), ReplicaLoad.contextTokens(input, output), capacity);
  }

  /** Mean over the shapes that have the figure, by inverse squared distance of log lengths. */
  private double interpolated(
      double inputTokens, double outputTokens, ToDoubleFunction<Shape> figure) {
    double sum = 0;
    double weights = 0;
    for (Shape shape : shapes) {
      double value = figure.applyAsDouble(shape);
      if (!Double.isFinite(value)) {
        continue;
      }
      double in = Math.log(inputTokens / shape.inputTokens());
      double out = Math.log(outputTokens / shape.outputTokens());
      double weight = 1 / (in * in + out * out + 1e-9);
      sum += weight * value;
      weights += weight;
    }
    return weights > 0 ? sum / weights : 0;
  }
}
