package dev.breakeven.prometheus.attribution;

import dev.breakeven.prometheus.WorkloadRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who owned which pod: as kube-state-metrics recorded it, else as the pod's name says. Safe for use
 * by several threads.
 */
public final class PodOwners {

  /** A pod, in its namespace. */
  public record Pod(String namespace, String name) {}

  /** An object that owns others. */
  public record Owner(String kind, String name) {}

  /** Where a pod belongs. */
  public sealed interface Belonging {
    /** To one of the targets' workloads. */
    record To(WorkloadRef workload) implements Belonging {}

    /** To none of them. */
    record Elsewhere() implements Belonging {}

    /** To one of several; the name fits more than one. */
    record Ambiguous(Set<WorkloadRef> workloads) implements Belonging {}
  }

  /** Labels that describe the pod, and not who scraped it. */
  private static final Set<String> OF_THE_POD =
      Set.of("namespace", "pod", "uid", "owner_kind", "owner_name", "owner_is_controller");

  /**
   * Who reported a pod.
   *
   * @param uid of the pod; empty if it is not reported or not needed
   * @param labels of the scrape
   */
  private record Reporter(String uid, Map<String, String> labels) {}

  private static final Pattern REVISION = Pattern.compile("(.+)-\\d{5}-deployment");

  private static final Belonging ELSEWHERE = new Belonging.Elsewhere();

  private final Map<Pod, Owner> ofPods = new HashMap<>();
  private final Set<Pod> vouchedFor = new HashSet<>();
  // Hundreds of thousands of pods may be reported: the labels that they share are kept once.
  private final Map<Pod, Set<Reporter>> reporters = new HashMap<>();
  private final Map<Map<String, String>, Map<String, String>> scrapers = new HashMap<>();
  private final Map<Pod, Owner> ofReplicaSets = new HashMap<>();
  private final Map<Pod, Long> seenAtStep = new HashMap<>();
  private final Map<Pod, Long> askedAtStep = new HashMap<>();
  private final Map<Pod, Long> replicaSetsAskedAtStep = new HashMap<>();

  /**
   * Whether a pod that was seen in a chunk has to be asked for there: its owner is not known, and
   * was not looked for in that chunk.
   *
   * @param lastStep the chunk's last step
   */
  public synchronized boolean isToBeAsked(Pod pod, long lastStep) {
    seenAtStep.merge(pod, lastStep, Math::max);
    return !ofPods.containsKey(pod) && !Long.valueOf(lastStep).equals(askedAtStep.get(pod));
  }

  public synchronized void markAsked(Pod pod, long lastStep) {
    askedAtStep.put(pod, lastStep);
  }

  /** The ReplicaSet that owns this pod, if who owns that is not known and has to be asked for. */
  public synchronized Optional<String> unknownReplicaSetOf(Pod pod, long lastStep) {
    Owner owner = ofPods.get(pod);
    if (owner == null || !owner.kind().equals("ReplicaSet")) {
      return Optional.empty();
    }
    Pod replicaSet = new Pod(pod.namespace(), owner.name());
    if (ofReplicaSets.containsKey(replicaSet)
        || Long.valueOf(lastStep).equals(replicaSetsAskedAtStep.get(replicaSet))) {
      return Optional.empty();
    }
    return Optional.of(owner.name());
  }

  /** Notes that the owner of a ReplicaSet was looked for in a chunk. */
  public synchronized void markReplicaSetAsked(String namespace, String name, long lastStep) {
    replicaSetsAskedAtStep.put(new Pod(namespace, name), lastStep);
  }

  public synchronized void learnPod(Pod pod, Owner owner) {
    ofPods.put(pod, owner);
  }

