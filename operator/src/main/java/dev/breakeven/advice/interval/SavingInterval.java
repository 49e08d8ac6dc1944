package dev.breakeven.advice.interval;

import dev.breakeven.advice.interval.SavingStatement.RangeOnly;
import dev.breakeven.advice.interval.SavingStatement.Stated;
import dev.breakeven.advice.interval.SavingStatement.Withheld;
import java.util.Arrays;
import java.util.List;

/**
 * The 90 % interval of a saving over the next seven days. What makes weeks differ most is their
 * level, so the saving of the window is worked out again at the lowest and highest level that
 * {@link LevelShift} allows: the cost of a fixed number on the scaled load, a plan replayed on it.
 * Where the last three days differ from the week, what they alone would have saved counts too,
 * because a week that changed within it has a shape that will not come again. Independent errors
 * are added in quadrature: days that differ, the capacity's and the prices' error, and a part of
 * the bill for what nothing in the past shows, so that identical days do not make certainty.
 */
public final class SavingInterval {

  /** Days under which nothing is stated. */
  public static final double LEAST_DAYS = 2;

  /** Days up to which only direction and range are stated. */
  public static final double RANGE_ONLY_DAYS = 3;

  /** Of a normal distribution, on either side of 90 %. */
  static final double Z_90 = 1.65;

  /** A trend from which on the last three days tell more of the week to come than the week does. */
  private static final double RECENT_TELLS_FROM = 0.5;

  /** Standard deviations of the level on either side; the trend comes on top. */
  private static final double Z_LEVEL = 1.25;

  /** Part of the bill that the interval has at least on either side. */
  private static final double BILL_FLOOR = 0.04;

  /**
   * What the interval is worked out from. Money a month.
   *
   * @param week the saving over the policy's window, a week if nothing is said
   * @param recent the saving over the last three days of it, or as many as are known
   * @param savingByDay what was saved on each known day of the week, each scaled to a month
   * @param bill what going on as now costs
   * @param dailyLoad mean load of whole days, oldest first, as for {@link LevelShift#of}
   * @param daysKnown days of past of which the load is known
   * @param errors of capacity and prices
   */
  public record Basis(
      SavingAtScale week,
      SavingAtScale recent,
      List<Double> savingByDay,
      double bill,
      List<Double> dailyLoad,
      double daysKnown,
      List<ErrorTerm> errors) {
    public Basis {
      savingByDay = List.copyOf(savingByDay);
      dailyLoad = List.copyOf(dailyLoad);
      errors = List.copyOf(errors);
    }
  }

  private SavingInterval() {}

  /** What can be said of a saving. */
  public static SavingStatement of(Basis basis) {
    double[] load = basis.dailyLoad().stream().mapToDouble(Double::doubleValue).toArray();
    if (basis.daysKnown() < LEAST_DAYS || LevelShift.knownOfLastWeek(load) < LEAST_DAYS) {
      return new Withheld();
    }
    LevelShift shift = LevelShift.of(load, Z_LEVEL);
    double expected = basis.week().at(1);
    double[] ends = ends(basis, shift, expected);
    double others =
        square(Z_90 * standardError(basis.savingByDay())) + square(BILL_FLOOR * basis.bill());
    double below = square(expected - ends[0]) + others;
    double above = square(ends[1] - expected) + others;
    for (ErrorTerm error : basis.errors()) {
      below += square(error.below());
      above += square(error.above());
    }
    double low = expected - Math.sqrt(below);
    double high = expected + Math.sqrt(above);
    return basis.daysKnown() <= RANGE_ONLY_DAYS
        ? new RangeOnly(low, high)
        : new Stated(expected, low, high);
  }

  /** The least and the most that is saved at the levels that are allowed. */
  private static double[] ends(Basis basis, LevelShift shift, double expected) {
    double[] savings = {
      expected, basis.week().at(Math.exp(shift.down())), basis.week().at(Math.exp(shift.up()))
    };
    double low = Arrays.stream(savings).min().orElseThrow();
    double high = Arrays.stream(savings).max().orElseThrow();
    if (Math.abs(shift.trend()) > RECENT_TELLS_FROM) {
      double spread = Math.min(-shift.down(), shift.up());
      for (double log : new double[] {-spread, 0, spread}) {
        double saving = basis.recent().at(Math.exp(log));
        low = Math.min(low, saving);
        high = Math.max(high, saving);
      }
    }
    return new double[] {low, high};
  }

  /** Of the mean of seven days like these. */
  private static double standardError(List<Double> days) {
    double mean = days.stream().mapToDouble(d -> d).average().orElse(0);
    double squares = days.stream().mapToDouble(d -> square(d - mean)).sum();
    return Math.sqrt(squares / Math.max(1, days.size() - 1) / 7);
  }

  private static double square(double value) {
    return value * value;
  }
}
