package dev.breakeven.prometheus.history;

import dev.breakeven.prometheus.query.QueryCatalog;

/** What is stored of a target for each step. */
public enum Figure {
  INPUT(QueryCatalog.INPUT_TOKENS),
  CACHED(QueryCatalog.CACHED_TOKENS),
  OUTPUT(QueryCatalog.OUTPUT_TOKENS),
  REQUESTS(QueryCatalog.REQUESTS),
  WAITING(QueryCatalog.ENGINE_STATE, QueryCatalog.WAITING),
  RUNNING(QueryCatalog.ENGINE_STATE, QueryCatalog.RUNNING),
  KV_CACHE_USAGE(QueryCatalog.ENGINE_STATE, QueryCatalog.KV_CACHE_USAGE),
  TIME_TO_FIRST_TOKEN(QueryCatalog.ENGINE_STATE, QueryCatalog.TIME_TO_FIRST_TOKEN),
  INTER_TOKEN(QueryCatalog.ENGINE_STATE, QueryCatalog.INTER_TOKEN),
  REPLICAS(QueryCatalog.REPLICAS),
  GPU(QueryCatalog.GPU_UTILIZATION),
  BURST_INPUT(QueryCatalog.GATEWAY, QueryCatalog.BURST_INPUT),
  BURST_CACHED(QueryCatalog.GATEWAY, QueryCatalog.BURST_CACHED),
  BURST_OUTPUT(QueryCatalog.GATEWAY, QueryCatalog.BURST_OUTPUT),
  BURST_REQUESTS(QueryCatalog.GATEWAY, QueryCatalog.BURST_REQUESTS);

  private final QueryCatalog query;
  private final QueryCatalog part;

  Figure(QueryCatalog query) {
    this(query, query);
  }

  Figure(QueryCatalog query, QueryCatalog part) {
    this.query = query;
    this.part = part;
  }

  /** The query that fills it, perhaps among others. */
  public QueryCatalog query() {
    return query;
  }

  /** Its own part of that query; the query itself if it fills nothing else. */
  public QueryCatalog part() {
    return part;
  }

  /** Whether an engine's pods report it, so that a pod that was not scraped leaves it in doubt. */
  public boolean isReportedByPods() {
    return part.scope() == QueryCatalog.Scope.ENGINE;
  }

  /** Whether it is seconds, of which a target may want a percentile and not the mean. */
  public boolean isLatency() {
    return this == TIME_TO_FIRST_TOKEN || this == INTER_TOKEN;
  }

  /** Whether it adds up over pods; else their mean counts. */
  public boolean addsUp() {
    return !isLatency() && this != KV_CACHE_USAGE && this != GPU;
  }
}
