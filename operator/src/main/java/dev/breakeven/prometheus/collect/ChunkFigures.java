package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.WorkloadRef;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.TargetSums;
import dev.breakeven.prometheus.query.GatewayProfile;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Asks for one figure of a chunk after another, and adds up what counts for each target. */
final class ChunkFigures {

  private static final BitSet NOT_YET = new BitSet(0);

  private final ChunkReader.Scope scope;
  private final QueryBuilder questions;
  private final ChunkPods pods;
  private final ChunkQueries answers;
  private final AtomicLong pointsRead = new AtomicLong();

  ChunkFigures(
      ChunkReader.Scope scope, QueryBuilder questions, ChunkPods pods, ChunkQueries answers) {
    this.scope = scope;
    this.questions = questions;
    this.pods = pods;
    this.answers = answers;
  }

  /** Figures read, a measure of the answers' size. */
  long pointsRead() {
    return pointsRead.get();
  }

  /** What a figure adds up to. Figures may be asked for side by side. */
  TargetSums ask(Figure figure) {
    return switch (figure) {
      case GPU -> askGpus();
      case REPLICAS -> askReplicas();
      case BURST_INPUT, BURST_CACHED, BURST_OUTPUT, BURST_REQUESTS -> askGateway(figure);
      default -> askEngines(figure);
    };
  }

  private TargetSums askEngines(Figure figure) {
    TargetSums sums = new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM);
    String modelLabel = scope.profile().modelLabel();
    ask(
        figure.query(),
        questions.engine(figure.query(), scope.chunk().pointSeconds()),
        (labels, points) -> {
          String model = modelLabel.isEmpty() ? "" : labels.getOrDefault(modelLabel, "");
          Pod pod = new Pod(labels.getOrDefault("namespace", ""), labels.getOrDefault("pod", ""));
          for (TargetState target : pods.targetsOf(pod)) {
            if (!TenantFilter.mayLearn(target.target(), scope.source(), pod.namespace(), model)) {
              target.sawOtherModel(model);
            } else if (pods.isCounted(target, figure, pod)) {
              add(sums, target, points, NOT_YET);
            }
          }
        });
    return sums;
  }

  private TargetSums askGpus() {
    TargetSums means = new TargetSums(scope.chunk().points(), TargetSums.Rule.MEAN);
    List<String> jobs = scope.source().trust().gpuJobs();
    ask(
        QueryCatalog.GPU_UTILIZATION,
        questions.gpuUtilization(scope.chunk().pointSeconds()),
        (labels, points) -> {
          Pod pod =
              new Pod(TenantFilter.namespaceOf(labels, jobs), TenantFilter.podOf(labels, jobs));
          for (TargetState target : pods.targetsOf(pod)) {
            if (TenantFilter.mayLearn(target.target(), scope.source(), pod.namespace(), "")) {
              add(means, target, points, NOT_YET);
            }
          }
        });
    return means;
  }

  private TargetSums askReplicas() {
    TargetSums sums = new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM);
    List<String> jobs = scope.source().trust().stateJobs();
    Map<String, BitSet> countedByWorkload = new HashMap<>();
    ask(
        QueryCatalog.REPLICAS,
        questions.replicas(scope.chunk().pointSeconds()),
        (labels, points) -> {
          String namespace = TenantFilter.namespaceOf(labels, jobs);
          WorkloadRef workload =
              labels.containsKey("deployment")
                  ? new WorkloadRef("Deployment", labels.getOrDefault("deployment", ""))
                  : new WorkloadRef("StatefulSet", labels.getOrDefault("statefulset", ""));
          List<TargetState> its = scope.index().of(namespace, workload);
          if (its.isEmpty()) {
            return;
          }
          // Scraped twice, a workload's replicas are still the same ones; scraped by one job after
          // another, they go on.
          BitSet counted =
              countedByWorkload.computeIfAbsent(namespace + "/" + workload, w -> new BitSet());
          for (TargetState target : its) {
            if (TenantFilter.mayLearn(target.target(), scope.source(), namespace, "")
                && target.target().counts(Figure.REPLICAS, workload)) {
              add(sums, target, points, counted);
            }
          }
          for (int i = 0; i < points.size(); i++) {
            counted.set(Math.max(0, scope.chunk().pointAt(points.epochSecondAt(i))));
          }
        });
    return sums;
  }

  private TargetSums askGateway(Figure figure) {
    TargetSums sums = new TargetSums(scope.chunk().points(), TargetSums.Rule.SUM);
    GatewayProfile gateway = ((Source.Gateway.Configured) scope.source().gateway()).profile();
    ask(
        figure.query(),
        questions.gateway(figure.query(), scope.chunk().pointSeconds()),
        (labels, points) -> {
          List<String> models = new ArrayList<>();
          for (String label : gateway.modelLabels()) {
            models.add(labels.getOrDefault(label, ""));
          }
          String namespace = labels.getOrDefault("namespace", "");
          for (TargetState target : scope.index().all()) {
            if (TenantFilter.mayLearnFromGateway(
                target.target(), scope.source(), namespace, models)) {
              add(sums, target, points, NOT_YET);
            }
          }
        });
    return sums;
  }

  private void ask(QueryCatalog query, String promql, SeriesSink sink) {
    answers.ask(scope.chunk().ask(query, promql, 0), sink);
  }

  /** Adds a series, but for the points that another told of already. */
  private void add(TargetSums sums, TargetState target, SeriesSink.Points points, BitSet told) {
    pointsRead.addAndGet(points.size());
    for (int i = 0; i < points.size(); i++) {
      int point = scope.chunk().pointAt(points.epochSecondAt(i));
      if (point >= 0 && !told.get(point)) {
        sums.add(target, point, points.valueAt(i));
      }
    }
  }
}
