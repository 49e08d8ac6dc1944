package dev.breakeven.advice.following;

import dev.breakeven.traffic.TrafficHistory;
import java.util.Arrays;

/** The steps of a past that a plan is replayed over, oldest first, as columns. */
public final class LoadColumns {

  /** What is known of the replicas that really were there in a step. */
  public enum Ran {
    NOBODY_SAYS(0),
    NONE(1),
    SOME(2);

    private final long print;

    Ran(long print) {
      this.print = print;
    }

    /** In a step of a past; what else is known where nobody measured it. */
    public static Ran in(TrafficHistory history, int step, Ran otherwise) {
      if (!history.replicasHeld().isMeasured(step)) {
        return otherwise;
      }
      return history.replicasHeld().measuredAt(step) > 0 ? SOME : NONE;
    }
  }

  private double[] load;
  private double[] api;
  private double[] mustServe;
  private Ran[] ran;
  private int steps;

  /**
   * No steps yet.
   *
   * @param room for how many, before it has to be made
   */
  public LoadColumns(int room) {
    load = new double[room];
    api = new double[room];
    mustServe = new double[room];
    ran = new Ran[room];
  }

  /** One step more; the arguments are those of {@link PlanReplay#end}. */
  public void add(double load, double api, double mustServe, Ran ran) {
    if (steps == this.load.length) {
      int room = Math.max(16, 2 * steps);
      this.load = Arrays.copyOf(this.load, room);
      this.api = Arrays.copyOf(this.api, room);
      this.mustServe = Arrays.copyOf(this.mustServe, room);
      this.ran = Arrays.copyOf(this.ran, room);
    }
    this.load[steps] = load;
    this.api[steps] = api;
    this.mustServe[steps] = mustServe;
    this.ran[steps] = ran;
    steps++;
  }

  /** One step more, of whose load nothing is known. */
  public void addUnknown(Ran ran) {
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

  /** A replay learns from a step that it lived before. */
  void learn(int step, PlanReplay plan) {
    if (isKnown(step)) {
      plan.learn(step, load[step], api[step], mustServe[step]);
    } else {
      plan.endUnknown();
    }
  }

  /** Ends a step of a replay that has begun it. */
  public void end(int step, PlanReplay plan) {
    if (ran[step] != Ran.NOBODY_SAYS) {
      plan.reallyRan(ran[step] == Ran.SOME);
    }
    if (isKnown(step)) {
      plan.end(load[step], api[step], mustServe[step]);
    } else {
      plan.endUnknown();
    }
  }

  /**
   * Tells the first steps from others, in 64 bits: one figure of one step more or less and it is
   * another number.
   */
  public long fingerprint(int first) {
    long print = first;
    for (int i = 0; i < first; i++) {
      print = mixed(print, Double.doubleToRawLongBits(load[i]));
      print = mixed(print, Double.doubleToRawLongBits(api[i]));
      print = mixed(print, Double.doubleToRawLongBits(mustServe[i]));
      print = mixed(print, ran[i].print);
    }
    return print;
  }

  /** Multiplied by an odd number close to the golden ratio of 2⁶⁴, so that all bits count. */
  private static long mixed(long print, long bits) {
    long product = (print ^ bits) * 0x9E3779B97F4A7C15L;
    return product ^ (product >>> 32);
  }
}
