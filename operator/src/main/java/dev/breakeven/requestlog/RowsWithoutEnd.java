package dev.breakeven.requestlog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Rows that say from when on they count and not until when. Exports write them at regular times,
 * and then each counts until the next. Rows are kept until that interval is known, summed up by
 * workload and time, and let go as soon as a time shows that there is none.
 */
final class RowsWithoutEnd {

  /** Requests come closer than that; what an export counts by is not shorter. */
  private static final long LEAST_SECONDS = 60;

  /** Fewer intervals may be alike by chance. */
  private static final int FEWEST_INTERVALS = 5;

  /** Rows of so few seconds may be requests whose times were rounded. */
  private static final long LONG_SECONDS = 600;

  private static final int MOST_CELLS = 2_000_000;

  /** The rows of a workload at one time. */
  private static final class Cell {
    double input;
    double cached = Double.NaN;
    double output;
    double requests;
    long rows;

    void add(LoggedRequest row) {
      input += row.input();
      if (!Double.isNaN(row.cached())) {
        cached = row.cached() + (Double.isNaN(cached) ? 0 : cached);
      }
      output += row.output();
      requests += row.requests();
      rows++;
    }

    LoggedRequest asRow(String workload, long start, long seconds, boolean requestsAreUnknown) {
      return new LoggedRequest(
          workload,
          start,
          start + (double) seconds,
          input,
          cached,
          output,
          requestsAreUnknown ? Double.NaN : requests);
    }
  }

  /** Rows that say the same as one of an earlier file. */
  private final List<LoggedRequest> again = new ArrayList<>();

  private final Map<String, Map<Long, Cell>> byWorkload = new LinkedHashMap<>();
  private int cells;
  private long first;
  private long divisor;
  private boolean isRegular = true;
  private boolean isCounted;

  /** Whether times may still be regular, so that {@link #add} is the place for a row. */
  boolean takes(double start) {
    long seconds = (long) start;
    if (byWorkload.isEmpty()) {
      first = seconds;
    }
    isRegular &= seconds == start;
    divisor = gcd(divisor, Math.abs(seconds - first));
    isRegular &= divisor == 0 || divisor >= LEAST_SECONDS;
    isRegular &= cells < MOST_CELLS;
    return isRegular;
  }

  void add(LoggedRequest row, boolean counted) {
    byWorkload
        .computeIfAbsent(row.workload(), w -> new HashMap<>())
        .computeIfAbsent(
            (long) row.start(),
            s -> {
              cells++;
              return new Cell();
            })
        .add(row);
    isCounted |= counted;
  }

  /** Adds a row without a count that says the same as one of an earlier file. */
  void addAgain(LoggedRequest row) {
    again.add(row);
  }

  /** The interval of the times, where most of them follow each other by the same one. */
  OptionalLong intervalSeconds() {
    long[] starts =
        byWorkload.values().stream()
            .flatMap(steps -> steps.keySet().stream())
            .mapToLong(Long::longValue)
            .distinct()
            .sorted()
            .toArray();
    if (!isRegular || starts.length <= FEWEST_INTERVALS) {
      return OptionalLong.empty();
    }
    Map<Long, Integer> times = new HashMap<>();
    for (int i = 1; i < starts.length; i++) {
      times.merge(starts[i] - starts[i - 1], 1, Integer::sum);
    }
    return times.entrySet().stream()
        .filter(interval -> 2 * interval.getValue() >= starts.length - 1)
        .mapToLong(Map.Entry::getKey)
        .filter(interval -> interval <= 86_400)
        .min();
  }

  /**
   * Whether a row without a count is the sum of its interval, and not one request: it is alone at
   * its time, or the interval is longer than times are rounded by.
   */
  private boolean isSum(long seconds) {
    return !isCounted
        && (seconds >= LONG_SECONDS
            || (again.isEmpty()
                && byWorkload.values().stream()
                    .flatMap(steps -> steps.values().stream())
                    .allMatch(cell -> cell.rows == 1)));
  }

  /**
   * What the rows are.
   *
   * @param rows each until so long after its start
   * @param repeated how many were left out, since an earlier file has them
   */
  record Drained(List<LoggedRequest> rows, long repeated) {}

  /**
   * Lets the rows go. A sum that two files have is one sum; requests that say the same are two.
   *
   * @param seconds until when each counts after its start; 0 for moments
   */
  Drained drain(long seconds) {
    boolean isSum = seconds > 0 && isSum(seconds);
    if (!isSum) {
      again.forEach(row -> add(row, false));
    }
    List<LoggedRequest> rows = new ArrayList<>();
    byWorkload.forEach(
        (workload, steps) ->
            steps.forEach((start, cell) -> rows.add(cell.asRow(workload, start, seconds, isSum))));
    Drained drained = new Drained(rows, isSum ? again.size() : 0);
    byWorkload.clear();
    again.clear();
    cells = 0;
    return drained;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
