package dev.breakeven.prometheus.collect.request;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.ScrapeLabels;
import dev.breakeven.prometheus.query.UntrustedTargets;
import dev.breakeven.prometheus.target.TargetIndex;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Message;
import java.util.Map;
import java.util.Optional;

/**
 * What is read of a source at once: one chunk of steps, for all targets of an engine profile.
 *
 * @param isNewest whether these are the newest steps there are, and not some of the past
 * @param mostCharacters of a query that names the namespaces
 */
public record ChunkScope(
    Source source,
    EngineProfile profile,
    TargetIndex index,
    Chunk chunk,
    boolean isNewest,
    int mostCharacters) {

  /** The queries of this source, for the namespaces of the targets. */
  public QueryBuilder queries(UntrustedTargets untrusted, ScrapeLabels scrapes) {
    return new QueryBuilder(
        source, profile, index.namespaces(), untrusted, scrapes, mostCharacters);
  }

  /** The pod that an engine's series names. */
  public Pod podOf(Map<String, String> labels) {
    return new Pod(
        labels.getOrDefault(profile.namespaceLabel(), ""),
        labels.getOrDefault(profile.podLabel(), ""));
  }

  /** The model that an engine's series names; empty where the engine has no such label. */
  public String modelOf(Map<String, String> labels) {
    return profile.hasModelLabel() ? labels.getOrDefault(profile.modelLabel(), "") : "";
  }

  /** A lookup over the whole chunk, evaluated at its end. */
  public ApiRequest.Instant atTheEnd(QueryCatalog query, String promql) {
    return new ApiRequest.Instant(query, promql, chunk.evaluatedAt(chunk.points() - 1));
  }

  /** Sets a note of a target. Only the newest steps show that a note no longer holds. */
  public void note(TargetState target, Note.Reason reason, Optional<Message> message) {
    if (isNewest || message.isPresent()) {
      target.note(reason, message);
    }
  }
}
