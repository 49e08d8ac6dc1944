package dev.breakeven.price;

import java.time.LocalDate;

/** GPUs that are paid until a day whatever is advised: reserved or owned ones. */
public sealed interface Commitment {

  /** Price of one of its GPUs for one hour. */
  Money gpuHour();

  /** Last day it is paid, UTC. */
  LocalDate until();

  /** Its GPUs. */
  double gpus(double gpusPerReplica);

  /**
   * What a policy reserved for itself.
   *
   * @param replicas how many replicas' worth of GPUs
   */
  record Reserved(int replicas, Money gpuHour, LocalDate until) implements Commitment {
    @Override
    public double gpus(double gpusPerReplica) {
      return replicas * gpusPerReplica;
    }
  }

  /**
   * A policy's part of what a rate card lists for all policies that use the product.
   *
   * @param product as the card names it
   * @param gpus of this policy
   * @param of GPUs that are committed in all
   */
  record Shared(String product, double gpus, int of, Money gpuHour, LocalDate until)
      implements Commitment {
    @Override
    public double gpus(double gpusPerReplica) {
      return gpus;
    }

    /** Another part of the same. */
    public Shared part(double its) {
      return new Shared(product, its, of, gpuHour, until);
    }
  }
}
