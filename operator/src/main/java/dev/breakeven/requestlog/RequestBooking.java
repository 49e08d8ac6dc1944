package dev.breakeven.requestlog;

import dev.breakeven.traffic.StepGrid;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Requests booked into steps. A request is spread evenly over its duration, so whatever the length
 * of a step, the sum over all steps is the sum over all requests.
 */
final class RequestBooking {

  /** Lengths of a step that divide a day, seconds. */
  private static final int[] STEPS = {600, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400};

  /** Longest grid, steps; a wrong time must not make a giant one. Traffic files have the same. */
  private static final int MOST_STEPS = 500_000;

  private static final int MINUTE = 60;

  /** Fewer rows may begin and end at full minutes by chance. */
  private static final int FEWEST_SUMS = 6;

  private static final int MOST_WORKLOADS = 1000;

  /** What is summed up in a step. */
  private static final int FIGURES = 4;

  /** The rows of a workload that do not say how many requests they stand for. */
  private static final class RowsWithoutCount {
    long rows;
    double longest;
    boolean areSums = true;
    boolean saysSo;

    void add(LoggedRequest row) {
      rows++;
      longest = Math.max(longest, row.end() - row.start());
      saysSo |= Double.isNaN(row.requests());
      areSums &= Double.isNaN(row.requests()) || isWholeMinutes(row.start(), row.end());
    }

    /** Whether they sum up requests, and are not one each. */
    boolean areSums() {
      return areSums && (saysSo || rows >= FEWEST_SUMS || isWholeDay(longest));
    }
  }

  private final boolean stepIsStated;
  private int stepSeconds;
  private final Map<String, Map<Long, double[]>> byWorkload = new LinkedHashMap<>();
  private final Map<String, RowsWithoutCount> uncounted = new HashMap<>();
  private boolean cachedIsKnown;
  private double first = Double.POSITIVE_INFINITY;
  private double lastMoment = Double.NEGATIVE_INFINITY;
  private double lastEnd = Double.NEGATIVE_INFINITY;
  private double longestBucket;

  /**
   * @param step length of a step, where it is stated
   */
  RequestBooking(Optional<Duration> step) {
    stepIsStated = step.isPresent();
    stepSeconds = Math.toIntExact(step.orElse(StepGrid.DEFAULT_STEP).toSeconds());
    if (stepSeconds < 1 || stepSeconds > 86_400 || 86_400 % stepSeconds != 0) {
      throw new IllegalArgumentException(
          "--step: a step divides a day, such as 1m, 10m or 1h; not " + stepSeconds + " s");
    }
  }

  boolean isEmpty() {
    return byWorkload.isEmpty();
  }

  /** Says that the log tells of this time, whatever was asked in it. */
  void cover(double start, double end) {
    first = Math.min(first, start);
    if (end > start) {
      lastEnd = Math.max(lastEnd, end);
    } else {
      lastMoment = Math.max(lastMoment, start);
    }
  }

  /** Whether a row may sum up requests: those begin and end at full minutes by chance only. */
  static boolean isWholeMinutes(double start, double end) {
    return end - start >= MINUTE && start % MINUTE == 0 && end % MINUTE == 0;
  }

  /** A day has 23 to 25 hours where clocks are changed. */
  private static boolean isWholeDay(double seconds) {
    return seconds >= 23 * 3600 && seconds <= 25 * 3600;
  }

