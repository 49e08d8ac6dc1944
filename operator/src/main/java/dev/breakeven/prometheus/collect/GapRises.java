package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.attribution.PodOwners.Pod;
import dev.breakeven.prometheus.history.Figure;
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
  private static final String UP = "up";
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
  private final Map<Pod, BitSet> known = new HashMap<>();
  private final Map<Pod, BitSet> down = new HashMap<>();
  private final Map<Pod, BitSet> asked = new HashMap<>();

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
    EngineProfile profile = scope.profile();
    Set<String> names = new HashSet<>();
    pods.gaps().keySet().forEach(pod -> names.add(pod.name()));
    Map<Figure, ScrapeFold> folds = new EnumMap<>(Figure.class);
    FIGURES
        .values()
        .forEach(f -> folds.put(f, new ScrapeFold(scope.chunk(), pods.labels().apart())));
    answers.ask(
        scope
            .chunk()
            .ask(QueryCatalog.GAPS, questions.gaps(names, scope.chunk().pointSeconds()), 0),
        (labels, points) -> {
          Pod pod =
              new Pod(
                  labels.getOrDefault(profile.namespaceLabel(), ""),
                  labels.getOrDefault(profile.podLabel(), ""));
          String what = labels.getOrDefault(FIGURE, "");
          if (!pods.gaps().containsKey(pod)) {
            return;
          }
          Figure figure = FIGURES.get(what);
          if (figure != null) {
            ScrapeFold fold = folds.get(figure);
            if (fold != null) {
              String model =
                  profile.hasModelLabel() ? labels.getOrDefault(profile.modelLabel(), "") : "";
              fold.add(pod, model, labels, points);
            }
          } else if (what.equals(UP)) {
            for (int i = 0; i < points.size(); i++) {
              int point = scope.chunk().pointAt(points.epochSecondAt(i));
              if (point >= 0) {
                found.asked.computeIfAbsent(pod, p -> new BitSet()).set(point);
                if (points.valueAt(i) == 0) {
                  found.down.computeIfAbsent(pod, p -> new BitSet()).set(point);
                }
              }
            }
          }
        });
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
                found.known.computeIfAbsent(pod, p -> new BitSet()).set(i);
              }
            });
    return found;
  }

  private void spread(
      Figure figure, Pod pod, String model, float[] tokens, BitSet gap, float[] samples) {
    float[] perSecond = new float[tokens.length];
    Arrays.fill(perSecond, Float.NaN);
    BitSet spread = new BitSet();
    int from = -1;
    boolean any = false;
    for (int i = 0; i < tokens.length; i++) {
      if (!gap.get(i)) {
        // The last part of a gap may lie in a point that was scraped often enough: the rise up to
        // its end is the gap's and its own.
        if (i > 0 && gap.get(i - 1) && !Float.isNaN(tokens[i]) && samples[i + 1] > 0) {
          fill(perSecond, from >= 0 ? from : i, i, tokens[i], pod, spread);
          any = true;
        }
        from = -1;
        continue;
      }
      from = from < 0 ? i : from;
      if (!Float.isNaN(tokens[i]) && samples[i + 1] > 0) {
        fill(perSecond, from, i, tokens[i], pod, spread);
        any = true;
        from = -1;
      }
    }
    if (any) {
      rises
          .computeIfAbsent(figure, f -> new ArrayList<>())
          .add(new Rise(pod, model, perSecond, spread));
    }
  }

  private void fill(float[] perSecond, int from, int to, float tokens, Pod pod, BitSet spread) {
    if (to > from) {
      spread.set(from, to + 1);
    }
    float rate = tokens / ((to - from + 1) * chunk.pointSeconds());
    for (int i = from; i <= to; i++) {
      perSecond[i] = Float.isNaN(perSecond[i]) ? rate : perSecond[i] + rate;
    }
    known.computeIfAbsent(pod, p -> new BitSet()).set(from, to + 1);
  }

  /** What is known of a figure. */
  List<Rise> of(Figure figure) {
    return rises.getOrDefault(figure, List.of());
  }

  /** Points of a pod's gaps of which it is known what it counted. */
  BitSet known(Pod pod) {
    return known.getOrDefault(pod, new BitSet());
  }

  /** Points in which a pod was asked and did not answer. */
  BitSet down(Pod pod) {
    return down.getOrDefault(pod, new BitSet());
  }

  /** Points in which anybody asked a pod. */
  BitSet asked(Pod pod) {
    return asked.getOrDefault(pod, new BitSet());
  }
}
