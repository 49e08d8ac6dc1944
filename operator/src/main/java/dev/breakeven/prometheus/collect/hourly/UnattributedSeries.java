package dev.breakeven.prometheus.collect.hourly;

import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.names;
import static java.util.stream.Collectors.toSet;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.Source;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.QueryExecutor;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.UntrustedTargets;
import dev.breakeven.prometheus.target.TargetState;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds where the model of targets without series is stored instead: under another metric name, or
 * with the pod in another label or in none. Only names of metrics and labels are reported, and no
 * values.
 */
public final class UnattributedSeries {

  private static final int LOOKED_BACK_SECONDS = 3600;
  private static final int MOST_MODELS = 50;
  private static final int MOST_LABELS = 12;

  private UnattributedSeries() {}

  private record Found(String metric, Map<String, String> labels) {}

  /** Asks if any target has no series, and notes the result on those targets. */
  public static void look(
      Source source,
      EngineProfile profile,
      Collection<EngineProfile> engines,
      Collection<TargetState> targets,
      QueryExecutor executor,
      Instant now) {
    List<TargetState> without =
        targets.stream()
            .filter(t -> !t.target().workloads().isEmpty() && t.isWithoutSeries())
            .toList();
    if (without.isEmpty()) {
      return;
    }
    Map<String, EngineProfile> others = otherMetrics(profile, engines);
    Set<String> namespaces =
        without.stream().map(t -> t.target().namespace()).limit(MOST_MODELS).collect(toSet());
    Set<String> models =
        without.stream()
            .map(t -> t.target().model())
            .limit(MOST_MODELS)
            .collect(Collectors.toCollection(TreeSet::new));
    List<Found> found = new ArrayList<>();
    executor.ask(
        new ApiRequest.Instant(
            QueryCatalog.STRAY_SERIES,
            new QueryBuilder(source, profile, namespaces, UntrustedTargets.NONE)
                .unattributedSeries(models, others.keySet(), LOOKED_BACK_SECONDS),
            now.getEpochSecond()),
        (labels, points) -> found.add(new Found(labels.getOrDefault("__name__", ""), labels)));
    for (TargetState target : without) {
      target.note(
          Note.Reason.SERIES_ELSEWHERE,
          found.stream()
              .filter(f -> !others.containsKey(f.metric()) && isOf(target, f, profile))
              .findFirst()
              .flatMap(f -> message(target, f, profile))
              .or(() -> ofAnotherEngine(target, found, others)));
    }
  }

  /** Counters of generated tokens that only other engines have. */
  private static Map<String, EngineProfile> otherMetrics(
      EngineProfile profile, Collection<EngineProfile> engines) {
    Map<String, EngineProfile> others = new TreeMap<>();
    Set<String> own = outputsOf(profile);
    for (EngineProfile engine : engines) {
      for (String metric : outputsOf(engine)) {
        if (!own.contains(metric)) {
          others.putIfAbsent(metric, engine);
        }
      }
    }
    return others;
  }

  private static Set<String> outputsOf(EngineProfile profile) {
    return profile.metricsFor(QueryCatalog.OUTPUT_TOKENS).stream()
        .map(EngineProfile.Metric::metric)
        .collect(toSet());
  }

  /** Series of the target's namespace and model that another engine's profile reads. */
  private static Optional<Message> ofAnotherEngine(
      TargetState target, List<Found> found, Map<String, EngineProfile> others) {
    for (Found one : found) {
      EngineProfile engine = others.get(one.metric());
      if (engine != null
          && target.target().namespace().equals(one.labels().get(engine.namespaceLabel()))
          && (!engine.hasModelLabel()
              || target.target().model().equals(one.labels().get(engine.modelLabel())))) {
        return Optional.of(
            Message.of(Cause.SERIES_OF_OTHER_ENGINE, name(one.metric()), name(engine.name())));
      }
    }
    return Optional.empty();
  }

  /** Whether a series is of the target's model, and any of its labels names the namespace. */
  private static boolean isOf(TargetState target, Found found, EngineProfile profile) {
    String namespace = target.target().namespace();
    return profile.hasModelLabel()
        && target.target().model().equals(found.labels().get(profile.modelLabel()))
        && found.metric().matches(profile.namesLikeItsOutput())
        && found.labels().entrySet().stream()
            .anyMatch(
                label ->
                    label.getValue().equals(namespace)
                        || label.getValue().contains("." + namespace)
                        || label.getValue().startsWith(namespace + "/"));
  }

  private static Optional<Message> message(TargetState target, Found found, EngineProfile profile) {
    boolean isKnown =
        profile.metricsFor(QueryCatalog.OUTPUT_TOKENS).stream()
            .anyMatch(m -> m.metric().equals(found.metric()));
    if (!isKnown) {
      return Optional.of(
          Message.of(Cause.SERIES_UNDER_OTHER_NAME, name(found.metric()), name(profile.name())));
    }
    List<String> labels =
        found.labels().keySet().stream()
            .filter(l -> !l.equals("__name__") && !l.equals(profile.modelLabel()))
            .sorted()
            .limit(MOST_LABELS)
            .toList();
    boolean hasPod =
        !found.labels().getOrDefault(profile.podLabel(), "").isEmpty()
            && target
                .target()
                .namespace()
                .equals(found.labels().getOrDefault(profile.namespaceLabel(), ""));
    if (hasPod) {
      // Series of its own that are not trusted have a note already.
      return Optional.of(Message.of(Cause.SERIES_OF_OTHER_PODS))
          .filter(m -> !target.hasUntrustedSeries());
    }
    return Optional.of(
        Message.of(
            Cause.SERIES_WITHOUT_POD,
            name(profile.namespaceLabel()),
            name(profile.podLabel()),
            names(labels)));
  }
}
