package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.PodOwners.Belonging;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.attribution.ScrapeGapDetector;
import dev.breakeven.prometheus.attribution.TargetIndex;
import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.history.TargetSums;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which pods there were in a chunk, whose they are, and which of their steps cannot be believed.
 */
final class ChunkPods {

  private final ChunkReader.Scope scope;
  private final PodOwners owners;
  private final Map<Pod, ScrapeGapDetector> presences;
  private final ChunkQueries answers;

  // Of each pod how often it was scraped: entry 0 is the point before the chunk.
  private final Map<Pod, float[]> samples = new LinkedHashMap<>();
  private final Map<Pod, Belonging> belongings = new HashMap<>();
  private final Map<TargetState, BitSet> doubtful = new HashMap<>();
  private final Map<TargetState, List<StepRanges.Run>> doubtfulOutside = new HashMap<>();
  private final Map<String, Set<String>> untrusted = new HashMap<>();

  ChunkPods(
      ChunkReader.Scope scope,
      PodOwners owners,
      Map<Pod, ScrapeGapDetector> presences,
      ChunkQueries answers) {
    this.scope = scope;
    this.owners = owners;
    this.presences = presences;
    this.answers = answers;
  }

  /** Learns whom not to believe, which pods there were, and whose. */
  void read() {
    askUntrusted();
    readPods(scope.questions(leftOut()));
  }

  /** Scrape targets whose engine series are not believed. */
  Set<String> leftOut() {
    Set<String> all = new TreeSet<>();
    untrusted.values().forEach(all::addAll);
    return all;
  }

  /** The targets for which a pod's series count. */
  List<TargetState> targetsOf(Pod pod) {
    return belongings.get(pod) instanceof Belonging.To to
        ? scope.index().of(pod.namespace(), to.workload())
        : List.of();
  }

  /** Whether a pod's figure counts for a target that it belongs to: prompts at prefill, say. */
  boolean isCounted(TargetState target, Figure figure, Pod pod) {
    return belongings.get(pod) instanceof Belonging.To to
        && target.target().counts(figure, to.workload());
  }

  /** Points in which what a target's pods report cannot be believed. */
  BitSet doubts(TargetState target) {
    return doubtful.getOrDefault(target, new BitSet());
  }

  /** Takes back what was stored of steps between this chunk and another, now known to be gaps. */
  void forgetDoubtfulOutside() {
    doubtfulOutside.forEach(
        (target, runs) -> runs.forEach(run -> target.history().forgetFiguresOfPods(run)));
  }

