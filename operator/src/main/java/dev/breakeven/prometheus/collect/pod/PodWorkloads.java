package dev.breakeven.prometheus.collect.pod;

import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.PodOwners.Belonging;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.target.TargetState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** To which workload, and so to which targets, each pod of a chunk belongs. */
public final class PodWorkloads {

  private final ChunkScope scope;
  private final PodOwners owners;
  private final ChunkQueries queries;
  private final Map<Pod, Belonging> belongings = new HashMap<>();
  private final Set<Pod> unanswered = new HashSet<>(); // their owners were asked for in vain

  PodWorkloads(ChunkScope scope, PodOwners owners, ChunkQueries queries) {
    this.scope = scope;
    this.owners = owners;
    this.queries = queries;
  }

  /** Asks for the owners of pods that are not known. */
  void askOwners(QueryBuilder builder, Set<Pod> pods) {
    askOwnersOfPods(builder, pods);
    askOwnersOfReplicaSets(builder, pods);
  }

  private void askOwnersOfPods(QueryBuilder builder, Set<Pod> pods) {
    long step = scope.chunk().run().to();
    Set<Pod> unknown = new HashSet<>();
    Set<String> names = new TreeSet<>();
    for (Pod pod : pods) {
      if (owners.isToBeAsked(pod, step)) {
        unknown.add(pod);
        names.add(pod.name());
      }
    }
    if (unknown.isEmpty()) {
      return;
    }
    List<String> jobs = scope.source().trust().stateJobs();
    queries.ask(
        scope.atTheEnd(QueryCatalog.POD_OWNERS, builder.podOwners(names, rangeSeconds())),
        (labels, points) -> {
          Pod pod =
              new Pod(TenantFilter.namespaceOf(labels, jobs), TenantFilter.podOf(labels, jobs));
          if (unknown.contains(pod)) {
            owners.learnPod(pod, owner(labels));
            owners.reportedBy(pod, labels.getOrDefault("uid", ""), labels);
            if (jobs.contains(labels.getOrDefault("job", ""))) {
              owners.vouchFor(pod);
            }
          }
        });
    if (queries.isComplete(QueryCatalog.POD_OWNERS)) {
      unknown.forEach(pod -> owners.markAsked(pod, step));
    } else {
      unanswered.addAll(unknown);
    }
  }

  private void askOwnersOfReplicaSets(QueryBuilder builder, Set<Pod> pods) {
    long step = scope.chunk().run().to();
    Map<Pod, String> replicaSets = new HashMap<>();
    for (Pod pod : pods) {
      owners.unknownReplicaSetOf(pod, step).ifPresent(its -> replicaSets.put(pod, its));
    }
    if (replicaSets.isEmpty()) {
      return;
    }
    List<String> jobs = scope.source().trust().stateJobs();
    queries.ask(
        scope.atTheEnd(
            QueryCatalog.REPLICASET_OWNERS,
            builder.replicaSetOwners(new TreeSet<>(replicaSets.values()), rangeSeconds())),
        (labels, points) ->
            owners.learnReplicaSet(
                TenantFilter.namespaceOf(labels, jobs),
                labels.getOrDefault("replicaset", ""),
                owner(labels)));
    if (queries.isComplete(QueryCatalog.REPLICASET_OWNERS)) {
      replicaSets.forEach((pod, its) -> owners.markReplicaSetAsked(pod.namespace(), its, step));
    } else {
      unanswered.addAll(replicaSets.keySet());
    }
  }

  private int rangeSeconds() {
    return Math.toIntExact((scope.chunk().run().length() + 1) * StoredHistory.STEP_SECONDS);
  }

  private static PodOwners.Owner owner(Map<String, String> labels) {
    return new PodOwners.Owner(
        labels.getOrDefault("owner_kind", ""), labels.getOrDefault("owner_name", ""));
  }

  /** Finds where a pod belongs. */
  Belonging place(Pod pod) {
    Belonging belonging = owners.belonging(pod, scope.index().workloadsIn(pod.namespace()));
    belongings.put(pod, belonging);
    return belonging;
  }

  /** Whether a pod's owner is not known because the query was not answered. */
  boolean isUnanswered(Pod pod) {
    return unanswered.contains(pod);
  }

  /** Whether a pod belongs to a workload that a policy names, or may. */
  public boolean isOwned(Pod pod) {
    return !(belongings.get(pod) instanceof Belonging.Elsewhere);
  }

  /** Whether it is open to which of several workloads a pod belongs. */
  boolean isAmbiguous(Pod pod) {
    return belongings.get(pod) instanceof Belonging.Ambiguous;
  }

  /** What is known of a pod's owner: its kind and name. */
  public String ownerOf(Pod pod) {
    return owners
        .ownerOf(pod)
        .map(owner -> owner.kind() + " " + owner.name())
        .orElse("pod " + pod.name());
  }

  /** To which workload of a target a pod belongs. */
  public Optional<WorkloadRef> workloadOf(Pod pod) {
    return belongings.get(pod) instanceof Belonging.To to
        ? Optional.of(to.workload())
        : Optional.empty();
  }

  /** The targets for which a pod's series count. */
  public List<TargetState> targetsOf(Pod pod) {
    return workloadOf(pod)
        .map(workload -> scope.index().of(pod.namespace(), workload))
        .orElse(List.of());
  }

  /** Whether a figure of a pod counts for a target: prompts at prefill pods only, for example. */
  public boolean isCounted(TargetState target, Figure figure, Pod pod) {
    return workloadOf(pod).filter(workload -> target.target().counts(figure, workload)).isPresent();
  }
}
