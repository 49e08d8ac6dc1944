package dev.breakeven.prometheus.history;

import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.util.Arrays;

/**
 * Steps that are read together.
 *
 * @param run the steps
 * @param stepsPerPoint steps that one figure stands for: 1, or an hour's
 */
public record Chunk(StepRanges.Run run, int stepsPerPoint) {

  /** An answer of so few figures that is refused is refused for something else than its length. */
  private static final int SMALLEST = 6;

  /** Whether asking for a part of it may help where all of it is too much. */
  public boolean isSplittable() {
    return points() > SMALLEST;
  }

  public int points() {
    return Math.toIntExact(run.length() / stepsPerPoint);
  }

  /** Length of what one figure stands for, seconds. */
  public int pointSeconds() {
    return stepsPerPoint * StoredHistory.STEP_SECONDS;
  }

  /** When a figure is evaluated: at the end of what it stands for. */
  public long evaluatedAt(int point) {
    return (run.from() + (point + 1L) * stepsPerPoint) * StoredHistory.STEP_SECONDS;
  }

  /**
   * The point that was evaluated then; may lie outside the chunk, by one at most on either side.
   */
  public int pointAt(long epochSecond) {
    long sinceStart = epochSecond - run.from() * StoredHistory.STEP_SECONDS;
    long point = Math.floorDiv(sinceStart, (long) pointSeconds()) - 1;
    return (int) Math.max(-2, Math.min(point, points()));
  }

  /** The first step that a point stands for. */
  public long stepAt(int point) {
    return run.from() + (long) point * stepsPerPoint;
  }

  public boolean isByHour() {
    return stepsPerPoint == StoredHistory.STEPS_PER_HOUR;
  }

  /** The query for these steps, and for {@code before} points before them. */
  public ApiRequest.Range ask(QueryCatalog query, String promql, int before) {
    return new ApiRequest.Range(
        query, promql, evaluatedAt(-before), evaluatedAt(points() - 1), pointSeconds());
  }

  /** The query for some of its points. */
  public ApiRequest.Range askPoints(
      QueryCatalog query, String promql, int firstPoint, int lastPoint) {
    return new ApiRequest.Range(
        query, promql, evaluatedAt(firstPoint), evaluatedAt(lastPoint), pointSeconds());
  }

  /** The newest steps that are missing, cut to what is kept in one resolution. */
  public static Chunk newest(StepRanges missing, long recentFrom, int mostPoints) {
    StepRanges.Run run = missing.newest(Long.MAX_VALUE / 2);
    if (run.to() > recentFrom) {
      long from = Math.max(Math.max(run.from(), recentFrom), run.to() - mostPoints);
      return new Chunk(new StepRanges.Run(from, run.to()), 1);
    }
    int hour = StoredHistory.STEPS_PER_HOUR;
    long to = -Math.floorDiv(-run.to(), (long) hour) * hour;
    long from =
        Math.max(Math.floorDiv(run.from(), (long) hour) * hour, to - (long) mostPoints * hour);
    return new Chunk(new StepRanges.Run(from, to), hour);
  }

  /** A value for each point, all NaN. */
  public float[] noValues() {
    float[] none = new float[points()];
    Arrays.fill(none, Float.NaN);
    return none;
  }

  /** Values by point as a series, without those that are NaN. */
  public SeriesSink.Points series(float[] values) {
    SeriesSink.Points points = new SeriesSink.Points();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isNaN(values[i])) {
        points.add(evaluatedAt(i), values[i]);
      }
    }
    return points;
  }
}