  /**
   * Keeps by whom a pod was reported.
   *
   * @param uid of the pod; empty if it is not reported
   * @param labels of the scrape
   */
  public synchronized void reportedBy(Pod pod, String uid, Map<String, String> labels) {
    Map<String, String> ofTheScraper = new HashMap<>(labels);
    ofTheScraper.keySet().removeAll(OF_THE_POD);
    Reporter reporter =
        new Reporter(
            isNamedAtRandom(pod) ? "" : uid,
            scrapers.computeIfAbsent(Map.copyOf(ofTheScraper), its -> its));
    reporters.merge(
        pod,
        Set.of(reporter),
        (before, its) ->
            before.contains(reporter)
                ? before
                : Stream.concat(before.stream(), its.stream()).collect(Collectors.toSet()));
  }

  private boolean isNamedAtRandom(Pod pod) {
    Owner owner = ofPods.get(pod);
    return owner != null && owner.kind().equals("ReplicaSet");
  }

  /**
   * Whether scrapes with all of these values of a label reported this one pod, and so are of one
   * cluster. Numbered pods, such as a StatefulSet's, have the same names in every cluster: their
   * uid decides.
   */
  public synchronized boolean isReportedUnder(Pod pod, String label, Set<String> values) {
    Map<String, Set<String>> reported = new HashMap<>(); // by the pod's uid
    for (Reporter reporter : reporters.getOrDefault(pod, Set.of())) {
      String value = reporter.labels().getOrDefault(label, "");
      if (values.contains(value) && (!reporter.uid().isEmpty() || isNamedAtRandom(pod))) {
        reported.computeIfAbsent(reporter.uid(), uid -> new HashSet<>()).add(value);
      }
    }
    return reported.values().stream().anyMatch(its -> its.size() == values.size());
  }

  /** Notes that a job trusted with Kubernetes' state reports a pod. */
  public synchronized void vouchFor(Pod pod) {
    vouchedFor.add(pod);
  }

  /** Whether a trusted job reported a pod. */
  public synchronized boolean isVouchedFor(Pod pod) {
    return vouchedFor.contains(pod);
  }

  public synchronized void learnReplicaSet(String namespace, String name, Owner owner) {
    ofReplicaSets.put(new Pod(namespace, name), owner);
  }

  /** Drops what is known of pods that were last seen before a step. */
  public synchronized void forgetBefore(long step) {
    seenAtStep.values().removeIf(seen -> seen < step);
    ofPods.keySet().retainAll(seenAtStep.keySet());
    vouchedFor.retainAll(seenAtStep.keySet());
    reporters.keySet().retainAll(seenAtStep.keySet());
    Set<Map<String, String>> inUse = new HashSet<>();
    reporters.values().forEach(all -> all.forEach(reporter -> inUse.add(reporter.labels())));
    scrapers.keySet().retainAll(inUse);
    askedAtStep.keySet().retainAll(seenAtStep.keySet());
    Set<Pod> replicaSets = new HashSet<>();
    ofPods.forEach((pod, owner) -> replicaSets.add(new Pod(pod.namespace(), owner.name())));
    ofReplicaSets.keySet().retainAll(replicaSets);
    replicaSetsAskedAtStep.keySet().retainAll(replicaSets);
  }

  /** Where a pod belongs among these workloads of its namespace. */
  public synchronized Belonging belonging(Pod pod, Collection<WorkloadRef> workloads) {
    Owner owner = ofPods.get(pod);
    if (owner == null) {
      return one(PodNames.pointedTo(pod.name(), workloads));
    }
    if (owner.kind().equals("ReplicaSet")) {
      Owner above = ofReplicaSets.get(new Pod(pod.namespace(), owner.name()));
      if (above == null) {
        return one(longestReplicaSetOwner(owner.name(), workloads));
      }
      if (!above.kind().isEmpty() && !above.kind().equals("<none>")) {
        owner = above;
      }
    }
    for (WorkloadRef workload : workloads) {
      if (owner.kind().equals(workload.kind()) && owner.name().equals(workload.name())) {
        return new Belonging.To(workload);
      }
    }
    for (WorkloadRef workload : workloads) {
      if (owns(owner, workload)) {
        return new Belonging.To(workload);
      }
    }
    return ELSEWHERE;
  }

