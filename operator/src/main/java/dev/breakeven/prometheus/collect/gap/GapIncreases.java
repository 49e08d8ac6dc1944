package dev.breakeven.prometheus.collect.gap;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.collect.duplicates.ScrapeDeduplicator;
import dev.breakeven.prometheus.collect.request.ChunkQueries;
import dev.breakeven.prometheus.collect.request.ChunkScope;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StepRanges;
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
import java.util.function.Supplier;

/**
 * What pods counted while they were scraped too seldom. A counter's value after a gap includes what
 * was counted during it: its increase since it was last scraped is spread evenly over the points of
 * the gap. A counter that was reset counts from zero; what it had counted before is lost.
 */
public final class GapIncreases {

  private static final String FIGURE = "figure";
  private static final String METRIC = "metric";
  private static final String UP = "up-max";
  private static final String ATTEMPTS = "up-count";
  // If scrapes were attempted less often than this part of the usual rate, what the pod did in
  // between is not known.
  private static final double ATTEMPTED_AS_USUAL = 0.75;
  private static final Map<String, Figure> FIGURES =
      Map.of(
          QueryCatalog.INPUT_TOKENS.label(), Figure.INPUT,
          QueryCatalog.CACHED_TOKENS.label(), Figure.CACHED,
          QueryCatalog.OUTPUT_TOKENS.label(), Figure.OUTPUT,
          QueryCatalog.REQUESTS.label(), Figure.REQUESTS);

  /** A counter of a pod in its gaps, tokens or requests per second. */
  public static final class Increase {
    private final Pod pod;
    private final String model;

    /** By point, NaN outside gaps. */
    private final float[] perSecond;

    /** Points that share an increase with others, so that it is not known when it happened. */
    private final BitSet spread;

    Increase(Pod pod, String model, float[] perSecond, BitSet spread) {
      this.pod = pod;
      this.model = model;
      this.perSecond = perSecond;
      this.spread = spread;
    }

    public Pod pod() {
      return pod;
    }

    public String model() {
      return model;
    }

    public float[] perSecond() {
      return perSecond;
    }

    public BitSet spread() {
      return spread;
    }
  }

  private final ChunkScope scope;
  private final Chunk chunk;
  private final Map<Pod, BitSet> gaps;
  private final Map<Pod, float[]> samples;
  private final Map<Figure, List<Increase>> increases = new EnumMap<>(Figure.class);
  private final Map<Pod, BitSet> knownSteps = new HashMap<>();
  private final Map<Pod, BitSet> down = new HashMap<>();
  private final Map<Pod, BitSet> queriedSteps = new HashMap<>();
  private final Map<Pod, float[]> scrapeAttempts = new HashMap<>();

  private GapIncreases(ChunkScope scope, Map<Pod, BitSet> gaps, Map<Pod, float[]> samples) {
    this.scope = scope;
    this.chunk = scope.chunk();
    this.gaps = gaps;
    this.samples = samples;
  }

  public static GapIncreases none(ChunkScope scope) {
    return new GapIncreases(scope, Map.of(), Map.of());
  }

  /**
   * Asks about the pods that have gaps.
   *
   * @param gaps points of each pod in which it was scraped too seldom
   * @param samples how often each pod was scraped; entry 0 is the point before the chunk
   */
  public static GapIncreases read(
      ChunkScope scope,
      QueryBuilder builder,
      ChunkQueries queries,
      Map<Pod, BitSet> gaps,
      Map<Pod, float[]> samples,
      Supplier<ScrapeDeduplicator> deduplicator) {
    GapIncreases found = new GapIncreases(scope, gaps, samples);
    List<StepRanges.Run> runs = GapRuns.toAskFor(scope, gaps.values());
    if (runs.isEmpty()) {
      return found;
    }
    Map<Figure, ScrapeDeduplicator> byFigure = new EnumMap<>(Figure.class);
    FIGURES.values().forEach(f -> byFigure.put(f, deduplicator.get()));
    found.ask(builder, queries, runs, (labels, points) -> found.take(byFigure, labels, points));
    if (!queries.isComplete(QueryCatalog.GAPS)) {
      return none(scope);
    }
    byFigure.forEach(
        (figure, series) ->
            series.forEach(
                (pod, model, tokens, contradicting) ->
                    found.spread(
                        figure,
                        pod,
                        model,
                        tokens,
                        gaps.getOrDefault(pod, new BitSet()),
                        found.samplesOf(pod))));
    gaps.forEach(found::markUnanswered);
    return found;
  }

  /** A pod that does not answer and is not back yet: what the other pods count is all there is. */
  private void markUnanswered(Pod pod, BitSet gap) {
    BitSet unanswered = (BitSet) down(pod).clone();
    unanswered.and(gap);
    for (int i = gap.length() - 1; i >= 0 && unanswered.get(i); i--) {
      knownSteps.computeIfAbsent(pod, p -> new BitSet()).set(i);
    }
  }

