package dev.breakeven.prometheus.collect.figure;

import dev.breakeven.prometheus.collect.pod.ChunkPods;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.prometheus.target.TargetSums;
import java.util.Map;
import java.util.Set;

/** Reads the figures of a chunk, and adds up what counts for each target. */
public final class ChunkFigures {

  private final FigureQueries queries;
  private final EngineFindings findings = new EngineFindings();
  private Map<TargetState, Map<Map<String, String>, Float>> replicaScrapes = Map.of();

  public ChunkFigures(
      ChunkScope scope, QueryBuilder builder, ChunkPods pods, ChunkQueries queries) {
    this.queries = new FigureQueries(scope, builder, pods, queries);
  }

  /** Points of all series that were read, a measure of the answers' size. */
  public long pointsRead() {
    return queries.pointsRead();
  }

  /** Replicas that Kubernetes' state recorded. */
  public TargetSums readReplicas() {
    RecordedReplicas replicas = new RecordedReplicas(queries);
    TargetSums sums = replicas.read();
    replicaScrapes = replicas.scrapes();
    return sums;
  }

  /**
   * The labels under which replicas of each target's workloads were reported, with the highest
   * number of them; empty before replicas are read.
   */
  public Map<TargetState, Map<Map<String, String>, Float>> replicaScrapes() {
    return replicaScrapes;
  }

  /** Sums of the figures that one query fills. Queries may run in parallel. */
  public Map<Figure, TargetSums> read(QueryCatalog query, Set<Figure> figures) {
    return switch (query) {
      case ENGINE_STATE -> new EngineGauges(queries, figures).read();
      case GATEWAY -> GatewayTraffic.read(queries, figures);
      case GPU_UTILIZATION -> Map.of(Figure.GPU, GpuUtilization.read(queries));
      default -> {
        Figure only = figures.iterator().next();
        yield Map.of(only, new EngineCounters(queries, findings, only).read());
      }
    };
  }

  /** Notes on targets what does not fit together in what was read. */
  public void checkConsistency() {
    new ConsistencyChecks(queries.scope(), queries.pods(), findings).run();
  }
}
