package dev.breakeven.prometheus.collect.hourly;

import static dev.breakeven.reason.Parameter.percent;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.attribution.PodOwners;
import dev.breakeven.prometheus.attribution.PodOwners.Belonging;
import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.attribution.TenantFilter;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.QueryExecutor;
import dev.breakeven.prometheus.client.QueryResult;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.client.SourceFailure;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.ScrapeLabels;
import dev.breakeven.prometheus.query.UntrustedTargets;
import dev.breakeven.prometheus.target.TargetIndex;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Looks how much of what engines counted in the last day no scrape saw: an engine that restarts
 * takes with it what it counted since its last scrape, half an interval on the mean.
 */
public final class RestartCheck {

  private static final int DAY_SECONDS = 86_400;

  /** Of the tokens, the part from which on it is said. */
  private static final double SAID_FROM = 0.02;

  private final Source source;
  private final EngineProfile profile;
  private final PodOwners owners;
  private final TargetIndex index;
  private final QueryBuilder queries;
  private final Map<TargetState, Counted> counted = new HashMap<>();

  /** Of all series of a target's pods. */
  private record Counted(double resets, double samples) {

    Counted plus(Counted other) {
      return new Counted(resets + other.resets, samples + other.samples);
    }

    double partLost() {
      double lost = resets / 2;
      return lost == 0 ? 0 : lost / (samples + lost);
    }
  }

  /**
   * @param untrusted scrape targets that are not believed
   * @param mostCharacters of a query that names the namespaces
   */
  public RestartCheck(
      Source source,
      EngineProfile profile,
      PodOwners owners,
      Collection<TargetState> targets,
      UntrustedTargets untrusted,
      int mostCharacters) {
    this.source = source;
    this.profile = profile;
    this.owners = owners;
    this.index = new TargetIndex(targets, targets);
    this.queries =
        new QueryBuilder(
            source, profile, index.namespaces(), untrusted, ScrapeLabels.NONE, mostCharacters);
  }

  /** Adds a note to each target whose engines lose much, and returns what failed. */
  public Map<QueryCatalog, SourceFailure> look(QueryExecutor executor, Instant now) {
    QueryResult result =
        executor.ask(
            new ApiRequest.Instant(
                QueryCatalog.RESTARTS,
                queries.engine(QueryCatalog.RESTARTS, DAY_SECONDS),
                now.getEpochSecond()),
            this::take);
    if (result instanceof QueryResult.Failed failed) {
      return Map.of(QueryCatalog.RESTARTS, failed.failure());
    }
    for (TargetState target : index.all()) {
      double lost = counted.getOrDefault(target, new Counted(0, 0)).partLost();
      target.note(
          Note.Reason.COUNTS_LOST,
          lost >= SAID_FROM
              ? Optional.of(Message.of(Cause.RESTARTS_LOSE_COUNTS, percent(100 * lost)))
              : Optional.empty());
    }
    return Map.of();
  }

  private void take(Map<String, String> labels, SeriesSink.Points points) {
    if (points.size() == 0 || !Double.isFinite(points.valueAt(0))) {
      return;
    }
    String namespace = labels.getOrDefault(profile.namespaceLabel(), "");
    Pod pod = new Pod(namespace, labels.getOrDefault(profile.podLabel(), ""));
    if (owners.belonging(pod, index.workloadsIn(namespace)) instanceof Belonging.To its) {
      double value = points.valueAt(0);
      Counted one =
          labels.getOrDefault("figure", "").equals("resets")
              ? new Counted(value, 0)
              : new Counted(0, value);
      String model = profile.hasModelLabel() ? labels.getOrDefault(profile.modelLabel(), "") : "";
      for (TargetState target : index.of(namespace, its.workload())) {
        if (TenantFilter.mayLearn(target.target(), source, namespace, model)) {
          counted.merge(target, one, Counted::plus);
        }
      }
    }
  }
}
