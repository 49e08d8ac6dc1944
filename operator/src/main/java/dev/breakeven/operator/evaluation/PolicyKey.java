package dev.breakeven.operator.evaluation;

import dev.breakeven.api.CostPolicy;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Map;

/** Names one policy of the cluster. */
public record PolicyKey(String namespace, String name) {

  public static PolicyKey of(CostPolicy policy) {
    return new PolicyKey(policy.getMetadata().getNamespace(), policy.getMetadata().getName());
  }

  /** The fields that a log line on a policy has. */
  public static Map<String, String> logFields(CostPolicy policy) {
    String key = of(policy).toString();
    return policy.getSpec() == null
        ? Map.of("policy", key)
        : Map.of("policy", key, "source", policy.getSpec().source());
  }

  public ResourceID id() {
    return new ResourceID(name, namespace);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
