package dev.breakeven.prometheus.collect.figure;

import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.collect.request.UniqueSeriesSink;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.prometheus.target.TargetSums;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads how many replicas of each workload Kubernetes' state recorded. */
final class RecordedReplicas {

  /** What the CRD allows for {@code maxReplicas}. */
  private static final int MOST_REPLICAS = 10_000;

  /** A series of the replicas of an object: its values by point, and who scraped it. */
  private static final class Reported {
    private final PodOwners.Owner object;
    private final Map<String, String> labels;
    private final float[] replicas;

    Reported(PodOwners.Owner object, Map<String, String> labels, float[] replicas) {
      this.object = object;
      this.labels = labels;
      this.replicas = replicas;
    }

    boolean isOfAnyJob(List<String> jobs) {
      return jobs.contains(labels.getOrDefault("job", ""));
    }
  }

  private final FigureQueries queries;
  private final ChunkScope scope;
  private final TargetSums sums;
  private final Map<TargetState, Map<Map<String, String>, Float>> scrapes = new HashMap<>();

  RecordedReplicas(FigureQueries queries) {
    this.queries = queries;
    this.scope = queries.scope();
    this.sums = new TargetSums(queries.points(), TargetSums.Rule.SUM);
  }

  TargetSums read() {
    List<String> jobs = scope.source().trust().stateJobs();
    Map<String, List<Reported>> byNamespace = new HashMap<>();
    queries.ask(
        QueryCatalog.REPLICAS,
        queries.builder().replicas(queries.pointSeconds()),
        new UniqueSeriesSink(
            (labels, points) -> addReported(labels, queries.values(points), byNamespace),
            (labels, why) -> addReported(labels, queries.unusable(), byNamespace)));
    byNamespace.forEach(
        (namespace, reported) -> {
          // If a trusted job reports an object, other jobs' reports of it are ignored.
          Set<PodOwners.Owner> vouchedFor = new HashSet<>();
          reported.stream()
              .filter(its -> its.isOfAnyJob(jobs))
              .forEach(its -> vouchedFor.add(its.object));
          reported.removeIf(its -> vouchedFor.contains(its.object) && !its.isOfAnyJob(jobs));
          for (WorkloadRef workload : scope.index().workloadsIn(namespace)) {
            for (TargetState target : scope.index().of(namespace, workload)) {
              if (queries.mayLearn(target, namespace, "")) {
                add(target, workload, reported);
              }
            }
          }
        });
    return sums;
  }

  private void addReported(
      Map<String, String> labels, float[] replicas, Map<String, List<Reported>> byNamespace) {
    String namespace = TenantFilter.namespaceOf(labels, scope.source().trust().stateJobs());
    PodOwners.Owner object =
        labels.containsKey("deployment")
            ? new PodOwners.Owner("Deployment", labels.getOrDefault("deployment", ""))
            : new PodOwners.Owner("StatefulSet", labels.getOrDefault("statefulset", ""));
    if (scope.index().workloadsIn(namespace).stream()
        .anyMatch(workload -> PodOwners.hasReplicasOf(object, workload))) {
      byNamespace
          .computeIfAbsent(namespace, n -> new ArrayList<>())
          .add(new Reported(object, labels, replicas));
    }
  }

  /** Adds a workload's replicas. Several scrapes of an object report the same replicas. */
  private void add(TargetState target, WorkloadRef workload, List<Reported> reported) {
    Map<PodOwners.Owner, float[]> byObject = new HashMap<>();
    for (Reported one : reported) {
      if (PodOwners.hasReplicasOf(one.object, workload)) {
        addScrape(target, one);
        keepMost(byObject.computeIfAbsent(one.object, o -> scope.chunk().noValues()), one);
      }
    }
    int last = queries.points() - 1;
    double now = 0;
    for (float[] replicas : byObject.values()) {
      now += replicas[last];
    }
    if (scope.isNewest() && !byObject.isEmpty() && !Double.isNaN(now)) {
      target.sawReplicas(workload, now);
    }
    if (!target.target().counts(Figure.REPLICAS, workload)) {
      return;
    }
    for (float[] replicas : byObject.values()) {
      for (int i = 0; i < replicas.length; i++) {
        if (!Float.isNaN(replicas[i])) {
          sums.add(target, i, isCount(replicas[i]) ? replicas[i] : Double.NaN);
        }
      }
    }
  }

  private void addScrape(TargetState target, Reported one) {
    Map<Map<String, String>, Float> its = scrapes.computeIfAbsent(target, t -> new HashMap<>());
    for (float replicas : one.replicas) {
      its.merge(one.labels, replicas, Math::max);
    }
  }

  private static void keepMost(float[] most, Reported one) {
    for (int i = 0; i < most.length; i++) {
      if (Float.isNaN(most[i]) || one.replicas[i] > most[i]) {
        most[i] = one.replicas[i];
      }
    }
  }

  private static boolean isCount(float replicas) {
    return replicas >= 0 && replicas <= MOST_REPLICAS;
  }

  /**
   * The labels under which replicas of each target's workloads were reported, with the highest
   * number of them.
   */
  Map<TargetState, Map<Map<String, String>, Float>> scrapes() {
    return scrapes;
  }
}
