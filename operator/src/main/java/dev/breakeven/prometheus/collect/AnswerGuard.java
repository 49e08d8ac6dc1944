package dev.breakeven.prometheus.collect;

import dev.breakeven.prometheus.client.SeriesSink;
import java.util.HashMap;
import java.util.Map;

/**
 * Passes on each series of an answer once. A series that comes again with the same samples is the
 * same one; with others, neither is believed.
 */
final class AnswerGuard implements SeriesSink {

  /** Takes a series that contradicts one that was passed on. */
  interface Contradiction {
    void of(Map<String, String> labels, SeriesSink.Points points);
  }

  private final Map<Map<String, String>, Long> seen = new HashMap<>();
  private final SeriesSink sink;
  private final Contradiction contradiction;

  AnswerGuard(SeriesSink sink, Contradiction contradiction) {
    this.sink = sink;
    this.contradiction = contradiction;
  }

  @Override
  public void take(Map<String, String> labels, Points points) {
    Long before = seen.putIfAbsent(labels, digest(points));
    if (before == null) {
      sink.take(labels, points);
    } else if (before != digest(points)) {
      contradiction.of(labels, points);
    }
  }

  private static long digest(Points points) {
    long digest = points.size();
    for (int i = 0; i < points.size(); i++) {
      digest = 31 * digest + points.epochSecondAt(i);
      digest = 31 * digest + Double.doubleToLongBits(points.valueAt(i));
    }
    return digest;
  }
}
