package dev.breakeven.prometheus.client;

import java.util.Collection;

/** Puts questions to a source. */
public interface QueryExecutor {

  /** Runs one query. A failure is a value too, never an exception. */
  public QueryResult ask(ApiRequest request, SeriesSink sink);

  /** Runs pieces of work side by side and waits for all. */
  public void together(Collection<Runnable> work);
}
