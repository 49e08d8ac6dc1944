package dev.breakeven.prometheus;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A workload as a policy names it, in the policy's own namespace.
 *
 * @param kind such as {@code Deployment}
 * @param name its name
 */
public record WorkloadRef(String kind, String name) implements Comparable<WorkloadRef> {

  private static final Pattern GROUP = Pattern.compile("-(\\d{1,6})(-\\d{1,6})?");

  /**
   * The replica that one of its pods belongs to: of a LeaderWorkerSet the group, whose leader and
   * workers are one replica; else the pod itself.
   */
  public String replicaOf(String pod) {
    if (kind.equals("LeaderWorkerSet") && pod.startsWith(name)) {
      Matcher group = GROUP.matcher(pod).region(name.length(), pod.length());
      if (group.matches()) {
        return group.group(1);
      }
    }
    return pod;
  }

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