  private float[] samplesOf(Pod pod) {
    return samples.getOrDefault(pod, new float[chunk.points() + 1]);
  }

  private void ask(
      QueryBuilder builder, ChunkQueries queries, List<StepRanges.Run> runs, SeriesSink sink) {
    Set<String> names = new HashSet<>();
    gaps.keySet().forEach(pod -> names.add(pod.name()));
    Set<String> metrics = new HashSet<>();
    int seconds = chunk.pointSeconds();
    ask(
        chunk,
        new StepRanges.Run(runs.get(0).from(), runs.get(runs.size() - 1).to()),
        builder.gapMetrics(names, seconds),
        queries,
        (labels, its) -> {
          if (labels.containsKey(METRIC)) {
            metrics.add(labels.getOrDefault(METRIC, ""));
          } else {
            sink.take(labels, its);
          }
        });
    int longest = GapRuns.longestSeconds(chunk, gaps, this::samplesOf);
    for (StepRanges.Run points : runs) {
      ask(chunk, points, builder.gaps(names, metrics, seconds, longest), queries, sink);
    }
  }

  private static void ask(
      Chunk chunk,
      StepRanges.Run points,
      List<String> promql,
      ChunkQueries queries,
      SeriesSink sink) {
    for (String query : promql) {
      if (!queries.hasFailed(QueryCatalog.GAPS)) {
        queries.ask(
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
      Map<Figure, ScrapeDeduplicator> byFigure,
      Map<String, String> labels,
      SeriesSink.Points points) {
    Pod pod = scope.podOf(labels);
    if (!gaps.containsKey(pod)) {
      return;
    }
    String what = labels.getOrDefault(FIGURE, "");
    Figure figure = FIGURES.get(what);
    ScrapeDeduplicator series = figure == null ? null : byFigure.get(figure);
    if (series != null) {
      series.add(pod, scope.modelOf(labels), labels, points);
    } else if (what.equals(ATTEMPTS)) {
      float[] times = scrapeAttempts.computeIfAbsent(pod, p -> new float[chunk.points()]);
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

  private void spread(
      Figure figure, Pod pod, String model, float[] tokens, BitSet gap, float[] samples) {
    float[] perSecond = new float[tokens.length];
    Arrays.fill(perSecond, Float.NaN);
    BitSet spread = new BitSet();
    float usual = 0;
    for (float n : samples) {
      usual = Math.max(usual, n);
    }
    int from = -1; // the first point of the gap
    for (int i = 0; i < tokens.length; i++) {
      boolean isAfterGap = i > 0 && gap.get(i - 1);
      if (!gap.get(i) && !isAfterGap) {
        from = -1;
        continue;
      }
      if (gap.get(i) && scope.isNewest() && i == tokens.length - 1 && !wasScrapedAsUsual(pod, i)) {
        break; // not scraped up to the end of the step: the next step will show
      }
      if (!Float.isNaN(tokens[i])) {
        int first = from < 0 ? i : from;
        float before = gap.get(i) ? shareOfPointBefore(first, gap, samples, usual) : 0;
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
      increases
          .computeIfAbsent(figure, f -> new ArrayList<>())
          .add(new Increase(pod, model, perSecond, spread));
    }
  }

  /** The part of the point before a gap that belongs to it, if the gap began within that point. */
  private static float shareOfPointBefore(int first, BitSet gap, float[] samples, float usual) {
    boolean beganBefore =
        first > 0
            && gap.get(first - 1)
            && (first == 1 || !gap.get(first - 2))
            && samples[first] > 0;
    return beganBefore ? 1 - Math.min(1, samples[first] / usual) : 0;
  }

  /** Spreads an increase evenly over points and a part of the one before them. */
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

  private boolean wasScrapedAsUsual(Pod pod, int point) {
    float[] times = scrapeAttempts.get(pod);
    if (times == null) {
      return false;
    }
    float most = 0;
    for (float n : times) {
      most = Math.max(most, n);
    }
    return times[point] >= ATTEMPTED_AS_USUAL * most;
  }

  /** The increases of a figure. */
  public List<Increase> of(Figure figure) {
    return increases.getOrDefault(figure, List.of());
  }

  /** Points of a pod's gaps for which its counts are known. */
  public BitSet knownSteps(Pod pod) {
    return knownSteps.getOrDefault(pod, new BitSet());
  }

  /** Points in which a scrape of a pod failed. */
  public BitSet down(Pod pod) {
    return down.getOrDefault(pod, new BitSet());
  }

  /** Points in which a scrape of a pod was attempted. */
  public BitSet queriedSteps(Pod pod) {
    return queriedSteps.getOrDefault(pod, new BitSet());
  }
}
