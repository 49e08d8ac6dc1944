package dev.breakeven.advice.alternatives;

import dev.breakeven.advice.Advice.Saving;
import dev.breakeven.advice.Estimate;
import dev.breakeven.advice.Issue;
import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.LoadDay;
import dev.breakeven.advice.costing.PlanCost;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import dev.breakeven.price.Money;
import dev.breakeven.reason.Cause;
import java.util.Arrays;
import java.util.Currency;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How far the saving of one way over another can be relied on: the days of the window are drawn
 * again and again with replacement, because what differs between weeks is which days they have.
 * What a way costs on each day is worked out once. Not safe for several threads.
 */
public final class SavingByDay {

  private static final int DRAWS = 400;
  private static final double LOW = 0.05;
  private static final double HIGH = 0.95;

  /** Any number; a fixed one, so that the same question has the same answer. */
  private static final long SEED = 730;

  private final PricedLoad load;
  private final ReplicaCostModel terms;
  private final ApiAccess api;
  private List<LoadDay> days = List.of(); // once they are asked for
  private final IdentityHashMap<Candidate, double[]> variableCosts =
      new IdentityHashMap<>(); // by day

  /** Over the days of this load. */
  SavingByDay(PricedLoad load, ReplicaCostModel terms, ApiAccess api) {
    this.load = load;
    this.terms = terms;
    this.api = api;
  }

  /**
   * Money a month; not negative where it is one.
   *
   * @param low 5th percentile
   * @param high 95th percentile
   */
  public record Interval(double expected, double low, double high) {
    /** Whether it depends on which days are drawn if there is a saving at all. */
    public boolean straddlesZero() {
      return low < 0 && high >= 0;
    }

    public Saving in(Currency currency) {
      return new Saving(
          Money.rounded(expected, 2, currency),
          Money.rounded(low, 2, currency),
          Money.rounded(high, 2, currency));
    }
  }

  /** What {@code way} saves over {@code present} a month, over the same load. */
  Estimate<Interval> of(Candidate way, Candidate present) {
    if (days.isEmpty()) {
      days = LoadDay.of(load);
    }
    if (days.size() < 2) {
      return Estimate.notFound(Issue.Reason.SHORT_HISTORY, Cause.ONE_DAY_IS_NO_SAMPLE);
    }
    // Overhead is paid for the whole period or not at all, whichever days are drawn.
    double overheadSaved = (present.cost().overhead() - way.cost().overhead()) * load.toMonth();
    double expected = (present.total() - way.total()) * load.toMonth();
    double[] drawn = drawn(variableCosts(way), variableCosts(present));
    return Estimate.of(
        new Interval(
            expected,
            Math.min(expected, drawn[(int) (LOW * DRAWS)] + overheadSaved),
            Math.max(expected, drawn[(int) (HIGH * DRAWS)] + overheadSaved)));
  }

  /** Savings of a month, overhead apart, of so many draws of as many days; rising. */
  private double[] drawn(double[] ofWay, double[] ofPresent) {
    double[] savings = new double[DRAWS];
    double[] savedOn = new double[days.size()];
    double[] hoursOf = new double[days.size()];
    Arrays.setAll(savedOn, day -> ofPresent[day] - ofWay[day]);
    Arrays.setAll(hoursOf, day -> of(days.get(day)).hours());
    SplittableRandom random = new SplittableRandom(SEED);
    for (int draw = 0; draw < DRAWS; draw++) {
      double saved = 0;
      double hours = 0;
      for (int i = 0; i < savedOn.length; i++) {
        int day = random.nextInt(savedOn.length);
        saved += savedOn[day];
        hours += hoursOf[day];
      }
      savings[draw] = saved / hours * ReplicaCostModel.HOURS_PER_MONTH;
    }
    Arrays.sort(savings);
    return savings;
  }

  private PricedLoad of(LoadDay day) {
    return load.slice(day.from(), day.to());
  }

  private double[] variableCosts(Candidate option) {
    return variableCosts.computeIfAbsent(
        option,
        way -> {
          double[] costs = new double[days.size()];
          Arrays.setAll(costs, day -> variableCost(way, of(days.get(day)), days.get(day).from()));
          return costs;
        });
  }

  private double variableCost(Candidate option, PricedLoad day, int offset) {
    PlanCost cost = option.over(day, offset, terms, api);
    return cost.gpus() + cost.api();
  }
}
