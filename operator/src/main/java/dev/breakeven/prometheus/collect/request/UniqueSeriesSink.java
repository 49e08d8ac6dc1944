package dev.breakeven.prometheus.collect.request;

import dev.breakeven.prometheus.client.SeriesSink;
import java.util.HashMap;
import java.util.Map;

/**
 * Passes on each series of an answer once. A series that comes again with the same samples is left
 * out. One that comes again with other samples, or that cannot be read, is rejected.
 */
public final class UniqueSeriesSink implements SeriesSink {

  /** Why a series is rejected. */
  public enum Why {
    /** It contradicts one that was passed on. */
    CONTRADICTS,
    /** It cannot be read. */
    UNREADABLE
  }

  /** Takes a series that is rejected. */
  public interface Rejected {
    void take(Map<String, String> labels, Why why);
  }

  /** Hashes of samples by hashes of labels: the labels of 200,000 series take too much memory. */
  private final Map<Long, Long> seen = new HashMap<>();

  private final SeriesSink sink;
  private final Rejected rejected;

  public UniqueSeriesSink(SeriesSink sink, Rejected rejected) {
    this.sink = sink;
    this.rejected = rejected;
  }

  @Override
  public void take(Map<String, String> labels, Points points) {
    Long before = seen.putIfAbsent(digest(labels), digest(points));
    if (before == null) {
      sink.take(labels, points);
    } else if (before != digest(points)) {
      rejected.take(labels, Why.CONTRADICTS);
    }
  }

  @Override
  public void takeUnreadable(Map<String, String> labels) {
    rejected.take(labels, Why.UNREADABLE);
  }

  private static long digest(Map<String, String> labels) {
    long digest = labels.size();
    for (Map.Entry<String, String> label : labels.entrySet()) {
      // Independent of the order of labels. One hash of 32 bits alone would collide.
      long one = 31L * label.getKey().hashCode() + label.getValue().hashCode();
      long other = (label.getValue() + '=' + label.getKey()).hashCode();
      long both = (one << 32) ^ other ^ (one * 0x9E3779B97F4A7C15L);
      digest += both * both + 0x632BE59BD9B4E019L * both;
    }
    return digest;
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
