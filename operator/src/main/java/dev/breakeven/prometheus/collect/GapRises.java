package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
import dev.breakeven.prometheus.query.EngineProfile;
import dev.breakeven.prometheus.query.QueryBuilder;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What pods counted while they were scraped too seldom. A counter's value after a gap holds what
 * was counted in it: the rise since it was last seen is spread evenly over the points of the gap. A
 * counter that began anew counts from nothing; what was lost with the old one nobody knows.
 */
final class GapRises {

  private static final String FIGURE = "figure";
  private static final String METRIC = "metric";
  private static final String UP = "up-max";
  private static final String ASKED = "up-count";
  // Asked less often than this part of what is usual, nobody knows what it did meanwhile.
  private static final double ASKED_AS_USUAL = 0.75;
  // Of the newest steps, those that tell how often a pod is asked.
  private static final int POINTS_OF_WHAT_IS_USUAL = 6;
  private static final int MOST_RUNS = 3;
  private static final Map<String, Figure> FIGURES =
      Map.of(
          QueryCatalog.INPUT_TOKENS.label(), Figure.INPUT,
          QueryCatalog.CACHED_TOKENS.label(), Figure.CACHED,
          QueryCatalog.OUTPUT_TOKENS.label(), Figure.OUTPUT,
          QueryCatalog.REQUESTS.label(), Figure.REQUESTS);

  /** Rates of a pod in its gaps. */
  static final class Rise {
    private final Pod pod;
    private final String model;

    /** By point, NaN outside gaps. */
    private final float[] perSecond;

    /** Points that share a rise with others, so that it is not known when it came. */
    private final BitSet spread;

    Rise(Pod pod, String model, float[] perSecond, BitSet spread) {
      this.pod = pod;
      this.model = model;
      this.perSecond = perSecond;
      this.spread = spread;
    }

    Pod pod() {
      return pod;
    }

    String model() {
      return model;
    }

    float[] perSecond() {
      return perSecond;
    }

    BitSet spread() {
      return spread;
    }
  }

  private final Chunk chunk;
  private final Map<Figure, List<Rise>> rises = new EnumMap<>(Figure.class);
  private final Map<Pod, BitSet> knownSteps = new HashMap<>();
  private final Map<Pod, BitSet> down = new HashMap<>();
  private final Map<Pod, BitSet> queriedSteps = new HashMap<>();
  private final Map<Pod, float[]> timesAsked = new HashMap<>();
  private boolean isNewest;

  private GapRises(Chunk chunk) {
    this.chunk = chunk;
  }

  static GapRises none(Chunk chunk) {
    return new GapRises(chunk);
  }

  /** Asks about the pods that have gaps. */
  static GapRises read(
      ChunkReader.Scope scope, QueryBuilder questions, ChunkQueries answers, ChunkPods pods) {
    GapRises found = new GapRises(scope.chunk());
    found.isNewest = scope.isNewest();
    Set<String> names = new HashSet<>();
    pods.gaps().keySet().forEach(pod -> names.add(pod.name()));
    Map<Figure, ScrapeFold> folds = new EnumMap<>(Figure.class);
    FIGURES.values().forEach(f -> folds.put(f, pods.fold()));
    int seconds = scope.chunk().pointSeconds();
    int gapSeconds = gapSeconds(scope.chunk(), pods);
    SeriesSink sink =
        (labels, points) ->
            found.take(scope.profile(), pods.gaps().keySet(), folds, labels, points);
    List<StepRanges.Run> runs = pointsToAskFor(scope, pods);
    if (runs.isEmpty()) {
      return found;
    }
    Set<String> metrics = new HashSet<>();
    ask(
        scope.chunk(),
        new StepRanges.Run(runs.get(0).from(), runs.get(runs.size() - 1).to()),
        questions.gapMetrics(names, seconds),
        answers,
        (labels, its) -> {
          if (labels.containsKey(METRIC)) {
            metrics.add(labels.getOrDefault(METRIC, ""));
          } else {
            sink.take(labels, its);
          }
        });
    for (StepRanges.Run points : runs) {
      ask(
          scope.chunk(),
          points,
          questions.gaps(names, metrics, seconds, gapSeconds),
          answers,
          sink);
    }
    if (!answers.isWhole(QueryCatalog.GAPS)) {
      return none(scope.chunk());
    }
    folds.forEach(
        (figure, fold) ->
            fold.forEach(
                (pod, model, tokens, contradicting) ->
                    found.spread(
                        figure,
                        pod,
                        model,
                        tokens,
                        pods.gaps().getOrDefault(pod, new BitSet()),
                        pods.samplesOf(pod))));
    // A pod that did not answer and is not back yet: what the others count is all there is.
    pods.gaps()
        .forEach(
            (pod, gap) -> {
              BitSet unanswered = (BitSet) found.down.getOrDefault(pod, new BitSet()).clone();
              unanswered.and(gap);
              for (int i = gap.length() - 1; i >= 0 && unanswered.get(i); i--) {
                found.knownSteps.computeIfAbsent(pod, p -> new BitSet()).set(i);
              }
            });
    return found;
  }

