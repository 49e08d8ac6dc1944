package dev.breakeven.prometheus.history;

import dev.breakeven.prometheus.query.QueryCatalog;

/** What is stored of a target for each step. */
public enum Figure {
  INPUT(QueryCatalog.INPUT_TOKENS),
  CACHED(QueryCatalog.CACHED_TOKENS),
  OUTPUT(QueryCatalog.OUTPUT_TOKENS),
  REQUESTS(QueryCatalog.REQUESTS),
  WAITING(QueryCatalog.WAITING),
  REPLICAS(QueryCatalog.REPLICAS),
  GPU(QueryCatalog.GPU_UTILIZATION),
  BURST_INPUT(QueryCatalog.BURST_INPUT),
  BURST_CACHED(QueryCatalog.BURST_CACHED),
  BURST_OUTPUT(QueryCatalog.BURST_OUTPUT),
  BURST_REQUESTS(QueryCatalog.BURST_REQUESTS);

  private final QueryCatalog query;

  Figure(QueryCatalog query) {
    this.query = query;
  }

  /** The question that fills it. */
  public QueryCatalog query() {
    return query;
  }

  /** Whether an engine's pods report it, so that a pod that was not scraped leaves it in doubt. */
  public boolean isReportedByPods() {
    return query.scope() == QueryCatalog.Scope.ENGINE;
  }
}