  /** Pods that were scraped, of each target in each point. */
  TargetSums scraped() {
    TargetSums pods = new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM);
    samples.forEach(
        (pod, counts) -> {
          for (TargetState target : targetsOf(pod)) {
            for (int i = 1; i < counts.length && isCounted(target, Figure.REPLICAS, pod); i++) {
              if (counts[i] > 0) {
                pods.add(target, i - 1, 1);
              }
            }
          }
        });
    return pods;
  }

  /** Pods that were scraped in the last point, of each target that had any in the chunk. */
  Map<TargetState, Integer> scrapedLast() {
    Map<TargetState, Integer> scraped = new HashMap<>();
    samples.forEach(
        (pod, counts) -> {
          for (TargetState target : targetsOf(pod)) {
            if (isCounted(target, Figure.REPLICAS, pod)) {
              scraped.merge(target, counts[counts.length - 1] > 0 ? 1 : 0, Integer::sum);
            }
          }
        });
    return scraped;
  }

  /** Scrape targets that are not believed, by the namespace that they claim to be of. */
  private void askUntrusted() {
    Chunk chunk = scope.chunk();
    int range = Math.toIntExact(chunk.run().length() * StoredHistory.STEP_SECONDS);
    answers.ask(
        new ApiRequest.Instant(
            QueryCatalog.UNTRUSTED_TARGETS,
            scope.questions(Set.of()).untrustedTargets(range),
            chunk.evaluatedAt(chunk.points() - 1)),
        (labels, points) -> {
          String instance = labels.getOrDefault("instance", "");
          if (!instance.isEmpty()) {
            untrusted
                .computeIfAbsent(labels.getOrDefault("namespace", ""), n -> new TreeSet<>())
                .add(instance);
          }
        });
  }

  private void readPods(QueryBuilder questions) {
    Chunk chunk = scope.chunk();
    answers.ask(
        chunk.ask(
            QueryCatalog.SAMPLES, questions.engine(QueryCatalog.SAMPLES, chunk.pointSeconds()), 1),
        (labels, points) -> {
          Pod pod = new Pod(labels.getOrDefault("namespace", ""), labels.getOrDefault("pod", ""));
          if (pod.name().isEmpty() || !scope.index().hasNamespace(pod.namespace())) {
            return;
          }
          float[] counts = samples.computeIfAbsent(pod, p -> new float[chunk.points() + 1]);
          for (int i = 0; i < points.size(); i++) {
            int point = chunk.pointAt(points.epochSecondAt(i)) + 1;
            if (point >= 0 && point < counts.length) {
              counts[point] = Math.max(counts[point], (float) points.valueAt(i));
            }
          }
        });
    if (answers.hasFailed(QueryCatalog.SAMPLES)) {
      return;
    }
    askOwnersOfPods(questions);
    askOwnersOfReplicaSets(questions);
    samples.forEach(this::place);
    scope.index().all().forEach(this::remarkOnUntrusted);
  }

  private void remarkOnUntrusted(TargetState target) {
    // Of what claims to be another's, nobody but the other is told.
    int itsLeftOut = untrusted.getOrDefault(target.target().namespace(), Set.of()).size();
    if (scope.isNewest() || itsLeftOut > 0) {
      target.remark(
          Note.Reason.LABELS_NOT_TRUSTED,
          itsLeftOut == 0
              ? ""
              : itsLeftOut
                  + " scrape targets' series were left out, because Prometheus did not set their"
                  + " namespace and pod; relabel them, or trust their job in engineJobs");
    }
  }

  private void askOwnersOfPods(QueryBuilder questions) {
    long step = scope.chunk().run().to();
    Set<Pod> unknown = new HashSet<>();
    Set<String> names = new TreeSet<>();
    for (Pod pod : samples.keySet()) {
      if (owners.isToBeAsked(pod, step)) {
        unknown.add(pod);
        names.add(pod.name());
      }
    }
    if (unknown.isEmpty()) {
      return;
    }
    List<String> jobs = scope.source().trust().stateJobs();
    answers.ask(
        atTheEnd(QueryCatalog.POD_OWNERS, questions.podOwners(names, ownersRangeSeconds())),
        (labels, points) -> {
          Pod pod =
              new Pod(TenantFilter.namespaceOf(labels, jobs), TenantFilter.podOf(labels, jobs));
          if (unknown.contains(pod)) {
            owners.learnPod(pod, owner(labels));
          }
        });
    if (!answers.hasFailed(QueryCatalog.POD_OWNERS)) {
      unknown.forEach(pod -> owners.markAsked(pod, step));
    }
  }

  private void askOwnersOfReplicaSets(QueryBuilder questions) {
    long step = scope.chunk().run().to();
    Set<String> replicaSets = new TreeSet<>();
    for (Pod pod : samples.keySet()) {
      owners.unknownReplicaSetOf(pod, step).ifPresent(replicaSets::add);
    }
    if (replicaSets.isEmpty()) {
      return;
    }
    List<String> jobs = scope.source().trust().stateJobs();
    answers.ask(
        atTheEnd(
            QueryCatalog.REPLICASET_OWNERS,
            questions.replicaSetOwners(replicaSets, ownersRangeSeconds())),
        (labels, points) ->
            owners.learnReplicaSet(
                TenantFilter.namespaceOf(labels, jobs),
                labels.getOrDefault("replicaset", ""),
                owner(labels)));
  }

  private int ownersRangeSeconds() {
    return Math.toIntExact((scope.chunk().run().length() + 1) * StoredHistory.STEP_SECONDS);
  }

  private ApiRequest.Instant atTheEnd(QueryCatalog query, String promql) {
    Chunk chunk = scope.chunk();
    return new ApiRequest.Instant(query, promql, chunk.evaluatedAt(chunk.points() - 1));
  }

  private static PodOwners.Owner owner(Map<String, String> labels) {
    return new PodOwners.Owner(
        labels.getOrDefault("owner_kind", ""), labels.getOrDefault("owner_name", ""));
  }

  /** Finds where a pod belongs, and which of its points leave its targets in doubt. */
  private void place(Pod pod, float[] counts) {
    TargetIndex index = scope.index();
    Belonging belonging = owners.belonging(pod, index.workloadsIn(pod.namespace()));
    belongings.put(pod, belonging);
    if (belonging instanceof Belonging.To to) {
      ScrapeGapDetector.Doubt doubt =
          presences
              .computeIfAbsent(pod, p -> new ScrapeGapDetector())
              .learn(
                  scope.chunk(),
                  counts,
                  scope.isNewest(),
                  !to.workload().kind().equals("Deployment"));
      for (TargetState target : index.of(pod.namespace(), to.workload())) {
        doubtful.computeIfAbsent(target, t -> new BitSet()).or(doubt.points());
        if (!doubt.outside().isEmpty()) {
          doubtfulOutside.computeIfAbsent(target, t -> new ArrayList<>()).add(doubt.outside());
        }
      }
    } else if (belonging instanceof Belonging.Ambiguous ambiguous) {
      for (WorkloadRef workload : ambiguous.workloads()) {
        for (TargetState target : index.of(pod.namespace(), workload)) {
          target.sawAmbiguousPod(pod.name());
          BitSet points = doubtful.computeIfAbsent(target, t -> new BitSet());
          for (int i = 1; i < counts.length; i++) {
            if (counts[i] > 0) {
              points.set(i - 1);
            }
          }
        }
      }
    }
  }
}
