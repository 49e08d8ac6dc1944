package dev.breakeven.prometheus.collect.request;

import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.QueryExecutor;
import dev.breakeven.prometheus.client.QueryResult;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The queries of a chunk, and which of them failed or were answered in part. */
public final class ChunkQueries {

  private final QueryExecutor executor;
  private final Map<QueryCatalog, SourceFailure> failures = new ConcurrentHashMap<>();
  private final Set<QueryCatalog> partial = ConcurrentHashMap.newKeySet();

  public ChunkQueries(QueryExecutor executor) {
    this.executor = executor;
  }

  /** Sends a query, and keeps whether it succeeded. */
  public void ask(ApiRequest request, SeriesSink sink) {
    QueryResult answer = executor.ask(request, sink);
    if (answer instanceof QueryResult.Failed failed) {
      failures.put(request.query(), failed.failure());
    } else if (answer instanceof QueryResult.Partial) {
      partial.add(request.query());
    }
  }

  /** Marks a figure as missing, because a query that it depends on failed. */
  public void fail(QueryCatalog query, SourceFailure why) {
    failures.put(query, why);
  }

  public boolean hasFailed(QueryCatalog query) {
    return failures.containsKey(query);
  }

  /** Whether a query was answered in full. */
  public boolean isComplete(QueryCatalog query) {
    return !failures.containsKey(query) && !partial.contains(query);
  }

  /** What failed, by query. */
  public Map<QueryCatalog, SourceFailure> failures() {
    return Map.copyOf(failures);
  }

  /** Whether a query was not sent, because the source's requests are used up. */
  public boolean wasHeldBack() {
    return failures.values().stream()
        .anyMatch(failure -> failure.reason() == SourceFailure.Reason.HELD_BACK);
  }

  /** Whether any query was answered in part. */
  public boolean isAnyPartial() {
    return !partial.isEmpty();
  }

  /** Whether every query was answered in full. */
  public boolean areComplete() {
    return failures.isEmpty() && partial.isEmpty();
  }

  /** Whether a part of what a figure adds up may be missing. */
  public boolean isPartial(Figure figure) {
    return partial.contains(figure.query())
        || (figure.isReportedByPods() && partial.contains(QueryCatalog.SAMPLES));
  }

  /** Whether a figure was answered in full. */
  public boolean isComplete(Figure figure) {
    return !hasFailed(figure.query()) && !isPartial(figure);
  }

  /** Queries that a target needs. */
  public static Set<QueryCatalog> neededBy(Target target) {
    return target.workloads().isEmpty()
        ? Set.of(QueryCatalog.GATEWAY)
        : Set.of(QueryCatalog.INPUT_TOKENS, QueryCatalog.OUTPUT_TOKENS);
  }

  /** Whether every query that a target needs was answered. */
  public boolean sufficeFor(Target target) {
    return neededBy(target).stream().noneMatch(this::hasFailed);
  }

  /** Whether every query that a target needs was answered in full. */
  public boolean areCompleteFor(Target target) {
    return sufficeFor(target)
        && neededBy(target).stream().noneMatch(partial::contains)
        && (target.workloads().isEmpty() || !partial.contains(QueryCatalog.SAMPLES));
  }
}
