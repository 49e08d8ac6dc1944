package dev.breakeven.prometheus.query;

import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.QueryResult;
import dev.breakeven.prometheus.client.SeriesSink;
import java.util.Collection;

/** Puts questions to a source. */
public interface QueryExecutor {

  /** Runs one query. A failure is a value too, never an exception. */
  QueryResult ask(ApiRequest request, SeriesSink sink);

  /** Runs pieces of work side by side and waits for all. */
  void together(Collection<Runnable> work);
}
