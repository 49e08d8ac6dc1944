package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.Target;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.QueryResult;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.QueryExecutor;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Asks for a chunk, and knows which of its questions failed or were answered in part. */
final class ChunkQueries {

  private final QueryExecutor asker;
  private final Map<QueryCatalog, SourceFailure> failures = new ConcurrentHashMap<>();
  private final Set<QueryCatalog> partial = ConcurrentHashMap.newKeySet();

  ChunkQueries(QueryExecutor asker) {
    this.asker = asker;
  }

  /** Asks, and notes what came of it. */
  void ask(ApiRequest request, SeriesSink sink) {
    QueryResult answer = asker.ask(request, sink);
    if (answer instanceof QueryResult.Failed failed) {
      failures.put(request.query(), failed.failure());
    } else if (answer instanceof QueryResult.Partial) {
      partial.add(request.query());
    }
  }

  /** Marks a figure as missing, because a query that it depends on failed. */
  void fail(QueryCatalog query, SourceFailure why) {
    failures.put(query, why);
  }

  boolean hasFailed(QueryCatalog query) {
    return failures.containsKey(query);
  }

  /** Whether a query was answered in full. */
  boolean isWhole(QueryCatalog query) {
    return !failures.containsKey(query) && !partial.contains(query);
  }

  /** What failed, by query. */
  Map<QueryCatalog, SourceFailure> failures() {
    return Map.copyOf(failures);
  }

  /** Whether a query was not sent, because the source's requests are used up. */
  boolean wasHeldBack() {
    return failures.values().stream()
        .anyMatch(failure -> failure.reason() == SourceFailure.Reason.HELD_BACK);
  }

  /** Whether any query was answered in part. */
  boolean areInPart() {
    return !partial.isEmpty();
  }

  /** Whether every query was answered in full. */
  boolean areWhole() {
    return failures.isEmpty() && partial.isEmpty();
  }

  /** Whether a part of what a figure adds up may be missing. */
  boolean areInDoubt(Figure figure) {
    return partial.contains(figure.query())
        || (figure.isReportedByPods() && partial.contains(QueryCatalog.SAMPLES));
  }

  /** Whether a figure was answered in full. */
  boolean areWholeOf(Figure figure) {
    return !hasFailed(figure.query()) && !areInDoubt(figure);
  }

  /** QueryBuilder that a target cannot do without. */
  static Set<QueryCatalog> neededBy(Target target) {
    return target.workloads().isEmpty()
        ? Set.of(QueryCatalog.GATEWAY)
        : Set.of(QueryCatalog.INPUT_TOKENS, QueryCatalog.OUTPUT_TOKENS);
  }

  /** Whether every query that a target needs was answered. */
  boolean sufficeFor(Target target) {
    return neededBy(target).stream().noneMatch(this::hasFailed);
  }

  /** Whether what a target cannot do without was answered in full. */
  boolean areWholeFor(Target target) {
    return sufficeFor(target)
        && neededBy(target).stream().noneMatch(partial::contains)
        && (target.workloads().isEmpty() || !partial.contains(QueryCatalog.SAMPLES));
  }
}
