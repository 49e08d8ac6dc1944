package dev.breakeven.advice.following;

import dev.breakeven.advice.costing.ApiAccess;
import dev.breakeven.advice.costing.PricedLoad;
import dev.breakeven.advice.costing.ReplicaCostModel;
import java.time.DayOfWeek;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;

/**
 * Replicas by hour of the week: for each block of hours the number that would have cost least in
 * that block of the other days seen. A block is at least as long as a replica has to be kept, so
 * that no change breaks the hold; an added replica is paid from {@code lead} before its block.
 *
 * <p>It is judged on days it was not made from: a schedule fitted to the very week it is charged
 * with knows that week's accidents, and looks far better than it will be. Blocks of the same hour
 * of the week are compared where there is more than a week, else of the same hour on other weekdays
 * or weekend days, else of the same hour on any other day.
 */
public final class WeeklySchedule {

  private static final int HOURS_PER_DAY = 24;
  private static final int DAYS_PER_WEEK = 7;
  private static final long SECONDS_PER_HOUR = 3600;
  private static final long SECONDS_PER_DAY = HOURS_PER_DAY * SECONDS_PER_HOUR;
  private static final int[] BLOCK_HOURS = {1, 2, 3, 4, 6, 8, 12, 24};

  private final ReplicaCostModel terms;
  private final int blockHours;
  private final Chosen[] byBlockOfDay;
  private final Chosen[][] byBlockAndWeekday;
  private final boolean moreThanAWeek;

  private WeeklySchedule(
      ReplicaCostModel terms, int blockHours, Steps[] byBlockOfDay, boolean moreThanAWeek) {
    this.terms = terms;
    this.blockHours = blockHours;
    this.byBlockOfDay = Arrays.stream(byBlockOfDay).map(Steps::all).toArray(Chosen[]::new);
    byBlockAndWeekday =
        Arrays.stream(this.byBlockOfDay).map(Chosen::byWeekday).toArray(Chosen[][]::new);
    this.moreThanAWeek = moreThanAWeek;
  }

  /**
   * A schedule learned from the past, where the hold lets replicas change within a day and there
   * are two days to learn from.
   */
  public static Optional<WeeklySchedule> learnedFrom(
      List<PricedLoad> past, ReplicaCostModel terms, ApiAccess api, Duration hold) {
    double holdHours = hold.toSeconds() / (double) SECONDS_PER_HOUR;
    int blockHours =
        Arrays.stream(BLOCK_HOURS).filter(hours -> hours >= holdHours).findFirst().orElse(0);
    if (blockHours == 0) {
      return Optional.empty();
    }
    Steps[] byBlockOfDay = new Steps[HOURS_PER_DAY / blockHours];
    int steps = past.stream().mapToInt(PricedLoad::steps).sum();
    Arrays.setAll(byBlockOfDay, i -> new Steps(steps / byBlockOfDay.length + 1));
    long firstDay = Long.MAX_VALUE;
    long lastDay = Long.MIN_VALUE;
    for (PricedLoad load : past) {
      for (int i = 0; i < load.steps(); i++) {
        long day = dayOf(load.startOf(i));
        firstDay = Math.min(firstDay, day);
        lastDay = Math.max(lastDay, day);
        byBlockOfDay[blockOfDay(load.startOf(i), blockHours)].add(
            day, load.replicasAt(i), load.apiAt(i), load.stepHours(), api.leastOwnLoadAt(load, i));
      }
    }
    return firstDay >= lastDay
        ? Optional.empty()
        : Optional.of(
            new WeeklySchedule(
                terms, blockHours, byBlockOfDay, lastDay - firstDay >= DAYS_PER_WEEK));
  }

  /** Replicas of every step of a load, each learned only from other days than its own. */
  public int[] replayedOver(PricedLoad load) {
    int[] replicas = new int[load.steps()];
    int from = 0;
    while (from < replicas.length) {
      long block = blockOf(load.startOf(from));
      int to = from + 1;
      while (to < replicas.length && blockOf(load.startOf(to)) == block) {
        to++;
      }
      long today = dayOf(load.startOf(from));
      int best =
          bestFor(
              blockOfDay(load.startOf(from), blockHours), weekdayOf(today), day -> day != today);
      Arrays.fill(replicas, from, to, best);
      from = to;
    }
    return replicas;
  }

  /** Replicas by hour of the week, Monday 00:00 UTC first, learned from every day seen. */
  public List<Integer> byHourOfWeek() {
    List<Integer> hours = new ArrayList<>(DAYS_PER_WEEK * HOURS_PER_DAY);
    for (int weekday = 0; weekday < DAYS_PER_WEEK; weekday++) {
      for (int block = 0; block < byBlockOfDay.length; block++) {
        int best = bestFor(block, weekday, day -> true);
        for (int i = 0; i < blockHours; i++) {
          hours.add(best);
        }
      }
    }
    return List.copyOf(hours);
  }

  /** Hour of the week of a time, Monday 00:00 UTC being 0. */
  public static int hourOfWeek(long epochSecond) {
    return weekdayOf(dayOf(epochSecond)) * HOURS_PER_DAY + blockOfDay(epochSecond, 1);
  }

