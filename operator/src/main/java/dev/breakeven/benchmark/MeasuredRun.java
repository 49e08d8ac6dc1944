package dev.breakeven.benchmark;

import dev.breakeven.capacity.BenchmarkPoint;

/**
 * One run of a load test.
 *
 * @param point mean lengths of the requests that were served, and how many a second
 * @param failedShare failed ÷ all finished requests, 0 to 1
 * @param load under which, and how fast requests were answered
 * @param model as the tool calls it; empty where it does not say
 * @param remark tool, file and settings, for the reader: one line
 */
public record MeasuredRun(
    BenchmarkPoint point, double failedShare, Load load, String model, String remark) {

  /**
   * The load of a run; NaN is what the tool does not say.
   *
   * @param askedPerSecond requests a second that were sent, where the test set their rate
   * @param mostAtOnce requests in flight that were allowed; infinite where nothing limits them
   * @param firstTokenMillis to the first token, mean
   * @param interTokenMillis between tokens, mean
   */
  public record Load(
      double askedPerSecond, double mostAtOnce, double firstTokenMillis, double interTokenMillis) {}

  /** Served of what was asked from where on nothing says that less was possible. */
  private static final double ALL = 0.95;

  /** Whether all that was sent was served, so that a replica may sustain more. */
  public boolean servedAllThatWasAsked() {
    return point.requestsPerSecond() >= ALL * load.askedPerSecond();
  }

  /** Whether answers were that fast in the mean; what is not known is not faster. */
  public boolean isWithin(double firstTokenMillis, double interTokenMillis) {
    return isAtMost(load.firstTokenMillis(), firstTokenMillis)
        && isAtMost(load.interTokenMillis(), interTokenMillis);
  }

  private static boolean isAtMost(double millis, double most) {
    return Double.isInfinite(most) || millis <= most;
  }
}
