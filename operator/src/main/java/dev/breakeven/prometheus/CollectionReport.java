package dev.breakeven.prometheus;

import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.util.List;
import java.util.Map;

/**
 * What a cycle did, for the operator's own metrics and log.
 *
 * @param readings one entry for each source and engine that was queried
 * @param sources one entry for each source that was queried
 */
public record CollectionReport(List<Reading> readings, List<SourceUse> sources) {

  public CollectionReport {
    readings = List.copyOf(readings);
    sources = List.copyOf(sources);
  }

  /** Requests in all. */
  public int requests() {
    return readings.stream().mapToInt(r -> r.requests() + r.backfillRequests()).sum()
        + sources.stream().mapToInt(SourceUse::requests).sum();
  }

  /**
   * What became of a source's budget.
   *
   * @param source its name
   * @param requests health checks, which also read the server's time
   * @param bytes of its answers, unpacked
   * @param heldBack requests that were not sent, because a minute's were spent
   * @param isLeftAlone whether it is asked nothing any more but whether it answers
   */
  public record SourceUse(
      String source, int requests, long bytes, long heldBack, boolean isLeftAlone) {}

  /**
   * One source as seen through one engine profile.
   *
   * @param source its name
   * @param engine the profile's name
   * @param requests queries for new steps
   * @param backfillRequests queries for the past
   * @param failures what failed last, by query
   * @param loaded whether all of the past has been read
   */
  public record Reading(
      String source,
      String engine,
      int requests,
      int backfillRequests,
      Map<QueryCatalog, SourceFailure> failures,
      boolean loaded) {

    public Reading {
      failures = Map.copyOf(failures);
    }
  }
}