  private static void ask(
      Chunk chunk,
      StepRanges.Run points,
      List<String> queries,
      ChunkQueries answers,
      SeriesSink sink) {
    for (String query : queries) {
      if (!answers.hasFailed(QueryCatalog.GAPS)) {
        answers.ask(
            chunk.askPoints(
                QueryCatalog.GAPS,
                query,
                Math.toIntExact(points.from()),
                Math.toIntExact(points.to() - 1)),
            sink);
      }
    }
  }

  private void take(
      EngineProfile profile,
      Set<Pod> wanted,
      Map<Figure, ScrapeFold> folds,
      Map<String, String> labels,
      SeriesSink.Points points) {
    Pod pod =
        new Pod(
            labels.getOrDefault(profile.namespaceLabel(), ""),
            labels.getOrDefault(profile.podLabel(), ""));
    if (!wanted.contains(pod)) {
      return;
    }
    String what = labels.getOrDefault(FIGURE, "");
    Figure figure = FIGURES.get(what);
    ScrapeFold fold = figure == null ? null : folds.get(figure);
    if (fold != null) {
      String model = profile.hasModelLabel() ? labels.getOrDefault(profile.modelLabel(), "") : "";
      fold.add(pod, model, labels, points);
    } else if (what.equals(ASKED)) {
      float[] times = timesAsked.computeIfAbsent(pod, p -> new float[chunk.points()]);
      for (int i = 0; i < points.size(); i++) {
        int point = chunk.pointAt(points.epochSecondAt(i));
        if (point >= 0 && point < times.length) {
          times[point] = (float) points.valueAt(i);
        }
      }
    } else if (what.equals(UP)) {
      for (int i = 0; i < points.size(); i++) {
        int point = chunk.pointAt(points.epochSecondAt(i));
        if (point >= 0) {
          queriedSteps.computeIfAbsent(pod, p -> new BitSet()).set(point);
          if (points.valueAt(i) == 0) {
            down.computeIfAbsent(pod, p -> new BitSet()).set(point);
          }
        }
      }
    }
  }

  /**
   * Runs of points in which a gap lies, each with the point after it: a day's samples are read for
   * every point that is asked for.
   */
  private static List<StepRanges.Run> pointsToAskFor(ChunkReader.Scope scope, ChunkPods pods) {
    int end = scope.chunk().points();
    BitSet wanted = new BitSet();
    pods.gaps().values().forEach(wanted::or);
    for (int i = wanted.length() - 1; i >= 0; i--) {
      if (wanted.get(i) && i + 1 < end) {
        wanted.set(i + 1);
      }
    }
    if (scope.isNewest()) {
      wanted.set(Math.max(0, end - POINTS_OF_WHAT_IS_USUAL), end);
    }
    List<StepRanges.Run> runs = new ArrayList<>();
    for (int from = wanted.nextSetBit(0); from >= 0; ) {
      int to = wanted.nextClearBit(from);
      runs.add(new StepRanges.Run(from, to));
      from = wanted.nextSetBit(to);
    }
    while (runs.size() > MOST_RUNS) {
      joinTheNearest(runs);
    }
    return runs;
  }

  private static void joinTheNearest(List<StepRanges.Run> runs) {
    int nearest = 1;
    for (int i = 2; i < runs.size(); i++) {
      if (runs.get(i).from() - runs.get(i - 1).to()
          < runs.get(nearest).from() - runs.get(nearest - 1).to()) {
        nearest = i;
      }
    }
    StepRanges.Run after = runs.remove(nearest);
    runs.set(nearest - 1, new StepRanges.Run(runs.get(nearest - 1).from(), after.to()));
  }