  /** The best number for a block, from the days most like a weekday among those allowed. */
  private int bestFor(int block, int weekday, LongPredicate allowed) {
    Chosen steps = byBlockOfDay[block];
    if (moreThanAWeek) {
      Chosen sameWeekday = byBlockAndWeekday[block][weekday].on(allowed);
      if (!sameWeekday.isEmpty()) {
        return bestFor(sameWeekday);
      }
    }
    Chosen sameKindOfDay =
        steps.on(day -> allowed.test(day) && isWeekend(weekdayOf(day)) == isWeekend(weekday));
    return bestFor(sameKindOfDay.isEmpty() ? steps.on(allowed) : sameKindOfDay);
  }

  /** The number of replicas that costs least over these steps. */
  private int bestFor(Chosen steps) {
    int least =
        Math.min(
            terms.maxReplicas(),
            Math.max(terms.minReplicas(), terms.neededFor(steps.greatestLeastOwnLoad())));
    int spare = terms.redundantReplicas();
    double hours = steps.hours();
    int low = 0;
    int high =
        Math.max(0, Math.min(terms.maxReplicas(), terms.neededFor(steps.greatestLoad())) - spare);
    // The largest s of which the s-th serving replica saves what it costs; savings fall with s.
    while (low < high) {
      int serving = low + (high - low + 1) / 2;
      double saves =
          steps.apiServedBetween(terms.usable(serving + spare - 1), terms.usable(serving + spare));
      if (saves > 0 && saves >= terms.nextPerHour(serving + spare - 1) * hours) {
        low = serving;
      } else {
        high = serving - 1;
      }
    }
    int held = low == 0 ? 0 : low + spare;
    // What must be held is paid for anyway; more of them have to pay for what they add.
    double paid = (terms.paidPerHour(held) - terms.paidPerHour(least)) * hours;
    return held > least && steps.apiServedBetween(terms.usable(least), terms.usable(held)) > paid
        ? held
        : least;
  }

  private long blockOf(long epochSecond) {
    return Math.floorDiv(epochSecond, blockHours * SECONDS_PER_HOUR);
  }

  private static int blockOfDay(long epochSecond, int blockHours) {
    return (int) (Math.floorMod(epochSecond, SECONDS_PER_DAY) / (blockHours * SECONDS_PER_HOUR));
  }

  private static long dayOf(long epochSecond) {
    return Math.floorDiv(epochSecond, SECONDS_PER_DAY);
  }

  /** Day of the week, Monday being 0; the epoch was a Thursday. */
  private static int weekdayOf(long epochDay) {
    return Math.floorMod(epochDay + DayOfWeek.THURSDAY.getValue() - 1, DAYS_PER_WEEK);
  }

  private static boolean isWeekend(int weekday) {
    return weekday >= DayOfWeek.SATURDAY.getValue() - 1;
  }

  /** Steps of one block of the day, as columns. */
  private static final class Steps {
    private long[] day;
    private double[] load;
    private double[] api;
    private double[] hours;
    private double[] leastOwnLoad;
    private int size;

    /** None yet, with room for so many, at least 1, before it has to be made. */
    Steps(int room) {
      day = new long[room];
      load = new double[room];
      api = new double[room];
      hours = new double[room];
      leastOwnLoad = new double[room];
    }

    void add(long onDay, double work, double apiMoney, double stepHours, double leastOwn) {
      if (size == day.length) {
        day = Arrays.copyOf(day, size * 2);
        load = Arrays.copyOf(load, size * 2);
        api = Arrays.copyOf(api, size * 2);
        hours = Arrays.copyOf(hours, size * 2);
        leastOwnLoad = Arrays.copyOf(leastOwnLoad, size * 2);
      }
      day[size] = onDay;
      load[size] = work;
      api[size] = apiMoney;
      hours[size] = stepHours;
      leastOwnLoad[size++] = leastOwn;
    }

    Chosen all() {
      return new Chosen(this, IntStream.range(0, size).toArray());
    }
  }

  /** Some of the steps of a block: where they stand in its columns. */
  private static final class Chosen {
    private final Steps steps;
    private final int[] at;

    Chosen(Steps steps, int[] at) {
      this.steps = steps;
      this.at = at;
    }

    Chosen[] byWeekday() {
      Chosen[] byWeekday = new Chosen[DAYS_PER_WEEK];
      Arrays.setAll(byWeekday, weekday -> on(day -> weekdayOf(day) == weekday));
      return byWeekday;
    }

    Chosen on(LongPredicate allowed) {
      int[] some = new int[at.length];
      int count = 0;
      for (int i : at) {
        some[count] = i;
        count += allowed.test(steps.day[i]) ? 1 : 0;
      }
      return new Chosen(steps, Arrays.copyOf(some, count));
    }

    boolean isEmpty() {
      return at.length == 0;
    }

    double hours() {
      double sum = 0;
      for (int i : at) {
        sum += steps.hours[i];
      }
      return sum;
    }

    double greatestLoad() {
      return greatest(steps.load);
    }

    double greatestLeastOwnLoad() {
      return greatest(steps.leastOwnLoad);
    }

    private double greatest(double[] column) {
      double greatest = 0;
      for (int i : at) {
        greatest = Math.max(greatest, column[i]);
      }
      return greatest;
    }

    /** API money for the part of the load that one level of capacity carries more than another. */
    double apiServedBetween(double lower, double higher) {
      double byLower = 0;
      double byHigher = 0;
      for (int i : at) {
        double load = steps.load[i];
        if (load > 0) {
          double api = steps.api[i];
          byLower += load <= lower ? api : api * (lower / load);
          byHigher += load <= higher ? api : api * (higher / load);
        }
      }
      return byHigher - byLower;
    }
  }
}
