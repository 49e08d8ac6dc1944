package dev.breakeven.prometheus.history;

import dev.breakeven.prometheus.Target;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * One target's figures: the window and some more in steps, and what is older in hours, in rows that
 * are made only for figures that were ever seen. Steps become hours a whole stride at a time, when
 * a stride begins: until the next one what is kept of the past only grows at its end. Steps are
 * counted from the epoch. Safe for one writer and many readers.
 */
public final class StoredHistory {

  public static final int STEP_SECONDS = 600;
  public static final int STEPS_PER_HOUR = 6;
  private static final int HOURS_PER_DAY = 24;
  public static final int FEWEST_KNOWN_OF_AN_HOUR = 3;

  /**
   * Steps that become hours together.
   *
   * @param steps how many, whole hours
   * @param begins the hour in which one of them begins
   */
  public record Stride(int steps, int begins) {

    /**
     * A day, which begins for each target at an hour of its own, the same after every start: with
     * it what is kept begins elsewhere, and the target's whole past is replayed anew. That of all
     * targets at once would take long.
     */
    public static Stride ofADayOf(Target target) {
      int any = Objects.hash(target.namespace(), target.model());
      return new Stride(HOURS_PER_DAY * STEPS_PER_HOUR, Math.floorMod(any, HOURS_PER_DAY));
    }

    /** The first step after {@code steps} that begins a stride, or {@code steps} where it does. */
    long endOf(long steps) {
      long first = (long) begins * STEPS_PER_HOUR;
      return first - Math.floorDiv(first - steps, (long) this.steps) * this.steps;
    }

    /** So many steps as whole strides. */
    int whole(int steps) {
      return -Math.floorDiv(-steps, this.steps) * this.steps;
    }
  }

  private final int windowSteps;
  private final Stride stride;
  private final int recentSteps;
  private final int hours;
  private final Map<Figure, FigureRow> recent = new EnumMap<>(Figure.class);
  private final Map<Figure, FigureRow> earlier = new EnumMap<>(Figure.class);
  private long endStep;
  private long recentFrom; // the first step that is kept as a step
  private long revision;

  /**
   * @param windowSteps steps to be kept one by one
   * @param hours hours to be kept before them
   * @param stride how steps become hours
   * @param endStep the step after the newest
   */
  public StoredHistory(int windowSteps, int hours, Stride stride, long endStep) {
    this.windowSteps = windowSteps;
    this.stride = stride;
    this.recentSteps = stride.whole(windowSteps) + stride.steps();
    this.hours = hours;
    endAt(endStep);
  }

  private void endAt(long step) {
    endStep = step;
    recentFrom = recentFrom(step);
  }

  public int windowSteps() {
    return windowSteps;
  }

  /** The step after the newest. */
  public synchronized long endStep() {
    return endStep;
  }

  /** Grows with every change. */
  public synchronized long revision() {
    return revision;
  }

  /** The first step that is kept as a step, the start of a stride. */
  public synchronized long recentFrom() {
    return recentFrom;
  }

  /** The first step that would be kept as a step if the history went on to {@code end}. */
  public synchronized long recentFromUpTo(long end) {
    return recentFrom(Math.max(end, endStep));
  }

  private long recentFrom(long end) {
    return stride.endOf(end) - recentSteps;
  }

  /** The first step of the first hour that is kept. */
  public synchronized long earliestFrom() {
    return recentFrom - (long) hours * STEPS_PER_HOUR;
  }

  /** Makes room for newer steps; hours that leave the steps become one mean each. */
  public synchronized void advanceTo(long newEnd) {
    if (newEnd <= endStep) {
      return;
    }
    long newFrom = recentFrom(newEnd);
    int shift = Math.toIntExact(Math.min(newFrom - recentFrom, Integer.MAX_VALUE / 2));
    if (shift > 0) {
      int hourShift = shift / STEPS_PER_HOUR;
      for (FigureRow older : earlier.values()) {
        older.shiftLeft(hourShift);
      }
      recent.forEach(
          (figure, steps) -> {
            keepAsHours(figure, steps, Math.min(shift, recentSteps), hourShift);
            steps.shiftLeft(shift);
          });
    }
    endAt(newEnd);
    revision++;
  }

  /** The means of the hours in the first {@code leaving} steps go to where they now belong. */
  private void keepAsHours(Figure figure, FigureRow steps, int leaving, int hourShift) {
    for (int from = 0; from < leaving; from += STEPS_PER_HOUR) {
      int hour = hours - hourShift + from / STEPS_PER_HOUR;
      double mean = meanOfHour(steps, from);
      if (hour >= 0 && hour < hours && !Double.isNaN(mean)) {
        earlier.computeIfAbsent(figure, f -> new FigureRow(hours)).set(hour, mean);
      }
    }
  }

