package dev.breakeven.advice.interval;

import java.util.Arrays;

/**
 * How far the load of the next seven days may be from that of the last seven, as natural logarithms
 * of a factor: the load may be {@code e^down} to {@code e^up} times what it was.
 *
 * <p>Levels of weeks differ with variance {@code σ² = }{@link #LEAST}{@code ² + }{@link
 * #OF_DAYS}{@code ²·v + }{@link #OF_TREND}{@code ²·d² + }{@link #OF_WEEKS}{@code ²·max r²}: v the
 * variance of the logs of the last seven days' loads, d the trend within the week, r the policy's
 * own week-over-week changes, where there are any. The trend may go on in its direction, by {@link
 * #TREND_GOES_ON} of it. Where there are two weeks and more, days are compared with the same
 * weekday before, so that a weekly pattern is no trend and no noise.
 *
 * @param down at most 0
 * @param up at least 0
 * @param sigma standard deviation without the trend
 * @param trend log ratio of the last three days' level to the first three's, weekly pattern apart
 */
public record LevelShift(double down, double up, double sigma, double trend) {

  /** Shift between weeks of a load that shows none, rms of the log ratio. */
  static final double LEAST = 0.07;

  /** Part of the days' standard deviation by which weeks differ. */
  static final double OF_DAYS = 0.4;

  /** Part of the trend that is uncertain. */
  static final double OF_TREND = 0.4;

  /** Part of the largest change between weeks that may come again, either way. */
  static final double OF_WEEKS = 0.5;

  /** Spread that the days not seen add where there is less than a week. */
  static final double SHORT_PAST = 0.45;

  /** Part of the trend that goes on. */
  static final double TREND_GOES_ON = 0.7;

  /** A day with less than this part of the span's mean load counts as having it: logs end there. */
  static final double LEAST_LEVEL = 0.02;

  private static final int WEEK = 7;
  private static final int ENDS = 3;
  private static final int ENDS_APART = WEEK - ENDS; // days, from the middle of one to the other's

  /**
   * The shift that the load of past days allows.
   *
   * @param dailyLoad mean load of whole days in any unit, oldest first, the last one ending now;
   *     NaN for a day of which nothing is known
   * @param z standard deviations on either side
   * @throws IllegalArgumentException if there is no known day among the last seven
   */
  public static LevelShift of(double[] dailyLoad, double z) {
    return new Past(dailyLoad).shift(z);
  }

  /** Days of the last seven that are known. */
  static int knownOfLastWeek(double[] dailyLoad) {
    return (int)
        Arrays.stream(dailyLoad)
            .skip(Math.max(0, dailyLoad.length - WEEK))
            .filter(day -> !Double.isNaN(day))
            .count();
  }

  /** Days of load, looked at by week. */
  private static final class Past {

    private final double[] days;

    Past(double[] days) {
      this.days = days;
    }

    LevelShift shift(double z) {
      int known = knownOfLastWeek(days);
      if (known == 0) {
        throw new IllegalArgumentException("nothing is known of the last seven days");
      }
      double largestSquare = 0;
      double lastChange = 0;
      int changes = 0;
      for (int end = days.length; end >= 2 * WEEK; end -= WEEK) {
        double change = changeOfWeekBefore(end);
        if (Double.isNaN(change)) {
          continue;
        }
        lastChange = changes == 0 ? change : lastChange;
        largestSquare = Math.max(largestSquare, change * change);
        changes++;
      }
      double noise = variance(logs(days.length));
      double trend = trend(days.length);
      if (changes > 0) {
        noise = Math.min(noise, variance(overSameWeekday()) / 2); // of two days each
        trend = beyondPattern(trend, lastChange);
      }
      double variance =
          LEAST * LEAST
              + OF_DAYS * OF_DAYS * noise
              + OF_TREND * OF_TREND * trend * trend
              + OF_WEEKS * OF_WEEKS * largestSquare;
      if (known < WEEK) {
        variance += SHORT_PAST * SHORT_PAST * ((double) WEEK / known - 1);
      }
      double sigma = Math.sqrt(variance);
      double up = Math.max(0, TREND_GOES_ON * trend);
      double down = Math.max(0, -TREND_GOES_ON * trend);
      return new LevelShift(-(z * sigma + down), z * sigma + up, sigma, trend);
    }

    /** Log ratio of the week before a day to the week before that. */
    private double changeOfWeekBefore(int end) {
      double later = mean(end - WEEK, end);
      double earlier = mean(end - 2 * WEEK, end - WEEK);
      double least = LEAST_LEVEL * Math.max(later, earlier);
      return least > 0 ? Math.log(Math.max(later, least) / Math.max(earlier, least)) : Double.NaN;
    }

    /** Log ratio of the last days of the week that ends there to its first. */
    private double trend(int end) {
      int from = Math.max(0, end - WEEK);
      int ends = Math.min(ENDS, Math.max(1, (end - from) / 2));
      double least = LEAST_LEVEL * mean(from, end);
      double first = mean(from, from + ends);
      double last = mean(end - ends, end);
      return least > 0 && !Double.isNaN(first) && !Double.isNaN(last)
          ? Math.log(Math.max(last, least) / Math.max(first, least))
          : 0;
    }

    /**
     * The part of a trend that earlier weeks did not show as well, growth from week to week apart.
     */
    private double beyondPattern(double raw, double lastChange) {
      double pattern = 0;
      int weeks = 0;
      for (int end = days.length - WEEK; end >= WEEK; end -= WEEK) {
        pattern += trend(end);
        weeks++;
      }
      double beyond = raw - pattern / weeks + lastChange * ENDS_APART / WEEK;
      return raw * beyond <= 0 ? 0 : Math.signum(raw) * Math.min(Math.abs(raw), Math.abs(beyond));
    }

    /** Logs of the known days of the week that ends there. */
    private double[] logs(int end) {
      int from = Math.max(0, end - WEEK);
      double least = Math.max(Double.MIN_NORMAL, LEAST_LEVEL * mean(from, end));
      return Arrays.stream(days, from, end)
          .filter(day -> !Double.isNaN(day))
          .map(day -> Math.log(Math.max(day, least)))
          .toArray();
    }

    /** Log ratios of the last week's days to the same weekday before. */
    private double[] overSameWeekday() {
      int now = days.length;
      double least =
          Math.max(
              Double.MIN_NORMAL,
              LEAST_LEVEL * Math.max(mean(now - WEEK, now), mean(now - 2 * WEEK, now - WEEK)));
      double[] ratios = new double[WEEK];
      int count = 0;
      for (int day = now - WEEK; day < now; day++) {
        double ratio = Math.max(days[day], least) / Math.max(days[day - WEEK], least);
        if (!Double.isNaN(ratio)) {
          ratios[count++] = Math.log(ratio);
        }
      }
      return Arrays.copyOf(ratios, count);
    }

    /** Of the known days; NaN where there are none. */
    private double mean(int from, int to) {
      return Arrays.stream(days, from, to)
          .filter(day -> !Double.isNaN(day))
          .average()
          .orElse(Double.NaN);
    }

    private static double variance(double[] values) {
      double mean = Arrays.stream(values).average().orElse(0);
      double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
      return squares / Math.max(1, values.length - 1);
    }
  }
}
