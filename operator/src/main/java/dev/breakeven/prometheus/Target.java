package dev.breakeven.prometheus;

import java.time.Duration;
import java.util.Set;

/**
 * What one policy wants to see. Policies that want the same share one history.
 *
 * @param source name of the source
 * @param engine name of the engine profile
 * @param namespace the policy's namespace; nothing of any other is ever shown to it
 * @param workloads what serves the model; empty where only a gateway does
 * @param model the engine's model label; series that carry another are not its own
 * @param gatewayModel the name under which a gateway sends the model's tokens to an API
 * @param window the past to be known step by step; older history is kept by the hour
 */
public record Target(
    String source,
    String engine,
    String namespace,
    Set<WorkloadRef> workloads,
    String model,
    String gatewayModel,
    Duration window) {

  public Target {
    workloads = Set.copyOf(workloads);
  }
}
