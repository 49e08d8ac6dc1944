package dev.breakeven.prometheus.collect.duplicates;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.ScrapeLabels;
import dev.breakeven.prometheus.query.UntrustedTargets;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import dev.breakeven.reason.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds labels under which a gateway's series are stored more than once, though {@code up} does not
 * have them. A process has one start time, so several series of it from one scrape target, with the
 * same value, are copies. A gateway that does not export its start time is not compared.
 */
public final class CopiedGatewaySeries {

  private static final int MOST_NAMED = 3;

  private CopiedGatewaySeries() {}

  /**
   * Asks, if the gateway has not been compared lately.
   *
   * @param labels that the scrapers set
   * @return the same, with those that mark copies
   */
  public static ScrapeLabels find(
      ChunkScope scope, KnownDuplicates known, ScrapeLabels labels, ChunkQueries queries) {
    if (labels.gateways().isEmpty()) {
      return labels;
    }
    Chunk chunk = scope.chunk();
    long step = chunk.run().to();
    if (known.isGatewayToBeCompared(step, scope.isNewest())) {
      Map<Map<String, String>, List<Map<String, String>>> byProcess = new HashMap<>();
      int range = Math.toIntExact(chunk.run().length() * StoredHistory.STEP_SECONDS);
      queries.ask(
          scope.atTheEnd(
              QueryCatalog.GATEWAY_COPIES,
              scope.queries(UntrustedTargets.NONE, labels).gatewayCopies(range)),
          (found, points) -> {
            Map<String, String> process = Scrape.only(found, labels.gateways());
            process.put("started", points.size() == 0 ? "" : String.valueOf(points.valueAt(0)));
            byProcess.computeIfAbsent(process, p -> new ArrayList<>()).add(found);
          });
      if (queries.isComplete(QueryCatalog.GATEWAY_COPIES)) {
        Set<String> copies = new TreeSet<>();
        byProcess.values().forEach(its -> copies.addAll(Scrape.differing(its)));
        known.foundAtGateway(step, copies);
      }
    }
    for (TargetState target : scope.index().all()) {
      scope.note(
          target,
          Note.Reason.GATEWAY_SERIES_COPIED,
          Optional.of(known.gatewayCopies())
              .filter(its -> !its.isEmpty())
              .map(
                  its ->
                      Message.of(
                          Cause.GATEWAY_SERIES_STORED_AGAIN, Parameter.firstOf(its, MOST_NAMED))));
    }
    return labels.withGatewayCopies(known.gatewayCopies());
  }
}
