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
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks how much of what engines counted in the window no scrape saw: an engine that restarts or
 * ends takes with it what it counted since its last scrape, half an interval on the mean. The
 * window is read once for a new target, and then what has passed since.
 */
public final class RestartCheck {

  private static final int DAY_SECONDS = 86_400;

  /** Of the tokens, the part from which on it is said. */
  private static final double SAID_FROM = 0.02;

  private final Source source;
  private final EngineProfile profile;
  private final Map<TargetState, NavigableMap<Long, Counted>> byDay = new HashMap<>();
  private long through;

  /** Of all series of a target's pods. */
  private record Counted(double restarts, double samples) {

    static final Counted NOTHING = new Counted(0, 0);

    Counted plus(Counted other) {
      return new Counted(restarts + other.restarts, samples + other.samples);
    }

    double partLost() {
      double lost = restarts / 2;
      return lost == 0 ? 0 : lost / (samples + lost);
    }
  }

  public RestartCheck(Source source, EngineProfile profile) {
    this.source = source;
    this.profile = profile;
  }

  /**
   * Adds a note to each target whose engines lose much, and returns what failed.
   *
   * @param untrusted scrape targets that are not believed
   * @param mostCharacters of a query that names the namespaces
   */
  public Map<QueryCatalog, SourceFailure> look(
      PodOwners owners,
      Collection<TargetState> targets,
      UntrustedTargets untrusted,
      int mostCharacters,
      QueryExecutor executor,
      Instant now) {
    TargetIndex index = new TargetIndex(targets, targets);
    QueryBuilder queries =
        new QueryBuilder(
            source, profile, index.namespaces(), untrusted, ScrapeLabels.NONE, mostCharacters);
    Map<TargetState, NavigableMap<Long, Counted>> found = new HashMap<>();
    boolean isNew = !byDay.keySet().containsAll(targets);
    QueryResult result =
        executor.ask(
            isNew ? window(queries, targets, now) : since(queries, now),
            (labels, points) -> take(owners, index, labels, points, found));
    if (result instanceof QueryResult.Failed failed) {
      return Map.of(QueryCatalog.RESTARTS, failed.failure());
    }
    if (isNew) {
      byDay.clear();
    }
    byDay.keySet().retainAll(targets);
    through = now.getEpochSecond();
    for (TargetState target : targets) {
      NavigableMap<Long, Counted> days = byDay.computeIfAbsent(target, t -> new TreeMap<>());
      found
          .getOrDefault(target, new TreeMap<>())
          .forEach((day, its) -> days.merge(day, its, Counted::plus));
      days.headMap(dayOf(now.minus(target.target().window()).getEpochSecond())).clear();
      note(target, days.values().stream().reduce(Counted.NOTHING, Counted::plus).partLost());
    }
    return Map.of();
  }

  private static void note(TargetState target, double lost) {
    target.note(
        Note.Reason.COUNTS_LOST,
        lost >= SAID_FROM
            ? Optional.of(Message.of(Cause.RESTARTS_LOSE_COUNTS, percent(100 * lost)))
            : Optional.empty());
  }

  private static ApiRequest window(
      QueryBuilder queries, Collection<TargetState> targets, Instant now) {
    long days =
        targets.stream().mapToLong(target -> target.target().window().toDays()).max().orElse(1);
    return new ApiRequest.Range(
        QueryCatalog.RESTARTS,
        queries.engine(QueryCatalog.RESTARTS, DAY_SECONDS),
        now.getEpochSecond() - (Math.max(1, days) - 1) * DAY_SECONDS,
        now.getEpochSecond(),
        DAY_SECONDS);
  }

  private ApiRequest since(QueryBuilder queries, Instant now) {
    int seconds = (int) Math.max(1, Math.min(DAY_SECONDS, now.getEpochSecond() - through));
    return new ApiRequest.Instant(
        QueryCatalog.RESTARTS,
        queries.engine(QueryCatalog.RESTARTS, seconds),
        now.getEpochSecond());
  }

  private static long dayOf(long epochSecond) {
    return epochSecond / DAY_SECONDS;
  }

  private void take(
      PodOwners owners,
      TargetIndex index,
      Map<String, String> labels,
      SeriesSink.Points points,
      Map<TargetState, NavigableMap<Long, Counted>> found) {
    String namespace = labels.getOrDefault(profile.namespaceLabel(), "");
    Pod pod = new Pod(namespace, labels.getOrDefault(profile.podLabel(), ""));
    if (!(owners.belonging(pod, index.workloadsIn(namespace)) instanceof Belonging.To its)) {
      return;
    }
    boolean areSamples = labels.getOrDefault("figure", "").equals("samples");
    String model = profile.hasModelLabel() ? labels.getOrDefault(profile.modelLabel(), "") : "";
    for (TargetState target : index.of(namespace, its.workload())) {
      if (TenantFilter.mayLearn(target.target(), source, namespace, model)) {
        NavigableMap<Long, Counted> days = found.computeIfAbsent(target, t -> new TreeMap<>());
        for (int i = 0; i < points.size(); i++) {
          double value = points.valueAt(i);
          if (Double.isFinite(value)) {
            days.merge(
                dayOf(points.epochSecondAt(i)),
                areSamples ? new Counted(0, value) : new Counted(value, 0),
                Counted::plus);
          }
        }
      }
    }
  }
}
