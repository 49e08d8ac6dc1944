package dev.breakeven.prometheus.collect.hourly;

import dev.breakeven.prometheus.LengthTails;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.QueryExecutor;
import dev.breakeven.prometheus.client.QueryResult;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.ScrapeLabels;
import dev.breakeven.prometheus.query.UntrustedTargets;
import dev.breakeven.prometheus.target.TargetIndex;
import dev.breakeven.prometheus.target.TargetState;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the 95th percentiles of request lengths of the last day, for all targets of a source. */
public final class LengthTailReader {

  private static final int DAY_SECONDS = 86_400;

  private final Source source;
  private final EngineProfile profile;
  private final TargetIndex index;
  private final QueryBuilder questions;

  /**
   * @param leftOut scrape targets that are left out
   * @param mostCharacters of a query that names the namespaces
   */
  public LengthTailReader(
      Source source,
      EngineProfile profile,
      Collection<TargetState> targets,
      UntrustedTargets leftOut,
      int mostCharacters) {
    this.source = source;
    this.profile = profile;
    this.index = new TargetIndex(targets, targets);
    this.questions =
        new QueryBuilder(
            source, profile, index.namespaces(), leftOut, ScrapeLabels.NONE, mostCharacters);
  }

  /** Sets both lengths of each target, if both are known; returns what failed. */
  public Map<QueryCatalog, SourceFailure> read(QueryExecutor asker, Instant now) {
    if (!questions.canAnswer(QueryCatalog.INPUT_TAIL)
        || !questions.canAnswer(QueryCatalog.OUTPUT_TAIL)) {
      return Map.of();
    }
    Map<QueryCatalog, Map<TargetState, Double>> found = new EnumMap<>(QueryCatalog.class);
    for (QueryCatalog query : List.of(QueryCatalog.INPUT_TAIL, QueryCatalog.OUTPUT_TAIL)) {
      Map<TargetState, Double> lengths = new HashMap<>();
      if (ask(query, asker, now, lengths) instanceof QueryResult.Failed failed) {
        return Map.of(query, failed.failure());
      }
      found.put(query, lengths);
    }
    Map<TargetState, Double> outputs = found.getOrDefault(QueryCatalog.OUTPUT_TAIL, Map.of());
    found
        .getOrDefault(QueryCatalog.INPUT_TAIL, Map.of())
        .forEach(
            (tracked, input) -> {
              Double output = outputs.get(tracked);
              if (output != null) {
                tracked.tails(new LengthTails.Measured(input, output));
              }
            });
    return Map.of();
  }

  private QueryResult ask(
      QueryCatalog query, QueryExecutor asker, Instant now, Map<TargetState, Double> lengths) {
    String modelLabel = profile.modelLabel();
    return asker.ask(
        new ApiRequest.Instant(query, questions.engine(query, DAY_SECONDS), now.getEpochSecond()),
        (labels, points) -> {
          String namespace = labels.getOrDefault(profile.namespaceLabel(), "");
          String model = modelLabel.isEmpty() ? "" : labels.getOrDefault(modelLabel, "");
          for (TargetState tracked : index.in(namespace)) {
            if (points.size() > 0
                && Double.isFinite(points.valueAt(0))
                && TenantFilter.mayLearn(tracked.target(), source, namespace, model)) {
              lengths.merge(tracked, points.valueAt(0), Math::max);
            }
          }
        });
  }
}
