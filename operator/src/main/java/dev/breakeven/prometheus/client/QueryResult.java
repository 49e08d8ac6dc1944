package dev.breakeven.prometheus.client;

import java.util.List;

/** How an answer ended, once all of it was read. Its series have gone to a {@link SeriesSink}. */
public sealed interface QueryResult {

  /**
   * The full result.
   *
   * @param remarks what the server thought of the query itself; nothing is missing for it
   */
  record Whole(List<String> remarks) implements QueryResult {}

  /**
   * A store behind the server was away, or a limit cut the answer short: figures may be too low.
   *
   * @param warnings in the server's words, for the operator's log only
   */
  record Partial(List<String> warnings) implements QueryResult {}

  /** Nothing that can be used, whatever the sink has seen. */
  record Failed(SourceFailure failure) implements QueryResult {}
}
