package dev.breakeven.advice.costing;

import dev.breakeven.advice.SelfHostTerms;
import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.OverheadPart;
import java.time.Instant;

/**
 * What holding replicas costs and carries, in doubles for the planner.
 *
 * @param replicaHour money for one hour of one replica beyond the committed ones (c)
 * @param reservedReplicaHour money for one hour of one committed replica (c_r)
 * @param reservedReplicas replicas' worth of committed GPUs, paid whether held or not (R)
 * @param leftoverPerHour money for one hour of committed GPUs that make no whole replica: paid, and
 *     of no use
 * @param overheadPerMonth money a month once anything is self-hosted (F)
 * @param targetUtilization part of a serving replica that may carry load (ρ), above 0, at most 1
 * @param redundantReplicas held replicas that carry no load (k)
 * @param minReplicas fewest that may be held
 * @param maxReplicas most that may be held
 * @param ladder the replicas one by one, where they are not alike
 */
public record ReplicaCostModel(
    double replicaHour,
    double reservedReplicaHour,
    int reservedReplicas,
    double leftoverPerHour,
    double overheadPerMonth,
    double targetUtilization,
    int redundantReplicas,
    int minReplicas,
    int maxReplicas,
    MeritOrder ladder) {

  /** Terms of replicas that are all alike. */
  public ReplicaCostModel(
      double replicaHour,
      double reservedReplicaHour,
      int reservedReplicas,
      double overheadPerMonth,
      double targetUtilization,
      int redundantReplicas,
      int minReplicas,
      int maxReplicas) {
    this(
        replicaHour,
        reservedReplicaHour,
        reservedReplicas,
        0,
        overheadPerMonth,
        targetUtilization,
        redundantReplicas,
        minReplicas,
        maxReplicas,
        MeritOrder.ALIKE);
  }

  /** Hours of a month: a twelfth of a year of 8,760. */
  public static final double HOURS_PER_MONTH = 730;

  /** Load that counts as rounding: a replica more is not bought for it. */
  private static final double ROUNDING = 1e-9;

  /**
   * The terms of a policy at a time.
   *
   * @param price of one GPU hour on demand
   */
  public static ReplicaCostModel of(SelfHostTerms terms, GpuPricing.Priced price, Instant now) {
    double perReplica = terms.gpusPerReplica();
    Commitments paid = terms.commitments().at(now);
    double gpus = paid.gpus(perReplica);
    double meanGpuHour = gpus > 0 ? paid.perHour(perReplica) / gpus : 0;
    int reserved = paid.replicas(perReplica);
    double overhead = 0;
    for (OverheadPart part : terms.monthlyOverhead()) {
      overhead += part.perMonth().value();
    }
    return new ReplicaCostModel(
        price.hour().perHour().value() * perReplica,
        meanGpuHour * perReplica,
        reserved,
        Math.max(0, gpus - reserved * perReplica) * meanGpuHour,
        overhead,
        terms.targetUtilization(),
        terms.redundantReplicas(),
        terms.minReplicas(),
        terms.maxReplicas(),
        MeritOrder.ALIKE);
  }

  /** Replicas of {@code held} that carry load, s. */
  public int serving(int held) {
    return Math.max(0, held - redundantReplicas);
  }

  /** Load that {@code held} replicas take, s·ρ, in replicas' worth of work. */
  public double usable(int held) {
    return sizeOf(serving(held)) * targetUtilization;
  }

  /** Whether one replica costs and does what another does. */
  public boolean isAlike() {
    return ladder.isAlike();
  }

  /** What so many replicas could do at most, in replicas' worth of work: n where all are alike. */
  public double sizeOf(int replicas) {
    return ladder.isAlike() ? replicas : ladder.sizeOf(replicas);
  }

  /** As for a whole number; takes a mean number of replicas, which may be a fraction. */
  public double sizeOf(double replicas) {
    if (ladder.isAlike()) {
      return replicas;
    }
    int whole = (int) Math.floor(replicas);
    return ladder.sizeOf(whole)
        + (replicas - whole) * (ladder.sizeOf(whole + 1) - ladder.sizeOf(whole));
  }

  /**
   * What the replicas that were held over a load could do at most, replica-hours of work.
   *
   * @param otherwise replicas in the steps of which nobody says what ran
   */
  public double sizeHours(PricedLoad load, int otherwise) {
    double size = 0;
    for (int i = 0; i < load.steps(); i++) {
      size += sizeOf(load.heldAt(i, otherwise));
    }
    return size * load.stepHours();
  }

  /** Money an hour for {@code held} replicas, the unused part of commitments apart. */
  public double heldPerHour(int held) {
    if (!ladder.isAlike()) {
      int reserved = Math.min(held, reservedReplicas);
      return reservedReplicaHour * reserved + ladder.perHourOf(held) - ladder.perHourOf(reserved);
    }
    return reservedReplicaHour * Math.min(held, reservedReplicas)
        + replicaHour * Math.max(0, held - reservedReplicas);
  }

  /** Money an hour for committed GPUs on which nothing runs. */
  public double unusedReservationPerHour(int held) {
    return reservedReplicaHour * Math.max(0, reservedReplicas - held) + leftoverPerHour;
  }

  /** Money an hour for everything that is paid: replicas held and unused reservation. */
  public double paidPerHour(int held) {
    return heldPerHour(held) + unusedReservationPerHour(held);
  }

  /** As for a whole number; takes a mean number of replicas, which may be a fraction. */
  public double paidPerHour(double held) {
    int whole = (int) Math.floor(held);
    return paidPerHour(whole) + (held - whole) * (paidPerHour(whole + 1) - paidPerHour(whole));
  }

  /** Money an hour for reserved GPUs on which nothing runs, for a mean number of replicas. */
  double unusedReservationPerHour(double held) {
    return reservedReplicaHour * Math.max(0, reservedReplicas - held) + leftoverPerHour;
  }

  /** Money an hour that one more than {@code held} replicas would add to what is paid. */
  public double nextPerHour(int held) {
    if (held < reservedReplicas) {
      return 0;
    }
    return ladder.isAlike() ? replicaHour : ladder.perHourOf(held + 1) - ladder.perHourOf(held);
  }

  /**
   * Fewest replicas that take that load, ⌈load/ρ⌉ + k, and none for no load. Not bounded by {@link
   * #maxReplicas}; at most {@link Integer#MAX_VALUE}.
   */
  public int neededFor(double load) {
    double work = load / targetUtilization - ROUNDING;
    if (work <= 0) {
      return 0;
    }
    double serving = ladder.isAlike() ? Math.ceil(work) : ladder.countDoing(work);
    return (int) Math.min(Integer.MAX_VALUE, serving + redundantReplicas);
  }

  /** Replicas held to serve a highest load, within what the policy allows; at least one. */
  public int forPeak(double peak) {
    return Math.min(maxReplicas, Math.max(Math.max(1, minReplicas), neededFor(peak)));
  }

  public ReplicaCostModel withRedundantReplicas(int replicas) {
    return new ReplicaCostModel(
        replicaHour,
        reservedReplicaHour,
        reservedReplicas,
        leftoverPerHour,
        overheadPerMonth,
        targetUtilization,
        replicas,
        minReplicas,
        maxReplicas,
        ladder);
  }

  ReplicaCostModel withLadder(MeritOrder replicas) {
    return new ReplicaCostModel(
        replicaHour,
        reservedReplicaHour,
        reservedReplicas,
        leftoverPerHour,
        overheadPerMonth,
        targetUtilization,
        redundantReplicas,
        minReplicas,
        maxReplicas,
        replicas);
  }

  /** A copy in which the GPUs of this number of replicas cost nothing more. */
  public ReplicaCostModel withFreeReplicas(int free) {
    return new ReplicaCostModel(
        replicaHour,
        0,
        free,
        0,
        overheadPerMonth,
        targetUtilization,
        redundantReplicas,
        minReplicas,
        maxReplicas,
        ladder);
  }

  public ReplicaCostModel withReplicasBetween(int least, int most) {
    return new ReplicaCostModel(
        replicaHour,
        reservedReplicaHour,
        reservedReplicas,
        leftoverPerHour,
        overheadPerMonth,
        targetUtilization,
        redundantReplicas,
        least,
        most,
        ladder);
  }
}