  /**
   * How long before a point a pod was seen last, at most. One that was away when the chunk began
   * may have been so for longer than anything is looked for.
   */
  private static int gapSeconds(Chunk chunk, ChunkPods pods) {
    int longest = 0;
    for (Map.Entry<Pod, BitSet> gap : pods.gaps().entrySet()) {
      BitSet points = gap.getValue();
      if (points.get(0) && pods.samplesOf(gap.getKey())[0] == 0) {
        return Integer.MAX_VALUE;
      }
      for (int from = points.nextSetBit(0); from >= 0; ) {
        int to = points.nextClearBit(from);
        longest = Math.max(longest, to - from);
        from = points.nextSetBit(to);
      }
    }
    return (longest + 1) * chunk.pointSeconds();
  }

  private void spread(
      Figure figure, Pod pod, String model, float[] tokens, BitSet gap, float[] samples) {
    float[] perSecond = new float[tokens.length];
    Arrays.fill(perSecond, Float.NaN);
    BitSet spread = new BitSet();
    float usual = 0;
    for (float n : samples) {
      usual = Math.max(usual, n);
    }
    int from = -1; // the first point since which nothing was seen
    for (int i = 0; i < tokens.length; i++) {
      boolean isSeen = !Float.isNaN(tokens[i]);
      boolean isAfterGap = i > 0 && gap.get(i - 1);
      if (!gap.get(i) && !isAfterGap) {
        from = -1;
        continue;
      }
      if (gap.get(i) && isNewest && i == tokens.length - 1 && !wasAskedAsUsual(pod, i)) {
        break; // nobody asked it to the end of the step: the next will tell
      }
      if (isSeen) {
        int first = from < 0 ? i : from;
        // The gap began within the point before: a part of what was counted in it is that point's.
        boolean beganBefore =
            gap.get(i)
                && first > 0
                && gap.get(first - 1)
                && (first == 1 || !gap.get(first - 2))
                && samples[first] > 0;
        float before = beganBefore ? 1 - Math.min(1, samples[first] / usual) : 0;
        fill(perSecond, first, i, before, tokens[i]);
        if (first > 0 && before > 0) {
          knownSteps.computeIfAbsent(pod, p -> new BitSet()).set(first - 1);
        }
        knownSteps.computeIfAbsent(pod, p -> new BitSet()).set(first, i + 1);
        if (i > first) {
          spread.set(first, i + 1);
        }
        from = -1;
      } else {
        from = gap.get(i) ? (from < 0 ? i : from) : -1;
      }
    }
    if (knownSteps.containsKey(pod)) {
      rises
          .computeIfAbsent(figure, f -> new ArrayList<>())
          .add(new Rise(pod, model, perSecond, spread));
    }
  }

  /** Spreads a rise evenly over points and a part of the one before them. */
  private void fill(float[] perSecond, int from, int to, float before, float tokens) {
    float rate = tokens / ((to - from + 1 + before) * chunk.pointSeconds());
    for (int i = from; i <= to; i++) {
      add(perSecond, i, rate);
    }
    if (before > 0) {
      add(perSecond, from - 1, rate * before);
    }
  }

  private static void add(float[] perSecond, int point, float rate) {
    perSecond[point] = Float.isNaN(perSecond[point]) ? rate : perSecond[point] + rate;
  }

  private boolean wasAskedAsUsual(Pod pod, int point) {
    float[] times = timesAsked.get(pod);
    if (times == null) {
      return false;
    }
    float most = 0;
    for (float n : times) {
      most = Math.max(most, n);
    }
    return times[point] >= ASKED_AS_USUAL * most;
  }

  /** What is known of a figure. */
  List<Rise> of(Figure figure) {
    return rises.getOrDefault(figure, List.of());
  }

  /** Points of a pod's gaps of which it is known what it counted. */
  BitSet knownSteps(Pod pod) {
    return knownSteps.getOrDefault(pod, new BitSet());
  }

  /** Points in which a pod was scraped without success. */
  BitSet down(Pod pod) {
    return down.getOrDefault(pod, new BitSet());
  }

  /** Points in which a pod was scraped. */
  BitSet queriedSteps(Pod pod) {
    return queriedSteps.getOrDefault(pod, new BitSet());
  }
}
