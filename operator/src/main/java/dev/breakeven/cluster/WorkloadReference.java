package dev.breakeven.cluster;

/**
 * Names one workload.
 *
 * @param apiVersion such as {@code apps/v1}
 * @param kind such as {@code Deployment}
 * @param namespace its namespace
 * @param name its name
 */
public record WorkloadReference(String apiVersion, String kind, String namespace, String name) {

  /** Kind and name, for people who know the namespace. */
  @Override
  public String toString() {
    return kind + " " + name;
  }
}
