package dev.breakeven.prometheus.collect.figure;

import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.collect.pod.ChunkPods;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.prometheus.target.TargetSums;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** What the figures of a chunk are read with, and how their series are added up. */
final class FigureQueries {

  private final ChunkScope scope;
  private final QueryBuilder builder;
  private final ChunkPods pods;
  private final ChunkQueries queries;
  private final AtomicLong pointsRead = new AtomicLong();

  FigureQueries(ChunkScope scope, QueryBuilder builder, ChunkPods pods, ChunkQueries queries) {
    this.scope = scope;
    this.builder = builder;
    this.pods = pods;
    this.queries = queries;
  }

  ChunkScope scope() {
    return scope;
  }

  QueryBuilder builder() {
    return builder;
  }

  ChunkPods pods() {
    return pods;
  }

  int points() {
    return scope.chunk().points();
  }

  int pointSeconds() {
    return scope.chunk().pointSeconds();
  }

  /** Points of all series that were read, a measure of the answers' size. */
  long pointsRead() {
    return pointsRead.get();
  }

  /** Empty sums of some figures. */
  Map<Figure, TargetSums> sums(Set<Figure> figures) {
    Map<Figure, TargetSums> sums = new EnumMap<>(Figure.class);
    for (Figure figure : figures) {
      sums.put(
          figure,
          new TargetSums(points(), figure.addsUp() ? TargetSums.Rule.SUM : TargetSums.Rule.MEAN));
    }
    return sums;
  }

  void ask(QueryCatalog query, String promql, SeriesSink sink) {
    queries.ask(scope.chunk().ask(query, promql, 0), sink);
  }

  /** Asks for what pods report, if the figures of any pod are wanted. */
  void askOfPods(QueryCatalog query, String promql, SeriesSink sink) {
    if (pods.isAnyWanted()) {
      ask(query, promql, sink);
    }
  }

  /** Whether a target may learn of a series. */
  boolean mayLearn(TargetState target, String namespace, String model) {
    return TenantFilter.mayLearn(target.target(), scope.source(), namespace, model);
  }

  /**
   * Adds a series to the sums of a target.
   *
   * @param known points that are left out, because their figures are known otherwise
   */
  void add(TargetSums sums, TargetState target, SeriesSink.Points points, BitSet known) {
    pointsRead.addAndGet(points.size());
    TargetSums.OfTarget its = sums.adding(target);
    for (int i = 0; i < points.size(); i++) {
      int point = scope.chunk().pointAt(points.epochSecondAt(i));
      if (point >= 0 && !known.get(point)) {
        its.add(point, points.valueAt(i));
      }
    }
  }

  /** Marks every point of a target as not a number. */
  void addNotANumber(TargetSums sums, TargetState target) {
    for (int i = 0; i < points(); i++) {
      sums.add(target, i, Double.NaN);
    }
  }

  /** The values of a series by point: NaN where there is none, infinite where it is no figure. */
  float[] values(SeriesSink.Points points) {
    float[] values = scope.chunk().noValues();
    for (int i = 0; i < points.size(); i++) {
      int point = scope.chunk().pointAt(points.epochSecondAt(i));
      if (point >= 0 && point < values.length) {
        double value = points.valueAt(i);
        boolean isNoFigure = !Double.isNaN(value) && Double.isNaN(TargetSums.figure(value));
        values[point] = isNoFigure ? Float.POSITIVE_INFINITY : (float) value;
      }
    }
    pointsRead.addAndGet(points.size());
    return values;
  }

  /** The values of a series that is not usable: no figure at any point. */
  float[] unusable() {
    float[] none = new float[points()];
    Arrays.fill(none, Float.POSITIVE_INFINITY);
    return none;
  }
}
