package dev.breakeven.prometheus.collect.figure;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.collect.duplicates.ScrapeDeduplicator;
import dev.breakeven.prometheus.collect.pod.ChunkPods;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.collect.request.UniqueSeriesSink;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.prometheus.target.TargetSums;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Reads the state of engines: requests waiting and running, KV cache usage, latencies. */
final class EngineGauges {

  private final FigureQueries queries;
  private final ChunkScope scope;
  private final ChunkPods pods;
  private final Map<Figure, TargetSums> sums;

  EngineGauges(FigureQueries queries, Set<Figure> figures) {
    this.queries = queries;
    this.scope = queries.scope();
    this.pods = queries.pods();
    this.sums = queries.sums(figures);
  }

  Map<Figure, TargetSums> read() {
    Map<String, ScrapeDeduplicator> deduplicators = new HashMap<>();
    if (!pods.labels().apart().isEmpty()) {
      sums.keySet().stream()
          .filter(Figure::addsUp)
          .forEach(f -> deduplicators.put(f.part().label(), pods.deduplicator()));
    }
    queries.askOfPods(
        QueryCatalog.ENGINE_STATE,
        promql(),
        new UniqueSeriesSink(
            (labels, points) -> {
              String what = labels.getOrDefault("figure", "");
              Pod pod = scope.podOf(labels);
              String model = scope.modelOf(labels);
              ScrapeDeduplicator deduplicator = deduplicators.get(what);
              if (deduplicator != null) {
                deduplicator.add(pod, model, labels, points);
              } else {
                add(what, pod, model, points);
              }
            },
            (labels, why) ->
                forEach(
                    labels.getOrDefault("figure", ""),
                    scope.podOf(labels),
                    scope.modelOf(labels),
                    queries::addNotANumber)));
    deduplicators.forEach(
        (what, deduplicator) ->
            deduplicator.forEach(
                (pod, model, values, contradicting) ->
                    add(what, pod, model, scope.chunk().series(values))));
    return sums;
  }

  private String promql() {
    Set<Integer> percentiles = new TreeSet<>();
    scope.index().all().forEach(t -> t.target().latencyPercentile().ifPresent(percentiles::add));
    return queries
        .builder()
        .engineState(
            sums.keySet().stream().map(Figure::part).toList(), percentiles, queries.pointSeconds());
  }

  private void add(String what, Pod pod, String model, SeriesSink.Points points) {
    BitSet known = pods.increases().knownSteps(pod);
    forEach(what, pod, model, (its, target) -> queries.add(its, target, points, known));
  }

  /** For the sums and targets that a series is part of. */
  private void forEach(
      String what, Pod pod, String model, BiConsumer<TargetSums, TargetState> part) {
    sums.forEach(
        (figure, its) ->
            pods.workloads().targetsOf(pod).stream()
                .filter(target -> what.equals(labelOf(figure, target)))
                .filter(target -> queries.mayLearn(target, pod.namespace(), model))
                .filter(target -> pods.workloads().isCounted(target, figure, pod))
                .forEach(target -> part.accept(its, target)));
  }

  private static String labelOf(Figure figure, TargetState target) {
    OptionalInt percentile = target.target().latencyPercentile();
    return figure.isLatency() && percentile.isPresent()
        ? QueryBuilder.percentileOf(figure.part(), percentile.getAsInt())
        : figure.part().label();
  }
}
