package dev.breakeven.prometheus.attribution;

import dev.breakeven.prometheus.WorkloadRef;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * To which workload a pod's name points where nobody recorded its owner. The names Kubernetes makes
 * have a form: {@code NAME-HASH-SUFFIX} for a Deployment's pods, hash and suffix from an alphabet
 * without vowels and look-alikes, {@code NAME-ORDINAL} for a StatefulSet's. A generated name's stem
 * is cut to 58 characters before its suffix.
 */
final class PodNames {

  private static final String ALPHABET = "[bcdfghjklmnpqrstvwxz2456789]";
  private static final int SUFFIX = 5;
  private static final int LONGEST_STEM = 58;
  // The hash is a 32-bit number, one letter a digit: below seven digits one time in 4,000.
  private static final Pattern HASH_AND_SUFFIX =
      Pattern.compile("-" + ALPHABET + "{7,10}-" + ALPHABET + "{" + SUFFIX + "}");
  private static final Pattern HASH = Pattern.compile("-" + ALPHABET + "{7,10}");
  private static final Pattern CUT_HASH = Pattern.compile("(-(" + ALPHABET + "{0,10}-?)?)?");
  private static final Pattern SUFFIX_ONLY = Pattern.compile(ALPHABET + "{" + SUFFIX + "}");
  private static final Pattern ORDINAL = Pattern.compile("-(0|[1-9]\\d{0,5})");
  private static final Pattern GROUP_AND_WORKER =
      Pattern.compile("-(0|[1-9]\\d{0,5})(-[1-9]\\d{0,5})?");

  private PodNames() {}

  /** Which of the workloads a pod's name points to: none, one, or several equally. */
  static Set<WorkloadRef> pointedTo(String pod, Collection<WorkloadRef> workloads) {
    Set<WorkloadRef> longest = new TreeSet<>();
    int length = 0;
    for (WorkloadRef workload : workloads) {
      int stem = Math.min(workload.name().length(), LONGEST_STEM);
      if (stem >= length && fits(pod, workload)) {
        if (stem > length) {
          longest.clear();
          length = stem;
        }
        longest.add(workload);
      }
    }
    return longest;
  }

  /** Whether a ReplicaSet's name has the form that a Deployment gives it. */
  static boolean isReplicaSetOf(String replicaSet, WorkloadRef workload) {
    return replicaSet.startsWith(workload.name())
        && HASH.matcher(replicaSet).region(workload.name().length(), replicaSet.length()).matches();
  }

  /** Whether every pod of a workload has a name that points to it. */
  static boolean pointToAllPodsOf(WorkloadRef workload) {
    return switch (workload.kind()) {
      case "StatefulSet", "LeaderWorkerSet" -> true;
      case "Deployment" -> !PodOwners.isRevision(workload); // pods of others count for it
      default -> false;
    };
  }

  /** Whether the pod names of both workloads have the same stem. */
  static boolean haveTheSameStem(WorkloadRef one, WorkloadRef other) {
    return stem(one).equals(stem(other));
  }

  private static String stem(WorkloadRef workload) {
    return workload.name().substring(0, Math.min(workload.name().length(), LONGEST_STEM));
  }

  private static boolean fits(String pod, WorkloadRef workload) {
    return switch (workload.kind()) {
      case "StatefulSet" -> hasRest(pod, workload.name(), ORDINAL);
      case "LeaderWorkerSet" -> hasRest(pod, workload.name(), GROUP_AND_WORKER);
      case "Deployment" -> isOfReplicaSet(pod, workload.name());
      default ->
          isOfReplicaSet(pod, workload.name()) || hasRest(pod, workload.name(), GROUP_AND_WORKER);
    };
  }

  private static boolean hasRest(String pod, String name, Pattern rest) {
    return pod.startsWith(name) && rest.matcher(pod).region(name.length(), pod.length()).matches();
  }

  private static boolean isOfReplicaSet(String pod, String name) {
    return hasRest(pod, name, HASH_AND_SUFFIX) || isCut(pod, name);
  }

  /** Whether the name is as long as generated names get and its cut stem begins as this one's. */
  private static boolean isCut(String pod, String name) {
    if (pod.length() != LONGEST_STEM + SUFFIX
        || !SUFFIX_ONLY.matcher(pod).region(LONGEST_STEM, pod.length()).matches()) {
      return false;
    }
    String stem = pod.substring(0, LONGEST_STEM);
    return name.length() >= LONGEST_STEM
        ? name.startsWith(stem)
        : stem.startsWith(name)
            && CUT_HASH.matcher(stem).region(name.length(), LONGEST_STEM).matches();
  }
}