  /**
   * Books a row.
   *
   * @param counted whether it says how many requests it stands for
   */
  void book(LoggedRequest request, boolean counted) {
    cover(request.start(), request.end());
    double seconds = request.end() - request.start();
    if (!counted) {
      uncounted.computeIfAbsent(request.workload(), w -> new RowsWithoutCount()).add(request);
    }
    if (request.requests() != 1 || isWholeDay(seconds)) {
      longestBucket = Math.max(longestBucket, seconds);
      coarsen();
    }
    if (!byWorkload.containsKey(request.workload()) && byWorkload.size() == MOST_WORKLOADS) {
      throw new UnreadableLog(
          "more than %,d workloads: name the column that holds the model with --by"
              .formatted(MOST_WORKLOADS));
    }
    Map<Long, double[]> steps =
        byWorkload.computeIfAbsent(request.workload(), w -> new HashMap<>());
    long from = stepOf(request.start());
    // A request that ends where a step begins has no part in that step.
    long to = seconds == 0 ? from : stepBefore(request.end());
    for (long step = from; step <= to; step++) {
      double part =
          from == to
              ? 1
              : (Math.min(request.end(), (step + 1.0) * stepSeconds)
                      - Math.max(request.start(), (double) step * stepSeconds))
                  / seconds;
      double[] sums = steps.computeIfAbsent(step, s -> new double[FIGURES]);
      sums[0] += part * request.input();
      sums[1] += part * (Double.isNaN(request.cached()) ? 0 : request.cached());
      sums[2] += part * request.output();
      sums[3] += part * (Double.isNaN(request.requests()) ? 0 : request.requests());
    }
    cachedIsKnown |= !Double.isNaN(request.cached());
  }

  private long stepOf(double seconds) {
    return (long) Math.floor(seconds / stepSeconds);
  }

  /** The last step that has a part before that time. */
  private long stepBefore(double seconds) {
    return (long) Math.ceil(seconds / stepSeconds) - 1;
  }

  /** Takes a longer step where the log counts by longer ones and none was stated. */
  private void coarsen() {
    int longer = stepSeconds;
    for (int candidate : STEPS) {
      if (longer < longestBucket && candidate > longer) {
        longer = candidate;
      }
    }
    if (stepIsStated || longer == stepSeconds) {
      return;
    }
    int times = longer / stepSeconds;
    stepSeconds = longer;
    byWorkload.replaceAll(
        (workload, steps) -> {
          Map<Long, double[]> merged = new HashMap<>();
          steps.forEach(
              (step, sums) -> {
                double[] all =
                    merged.computeIfAbsent(
                        Math.floorDiv(step, (long) times), s -> new double[FIGURES]);
                for (int f = 0; f < FIGURES; f++) {
                  all[f] += sums[f];
                }
              });
          return merged;
        });
  }

  RequestTraffic traffic(RequestTraffic.Rows rows, RequestTraffic.Times times) {
    Set<String> summedUp =
        uncounted.entrySet().stream()
            .filter(workload -> workload.getValue().areSums())
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    for (String workload : summedUp) {
      longestBucket =
          Math.max(longestBucket, Objects.requireNonNull(uncounted.get(workload)).longest);
    }
    coarsen();
    long from = stepOf(first);
    long to =
        (long) Math.max(Math.floor(lastMoment / stepSeconds), Math.ceil(lastEnd / stepSeconds) - 1);
    long steps = to - from + 1;
    if (steps > MOST_STEPS || steps * byWorkload.size() > 10L * MOST_STEPS) {
      throw new UnreadableLog(
          "%d workloads over %,d steps of %d s: more than fit a traffic file; give a longer --step, or look for a wrong time"
              .formatted(byWorkload.size(), steps, stepSeconds));
    }
    StepGrid grid = new StepGrid(from * stepSeconds, stepSeconds, (int) steps);
    Map<String, double[][]> rates = new LinkedHashMap<>();
    byWorkload.forEach(
        (workload, sums) -> {
          double[][] perSecond = new double[FIGURES][grid.steps()];
          sums.forEach(
              (step, sum) -> {
                for (int f = 0; f < FIGURES; f++) {
                  perSecond[f][(int) (step - from)] = sum[f] / stepSeconds;
                }
              });
          rates.put(workload, perSecond);
        });
    return new RequestTraffic(
        grid,
        rates,
        cachedIsKnown,
        summedUp,
        first,
        Math.max(lastMoment, lastEnd),
        longestBucket,
        rows,
        times);
  }
}
