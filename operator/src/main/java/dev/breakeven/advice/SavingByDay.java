package dev.breakeven.advice;

import dev.breakeven.advice.Advice.Saving;
import dev.breakeven.price.Money;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How far the saving of one way over another can be relied on: the days of the window are drawn
 * again and again with replacement, because what differs between weeks is which days they have.
 */
final class SavingByDay {

  private static final int DRAWS = 400;
  private static final double LOW = 0.05;
  private static final double HIGH = 0.95;

  /** Any number; a fixed one, so that the same question has the same answer. */
  private static final long SEED = 730;

  private SavingByDay() {}

  /**
   * Money a month; not negative where it is one.
   *
   * @param low 5th percentile
   * @param high 95th percentile
   */
  record Interval(double expected, double low, double high) {
    /** Whether it depends on which days are drawn if there is a saving at all. */
    boolean straddlesZero() {
      return low < 0 && high >= 0;
    }

    Saving in(Currency currency) {
      return new Saving(
          Money.rounded(expected, 2, currency),
          Money.rounded(low, 2, currency),
          Money.rounded(high, 2, currency));
    }
  }

  /** What {@code way} saves over {@code present} a month, over the same load. */
  static Finding<Interval> of(
      Option way, Option present, PricedLoad load, HoldingTerms terms, ApiAccess api) {
    List<double[]> days = new ArrayList<>();
    for (LoadDay known : LoadDay.of(load)) {
      PricedLoad day = load.slice(known.from(), known.to());
      days.add(
          new double[] {
            variableCost(present, day, known.from(), terms, api)
                - variableCost(way, day, known.from(), terms, api),
            day.hours()
          });
    }
    if (days.size() < 2) {
      return Finding.notFound(
          Caveat.Reason.SHORT_HISTORY, "one day says nothing of how days differ");
    }
    // Overhead is paid for the whole period or not at all, whichever days are drawn.
    double overheadSaved = (present.cost().overhead() - way.cost().overhead()) * load.toMonth();
    double expected = (present.total() - way.total()) * load.toMonth();
    double[] drawn = drawn(days);
    return Finding.of(
        new Interval(
            expected,
            Math.min(expected, drawn[(int) (LOW * DRAWS)] + overheadSaved),
            Math.max(expected, drawn[(int) (HIGH * DRAWS)] + overheadSaved)));
  }

  /** Savings of a month, overhead apart, of so many draws of as many days; rising. */
  private static double[] drawn(List<double[]> days) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] savings = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      double saved = 0;
      double hours = 0;
      for (int i = 0; i < days.size(); i++) {
        double[] day = days.get(random.nextInt(days.size()));
        saved += day[0];
        hours += day[1];
      }
      savings[draw] = saved / hours * HoldingTerms.HOURS_PER_MONTH;
    }
    Arrays.sort(savings);
    return savings;
  }

  private static double variableCost(
      Option option, PricedLoad day, int offset, HoldingTerms terms, ApiAccess api) {
    PlanCost cost =
        PlanCost.of(
            day,
            terms,
            api,
            i -> option.held().applyAsInt(offset + i),
            i -> option.ready().applyAsInt(offset + i),
            option.leadHours());
    return cost.gpus() + cost.api();
  }
}
