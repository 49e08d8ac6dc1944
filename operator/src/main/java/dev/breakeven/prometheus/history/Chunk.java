package dev.breakeven.prometheus.history;

import dev.breakeven.prometheus.client.ApiRequest;
import dev.breakeven.prometheus.client.SeriesSink;
import dev.breakeven.prometheus.query.QueryCatalog;
import java.util.Arrays;

/**
 * Steps that are read together. A point is what one figure of an answer covers.
 *
 * @param run the steps
 * @param stepsPerPoint steps that a point covers: 1, or those of an hour
 */
public record Chunk(StepRanges.Run run, int stepsPerPoint) {

  /** A refusal of so few points has another reason than their number. */
  private static final int SMALLEST = 6;

  /** Whether a part of it may be answered if all of it is too much. */
  public boolean isSplittable() {
    return points() > SMALLEST;
  }

  public int points() {
    return Math.toIntExact(run.length() / stepsPerPoint);
  }

  /** Length of a point, seconds. */
  public int pointSeconds() {
    return stepsPerPoint * StoredHistory.STEP_SECONDS;
  }

  /** When a point is evaluated: at its end. */
  public long evaluatedAt(int point) {
    return (run.from() + (point + 1L) * stepsPerPoint) * StoredHistory.STEP_SECONDS;
  }

  /** The point that was evaluated then. It may be outside the chunk, by one on either side. */
  public int pointAt(long epochSecond) {
    long sinceStart = epochSecond - run.from() * StoredHistory.STEP_SECONDS;
    long point = Math.floorDiv(sinceStart, (long) pointSeconds()) - 1;
    return (int) Math.max(-2, Math.min(point, points()));
  }

  /** The first step of a point. */
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

  /** The newest steps that are missing, limited to those of one resolution. */
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
