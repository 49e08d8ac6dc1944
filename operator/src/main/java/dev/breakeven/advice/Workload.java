package dev.breakeven.advice;

/**
 * Something scalable that serves the model, as it stands now.
 *
 * @param kind its Kubernetes kind, for people
 * @param name its name
 * @param replicasWanted what its scale asks for
 * @param replicasReady of those, serving
 * @param minReplicas the fewest it may be advised
 * @param maxReplicas the most it may be advised
 * @param replica what one of its replicas costs and does
 */
public record Workload(
    String kind,
    String name,
    int replicasWanted,
    int replicasReady,
    int minReplicas,
    int maxReplicas,
    ReplicaTerms replica) {

  /** One whose replicas are as the policy's terms say for all. */
  public Workload(
      String kind,
      String name,
      int replicasWanted,
      int replicasReady,
      int minReplicas,
      int maxReplicas) {
    this(
        kind,
        name,
        replicasWanted,
        replicasReady,
        minReplicas,
        maxReplicas,
        new ReplicaTerms.Common());
  }

  /** A copy with this number of replicas wanted and ready. */
  public Workload holding(int replicas) {
    return new Workload(kind, name, replicas, replicas, minReplicas, maxReplicas, this.replica);
  }
}
