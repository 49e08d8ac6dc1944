package dev.breakeven.prometheus.history;

import java.util.Map;
import java.util.TreeMap;

/**
 * The steps that have still to be read, as runs of neighbours. A step is counted from the epoch in
 * whole steps. Guava's {@code TreeRangeSet} boxes each bound and only comes with another library,
 * so it is not used.
 */
public final class StepRanges {

  /** Steps {@code from} (included) to {@code to} (excluded). */
  public record Run(long from, long to) {
    public long length() {
      return to - from;
    }

    public boolean isEmpty() {
      return to <= from;
    }
  }

  private final TreeMap<Long, Long> runs = new TreeMap<>(); // from → to

  public boolean isEmpty() {
    return runs.isEmpty();
  }

  public long length() {
    return runs.entrySet().stream().mapToLong(e -> e.getValue() - e.getKey()).sum();
  }

  public boolean meets(Run run) {
    Map.Entry<Long, Long> before = runs.lowerEntry(run.to());
    return before != null && before.getValue() > run.from() && !run.isEmpty();
  }

  public void add(Run run) {
    if (run.isEmpty()) {
      return;
    }
    long from = run.from();
    long to = run.to();
    Map.Entry<Long, Long> touching = runs.floorEntry(to);
    while (touching != null && touching.getValue() >= from) {
      from = Math.min(from, touching.getKey());
      to = Math.max(to, touching.getValue());
      runs.remove(touching.getKey());
      touching = runs.floorEntry(to);
    }
    runs.put(from, to);
  }

  public void addAll(StepRanges others) {
    others.runs.forEach((from, to) -> add(new Run(from, to)));
  }

  public void remove(Run run) {
    if (run.isEmpty()) {
      return;
    }
    Map.Entry<Long, Long> last = runs.lowerEntry(run.to());
    while (last != null && last.getValue() > run.from()) {
      runs.remove(last.getKey());
      if (last.getValue() > run.to()) {
        runs.put(run.to(), last.getValue());
      }
      if (last.getKey() < run.from()) {
        runs.put(last.getKey(), run.from());
      }
      last = runs.lowerEntry(run.to());
    }
  }

  /** The last run, cut to its newest {@code most} steps; empty where there is nothing left. */
  public Run newest(long most) {
    Map.Entry<Long, Long> last = runs.lastEntry();
    return last == null
        ? new Run(0, 0)
        : new Run(Math.max(last.getKey(), last.getValue() - most), last.getValue());
  }

  @Override
  public String toString() {
    return runs.toString();
  }
}
