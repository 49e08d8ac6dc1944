package dev.breakeven.prometheus;

/** What is stored of a target for each step. */
enum Figure {
  INPUT(Query.INPUT_TOKENS),
  CACHED(Query.CACHED_TOKENS),
  OUTPUT(Query.OUTPUT_TOKENS),
  REQUESTS(Query.REQUESTS),
  WAITING(Query.WAITING),
  REPLICAS(Query.REPLICAS),
  GPU(Query.GPU_UTILIZATION),
  BURST_INPUT(Query.BURST_INPUT),
  BURST_CACHED(Query.BURST_CACHED),
  BURST_OUTPUT(Query.BURST_OUTPUT),
  BURST_REQUESTS(Query.BURST_REQUESTS);

  private final Query query;

  Figure(Query query) {
    this.query = query;
  }

  /** The question that fills it. */
  Query query() {
    return query;
  }

  /** Whether an engine's pods report it, so that a pod that was not scraped leaves it in doubt. */
  boolean isReportedByPods() {
    return query.scope() == Query.Scope.ENGINE;
  }
}
