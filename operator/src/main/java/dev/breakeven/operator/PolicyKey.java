package dev.breakeven.operator;

import dev.breakeven.api.CostPolicy;
import io.javaoperatorsdk.operator.processing.event.ResourceID;

/** Names one policy of the cluster. */
public record PolicyKey(String namespace, String name) {

  public static PolicyKey of(CostPolicy policy) {
    return new PolicyKey(policy.getMetadata().getNamespace(), policy.getMetadata().getName());
  }

  ResourceID id() {
    return new ResourceID(name, namespace);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
