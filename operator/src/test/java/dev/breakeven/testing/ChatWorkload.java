package dev.breakeven.testing;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/** The workload that most tests ask about, and a policy for it. */
public final class ChatWorkload {

  /** Its name. */
  public static final String NAME = "chat";

  private ChatWorkload() {}

  /** Makes the Deployment: two replicas of two GPUs each. */
  public static void create(KubernetesClient client, String namespace) {
    create(client, namespace, NAME);
  }

  /** Makes the same under another name. */
  public static void create(KubernetesClient client, String namespace, String name) {
    String deployment =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s}
        spec:
          replicas: 2
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec:
              containers:
              - {name: engine, image: engine, resources: {limits: {nvidia.com/gpu: "2"}}}
        """
            .formatted(name);
    client
        .load(new ByteArrayInputStream(deployment.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .create();
  }

  /**
   * A policy that asks about it, complete without a rate card.
   *
   * @param price of the API per million tokens, of prompts as of answers
   */
  public static String policy(String namespace, String name, String model, String price) {
    return """
    apiVersion: breakeven.dev/v1alpha1
    kind: CostPolicy
    metadata: {name: %s, namespace: %s}
    spec:
      model: %s
      workloads: [{name: %s}]
      selfHost:
        gpu: {hourlyPrice: "2.50"}
        capacityPerReplica: {inputTokensPerSecond: "10000", outputTokensPerSecond: "2500"}
      api: {prices: {inputPerMillion: "%s", outputPerMillion: "%s"}}
    """
        .formatted(name, namespace, model, NAME, price, price);
  }
}
