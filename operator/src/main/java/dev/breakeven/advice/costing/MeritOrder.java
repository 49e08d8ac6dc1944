package dev.breakeven.advice.costing;

import java.util.List;

/**
 * Replicas that are not alike, in the order in which they are held: the n-th replica is the n-th of
 * these. Those that run come first, so that n replicas held now are exactly what runs; in either
 * part the cheapest work comes first. So scaling up adds the cheapest work there is room for, and
 * scaling down gives up the dearest. Without runs all replicas are alike.
 *
 * @param runs replicas that are alike, one after another; the last one goes on for ever
 * @param held how many of these run now
 */
record MeritOrder(List<Run> runs, int held) {

  /** All replicas are alike. */
  static final MeritOrder ALIKE = new MeritOrder(List.of(), 0);

  MeritOrder {
    runs = List.copyOf(runs);
  }

  /**
   * Replicas of one workload.
   *
   * @param workload its place in the question
   * @param replicas how many
   * @param perHour money for one hour of one
   * @param size what one does, in replicas' worth of work of the terms' own capacity
   */
  record Run(int workload, int replicas, double perHour, double size) {

    /** Money for one replica's worth of work an hour. */
    double perHourOfWork() {
      return perHour / size;
    }
  }

  boolean isAlike() {
    return runs.isEmpty();
  }

  /** What the first n do together, in replicas' worth of work. */
  double sizeOf(int replicas) {
    double size = 0;
    int left = replicas;
    for (int i = 0; i < runs.size() && left > 0; i++) {
      int taken = taken(i, left);
      size += taken * runs.get(i).size();
      left -= taken;
    }
    return size;
  }

  /** What the first n cost together, money per hour. */
  double perHourOf(int replicas) {
    double perHour = 0;
    int left = replicas;
    for (int i = 0; i < runs.size() && left > 0; i++) {
      int taken = taken(i, left);
      perHour += taken * runs.get(i).perHour();
      left -= taken;
    }
    return perHour;
  }

  /** Fewest of the first that do so much work; as a double, since there is no end to them. */
  double countDoing(double work) {
    double left = work;
    double count = 0;
    int i = 0;
    while (i < runs.size() - 1 && left > runs.get(i).replicas() * runs.get(i).size()) {
      count += runs.get(i).replicas();
      left -= runs.get(i).replicas() * runs.get(i).size();
      i++;
    }
    return count + Math.ceil(left / runs.get(i).size());
  }

  /** How many of the first n are each workload's. */
  int[] spread(int replicas, int workloads) {
    int[] spread = new int[workloads];
    int left = replicas;
    for (int i = 0; i < runs.size() && left > 0; i++) {
      int taken = Math.min(left, runs.get(i).replicas());
      spread[runs.get(i).workload()] += taken;
      left -= taken;
    }
    return spread;
  }

  private int taken(int run, int left) {
    return run == runs.size() - 1 ? left : Math.min(left, runs.get(run).replicas());
  }
}
