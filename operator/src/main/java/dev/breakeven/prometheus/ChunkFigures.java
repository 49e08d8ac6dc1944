package dev.breakeven.prometheus;

import dev.breakeven.prometheus.PodOwners.Pod;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Asks for one figure of a chunk after another, and adds up what counts for each target. */
final class ChunkFigures {

  private static final BitSet NOT_YET = new BitSet(0);

  private final ChunkRead.Scope scope;
  private final Questions questions;
  private final ChunkPods pods;
  private final ChunkAnswers answers;
  private final AtomicLong pointsRead = new AtomicLong();

  ChunkFigures(ChunkRead.Scope scope, Questions questions, ChunkPods pods, ChunkAnswers answers) {
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
  Sums ask(Figure figure) {
    return switch (figure) {
      case GPU -> askGpus();
      case REPLICAS -> askReplicas();
      case BURST_INPUT, BURST_CACHED, BURST_OUTPUT, BURST_REQUESTS -> askGateway(figure);
      default -> askEngines(figure);
    };
  }

  private Sums askEngines(Figure figure) {
    Sums sums = new Sums(scope.chunk().points(), Sums.Rule.SUM);
    String modelLabel = scope.profile().modelLabel();
    ask(
        figure.query(),
        questions.engine(figure.query(), scope.chunk().pointSeconds()),
        (labels, points) -> {
          String model = modelLabel.isEmpty() ? "" : labels.getOrDefault(modelLabel, "");
          Pod pod = new Pod(labels.getOrDefault("namespace", ""), labels.getOrDefault("pod", ""));
          for (Tracked target : pods.targetsOf(pod)) {
            if (!Visibility.mayLearn(target.target(), scope.source(), pod.namespace(), model)) {
              target.sawOtherModel(model);
            } else if (pods.isCounted(target, figure, pod)) {
              add(sums, target, points, NOT_YET);
            }
          }
        });
    return sums;
  }

  private Sums askGpus() {
    Sums means = new Sums(scope.chunk().points(), Sums.Rule.MEAN);
    List<String> jobs = scope.source().trust().gpuJobs();
    ask(
        Query.GPU_UTILIZATION,
        questions.gpuUtilization(scope.chunk().pointSeconds()),
        (labels, points) -> {
          Pod pod = new Pod(Visibility.namespaceOf(labels, jobs), Visibility.podOf(labels, jobs));
          for (Tracked target : pods.targetsOf(pod)) {
            if (Visibility.mayLearn(target.target(), scope.source(), pod.namespace(), "")) {
              add(means, target, points, NOT_YET);
            }
          }
        });
    return means;
  }

  private Sums askReplicas() {
    Sums sums = new Sums(scope.chunk().points(), Sums.Rule.SUM);
    List<String> jobs = scope.source().trust().stateJobs();
    Map<String, BitSet> countedByWorkload = new HashMap<>();
    ask(
        Query.REPLICAS,
        questions.replicas(scope.chunk().pointSeconds()),
        (labels, points) -> {
          String namespace = Visibility.namespaceOf(labels, jobs);
          WorkloadRef workload =
              labels.containsKey("deployment")
                  ? new WorkloadRef("Deployment", labels.getOrDefault("deployment", ""))
                  : new WorkloadRef("StatefulSet", labels.getOrDefault("statefulset", ""));
          List<Tracked> its = scope.index().of(namespace, workload);
          if (its.isEmpty()) {
            return;
          }
          // Scraped twice, a workload's replicas are still the same ones; scraped by one job after
          // another, they go on.
          BitSet counted =
              countedByWorkload.computeIfAbsent(namespace + "/" + workload, w -> new BitSet());
          for (Tracked target : its) {
            if (Visibility.mayLearn(target.target(), scope.source(), namespace, "")
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

  private Sums askGateway(Figure figure) {
    Sums sums = new Sums(scope.chunk().points(), Sums.Rule.SUM);
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
          for (Tracked target : scope.index().all()) {
            if (Visibility.mayLearnFromGateway(
                target.target(), scope.source(), namespace, models)) {
              add(sums, target, points, NOT_YET);
            }
          }
        });
    return sums;
  }

  private void ask(Query query, String promql, SeriesSink sink) {
    answers.ask(scope.chunk().ask(query, promql, 0), sink);
  }

  /** Adds a series, but for the points that another told of already. */
  private void add(Sums sums, Tracked target, SeriesSink.Points points, BitSet told) {
    pointsRead.addAndGet(points.size());
    for (int i = 0; i < points.size(); i++) {
      int point = scope.chunk().pointAt(points.epochSecondAt(i));
      if (point >= 0 && !told.get(point)) {
        sums.add(target, point, points.valueAt(i));
      }
    }
  }
}
