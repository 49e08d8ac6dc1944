package dev.breakeven.advice;

import dev.breakeven.price.Commitments;
import dev.breakeven.price.GpuPricing;
import dev.breakeven.price.OverheadPart;
import java.util.List;

/**
 * What serving the model oneself costs and allows.
 *
 * @param gpusPerReplica whole or shared GPUs that one replica takes; a MIG slice is a fraction
 * @param gpu what one GPU hour costs beyond the committed ones
 * @param commitments GPUs paid whether used or not
 * @param monthlyOverhead people and upkeep, part by part
 * @param headroomPercent kept free on each serving replica, 0 to below 100
 * @param redundantReplicas replicas that carry no load (k), at least 0
 * @param minReplicas at least 0
 * @param maxReplicas at least {@code minReplicas}
 */
public record SelfHostTerms(
    double gpusPerReplica,
    GpuPricing gpu,
    Commitments commitments,
    List<OverheadPart> monthlyOverhead,
    double headroomPercent,
    int redundantReplicas,
    int minReplicas,
    int maxReplicas) {

  /**
   * @throws IllegalArgumentException if a figure is out of its range
   */
  public SelfHostTerms {
    monthlyOverhead = List.copyOf(monthlyOverhead);
    if (!(gpusPerReplica > 0)) {
      throw new IllegalArgumentException("a replica takes more than 0 GPUs, not " + gpusPerReplica);
    }
    if (!(headroomPercent >= 0 && headroomPercent < 100)) {
      throw new IllegalArgumentException("headroom is 0 to below 100 %, not " + headroomPercent);
    }
    if (redundantReplicas < 0 || minReplicas < 0 || maxReplicas < minReplicas) {
      throw new IllegalArgumentException(
          "replicas: redundant "
              + redundantReplicas
              + ", at least "
              + minReplicas
              + ", at most "
              + maxReplicas);
    }
  }

  /** A copy with other commitments. */
  public SelfHostTerms with(Commitments others) {
    return new SelfHostTerms(
        gpusPerReplica,
        gpu,
        others,
        monthlyOverhead,
        headroomPercent,
        redundantReplicas,
        minReplicas,
        maxReplicas);
  }

  /** Part of a serving replica that may carry load, ρ: 1 less the headroom. */
  public double targetUtilization() {
    return 1 - headroomPercent / 100;
  }
}