  private static double meanOfHour(FigureRow steps, int from) {
    double sum = 0;
    int known = 0;
    for (int i = from; i < from + STEPS_PER_HOUR; i++) {
      float figure = steps.at(i);
      if (!Float.isNaN(figure)) {
        sum += figure;
        known++;
      }
    }
    return known >= FEWEST_KNOWN_OF_AN_HOUR ? sum / known : Double.NaN;
  }

  /** Sets one step; NaN makes it absent. Steps that are not kept one by one are ignored. */
  public synchronized void put(Figure figure, long step, double value) {
    long index = step - recentFrom;
    if (index >= 0 && step < endStep) {
      set(recent, figure, recentSteps, (int) index, value);
    }
  }

  /** Sets one hour before the steps; NaN makes it absent. Hours that are not kept are ignored. */
  public synchronized void putHour(Figure figure, long hour, double value) {
    long index = hour - recentFrom / STEPS_PER_HOUR + hours;
    if (index >= 0 && index < hours) {
      set(earlier, figure, hours, (int) index, value);
    }
  }

  /** Forgets everything: the clock by which it was kept was wrong. */
  public synchronized void startAnew(long newEnd) {
    recent.clear();
    earlier.clear();
    endAt(newEnd);
    revision++;
  }

  /** Makes what pods report absent in these steps. */
  public synchronized void forgetFiguresOfPods(StepRanges.Run run) {
    for (Figure figure : Figure.values()) {
      if (figure.isReportedByPods()) {
        for (long step = Math.max(run.from(), earliestFrom()); step < run.to(); step++) {
          if (step >= recentFrom) {
            put(figure, step, Double.NaN);
          } else {
            putHour(figure, Math.floorDiv(step, (long) STEPS_PER_HOUR), Double.NaN);
          }
        }
      }
    }
  }

  private void set(Map<Figure, FigureRow> all, Figure figure, int length, int index, double value) {
    if (!Double.isFinite(value) && !all.containsKey(figure)) {
      return;
    }
    if (all.computeIfAbsent(figure, f -> new FigureRow(length)).set(index, value)) {
      revision++;
    }
  }

  /** The figure of a step, from its hour where only that is kept; NaN where absent. */
  public synchronized float at(Figure figure, long step) {
    if (step >= recentFrom) {
      FigureRow steps = recent.get(figure);
      return steps == null || step >= endStep ? Float.NaN : steps.at((int) (step - recentFrom));
    }
    FigureRow older = earlier.get(figure);
    long hour = Math.floorDiv(step - recentFrom, (long) STEPS_PER_HOUR) + hours;
    return older == null || hour < 0 ? Float.NaN : older.at((int) hour);
  }

  /** Figures of the steps {@code from} to {@code to}; NaN where absent. */
  public synchronized double[] steps(Figure figure, long from, long to) {
    double[] out = new double[Math.toIntExact(to - from)];
    int older = Math.toIntExact(Math.max(0, Math.min(to, recentFrom) - from));
    for (int i = 0; i < older; i++) {
      out[i] = at(figure, from + i);
    }
    Arrays.fill(out, older, out.length, Double.NaN);
    FigureRow row = recent.get(figure);
    if (row != null) {
      float[] all = row.all();
      int first = Math.toIntExact(from - recentFrom);
      for (int i = older; i < out.length && first + i < all.length; i++) {
        out[i] = all[first + i];
      }
    }
    return out;
  }

  /** Figures of whole hours from the step {@code from} to the step {@code to}; NaN where absent. */
  public synchronized double[] hours(Figure figure, long from, long to) {
    double[] out = new double[Math.toIntExact((to - from) / STEPS_PER_HOUR)];
    Arrays.fill(out, Double.NaN);
    FigureRow row = earlier.get(figure);
    if (row != null) {
      float[] all = row.all();
      int first = Math.toIntExact(Math.floorDiv(from - recentFrom, (long) STEPS_PER_HOUR)) + hours;
      for (int i = Math.max(0, -first); i < out.length && first + i < all.length; i++) {
        out[i] = all[first + i];
      }
    }
    FigureRow steps = recent.get(figure);
    int recentHours = Math.toIntExact(Math.max(0, recentFrom - from) / STEPS_PER_HOUR);
    for (int i = recentHours; steps != null && i < out.length; i++) {
      out[i] = meanOfHour(steps, Math.toIntExact(from - recentFrom) + i * STEPS_PER_HOUR);
    }
    return out;
  }

  /** Whether a figure was ever seen. */
  public synchronized boolean has(Figure figure) {
    return recent.containsKey(figure) || earlier.containsKey(figure);
  }
}