  /** Whether a pod of which no owner is known may belong to a workload, whatever its name. */
  public static boolean mayOwnPodsOfAnyName(WorkloadRef workload) {
    return !PodNames.pointToAllPodsOf(workload);
  }

  /** Whether a workload is the Deployment of one revision of a Knative Service. */
  static boolean isRevision(WorkloadRef workload) {
    return workload.kind().equals("Deployment") && REVISION.matcher(workload.name()).matches();
  }

  private static Set<WorkloadRef> longestReplicaSetOwner(
      String replicaSet, Collection<WorkloadRef> workloads) {
    Set<WorkloadRef> found = new TreeSet<>();
    for (WorkloadRef workload : workloads) {
      if (PodNames.isReplicaSetOf(replicaSet, workload)) {
        found.add(workload);
      }
    }
    return found;
  }

  /** The owner of a pod as far as it is known. */
  public synchronized Optional<Owner> ownerOf(Pod pod) {
    Owner owner = ofPods.get(pod);
    if (owner != null && owner.kind().equals("ReplicaSet")) {
      Owner above = ofReplicaSets.get(new Pod(pod.namespace(), owner.name()));
      if (above != null && !above.kind().isEmpty() && !above.kind().equals("<none>")) {
        return Optional.of(above);
      }
    }
    return Optional.ofNullable(owner);
  }

  /** Whether the replicas of an object are those of a workload. */
  public static boolean hasReplicasOf(Owner object, WorkloadRef workload) {
    if (workload.kind().equals("LeaderWorkerSet")) {
      // The StatefulSet of the leaders has one pod for each group; those of the workers are parts.
      return object.kind().equals("StatefulSet") && object.name().equals(workload.name());
    }
    return owns(object, workload);
  }

  /** Whether a pod of one workload may be counted for another that is read alone. */
  public static boolean mayClaimTheSame(WorkloadRef one, WorkloadRef other) {
    return owns(new Owner(one.kind(), one.name()), other)
        || owns(new Owner(other.kind(), other.name()), one)
        || PodNames.haveTheSameStem(one, other);
  }

  private static boolean owns(Owner owner, WorkloadRef workload) {
    if (owner.kind().equals(workload.kind())) {
      return owner.name().equals(workload.name()) || areRevisions(owner, workload);
    }
    String name = Pattern.quote(workload.name());
    return switch (workload.kind()) {
      // StatefulSets named NAME and NAME-GROUP.
      case "LeaderWorkerSet" ->
          owner.kind().equals("StatefulSet") && owner.name().matches(name + "(-\\d+)?");
      // A Deployment of its own, or one for each revision where Knative runs it.
      case "InferenceService" ->
          owner.kind().equals("Deployment")
              && owner.name().matches(name + "-predictor(-default)?(-\\d{5}-deployment)?");
      case "LLMInferenceService" ->
          owner.kind().equals("Deployment") && owner.name().equals(workload.name() + "-kserve");
      // Knative's, with every revision that still runs.
      case "Service" ->
          owner.kind().equals("Deployment") && owner.name().matches(name + "-\\d{5}-deployment");
      // It makes a RayCluster anew for each upgrade.
      case "RayService" ->
          owner.kind().equals("RayCluster")
              && owner.name().matches(name + "(-raycluster)?-[a-z0-9]{5}");
      default -> false;
    };
  }

  /** Whether both are Deployments of one Knative Service, each of a revision of its own. */
  private static boolean areRevisions(Owner owner, WorkloadRef workload) {
    Matcher its = REVISION.matcher(owner.name());
    Matcher ours = REVISION.matcher(workload.name());
    return workload.kind().equals("Deployment")
        && its.matches()
        && ours.matches()
        && its.group(1).equals(ours.group(1));
  }

  private static Belonging one(Set<WorkloadRef> pointedTo) {
    return switch (pointedTo.size()) {
      case 0 -> ELSEWHERE;
      case 1 -> new Belonging.To(pointedTo.iterator().next());
      default -> new Belonging.Ambiguous(pointedTo);
    };
  }
}
