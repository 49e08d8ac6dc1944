package dev.breakeven.prometheus.target;

import static dev.breakeven.reason.Parameter.count;
import static dev.breakeven.reason.Parameter.names;
import static dev.breakeven.reason.Parameter.percent;

import dev.breakeven.prometheus.Note;
import dev.breakeven.prometheus.history.Chunk;
import dev.breakeven.prometheus.history.Figure;
import dev.breakeven.prometheus.history.StoredHistory;
import dev.breakeven.reason.Cause;
import dev.breakeven.reason.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Parts of a window's traffic of which less is known than of the rest: tokens counted across gaps,
 * replicas without series, and tokens that the pods generated for other models. Parts that are too
 * small to matter are not reported.
 */
final class WindowShares {

  private static final double LEAST_ACROSS_GAPS = 0.05; // of the tokens
  private static final double LEAST_WITHOUT_SERIES = 0.05; // of the replicas
  private static final double LEAST_OF_OTHERS = 0.05; // of its pods' tokens
  private static final int LONGEST_LOADING_STEPS = 12; // two hours

  private final StoredHistory history;
  // By step; an entry of an hour stands under the hour's first step.
  private final NavigableMap<Long, AcrossGap> acrossGaps = new TreeMap<>();
  private final NavigableMap<Long, Double> withoutSeries = new TreeMap<>(); // replicas x steps
  private final NavigableMap<Long, Double> surplus = new TreeMap<>(); // steps with too many pods
  private final NavigableMap<Long, Double> ofOthers = new TreeMap<>(); // tokens/s x steps

  private record AcrossGap(int steps, double perSecond, boolean down, boolean unattempted) {
    AcrossGap with(AcrossGap other) {
      return new AcrossGap(
          steps, perSecond + other.perSecond, down || other.down, unattempted || other.unattempted);
    }
  }

  WindowShares(StoredHistory history) {
    this.history = history;
  }

  /** Adds generated tokens that are known only from the increase of a counter across a gap. */
  void addAcrossGap(
      Chunk chunk, int point, double perSecond, boolean isDown, boolean wasAttempted) {
    acrossGaps.merge(
        chunk.stepAt(point),
        new AcrossGap(chunk.stepsPerPoint(), perSecond, isDown, !wasAttempted),
        AcrossGap::with);
  }

  void addOfOthers(Chunk chunk, int point, double perSecond) {
    ofOthers.merge(chunk.stepAt(point), perSecond * chunk.stepsPerPoint(), Double::sum);
  }

  void addWithoutSeries(Chunk chunk, int point, double replicas) {
    withoutSeries.put(chunk.stepAt(point), replicas * chunk.stepsPerPoint());
  }

  void addSurplus(Chunk chunk, int point) {
    surplus.put(chunk.stepAt(point), (double) chunk.stepsPerPoint());
  }

  /** Forgets what was found in a chunk, which is read again. */
  void forget(Chunk chunk) {
    for (NavigableMap<Long, ?> found : List.of(acrossGaps, withoutSeries, surplus, ofOthers)) {
      found.subMap(chunk.run().from(), chunk.run().to()).clear();
      found.headMap(windowFrom()).clear();
    }
  }

  private long windowFrom() {
    return history.endStep() - history.windowSteps();
  }

  private double[] window(Figure figure) {
    return history.steps(figure, windowFrom(), history.endStep());
  }

  private double outputOfWindow() {
    double all = 0;
    for (double output : window(Figure.OUTPUT)) {
      all += Double.isNaN(output) ? 0 : output;
    }
    return all;
  }

  private double sum(NavigableMap<Long, Double> found) {
    double sum = 0;
    for (double its : found.tailMap(windowFrom()).values()) {
      sum += its;
    }
    return sum;
  }

  /**
   * How much the pods generated for other models.
   *
   * @param models their names
   */
  Optional<Message> ofOthers(List<String> models) {
    double others = sum(ofOthers);
    double all = others + outputOfWindow();
    return others < LEAST_OF_OTHERS * all || others == 0
        ? Optional.empty()
        : Optional.of(
            Message.of(Cause.PODS_SERVE_OTHERS_TOO, percent(100 * others / all), names(models)));
  }

  /** How many of the replicas show no series: some that load, or some for longer than that. */
  Optional<Note> withoutSeries() {
    if (withoutSeries.isEmpty()) {
      return Optional.empty();
    }
    double[] replicas = window(Figure.REPLICAS);
    double[] output = window(Figure.OUTPUT);
    double all = 0;
    for (int i = 0; i < replicas.length; i++) {
      all += Double.isNaN(replicas[i]) || Double.isNaN(output[i]) ? 0 : replicas[i];
    }
    double without = sum(withoutSeries);
    return all <= 0 || without < LEAST_WITHOUT_SERIES * all
        ? Optional.empty()
        : Optional.of(
            new Note(
                forLongerThanLoading() >= LEAST_WITHOUT_SERIES * all
                    ? Note.Reason.PODS_UNSCRAPED
                    : Note.Reason.PODS_UNSEEN,
                Message.of(
                    Cause.REPLICAS_WITHOUT_SERIES, percent(100 * Math.min(1, without / all)))));
  }

  /** Replicas x steps that showed no series for longer than a model takes to load. */
  private double forLongerThanLoading() {
    double all = 0;
    double run = 0;
    long from = Long.MIN_VALUE;
    long last = Long.MIN_VALUE;
    for (Map.Entry<Long, Double> found : withoutSeries.tailMap(windowFrom()).entrySet()) {
      if (found.getKey() > last + 1) {
        run = 0;
        from = found.getKey();
      }
      last = found.getKey();
      run += found.getValue();
      if (last - from >= LONGEST_LOADING_STEPS) {
        all += run;
        run = 0;
      }
    }
    return all;
  }

  /** Whether more pods showed series than there were replicas, in most steps. */
  Optional<Message> surplus() {
    double known = Arrays.stream(window(Figure.REPLICAS)).filter(its -> !Double.isNaN(its)).count();
    return surplus.isEmpty() || 2 * sum(surplus) <= known
        ? Optional.empty()
        : Optional.of(Message.of(Cause.MORE_PODS_THAN_REPLICAS));
  }

  /** How much was counted across gaps, and why there were gaps. */
  Optional<Message> acrossGaps() {
    if (acrossGaps.isEmpty()) {
      return Optional.empty();
    }
    double across = 0;
    int steps = 0;
    int down = 0;
    int unattempted = 0;
    for (AcrossGap gap : acrossGaps.tailMap(windowFrom()).values()) {
      across += gap.perSecond() * gap.steps();
      steps += gap.steps();
      down += gap.down() ? gap.steps() : 0;
      unattempted += gap.unattempted() ? gap.steps() : 0;
    }
    double all = outputOfWindow();
    return all <= 0 || across < LEAST_ACROSS_GAPS * all
        ? Optional.empty()
        : Optional.of(
            Message.of(
                causeOfGaps(down, unattempted),
                count(steps),
                percent(100 * Math.min(1, across / all))));
  }

  private static Cause causeOfGaps(int down, int unattempted) {
    if (down >= unattempted && down > 0) {
      return Cause.COUNTED_ACROSS_GAPS_OF_DOWN_TARGETS;
    }
    return unattempted > 0
        ? Cause.COUNTED_ACROSS_GAPS_OF_UNASKED_TARGETS
        : Cause.COUNTED_ACROSS_GAPS;
  }
}
