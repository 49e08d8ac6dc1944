package dev.breakeven.prometheus;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Asks for a chunk, and knows which of its questions failed or were answered in part. */
final class ChunkAnswers {

  private final Asker asker;
  private final Map<Query, SourceFailure> failures = new ConcurrentHashMap<>();
  private final Set<Query> partial = ConcurrentHashMap.newKeySet();

  ChunkAnswers(Asker asker) {
    this.asker = asker;
  }

  /** Asks, and notes what came of it. */
  void ask(ApiRequest request, SeriesSink sink) {
    Answer answer = asker.ask(request, sink);
    if (answer instanceof Answer.Failed failed) {
      failures.put(request.query(), failed.failure());
    } else if (answer instanceof Answer.Partial) {
      partial.add(request.query());
    }
  }

  /** Says nothing for a figure, because a question failed that it rests on. */
  void fail(Query query, SourceFailure why) {
    failures.put(query, why);
  }

  boolean hasFailed(Query query) {
    return failures.containsKey(query);
  }

  /** What failed, by question. */
  Map<Query, SourceFailure> failures() {
    return Map.copyOf(failures);
  }

  /** Whether any question was answered in part. */
  boolean areInPart() {
    return !partial.isEmpty();
  }

  /** Whether every question was answered in full. */
  boolean areWhole() {
    return failures.isEmpty() && partial.isEmpty();
  }

  /** Whether a part of what a figure adds up may be missing. */
  boolean areInDoubt(Figure figure) {
    return partial.contains(figure.query())
        || (figure.isReportedByPods() && partial.contains(Query.SAMPLES));
  }

  /** Whether a figure was answered in full. */
  boolean areWholeOf(Figure figure) {
    return !hasFailed(figure.query()) && !areInDoubt(figure);
  }

  /** Questions that a target cannot do without. */
  static Set<Query> neededBy(Target target) {
    return target.workloads().isEmpty()
        ? Set.of(Query.BURST_INPUT, Query.BURST_OUTPUT)
        : Set.of(Query.INPUT_TOKENS, Query.OUTPUT_TOKENS);
  }

  /** Whether no question failed that a target cannot do without. */
  boolean sufficeFor(Target target) {
    return neededBy(target).stream().noneMatch(this::hasFailed);
  }

  /** Whether what a target cannot do without was answered in full. */
  boolean areWholeFor(Target target) {
    return sufficeFor(target)
        && neededBy(target).stream().noneMatch(partial::contains)
        && (target.workloads().isEmpty() || !partial.contains(Query.SAMPLES));
  }
}
