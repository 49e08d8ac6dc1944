package dev.breakeven.requestlog;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.breakeven.traffic.Series;
import dev.breakeven.traffic.StepGrid;
import dev.breakeven.traffic.TrafficHistory;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The traffic that a log tells of, step by step from its first request to its last. A step in which
 * a workload was not asked anything is a zero: a log that is complete says so.
 */
public final class RequestTraffic {

  /**
   * What became of the log's rows.
   *
   * @param read all of them
   * @param fromCache answered by the gateway's own cache, which no model served: left out
   * @param failed failed before a token was generated: left out
   * @param repeated the same row again, as in files that overlap: left out
   * @param bad not understood and passed over
   * @param firstBad why, of the first of those
   * @param morePages whether pages of an export are missing, by what the others say
   */
  public record Rows(
      long read,
      long fromCache,
      long failed,
      long repeated,
      long bad,
      Optional<String> firstBad,
      boolean morePages) {}

  /**
   * How the rows' times were read.
   *
   * @param interval that each row was taken to count, where it says no end; seconds
   * @param withoutOffset whether times had no offset, so that a zone was assumed
   * @param shownTwice rows of an hour that clocks show twice, as they are put back
   * @param neverShown rows of an hour that clocks leave out, as they are put forward
   */
  public record Times(
      OptionalLong interval, boolean withoutOffset, long shownTwice, long neverShown) {}

  private static final MathContext DIGITS = new MathContext(10);

  private final StepGrid grid;
  private final Map<String, double[][]> perSecond;
  private final boolean cachedIsKnown;
  private final Set<String> uncounted;
  private final double first;
  private final double last;
  private final double bucketSeconds;
  private final Rows rows;
  private final Times times;

  RequestTraffic(
      StepGrid grid,
      Map<String, double[][]> perSecond,
      boolean cachedIsKnown,
      Set<String> uncounted,
      double first,
      double last,
      double bucketSeconds,
      Rows rows,
      Times times) {
    this.grid = grid;
    this.perSecond = perSecond;
    this.cachedIsKnown = cachedIsKnown;
    this.uncounted = uncounted;
    this.first = first;
    this.last = last;
    this.bucketSeconds = bucketSeconds;
    this.rows = rows;
    this.times = times;
  }

  /** The steps, the same for every workload. */
  public StepGrid grid() {
    return grid;
  }

  /** The workloads, in the order in which the log names them. */
  public Set<String> workloads() {
    return perSecond.keySet();
  }

  /** What became of the log's rows. */
  public Rows rows() {
    return rows;
  }

  /** How the rows' times were read. */
  public Times times() {
    return times;
  }

  /** Workloads whose rows sum up requests and do not say how many. */
  public Set<String> uncounted() {
    return uncounted;
  }

  /** Longest time that one row counts, seconds; 0 where rows are requests. */
  public double bucketSeconds() {
    return bucketSeconds;
  }

  /** Time from the first request to the end of the last, seconds; the steps cover at least that. */
  public double loggedSeconds() {
    return last - first;
  }

  /** Steps in which a workload was asked nothing. */
  public int silentSteps(String workload) {
    double[][] rates = ratesOf(workload);
    int silent = 0;
    for (int i = 0; i < grid.steps(); i++) {
      silent += isSilent(rates, i) ? 1 : 0;
    }
    return silent;
  }

  /** The longest run of steps in which nothing at all was logged: its first and its length. */
  public Optional<StepGrid> longestSilence() {
    int best = 0;
    int bestStart = 0;
    int start = 0;
    for (int i = 0; i < grid.steps(); i++) {
      int step = i;
      if (perSecond.values().stream().anyMatch(rates -> !isSilent(rates, step))) {
        start = i + 1;
      } else if (i + 1 - start > best) {
        best = i + 1 - start;
        bestStart = start;
      }
    }
    return best == 0 ? Optional.empty() : Optional.of(grid.slice(bestStart, bestStart + best));
  }

  private double[][] ratesOf(String workload) {
    double[][] rates = perSecond.get(workload);
    if (rates == null) {
      throw new IllegalArgumentException("nothing was logged for " + workload);
    }
    return rates;
  }

  private static boolean isSilent(double[][] rates, int step) {
    return rates[0][step] == 0 && rates[2][step] == 0 && rates[3][step] == 0;
  }

  /** All tokens of a workload: input (cached ones included) and output. */
  public double[] tokens(String workload) {
    double[][] rates = ratesOf(workload);
    double input = 0;
    double output = 0;
    for (int i = 0; i < grid.steps(); i++) {
      input += rates[0][i] * grid.stepSeconds();
      output += rates[2][i] * grid.stepSeconds();
    }
    return new double[] {input, output};
  }

  /** The traffic as the advisor takes it. */
  public Map<String, TrafficHistory> histories() {
    Map<String, TrafficHistory> histories = new LinkedHashMap<>();
    Series unmeasured = Series.absent(grid.steps());
    perSecond.forEach(
        (workload, rates) -> {
          double[] uncached = new double[grid.steps()];
          for (int i = 0; i < uncached.length; i++) {
            uncached[i] = Math.max(0, rates[0][i] - rates[1][i]);
          }
          histories.put(
              workload,
              new TrafficHistory(
                  grid,
                  Series.of(uncached),
                  cachedIsKnown ? Series.of(rates[1]) : unmeasured,
                  Series.of(rates[2]),
                  uncounted.contains(workload) ? unmeasured : Series.of(rates[3]),
                  unmeasured,
                  unmeasured,
                  unmeasured,
                  unmeasured,
                  unmeasured,
                  unmeasured,
                  unmeasured));
        });
    return histories;
  }

  /**
   * Writes the traffic as CSV, as {@code advise --traffic} reads it.
   *
   * @param replicas what ran all the time, where that is stated
   */
  public void writeCsv(Writer out, OptionalInt replicas) {
    CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
    List<String> header =
        new ArrayList<>(List.of("workload", "t_s", "input_tokens_per_s", "output_tokens_per_s"));
    if (cachedIsKnown) {
      header.add("cached_tokens_per_s");
    }
    boolean countsRequests = !uncounted.containsAll(perSecond.keySet());
    if (countsRequests) {
      header.add("requests_per_s");
    }
    if (replicas.isPresent()) {
      header.add("replicas");
    }
    csv.writeRecord(header);
    perSecond.forEach(
        (workload, rates) -> {
          for (int i = 0; i < grid.steps(); i++) {
            List<String> row =
                new ArrayList<>(
                    List.of(
                        workload,
                        Long.toString(grid.startOf(i)),
                        shown(rates[0][i]),
                        shown(rates[2][i])));
            if (cachedIsKnown) {
              row.add(shown(Math.min(rates[0][i], rates[1][i])));
            }
            if (countsRequests) {
              row.add(uncounted.contains(workload) ? "" : shown(rates[3][i]));
            }
            replicas.ifPresent(n -> row.add(Integer.toString(n)));
            csv.writeRecord(row);
          }
        });
  }

  /** Ten digits: enough that the sum over all steps is that over all requests. */
  private static String shown(double rate) {
    return rate == 0
        ? "0"
        : new BigDecimal(rate).round(DIGITS).stripTrailingZeros().toPlainString();
  }
}
