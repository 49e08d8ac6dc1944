package dev.breakeven.advice.following;

import dev.breakeven.traffic.TrafficHistory;
import java.util.Arrays;

/** The steps of a past that a plan is replayed over, oldest first, as columns. */
public final class LoadColumns {

  /** The replicas of a step whose number was not recorded. */
  public static final double NOT_RECORDED = Double.NaN;

  private double[] load;
  private double[] ownLoad;
  private double[] api;
  private double[] mustServe;
  private double[] ran;
  private int steps;

  /**
   * No steps yet.
   *
   * @param room for how many, before it has to be made
   */
  public LoadColumns(int room) {
    load = new double[room];
    ownLoad = new double[room];
    api = new double[room];
    mustServe = new double[room];
    ran = new double[room];
  }

  /** Replicas that ran in a step of a past; {@code otherwise} if that was not recorded. */
  public static double ran(TrafficHistory history, int step, double otherwise) {
    return history.replicasHeld().at(step, otherwise);
  }

  /**
   * One step more.
   *
   * @param load replicas' worth of work
   * @param ownLoad of that, what own replicas were counted to serve
   * @param api money the API asks for all of it
   * @param mustServe of the load, what may not or cannot go to the API
   * @param ran replicas that ran, or {@link #NOT_RECORDED}
   */
  public void add(double load, double ownLoad, double api, double mustServe, double ran) {
    if (steps == this.load.length) {
      int room = Math.max(16, 2 * steps);
      this.load = Arrays.copyOf(this.load, room);
      this.ownLoad = Arrays.copyOf(this.ownLoad, room);
      this.api = Arrays.copyOf(this.api, room);
      this.mustServe = Arrays.copyOf(this.mustServe, room);
      this.ran = Arrays.copyOf(this.ran, room);
    }
    this.load[steps] = load;
    this.ownLoad[steps] = ownLoad;
    this.api[steps] = api;
    this.mustServe[steps] = mustServe;
    this.ran[steps] = ran;
    steps++;
  }

  /** Adds a step in which nothing is known to have gone to an API. */
  public void add(double load, double api, double mustServe, double ran) {
    add(load, load, api, mustServe, ran);
  }

  /** One step more, of whose load nothing is known. */
  public void addUnknown(double ran) {
    add(Double.NaN, 0, 0, ran);
  }

  /** How many steps. */
  public int steps() {
    return steps;
  }

  /** Whether the load of a step is known. */
  public boolean isKnown(int step) {
    return !Double.isNaN(load[step]);
  }

  double load(int step) {
    return load[step];
  }

  double ownLoad(int step) {
    return ownLoad[step];
  }

  double mustServe(int step) {
    return mustServe[step];
  }

  /** Replicas that ran; NaN if that was not recorded. */
  double ran(int step) {
    return ran[step];
  }

  /** Money the API asks in a known step for what is above a level, in replicas' worth of work. */
  double apiAbove(double level, int step) {
    return load[step] > level ? api[step] * (1 - level / load[step]) : 0;
  }

  /** Lets a replay learn from a step that it was charged for before. */
  void learn(int step, PlanReplay plan) {
    if (isKnown(step)) {
      plan.learn(step, load[step], api[step], mustServe[step]);
    } else {
      plan.endUnknown();
    }
  }

  /** Ends a step of a replay that has begun it. */
  public void end(int step, PlanReplay plan) {
    if (!Double.isNaN(ran[step])) {
      plan.reallyRan(ran[step] > 0);
    }
    if (isKnown(step)) {
      plan.end(load[step], api[step], mustServe[step]);
    } else {
      plan.endUnknown();
    }
  }

  /** A 64-bit hash of the first steps, which tells whether a past is the same as before. */
  public long fingerprint(int first) {
    long print = first;
    for (int i = 0; i < first; i++) {
      print = mixed(print, Double.doubleToRawLongBits(load[i]));
      print = mixed(print, Double.doubleToRawLongBits(ownLoad[i]));
      print = mixed(print, Double.doubleToRawLongBits(api[i]));
      print = mixed(print, Double.doubleToRawLongBits(mustServe[i]));
      print = mixed(print, Double.doubleToLongBits(ran[i]));
    }
    return print;
  }

  /** Multiplied by an odd number close to the golden ratio of 2⁶⁴, so that all bits count. */
  private static long mixed(long print, long bits) {
    long product = (print ^ bits) * 0x9E3779B97F4A7C15L;
    return product ^ (product >>> 32);
  }
}
