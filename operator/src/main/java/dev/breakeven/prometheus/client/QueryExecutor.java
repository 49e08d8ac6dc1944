package dev.breakeven.prometheus.client;

import java.util.Collection;

/** Sends queries to a source. */
public interface QueryExecutor {

  /** Runs one query. A failure is a value too, never an exception. */
  public QueryResult ask(ApiRequest request, SeriesSink sink);

  /** Runs work in parallel and waits for all of it. */
  public void together(Collection<Runnable> work);
}
