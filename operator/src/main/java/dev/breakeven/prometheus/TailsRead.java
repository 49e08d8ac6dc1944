package dev.breakeven.prometheus;

import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads how long the longest requests of the last day were, for all targets of a source. */
final class TailsRead {

  private static final int DAY_SECONDS = 86_400;

  private final Source source;
  private final EngineProfile profile;
  private final TargetIndex index;
  private final Questions questions;

  /**
   * @param leftOut scrape targets that are not believed
   */
  TailsRead(
      Source source, EngineProfile profile, Collection<Tracked> targets, Set<String> leftOut) {
    this.source = source;
    this.profile = profile;
    this.index = new TargetIndex(targets, targets);
    this.questions = new Questions(source, profile, index.namespaces(), leftOut);
  }

  /** Tells each target, and returns what failed. A length is told only beside the other. */
  Map<Query, SourceFailure> read(Asker asker, Instant now) {
    if (!questions.canAnswer(Query.INPUT_TAIL) || !questions.canAnswer(Query.OUTPUT_TAIL)) {
      return Map.of();
    }
    Map<Query, Map<Tracked, Double>> found = new EnumMap<>(Query.class);
    for (Query query : List.of(Query.INPUT_TAIL, Query.OUTPUT_TAIL)) {
      Map<Tracked, Double> lengths = new HashMap<>();
      if (ask(query, asker, now, lengths) instanceof Answer.Failed failed) {
        return Map.of(query, failed.failure());
      }
      found.put(query, lengths);
    }
    Map<Tracked, Double> outputs = found.getOrDefault(Query.OUTPUT_TAIL, Map.of());
    found
        .getOrDefault(Query.INPUT_TAIL, Map.of())
        .forEach(
            (tracked, input) -> {
              Double output = outputs.get(tracked);
              if (output != null) {
                tracked.tails(new LengthTails.Measured(input, output));
              }
            });
    return Map.of();
  }

  private Answer ask(Query query, Asker asker, Instant now, Map<Tracked, Double> lengths) {
    String modelLabel = profile.modelLabel();
    return asker.ask(
        new ApiRequest.Instant(query, questions.engine(query, DAY_SECONDS), now.getEpochSecond()),
        (labels, points) -> {
          String namespace = labels.getOrDefault("namespace", "");
          String model = modelLabel.isEmpty() ? "" : labels.getOrDefault(modelLabel, "");
          for (Tracked tracked : index.in(namespace)) {
            if (points.size() > 0
                && Double.isFinite(points.valueAt(0))
                && Visibility.mayLearn(tracked.target(), source, namespace, model)) {
              lengths.merge(tracked, points.valueAt(0), Math::max);
            }
          }
        });
  }
}
