package dev.breakeven.prometheus;

/**
 * A workload as a policy names it, in the policy's own namespace.
 *
 * @param kind such as {@code Deployment}
 * @param name its name
 */
public record WorkloadRef(String kind, String name) implements Comparable<WorkloadRef> {

  @Override
  public int compareTo(WorkloadRef other) {
    int byKind = kind.compareTo(other.kind);
    return byKind != 0 ? byKind : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return kind + "/" + name;
  }
}
