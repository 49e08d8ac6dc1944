package dev.breakeven.figures;

/** The YAML of what a run puts on its stage. */
final class Workloads {

  private Workloads() {}

  /** A Deployment of pods with a GPU each, which stay where they are whatever their node does. */
  static String deployment(String namespace, String name, int replicas) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %1$s, namespace: %2$s}
    spec:
      replicas: %3$d
      selector: {matchLabels: {app: %1$s}}
      template:
        metadata: {labels: {app: %1$s}}
        spec:
          tolerations: [{operator: Exists}]
          containers:
          - {name: engine, image: engine, resources: {limits: {nvidia.com/gpu: "1"}}}
    """
        .formatted(name, namespace, replicas);
  }

  /** The name under which a workload's model is served. */
  static String model(String workload) {
    return "acme/" + workload;
  }

  /**
   * A policy that names one Deployment of its own name.
   *
   * @param inputPrice of the API, per million tokens; answers cost four times as much
   */
  static String policy(String namespace, String name, String inputPrice, String outputPrice) {
    return """
    apiVersion: breakeven.dev/v1alpha1
    kind: CostPolicy
    metadata: {name: %1$s, namespace: %2$s}
    spec:
      model: %3$s
      workloads: [{name: %1$s}]
      selfHost:
        gpu: {hourlyPrice: "2.50"}
        capacityPerReplica: {inputTokensPerSecond: "8000", outputTokensPerSecond: "1000"}
        monthlyOverhead: {engineering: "500"}
      api:
        prices: {inputPerMillion: "%4$s", outputPerMillion: "%5$s"}
    """
        .formatted(name, namespace, model(name), inputPrice, outputPrice);
  }
}
