package dev.breakeven.prometheus.collect;

import static dev.breakeven.reason.Parameter.name;
import static dev.breakeven.reason.Parameter.names;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import dev.breakeven.prometheus.query.QueryExecutor;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Looks where the model of targets that show no series is stored instead: under another metric's
 * name, or with the pod in another label or in none. What is told of it are names of metrics and
 * labels, and values of none.
 */
final class StraySeries {

  private static final int LOOKED_BACK_SECONDS = 3600;
  private static final int MOST_MODELS = 50;
  private static final int MOST_LABELS = 12;

  private StraySeries() {}

  private record Found(String metric, Map<String, String> labels) {}

  /** Asks if any target lacks series, and tells those. */
  static void look(
      QueryBuilder questions,
      EngineProfile profile,
      Collection<TargetState> targets,
      QueryExecutor asker,
      Instant now) {
    List<TargetState> without =
        targets.stream()
            .filter(t -> !t.target().workloads().isEmpty() && t.isWithoutSeries())
            .toList();
    if (without.isEmpty() || !profile.hasModelLabel()) {
      return;
    }
    Set<String> models =
        without.stream()
            .map(t -> t.target().model())
            .limit(MOST_MODELS)
            .collect(Collectors.toCollection(TreeSet::new));
    List<Found> found = new ArrayList<>();
    asker.ask(
        new ApiRequest.Instant(
            QueryCatalog.STRAY_SERIES,
            questions.straySeries(models, LOOKED_BACK_SECONDS),
            now.getEpochSecond()),
        (labels, points) -> found.add(new Found(labels.getOrDefault("__name__", ""), labels)));
    for (TargetState target : without) {
      target.remark(
          Note.Reason.SERIES_ELSEWHERE,
          found.stream()
              .filter(f -> isOf(target, f, profile))
              .findFirst()
              .map(f -> message(target, f, profile)));
    }
  }

  /** Whether a series is of the target's model and names its namespace, or no namespace at all. */
  private static boolean isOf(TargetState target, Found found, EngineProfile profile) {
    String namespace = target.target().namespace();
    return target.target().model().equals(found.labels().get(profile.modelLabel()))
        && found.labels().entrySet().stream()
            .anyMatch(
                label ->
                    label.getValue().equals(namespace)
                        || label.getValue().contains("." + namespace)
                        || label.getValue().startsWith(namespace + "/"));
  }

  private static Message message(TargetState target, Found found, EngineProfile profile) {
    boolean isKnown =
        profile.metricsFor(QueryCatalog.OUTPUT_TOKENS).stream()
            .anyMatch(m -> m.metric().equals(found.metric()));
    if (!isKnown) {
      return Message.of(Cause.SERIES_UNDER_OTHER_NAME, name(found.metric()), name(profile.name()));
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
    return hasPod
        ? Message.of(Cause.SERIES_OF_OTHER_PODS)
        : Message.of(
            Cause.SERIES_WITHOUT_POD,
            name(profile.namespaceLabel()),
            name(profile.podLabel()),
            names(labels));
  }
}
