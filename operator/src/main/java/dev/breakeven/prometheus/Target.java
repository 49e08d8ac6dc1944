package dev.breakeven.prometheus;

import dev.breakeven.prometheus.history.Figure;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What one policy wants to see. Policies that want the same share one history.
 *
 * @param source name of the source
 * @param engine name of the engine profile
 * @param namespace the policy's namespace; nothing of any other is ever shown to it
 * @param workloads what serves the model; empty where only a gateway does
 * @param readers those of them that only read prompts, where serving is split: both halves count
 *     every prompt, the other half as cached, and the readers one token of every answer
 * @param model the engine's model label; series that carry another are not its own
 * @param gatewayModel the name under which a gateway sends the model's tokens to an API
 * @param latencyPercentile which percentile of latencies is wanted; their mean where none is
 * @param window the past to be known step by step; what is a day older and more is kept by the hour
 */
public record Target(
    String source,
    String engine,
    String namespace,
    Set<WorkloadRef> workloads,
    Set<WorkloadRef> readers,
    String model,
    String gatewayModel,
    OptionalInt latencyPercentile,
    Duration window) {

  public Target {
    workloads = Set.copyOf(workloads);
    readers = Set.copyOf(readers);
  }

  /** A target that wants the mean of latencies. */
  public Target(
      String source,
      String engine,
      String namespace,
      Set<WorkloadRef> workloads,
      Set<WorkloadRef> readers,
      String model,
      String gatewayModel,
      Duration window) {
    this(
        source,
        engine,
        namespace,
        workloads,
        readers,
        model,
        gatewayModel,
        OptionalInt.empty(),
        window);
  }

  /** A target whose workloads read and generate. */
  public Target(
      String source,
      String engine,
      String namespace,
      Set<WorkloadRef> workloads,
      String model,
      String gatewayModel,
      Duration window) {
    this(source, engine, namespace, workloads, Set.of(), model, gatewayModel, window);
  }

  /** Whether a figure of one of its workloads counts: prompts once, and answers once. */
  public boolean counts(Figure figure, WorkloadRef workload) {
    if (readers.isEmpty()) {
      return true;
    }
    boolean reads = readers.contains(workload);
    return switch (figure) {
      case INPUT, CACHED -> reads;
      case OUTPUT, REQUESTS, REPLICAS, RUNNING, KV_CACHE_USAGE, TIME_TO_FIRST_TOKEN, INTER_TOKEN ->
          !reads;
      case WAITING, GPU, BURST_INPUT, BURST_CACHED, BURST_OUTPUT, BURST_REQUESTS -> true;
    };
  }
}
